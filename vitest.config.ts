// Three kinds of tests: `unit` needs nothing; `stack` needs the parts that `npm test` starts, and runs file after file because Kafka's topics
// are shared; `e2e` starts a whole system of its own, to stop and kill parts of it.
import { defineConfig } from 'vitest/config';

const never = ['**/node_modules/**', '**/dist/**', '**/generated/**', '.data/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,libs}/*/test/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: [...never, '**/*.integration.test.ts', '**/*.e2e.test.ts'],
        },
      },
      {
        test: {
          name: 'stack',
          include: ['{apps,libs}/*/test/**/*.integration.test.ts', 'tools/**/*.integration.test.ts'],
          exclude: never,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tools/**/*.e2e.test.ts'],
          exclude: never,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
