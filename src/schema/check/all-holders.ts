import type { NamedMember, SchemaFile } from '../language/generated/ast.ts';
import { declaredMembers, declaredTypes } from '../language/members.ts';
import { dependenciesOf } from './dependencies.ts';
import { type Holders, holdersOfMember, NOBODY } from './holders.ts';

/** How many types all results may name together; an ordinary schema needs some for each member. */
const MOST_TYPES_SEEN = 1_000_000;

// Several checks ask, and the trees do not change.
const holdersOfSchema = new WeakMap<SchemaFile, ReadonlyMap<NamedMember, Holders>>();

/**
 * Who can be in each member: the least fixed point, as for the tuples themselves. It is reached
 * after finitely many rounds since holders only ever grow.
 */
export function allHolders(tree: SchemaFile): ReadonlyMap<NamedMember, Holders> {
  let known = holdersOfSchema.get(tree);
  if (known === undefined) {
    known = computeHolders(tree);
    holdersOfSchema.set(tree, known);
  }
  return known;
}

function computeHolders(tree: SchemaFile): Map<NamedMember, Holders> {
  const dependents = dependentsOf(tree);
  const members = declaredTypes(tree).flatMap(declaredMembers);
  const holders = new Map<NamedMember, Holders>(members.map((member) => [member, NOBODY]));
  const due = new Set(members);
  let seen = 0;
  for (const member of due) {
    // Taken out before it is looked at, so that it can become due again.
    due.delete(member);
    const now = holdersOfMember(member, (name) => holders.get(name) ?? 'anybody');
    if (sizeOf(now) === sizeOf(holders.get(member) ?? NOBODY)) continue;
    // Long circles through many types take the cube of their length, and what follows is only a warning.
    seen += now === 'anybody' ? 1 : now.size;
    if (seen > MOST_TYPES_SEEN) return new Map(members.map((each) => [each, 'anybody']));
    holders.set(member, now);
    for (const dependent of dependents.get(member) ?? []) due.add(dependent);
  }
  return holders;
}

function sizeOf(holders: Holders): number {
  return holders === 'anybody' ? Number.POSITIVE_INFINITY : holders.size;
}

function dependentsOf(tree: SchemaFile): Map<NamedMember, NamedMember[]> {
  const dependents = new Map<NamedMember, NamedMember[]>();
  for (const { from, to } of dependenciesOf(tree)) {
    const known = dependents.get(to);
    if (known === undefined) dependents.set(to, [from]);
    else known.push(from);
  }
  return dependents;
}
