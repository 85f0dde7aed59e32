/** What came of a test file. */
import type { ExplainMiss, ExplainReason } from '../../client/explore-requests.ts';
import type { SchemaDiagnostic } from '../schema-diagnostic.ts';

/** Why a file could not be run. */
export interface TestProblem {
  file: string;
  /** Lines and columns count from 1. */
  line: number;
  column: number;
  message: string;
}

/** Something that is not as the file expects it. */
export interface TestDifference {
  file: string;
  line: number;
  column: number;
  /** The name of the test and of the write it stands in, if they have any. */
  within: string[];
  message: string;
  /** Why something holds that should not; each step before those it follows from. */
  reasons: ExplainReason[];
  /** What would make that hold which should, the smallest changes first. */
  misses: ExplainMiss[];
}

export interface TestReport {
  problems: TestProblem[];
  /** Errors of the schema. */
  diagnostics: SchemaDiagnostic[];
  /** The text of each file of the schema, by its name in the diagnostics. */
  texts: Readonly<Record<string, string>>;
  /** Expectations that were looked at; each accepted or refused write is one. */
  expectations: number;
  differences: TestDifference[];
}
