import { checkDuplicates } from './check/duplicates.ts';
import { checkExpressions } from './check/expressions.ts';
import { checkFile } from './check/file.ts';
import { checkHoldable } from './check/holdable.ts';
import { checkNames } from './check/names.ts';
import { checkNegation } from './check/negation.ts';
import { checkOperators } from './check/operators.ts';
import { checkRead } from './check/read.ts';
import { silenceWarnings } from './check/silence.ts';
import { checkSubjects } from './check/subjects.ts';
import { checkSupported } from './check/supported.ts';
import type { ParsedSchema } from './parsed-schema.ts';
import type { Report } from './report.ts';

/** Each finds one kind of mistake and relies on no other having found none. */
const CHECKS: ((parsed: ParsedSchema, report: Report) => void)[] = [
  checkFile,
  checkSupported,
  checkNames,
  checkDuplicates,
  checkSubjects,
  checkExpressions,
  checkOperators,
  checkNegation,
  checkHoldable,
  checkRead,
  // Last, as it takes back what the others warned of.
  silenceWarnings,
];

/** Reports what is wrong or doubtful in a tree whose names are resolved. */
export function check(parsed: ParsedSchema, report: Report): void {
  for (const one of CHECKS) one(parsed, report);
}
