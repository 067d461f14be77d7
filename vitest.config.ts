import { configDefaults, defineConfig } from 'vitest/config';

const generated = ['.valley/**', '.next/**', 'e2e/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, ...generated, '**/*.int.test.ts'],
          environment: 'node',
          // A thousand runs of a law on a busy machine; no test asserts how long it took.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['**/*.int.test.ts'],
          exclude: [...configDefaults.exclude, ...generated],
          environment: 'node',
          globalSetup: ['./server/db/test-database.setup.ts'],
          // Each file brings its own database and sometimes processes: two at a time fill the
          // two cores the whole suite is budgeted for.
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
