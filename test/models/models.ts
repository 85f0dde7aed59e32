/** The models of schema/ and their tests, which may be run with one of the files changed. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Report } from '../../src/schema-test/report.ts';
import { runTestFile } from '../../src/schema-test/run-test-file.ts';

const FOLDER = new URL('../../schema/', import.meta.url);

/** Paths from schema/. */
export const TEST_FILES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.test.yaml'))
  .sort();

export const TUPLE_FILES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.tuples'))
  .sort();

export const SCHEMA_FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.pemba'))
  .sort();

export function textOf(path: string): string {
  return readFileSync(new URL(path, FOLDER), 'utf8');
}

/** @param changed what stands in place of a file; its path is from schema/ */
export function run(test: string, changed?: { path: string; text: string }): Promise<Report> {
  return runTestFile({ path: `schema/${test}`, text: textOf(test) }, async (path) =>
    path === changed?.path ? changed.text : textOf(path),
  );
}
