/**
 * Whether the schema lets an actor make a write: `created by`, `deleted by`, `granted by`, `revoked by`.
 *
 * All is evaluated on the state before the write, and for a new object as `creation.ts` says.
 */
import type { Plan } from '../../engine/plan.ts';
import type { OverlayView } from '../../view/view.ts';
import type { Effect } from '../effects.ts';
import type { Actor } from './actor.ts';
import { Clauses } from './clauses.ts';
import { Creation } from './creation.ts';
import { ObjectsOfWrite } from './objects-of-write.ts';
import {
  notDeleted,
  notGrantable,
  notGranted,
  notRevocable,
  notRevoked,
  type Refused,
  throwFirst,
} from './refusals.ts';

/** @throws PembaError NOT_CREATED_BY, NOT_DELETED_BY, NOT_GRANTED_BY, NOT_REVOKED_BY, LIMIT; the view is as it was */
export function judgeGoverned(plan: Plan, view: OverlayView, actor: Actor, effects: readonly Effect[]): void {
  const objects = new ObjectsOfWrite(plan, view, effects);
  const clauses = new Clauses(plan, actor);
  const refusedGrants = new Creation(plan, view, clauses, effects, objects).judge();
  judgeDeletion(objects, clauses);
  judgeGrants(objects, clauses, refusedGrants);
  judgeRevocations(objects, clauses);
}

function judgeDeletion(objects: ObjectsOfWrite, clauses: Clauses): void {
  const refused: Refused[] = [];
  for (const object of objects.all()) {
    const { ref, rules, isEmptied } = object;
    if (!isEmptied || rules.deletedBy === undefined) continue;
    const why = clauses.whyNot(rules, rules.deletedBy, { object: ref });
    if (why !== undefined) refused.push(notDeleted(clauses.actor, object, rules.deletedBy, why));
  }
  throwFirst(refused);
}

/** @param refusedOfNew those of new objects, which are judged with their creation */
function judgeGrants(objects: ObjectsOfWrite, clauses: Clauses, refusedOfNew: readonly Refused[]): void {
  const refused = [...refusedOfNew];
  for (const object of objects.all()) {
    if (object.before === 'new' && object.rules.createdBy !== undefined) continue;
    for (const effect of object.adds) {
      const member = clauses.memberOf(effect);
      const { grantedBy } = member;
      const why = grantedBy === undefined ? undefined : clauses.whyNotTuple(object, effect, grantedBy);
      if (grantedBy === undefined) refused.push(notGrantable(effect, member));
      else if (why !== undefined) refused.push(notGranted(clauses.actor, effect, grantedBy, why));
    }
  }
  throwFirst(refused);
}

function judgeRevocations(objects: ObjectsOfWrite, clauses: Clauses): void {
  const refused: Refused[] = [];
  for (const object of objects.all()) {
    if (object.isEmptied && object.rules.deletedBy !== undefined) continue;
    for (const effect of object.removes) {
      const member = clauses.memberOf(effect);
      const { revokedBy } = member;
      const why = revokedBy === undefined ? undefined : clauses.whyNotTuple(object, effect, revokedBy);
      if (revokedBy === undefined) refused.push(notRevocable(effect, member));
      else if (why !== undefined) refused.push(notRevoked(clauses.actor, effect, revokedBy, why));
    }
  }
  throwFirst(refused);
}
