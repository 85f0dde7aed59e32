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
  const held = min > 0 ? (carrying ? lasting(state, node, min) : countPlain(state, node, member)) : 0;
  const isTooFew = held < min;
  const isTooMany = max !== undefined && node !== NONE && holdsMore(state, node, max, carrying);
  if (!isTooFew && !isTooMany) return undefined;
  const rule = `${member.name} [${boundsOf(min, max)}]`;
  // Told apart now, for the view changes until it is said.
  const uncounted = isTooFew && node !== NONE && storedAt(state.view, node) > held;
  return {
    reason: 'INVARIANT_MULTIPLICITY',
    rule,
    source,
    what: (names) =>
      `${names.object(object)} would hold ${isTooFew ? 'fewer' : 'more'} subjects in \`${member.name}\` than it ${
        isTooFew ? 'must' : 'may'
      }${uncounted ? UNCOUNTED : ''}`,
  };
}

/** What the reader of a refusal may have taken for a subject that counts. */
const UNCOUNTED =
  ', for sets, wildcards and what has a condition or an expiry do not count towards a minimum';

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

/** Objects stored at the node without a condition and without an expiry; counted up to `most`. */
function lasting(state: InvariantState, node: number, most: number): number {
  if (node === NONE) return 0;
  const { view, now, budget } = state;
  const cursor = new Neighbours().plainOf(view, node);
  let count = 0;
  for (let to = cursor.next(); to !== NONE; to = cursor.next()) {
    budget.take();
    if (standingOf(view, node, to, now) !== PLAIN || isWildcard(state, to)) continue;
    if (++count === most) break;
  }
  return count;
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
