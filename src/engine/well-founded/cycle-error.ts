/** The error of a check that depends on its own negation. */
import { PembaError } from '../../base/errors.ts';
import type { View } from '../../view/view.ts';
import type { Value } from '../memo.ts';
import { UNMENTIONED_OBJECT, UNMENTIONED_SUBJECT } from '../query.ts';
import type { Problem } from './grounding.ts';
import { findNegationCycle } from './negation-cycle.ts';
import { referencesOf } from './rule.ts';

/** How many members of a cycle an error names at its start, and at its end with the closing one. */
const NAMED_FIRST = 5;
const NAMED_LAST = 5;
/** Characters of an id in an error, as in `quoted` of `model/reference.ts`. */
const ID_LENGTH = 80;

/** It names the cycle. @param lower what each problem is at least @param upper and at most; some of them differ */
export function cycleError(
  view: View,
  problems: readonly Problem[],
  lower: readonly Value[],
  upper: readonly Value[],
): PembaError {
  const isOpen = (number: number): boolean => lower[number] !== upper[number];
  const references = problems.map(({ rule }, number) =>
    isOpen(number) ? referencesOf(rule, false).filter(({ to }) => isOpen(to)) : [],
  );
  const names = shortenedPath(findNegationCycle(references), (number) => nameOf(view, problems[number]));
  return new PembaError(
    'NEGATION_CYCLE',
    `the check depends on its own negation: ${names.join(' -> ')}; remove a tuple of this cycle, or the \`except\` from the schema`,
  );
}

function shortenedPath(path: readonly number[], name: (number: number) => string): string[] {
  const left = path.length - NAMED_FIRST - NAMED_LAST;
  if (left <= 0) return path.map(name);
  return [...path.slice(0, NAMED_FIRST).map(name), `… ${left} more …`, ...path.slice(-NAMED_LAST).map(name)];
}

function nameOf(view: View, { object, member }: Problem): string {
  const known = object !== UNMENTIONED_OBJECT && object !== UNMENTIONED_SUBJECT;
  return `\`${member.typeName}:${known ? shortenedId(view.idOf(object)) : '…'}#${member.name}\``;
}

function shortenedId(id: string): string {
  if (id.length <= ID_LENGTH) return id;
  return `${id.slice(0, ID_LENGTH - 3).replace(/[\ud800-\udbff]$/, '')}…`;
}
