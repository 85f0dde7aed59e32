/** LookupResources: all objects of a type on which a subject has a relation or permission. */
import type { Limits } from '../../base/limits.ts';
import { type Sliced, STEPS_A_YIELD } from '../../base/slices.ts';
import { parseRelation, parseType } from '../../model/reference.ts';
import type { View } from '../../view/view.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from '../circumstances.ts';
import type { Plan } from '../plan.ts';
import { UNMENTIONED_OBJECT } from '../query.ts';
import { bytesOf, type Found, HOLD_ANYTHING, type Hold } from './found.ts';
import { resolveSubject } from './resolve-subject.ts';
import { ResourceSearch } from './resource-search.ts';
import { sortFound } from './sorted.ts';
import { waysTo } from './ways.ts';

export interface ResourcesQuery {
  resourceType: string;
  /** A relation or permission of the type. */
  relation: string;
  /** `type:id`, `type:id#relation` or `type:*`. */
  subject: string;
}

/**
 * By id in code point order, none twice. An object that no tuple mentions is found only where it is the subject. A wildcard
 * is none: it is never what a tuple is stored on.
 * @param view if work goes on after a yield, its content has to stay
 * @param hold told what is held, as soon as it is
 * @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION; LIMIT; NEGATION_CYCLE
 */
export function* lookupResources(
  plan: Plan,
  view: View,
  query: ResourcesQuery,
  limits: Limits,
  circumstances: Circumstances = NO_CIRCUMSTANCES,
  hold: Hold = HOLD_ANYTHING,
): Sliced<Found[]> {
  const type = plan.type(parseType(query.resourceType, 'resource_type'), 'resource_type');
  const member = plan.memberOf(type, parseRelation(query.relation, 'relation'), 'relation');
  const { id, ...subject } = resolveSubject(plan, view, query.subject, 'subject');
  const ways = yield* waysTo(plan, member);
  const search = new ResourceSearch(
    plan,
    view,
    { member, object: UNMENTIONED_OBJECT, ...subject },
    ways,
    limits,
    circumstances,
  );
  let searchBytes = 0;
  while (!search.advance(STEPS_A_YIELD)) {
    hold(search.byteLength - searchBytes);
    searchBytes = search.byteLength;
    yield;
  }

  const found: Found[] = [];
  for (let i = 0; i < search.resultCount; i++) {
    const { object, isKnown } = search.resultAt(i);
    const foundId = object === UNMENTIONED_OBJECT ? id : view.idOf(object);
    const each: Found = isKnown
      ? { id: foundId, answer: 'allowed' }
      : { id: foundId, answer: 'conditional', missing: search.missingAt(i) };
    hold(bytesOf(each));
    found.push(each);
    if (!isKnown || i % STEPS_A_YIELD === 0) yield;
  }
  hold(-searchBytes);
  return yield* sortFound(found);
}
