/** ListPermissions: all that a subject has on one object. */
import { type Limits, limitReached } from '../../base/limits.ts';
import type { Sliced } from '../../base/slices.ts';
import { parseObject } from '../../model/reference.ts';
import type { View } from '../../view/view.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from '../circumstances.ts';
import type { Answer } from '../engine.ts';
import { NO, YES } from '../memo.ts';
import { missingParameters } from '../missing.ts';
import type { Plan } from '../plan.ts';
import { UNMENTIONED_SUBJECT } from '../query.ts';
import { Walk } from '../walk/walk.ts';
import { resolveSubject } from './resolve-subject.ts';

export interface FoundPermission {
  name: string;
  /** Otherwise it is a relation. */
  isPermission: boolean;
  /** Never `denied`. */
  answer: Answer;
  /** Of a conditional one: the parameters it depends on that nobody gave, sorted. */
  missing?: readonly string[];
}

export interface PermissionsQuery {
  /** `type:id` */
  object: string;
  /** `type:id`, `type:id#relation` or `type:*`. */
  subject: string;
}

/**
 * In the order of the schema. Each is a check with the limits of a check; `lookupSteps` bounds them together.
 * @param view if work goes on after a yield, its content has to stay
 * @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION; LIMIT; NEGATION_CYCLE
 */
export function* listPermissions(
  plan: Plan,
  view: View,
  query: PermissionsQuery,
  limits: Limits,
  circumstances: Circumstances = NO_CIRCUMSTANCES,
): Sliced<FoundPermission[]> {
  const ref = parseObject(query.object, 'object');
  const type = plan.type(ref.type, 'object');
  const { id, ...subject } = resolveSubject(plan, view, query.subject, 'subject');
  const isSame = subject.subjectType === type.number && id === ref.id;
  const object = isSame ? subject.subjectObject : view.findObject(type.number, ref.id) || UNMENTIONED_SUBJECT;
  const walk = new Walk(limits);
  walk.begin(plan, view, circumstances);
  const found: FoundPermission[] = [];
  let steps = 0;
  for (const member of type.members.values()) {
    const asked = { member, object, ...subject };
    const value = walk.check(asked);
    const { name, isPermission } = member;
    if (value === YES) found.push({ name, isPermission, answer: 'allowed' });
    else if (value !== NO) {
      const missing = missingParameters(plan, view, walk, asked);
      found.push({ name, isPermission, answer: 'conditional', missing });
    }
    steps += walk.work;
    if (steps > limits.lookupSteps) throw limitReached('lookupSteps', limits.lookupSteps);
    walk.goOn();
    yield;
  }
  return found;
}
