/** The objects that a tuple proposed as missing may name beside the subject. */

import type { Sliced } from '../../base/slices.ts';
import { ITSELF, NONE } from '../../graph/graph.ts';
import { WILDCARD } from '../../model/reference.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { Question } from './question.ts';

/** So many neighbours of the asked object are taken: the first by their text. */
const MOST_NEIGHBOURS = 16;

/**
 * The asked object, the subject's, and the objects stored at the asked one; of these only those whose type has members,
 * for nobody can be in anything of the others.
 */
export function* findCandidateObjects({ plan, view, query, names, budget }: Question): Sliced<number[]> {
  const found = new Set<number>([query.object]);
  const isWildcard = query.subjectRelation === ITSELF && !query.isPlain;
  const hasMembers = new Set<number>();
  for (const type of plan.types.values()) if (type.members.size > 0) hasMembers.add(type.number);
  if (!isWildcard) found.add(query.subjectObject);

  const neighbours: { object: number; text: string }[] = [];
  const seen = new Set(found);
  const cursor = new Neighbours();
  for (const member of plan.types.get(query.member.typeName)?.members.values() ?? []) {
    const node = view.findNode(query.object, member.relation);
    if (node === NONE) continue;
    cursor.subjectsOf(view, node);
    for (let at = cursor.next(); at !== NONE; at = cursor.next()) {
      if (budget.step()) yield;
      const object = view.objectOf(at);
      if (seen.has(object)) continue;
      seen.add(object);
      if (!hasMembers.has(names.typeOf(object)) || names.idOf(object) === WILDCARD) continue;
      insert(neighbours, { object, text: names.textOf(object) });
    }
  }
  for (const { object } of neighbours) found.add(object);
  return [...found];
}

/** Keeps the list sorted and short. */
function insert<T extends { text: string }>(list: T[], item: T): void {
  let at = list.length;
  while (at > 0 && item.text < list[at - 1].text) at--;
  if (at === MOST_NEIGHBOURS) return;
  list.splice(at, 0, item);
  if (list.length > MOST_NEIGHBOURS) list.pop();
}
