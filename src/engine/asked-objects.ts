/** Objects that are asked about as subjects, for `name of set`. */
import { runWhole } from '../base/slices.ts';
import { ITSELF } from '../graph/graph.ts';
import type { View } from '../view/view.ts';
import { type PairList, PossiblePairs } from './lookup/possible-pairs.ts';
import { waysTo, waysToTargets } from './lookup/ways.ts';
import type { Member, Targets } from './member.ts';
import type { Plan } from './plan.ts';
import type { Query } from './query.ts';

/** An object that is asked about as a subject, and the number of its type. */
export interface AskedObject {
  type: number;
  object: number;
}

/** The same question about an object. @param member does not matter */
export function askedQuery(member: Member, { type, object }: AskedObject): Query {
  return {
    member,
    object,
    subjectType: type,
    subjectObject: object,
    subjectRelation: ITSELF,
    isPlain: true,
  };
}

/** The members behind a `name of`, each with an object, that the subject may be in. */
export function possiblePairs(
  plan: Plan,
  view: View,
  targets: Targets,
  subject: Query,
  visit: () => void,
): PairList {
  const ways = runWhole(waysToTargets(plan, targets));
  const isWanted = (member: Member): boolean => targets.ofType[member.type] === member;
  return new PossiblePairs(plan, view, ways, isWanted, visit).of(subject);
}

/** The objects that may have an object in `set`. */
export function possibleHolders(
  plan: Plan,
  view: View,
  set: Member,
  about: AskedObject,
  visit: () => void,
): readonly number[] {
  const ways = runWhole(waysTo(plan, set));
  return new PossiblePairs(plan, view, ways, (member) => member === set, visit).of(askedQuery(set, about))
    .objects;
}
