/**
 * Fails a run in which a test was skipped or left to do, and writes the counts of the run.
 *
 * The counts go as JSON to the path in the environment variable TEST_SUMMARY; `.ci/run` sums them.
 */
import { writeFileSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';

export interface TestSummary {
  passed: number;
  /** Failed tests, and errors outside tests: files that do not load, hooks, unhandled rejections. */
  failed: number;
  skipped: number;
}

export default class NoSkipsReporter implements Reporter {
  private vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    const summary: TestSummary = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const skipped: string[] = [];
    for (const module of modules) {
      summary.failed += module.errors().length;
      for (const suite of module.children.allSuites()) summary.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') summary.passed++;
        else if (state === 'failed') summary.failed++;
        else {
          summary.skipped++;
          skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
        }
      }
    }
    if (reason === 'interrupted' || (reason === 'failed' && summary.failed === 0)) summary.failed++;

    const path = process.env.TEST_SUMMARY;
    if (path) writeFileSync(path, `${JSON.stringify(summary)}\n`);

    // With -t the tests that do not match count as skipped; that is no way to run all of them, so it
    // is let through only where nobody counts.
    const filtered = this.vitest?.getGlobalTestNamePattern() !== undefined;
    if (skipped.length > 0 && !(filtered && !path)) {
      console.error(`\n${skipped.length} skipped or todo, which fails the run:`);
      for (const name of skipped) console.error(`  ${name}`);
      process.exitCode = 1;
    }
  }
}
