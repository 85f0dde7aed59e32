/** The subject of a lookup, with its names turned into numbers of a view. */
import { NONE } from '../../graph/graph.ts';
import { NO_RELATION, parseSubject, WILDCARD } from '../../model/reference.ts';
import type { View } from '../../view/view.ts';
import type { Plan } from '../plan.ts';
import { type Query, UNMENTIONED_OBJECT } from '../query.ts';

export interface ResolvedSubject
  extends Pick<Query, 'subjectType' | 'subjectObject' | 'subjectRelation' | 'isPlain'> {
  id: string;
}

/**
 * A subject whose object no tuple mentions has the number {@link UNMENTIONED_OBJECT}.
 * @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION
 */
export function resolveSubject(plan: Plan, view: View, text: string, field: string): ResolvedSubject {
  const ref = parseSubject(text, field);
  const type = plan.type(ref.type, field);
  const isSet = ref.relation !== NO_RELATION;
  const object = view.findObject(type.number, ref.id);
  return {
    id: ref.id,
    subjectType: type.number,
    subjectObject: object === NONE ? UNMENTIONED_OBJECT : object,
    subjectRelation: isSet ? plan.memberOf(type, ref.relation, field).relation : 0,
    isPlain: !isSet && ref.id !== WILDCARD,
  };
}
