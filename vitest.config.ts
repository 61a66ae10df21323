// Two kinds of tests: `unit` needs nothing; `stack` needs what `npm test` starts, and runs file after file because Kafka's topics are shared.
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
          include: ['{apps,libs}/*/test/**/*.integration.test.ts', 'tools/**/*.integration.test.ts', 'tools/**/*.e2e.test.ts'],
          exclude: never,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
