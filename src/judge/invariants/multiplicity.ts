/** How many subjects one object holds in a relation. */
import { ITSELF, NONE } from '../../graph/graph.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { Counted } from '../rules.ts';
import { EXPIRED, PLAIN, plainAt, standingOf, storedAt, wildcardOf } from '../stored.ts';
import type { Violation } from '../violation.ts';
import type { InvariantState } from './state.ts';

/** @param object one that has tuples; one without has no obligations */
export function checkCount(
  state: InvariantState,
  { member, multiplicity }: Counted,
  object: number,
): Violation | undefined {
  const node = state.nodeOf(object, member);
  const { min, max, source } = multiplicity;
  const carrying = state.rules.carrying[member.index] === 1;
  const isTooFew =
    min > 0 && (carrying ? !holdsLasting(state, node, min) : countPlain(state, node, member) < min);
  const isTooMany = max !== undefined && node !== NONE && holdsMore(state, node, max, carrying);
  if (!isTooFew && !isTooMany) return undefined;
  const rule = `${member.name} [${boundsOf(min, max)}]`;
  return {
    reason: 'INVARIANT_MULTIPLICITY',
    rule,
    source,
    what: (names) =>
      `${names.object(object)} would hold ${isTooFew ? 'fewer' : 'more'} subjects in \`${member.name}\` than it ${
        isTooFew ? 'must' : 'may'
      }`,
  };
}

function boundsOf(min: number, max: number | undefined): string {
  return min === max ? `${min}` : `${min}..${max ?? ''}`;
}

/** Objects stored at a node none of whose tuples carries anything; the wildcard is no object. */
function countPlain(state: InvariantState, node: number, { subjects }: Counted['member']): number {
  if (node === NONE) return 0;
  let count = plainAt(state.view, node);
  for (const { wildcard, type } of subjects) {
    if (!wildcard) continue;
    const all = wildcardOf(state.plan, state.view, type);
    if (all !== NONE && state.view.hasEdge(node, all)) count--;
  }
  return count;
}

/** True if at least `min` objects are stored at the node without a condition and without an expiry. */
function holdsLasting(state: InvariantState, node: number, min: number): boolean {
  if (node === NONE) return false;
  const { view, now, budget } = state;
  const cursor = new Neighbours().plainOf(view, node);
  let count = 0;
  for (let to = cursor.next(); to !== NONE; to = cursor.next()) {
    budget.take();
    if (standingOf(view, node, to, now) !== PLAIN || isWildcard(state, to)) continue;
    if (++count >= min) return true;
  }
  return false;
}

function isWildcard({ view }: InvariantState, node: number): boolean {
  return view.relationOf(node) === ITSELF && view.idOf(view.objectOf(node)) === '*';
}

/** True if more than `max` tuples at the node have not expired. */
function holdsMore(state: InvariantState, node: number, max: number, carrying: boolean): boolean {
  const { view, now, budget } = state;
  if (storedAt(view, node) <= max) return false;
  if (!carrying) return true;
  const cursor = new Neighbours().subjectsOf(view, node);
  let count = 0;
  for (let to = cursor.next(); to !== NONE; to = cursor.next()) {
    budget.take();
    if (standingOf(view, node, to, now) !== EXPIRED && ++count > max) return true;
  }
  return false;
}
