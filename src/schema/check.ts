import { checkClauses } from './check/clauses.ts';
import { checkConditions } from './check/conditions.ts';
import { checkDuplicates } from './check/duplicates.ts';
import { checkExpressions } from './check/expressions.ts';
import { checkFile } from './check/file.ts';
import { checkHoldable } from './check/holdable.ts';
import { checkMultiplicity } from './check/multiplicity.ts';
import { checkNames } from './check/names.ts';
import { checkNegation } from './check/negation.ts';
import { checkOperators } from './check/operators.ts';
import { checkRead } from './check/read.ts';
import { checkRequires } from './check/requires.ts';
import { checkSetsOf } from './check/sets-of.ts';
import { silenceWarnings } from './check/silence.ts';
import { checkSubjects } from './check/subjects.ts';
import type { ParsedSchema } from './parsed-schema.ts';
import type { Report } from './report.ts';

/** Each finds one kind of mistake and relies on no other having found none. */
const CHECKS: ((parsed: ParsedSchema, report: Report) => void)[] = [
  checkFile,
  checkNames,
  checkDuplicates,
  checkSubjects,
  checkMultiplicity,
  checkConditions,
  checkExpressions,
  checkSetsOf,
  checkOperators,
  checkRequires,
  checkNegation,
  checkClauses,
  checkHoldable,
  checkRead,
  // Last, as it takes back what the others warned of.
  silenceWarnings,
];

/** Reports what is wrong or doubtful in trees whose names are resolved. */
export function check(parsed: ParsedSchema, report: Report): void {
  for (const one of CHECKS) one(parsed, report);
}
