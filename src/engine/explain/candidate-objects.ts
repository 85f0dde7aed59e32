/** The objects that a tuple proposed as missing may name beside the subject. */

import type { Sliced } from '../../base/slices.ts';
import { ITSELF, NONE } from '../../graph/graph.ts';
import { WILDCARD } from '../../model/reference.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { Plan } from '../plan.ts';
import type { Proposals } from './proposals.ts';
import type { Question } from './question.ts';
import { isFollowed } from './schema-facts.ts';

/** So many neighbours of the asked object are taken, or else so many of the subject: the first by their text. */
const MOST_NEIGHBOURS = 16;
/** So many places where the subject, or a set it may be in, is stored are looked at. */
const MOST_HOLDERS = 4_096;

export interface CandidateObjects {
  /** Those that may be named by any tuple. */
  objects: number[];
  /** Those that may also be linked to, by the relations that arrows follow. */
  targets: number[];
}

/**
 * The asked object, the subject's, and the objects stored at the asked one; of these only those whose type has members,
 * for nobody can be in anything of the others. Where nothing is stored at the asked object, as at a new one, it may be linked
 * to what the subject, or a set it may be in, is stored at.
 */
export function* findCandidateObjects(question: Question): Sliced<CandidateObjects> {
  const { plan, view, query, names, budget } = question;
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
  const targets = neighbours.length > 0 ? [] : yield* findTargets(question, found);
  return { objects: [...found], targets };
}

/** The objects around the subject that the asked one may be linked to. */
function* findTargets(
  { plan, view, query, names, proposals, budget }: Question,
  known: ReadonlySet<number>,
): Sliced<number[]> {
  const linkable = linkableTypes(plan, proposals, query.member.typeName);
  if (linkable.size === 0) return [];
  const targets: { object: number; text: string }[] = [];
  const nodes: number[] = [view.findNode(query.subjectObject, query.subjectRelation)];
  const seen = new Set<number>(nodes);
  const met = new Set<number>(known);
  const cursor = new Neighbours();
  let left = MOST_HOLDERS;
  for (let i = 0; i < nodes.length; i++) {
    if (nodes[i] === NONE) continue;
    cursor.holdersOf(view, nodes[i]);
    for (let holder = cursor.next(); holder !== NONE; holder = cursor.next()) {
      if (budget.step()) yield;
      if (--left < 0) return targets.map(({ object }) => object);
      const object = view.objectOf(holder);
      if (met.has(object)) continue;
      met.add(object);
      const type = names.typeOf(object);
      if (linkable.has(type)) insert(targets, { object, text: names.textOf(object) });
      for (const member of plan.types.get(view.graph.types.name(type))?.members.values() ?? []) {
        const node = view.findNode(object, member.relation);
        if (node === NONE || seen.has(node)) continue;
        seen.add(node);
        nodes.push(node);
      }
    }
  }
  return targets.map(({ object }) => object);
}

/** The numbers of the types that the type's relations followed by arrows admit. */
function linkableTypes(plan: Plan, proposals: Proposals, typeName: string): ReadonlySet<number> {
  const found = new Set<number>();
  for (const member of plan.types.get(typeName)?.members.values() ?? []) {
    if (!isFollowed(plan, member)) continue;
    for (const { type, wildcard } of proposals.shapesOf(member)) if (!wildcard) found.add(type);
  }
  return found;
}

/** Keeps the list sorted and short. */
function insert<T extends { text: string }>(list: T[], item: T): void {
  let at = list.length;
  while (at > 0 && item.text < list[at - 1].text) at--;
  if (at === MOST_NEIGHBOURS) return;
  list.splice(at, 0, item);
  if (list.length > MOST_NEIGHBOURS) list.pop();
}
