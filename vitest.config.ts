import { defineConfig } from 'vitest/config';

/** Faults that take their time: with those of the whole service, not in `npm test`. */
const FAULTS = [
  'test/embedded/supervision.test.ts',
  'test/feed/restore.test.ts',
  'test/postgres/lost-commit.test.ts',
  'test/service/watch-ends.test.ts',
];

/** `npm test` runs the project `default`, `npm run test:system` the project `system`. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    retry: 0,
    allowOnly: false,
    passWithNoTests: false,
    dangerouslyIgnoreUnhandledErrors: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
    reporters: ['default', './scripts/no-skips-reporter.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/schema/language/generated/**'],
      reporter: ['text-summary', 'html'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'default',
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', ...FAULTS],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts', ...FAULTS],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
});
