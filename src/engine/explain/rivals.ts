/** The stored tuples that `require one of` leaves no room for beside those that a miss adds. */
import type { Member } from '../member.ts';
import type { Plan } from '../plan.ts';
import { type Edge, keyOf } from './names.ts';
import type { Question } from './question.ts';

/** @returns each once, to be removed; undefined if it is among the added ones themselves that there is no room */
export function rivalsOf({ plan, names }: Question, added: readonly Edge[]): Edge[] | undefined {
  const rivals = new Map<string, Edge>();
  const keys = new Set(added.map(keyOf));
  for (const edge of added) {
    const member = plan.member(names.typeOf(edge.object), edge.relation);
    if (member === undefined) continue;
    for (const { relation } of rivalMembers(plan, member)) {
      const rival = { ...edge, relation };
      if (keys.has(keyOf(rival))) return undefined;
      if (names.isUnexpired(rival)) rivals.set(keyOf(rival), rival);
    }
  }
  return [...rivals.values()];
}

const membersOfPlan = new WeakMap<Plan, Map<Member, readonly Member[]>>();

/** The relations of its type that a subject stored in this one must not be stored in. */
function rivalMembers(plan: Plan, member: Member): readonly Member[] {
  let byMember = membersOfPlan.get(plan);
  if (byMember === undefined) {
    byMember = new Map();
    membersOfPlan.set(plan, byMember);
  }
  let found = byMember.get(member);
  if (found === undefined) {
    found = findRivals(plan, member);
    byMember.set(member, found);
  }
  return found;
}

function findRivals(plan: Plan, member: Member): Member[] {
  const found = new Set<string>();
  const type = plan.schema.types.find(({ name }) => name === member.typeName);
  for (const rule of type?.requires ?? []) {
    if (rule.kind !== 'one of' || !rule.relations.includes(member.name)) continue;
    for (const name of rule.relations) found.add(name);
  }
  found.delete(member.name);
  const members = plan.types.get(member.typeName)?.members;
  return [...found].flatMap((name) => members?.get(name) ?? []);
}
