// Four kinds of tests: `unit` needs nothing; `stack` needs the parts that `npm test` starts, and each file that runs at the same time has a
// stack of its own; `e2e` starts a whole system, to stop and kill parts of it; `programs` runs programs for long:
// Helm, the compiler on a generated service, the simulation.
import { defineConfig } from 'vitest/config';
import { stackWorkers, unitWorkers } from './tools/repo/test/workers.ts';

const never = ['**/node_modules/**', '**/dist/**', '**/generated/**', '.data/**'];
const minuteMs = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,libs}/*/test/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: [...never, '**/*.{integration,e2e,programs}.test.ts'],
          maxWorkers: unitWorkers(),
          // A property test takes seconds on a busy machine.
          testTimeout: minuteMs,
          hookTimeout: minuteMs,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['{apps,libs}/*/test/**/*.integration.test.ts', 'tools/**/*.integration.test.ts'],
          exclude: never,
          maxWorkers: stackWorkers(),
          sequence: { groupOrder: 1 },
          testTimeout: minuteMs,
          hookTimeout: minuteMs,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tools/**/*.e2e.test.ts'],
          exclude: never,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 2 * minuteMs,
          hookTimeout: 5 * minuteMs,
        },
      },
      {
        test: {
          name: 'programs',
          include: ['tools/**/*.programs.test.ts'],
          exclude: never,
          maxWorkers: unitWorkers(),
          sequence: { groupOrder: 3 },
          testTimeout: minuteMs,
          hookTimeout: minuteMs,
        },
      },
    ],
  },
});
