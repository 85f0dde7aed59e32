/** The invariants that the changes of a write may have broken, on the state after it. */
import type { Requirement } from '../rules.ts';
import { hasOwnTuples } from '../stored.ts';
import type { Violation } from '../violation.ts';
import { checkContains, checkPathAt } from './contains.ts';
import { ExcludesCheck } from './excludes.ts';
import { checkCount } from './multiplicity.ts';
import { checkOneOf } from './one-of.ts';
import type { InvariantState, TouchedEdge } from './state.ts';
import { checkUnique } from './unique.ts';

/** The first one broken, in the order of the language: multiplicity, unique, require. */
export function checkChanges(state: InvariantState, edges: readonly TouchedEdge[]): Violation | undefined {
  return (
    checkCounts(state, edges) ??
    checkUniques(state, edges) ??
    checkRequirements(state, edges) ??
    (state.rules.excludes.length === 0 ? undefined : new ExcludesCheck(state).checkChanges(edges))
  );
}

function checkCounts(state: InvariantState, edges: readonly TouchedEdge[]): Violation | undefined {
  const seen = new Set<number>();
  for (const { object, member } of edges) {
    const type = state.rules.types[member.type];
    if (type === undefined || type.counted.length === 0 || seen.has(object)) continue;
    seen.add(object);
    if (!hasOwnTuples(state.view, type.plan, object)) continue;
    for (const counted of type.counted) {
      const found = checkCount(state, counted, object);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function checkUniques(state: InvariantState, edges: readonly TouchedEdge[]): Violation | undefined {
  for (const { isAdded, member, to } of edges) {
    if (!isAdded || !state.rules.members[member.index].unique) continue;
    for (const rule of state.rules.types[member.type]?.uniques ?? []) {
      const found = rule.members[0] === member ? checkUnique(state, rule, to, 'INVARIANT_UNIQUE') : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function checkRequirements(state: InvariantState, edges: readonly TouchedEdge[]): Violation | undefined {
  for (const edge of edges) {
    for (const rule of state.rules.touching[edge.member.index]) {
      const found = checkRequirement(state, rule, edge);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function checkRequirement(
  state: InvariantState,
  rule: Requirement,
  edge: TouchedEdge,
): Violation | undefined {
  const { isAdded, object, to } = edge;
  switch (rule.kind) {
    case 'one of':
      return isAdded ? checkOneOf(state, rule, object, to) : undefined;
    case 'unique':
      return isAdded ? checkUnique(state, rule, to, 'INVARIANT_REQUIRE') : undefined;
    case 'contains':
      return checkContains(state, rule, object, to);
    case 'path contains':
      return checkPathAt(state, rule, edge);
    default:
      return undefined;
  }
}
