import { defineConfig } from 'vitest/config';

/**
 * Faults, races, whole processes and random worlds that take their time: with those of the whole service, not in `npm test`.
 */
const LONG = [
  'test/cli/bin.test.ts',
  'test/docs/examples.test.ts',
  'test/embedded/embedded-postgres.test.ts',
  'test/embedded/installation.test.ts',
  'test/embedded/supervision.test.ts',
  'test/erase/erase.test.ts',
  'test/erase/interrupted.test.ts',
  'test/feed/atomicity.test.ts',
  'test/feed/restore.test.ts',
  'test/feed/two-nodes.test.ts',
  'test/oracle/granted.test.ts',
  'test/oracle/judge-over-grpc.test.ts',
  'test/oracle/over-grpc.test.ts',
  'test/oracle/schema-change.test.ts',
  'test/postgres/listen.test.ts',
  'test/postgres/lost-commit.test.ts',
  'test/postgres/maintenance.test.ts',
  'test/postgres/suitability.test.ts',
  'test/service/example-models.test.ts',
  'test/service/first-content.test.ts',
  'test/service/many-refusals.test.ts',
  'test/service/snapshot-after-restore.test.ts',
  'test/service/watch-ends.test.ts',
  'test/tenant/stores.test.ts',
  'test/write/isolation.test.ts',
  'test/write/mixed-race.test.ts',
  'test/write/schema-race.test.ts',
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
          exclude: ['test/system/**', ...LONG],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts', ...LONG],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
});
