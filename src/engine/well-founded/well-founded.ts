/**
 * Decides a question whose walk met itself through a negation.
 *
 * It writes down every sub-problem the question can touch and computes the well-founded model
 * (Van Gelder, Ross & Schlipf 1991) by the alternating fixed point: a lower bound of what holds,
 * with everything not surely absent counted as present right of `except`, and an upper bound the
 * other way round, until neither moves. On data that is stratified both bounds meet, and this is
 * the perfect model; where they do not, the check depends on its own negation and that is an error
 * that names the cycle. Nothing here depends on the order of tuples or operands.
 */
import type { View } from '../../view/view.ts';
import type { GrantValues } from '../grant-values.ts';
import type { Member } from '../member.ts';
import { NO, type Value, YES } from '../memo.ts';
import type { Plan } from '../plan.ts';
import type { Query } from '../query.ts';
import { cycleError } from './cycle-error.ts';
import { type AskedPart, Grounding, type Problem } from './grounding.ts';
import { evaluate } from './rule.ts';

/** @param asked whom it is about */
export type Know = (asked: Query, member: Member, object: number, value: Value) => void;

export interface Hooks {
  visit: () => void;
  know: Know;
}

/**
 * @param grants says which tuples hold
 * @param hooks `visit` is called for each step of work, so that it counts towards the walk's limit; `know` is told of
 *   everything that was decided on the way
 * @param part asks for it and not for the member that the query names
 * @throws PembaError NEGATION_CYCLE, LIMIT
 */
export function solveWellFounded(
  plan: Plan,
  view: View,
  grants: GrantValues,
  query: Query,
  { visit, know }: Hooks,
  part?: AskedPart,
): Value {
  const problems = new Grounding(plan, view, grants, query, visit).run(part);
  const { lower, upper } = alternatingFixedPoint(problems, visit);
  if (lower[0] !== upper[0]) throw cycleError(view, problems, lower, upper);
  for (const [number, { asked, member, object }] of problems.entries()) {
    // A part is no whole member; and some may depend on their own negation although the question does not.
    const isKnown = lower[number] === upper[number] && !(number === 0 && part !== undefined);
    if (isKnown) know(asked.query, member, object, lower[number]);
  }
  return lower[0];
}

/** What each problem is at least and at most; they differ where it depends on its own negation. */
function alternatingFixedPoint(
  problems: readonly Problem[],
  visit: () => void,
): { lower: readonly Value[]; upper: readonly Value[] } {
  let lower = problems.map((): Value => NO);
  let upper = problems.map((): Value => YES);
  for (;;) {
    const nextUpper = leastFixedPoint(problems, lower, upper, visit);
    const nextLower = leastFixedPoint(problems, nextUpper, lower, visit);
    const done = sameValues(nextLower, lower) && sameValues(nextUpper, upper);
    lower = nextLower;
    upper = nextUpper;
    if (done) return { lower, upper };
  }
}

/**
 * The least values that satisfy the rules when problems right of `except` have those of `negated`,
 * and right of an `except` within that, those of `before`.
 */
function leastFixedPoint(
  problems: readonly Problem[],
  negated: readonly Value[],
  before: readonly Value[],
  visit: () => void,
): Value[] {
  const values = problems.map((): Value => NO);
  for (let changed = true; changed; ) {
    changed = false;
    // From the back: what a problem refers to was mostly numbered after it, so that values
    // travel up a whole chain in one round.
    for (let i = values.length - 1; i >= 0; i--) {
      for (let cost = problems[i].cost; cost > 0; cost--) visit();
      const value = evaluate(problems[i].rule, values, negated, before);
      if (value !== values[i]) {
        values[i] = value;
        changed = true;
      }
    }
  }
  return values;
}

function sameValues(a: readonly Value[], b: readonly Value[]): boolean {
  return a.every((value, i) => value === b[i]);
}
