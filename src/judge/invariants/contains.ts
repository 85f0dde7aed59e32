/**
 * `require x contains z` and `require x.y contains z`.
 *
 * Conditional and expiring tuples count in `z` and in the `x` of `x.y`, not in what has to contain: so no clock and no
 * parameter can break it.
 */

import type { Member } from '../../engine/member.ts';
import { NONE } from '../../graph/graph.ts';
import type { Contains, PathContains } from '../rules.ts';
import { EXPIRED, PLAIN } from '../stored.ts';
import type { Violation } from '../violation.ts';
import type { InvariantState, TouchedEdge } from './state.ts';

/** @param subject the node of a subject that may be stored in `z` */
export function checkContains(
  state: InvariantState,
  { member, contained, text, source }: Contains,
  object: number,
  subject: number,
): Violation | undefined {
  if (state.present(state.nodeOf(object, contained), subject) === EXPIRED) return undefined;
  if (state.present(state.nodeOf(object, member), subject) === PLAIN) return undefined;
  return {
    reason: 'INVARIANT_REQUIRE',
    rule: text,
    source,
    what: (names) =>
      `${names.node(subject)} would be stored in \`${contained.name}\` of ${names.object(object)} and not for good in \`${member.name}\``,
  };
}

/** Looks at what one tuple may have broken, from whichever of the objects it was written on. */
export function checkPathAt(
  state: InvariantState,
  rule: PathContains,
  { isAdded, member, object, to }: TouchedEdge,
): Violation | undefined {
  if (isAdded && member === rule.contained) {
    const found = checkFrom(state, rule, object, to);
    if (found !== undefined) return found;
  }
  if (isAdded && member === rule.over && state.present(state.nodeOf(object, member), to) !== EXPIRED) {
    const found = checkTo(state, rule, object, to);
    if (found !== undefined) return found;
  }
  if (!isAdded && rule.ofType[member.type] === member) return checkBehind(state, rule, member, object, to);
  return undefined;
}

/** All of one object. */
export function checkPath(state: InvariantState, rule: PathContains, object: number): Violation | undefined {
  for (const behind of state.subjectsOf(object, rule.over)) {
    const found = checkTo(state, rule, object, behind);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** For one subject in `z`: over all that `x` holds. */
function checkFrom(
  state: InvariantState,
  rule: PathContains,
  object: number,
  subject: number,
): Violation | undefined {
  if (state.present(state.nodeOf(object, rule.contained), subject) === EXPIRED) return undefined;
  for (const behind of state.subjectsOf(object, rule.over)) {
    const found = checkPair(state, rule, object, behind, subject);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** For one that `x` holds: over all subjects in `z`. */
function checkTo(
  state: InvariantState,
  rule: PathContains,
  object: number,
  behind: number,
): Violation | undefined {
  if (rule.ofType[state.view.typeOf(state.view.objectOf(behind))] === undefined) return undefined;
  for (const subject of state.subjectsOf(object, rule.contained)) {
    const found = checkPair(state, rule, object, behind, subject);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where `y` of an object lost a subject: over all objects that hold it in `x`, found from the side with fewer. */
function checkBehind(
  state: InvariantState,
  rule: PathContains,
  member: Member,
  object: number,
  subject: number,
): Violation | undefined {
  if (state.present(state.nodeOf(object, member), subject) === PLAIN) return undefined;
  const named = rule.namedAs
    .map((relation) => state.view.findNode(object, relation))
    .filter((node) => node !== NONE);
  const fromSubject = holderCount(state, [subject]) < holderCount(state, named);
  for (const node of named) {
    const holders = fromSubject ? state.holdersOf(subject, rule.contained) : state.holdersOf(node, rule.over);
    for (const holder of holders) {
      if (state.present(state.nodeOf(holder, rule.over), node) === EXPIRED) continue;
      if (state.present(state.nodeOf(holder, rule.contained), subject) === EXPIRED) continue;
      return broken(rule, holder, object, subject);
    }
  }
  return undefined;
}

/** At most so many tuples hold one of these as their subject, but for what the overlay adds. */
function holderCount({ view }: InvariantState, nodes: readonly number[]): number {
  let count = 0;
  for (const node of nodes) count += view.holderCount(node);
  return count;
}

function checkPair(
  state: InvariantState,
  rule: PathContains,
  object: number,
  behind: number,
  subject: number,
): Violation | undefined {
  const { view } = state;
  const other = view.objectOf(behind);
  const member = rule.ofType[view.typeOf(other)];
  if (member === undefined || state.present(state.nodeOf(other, member), subject) === PLAIN) return undefined;
  return broken(rule, object, other, subject);
}

function broken(
  { over, contained, text, source }: PathContains,
  object: number,
  other: number,
  subject: number,
): Violation {
  return {
    reason: 'INVARIANT_REQUIRE',
    rule: text,
    source,
    what: (names) =>
      `${names.object(object)} would hold ${names.node(subject)} in \`${contained.name}\` and ${names.object(other)} in \`${over.name}\`, which does not`,
  };
}
