/**
 * Judges writes before they reach SQL: one after the other on an overlay that holds those accepted
 * before, so that each sees exactly the state it will be committed on.
 */

import { must } from '../base/assert.ts';
import { PembaError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { Limits } from '../base/limits.ts';
import type { Plan } from '../engine/plan.ts';
import type { ObjectRef } from '../model/reference.ts';
import { type Change, formatTuple } from '../model/tuple.ts';
import type { Precondition, Update } from '../model/write.ts';
import type { OverlayView } from '../view/view.ts';
import { assertAdmitted, assertExpiryAdmitted, assertSubjectAdmitted } from './admission.ts';
import { applyChanges, changesOf, type Effect, effectsOf, undoChanges } from './effects.ts';
import { Actor } from './governed/actor.ts';
import { judgeGoverned } from './governed/judge-governed.ts';
import { namesFor } from './governed/known-objects.ts';
import { checkChanges } from './invariants/check-changes.ts';
import { InvariantState, type TouchedEdge } from './invariants/state.ts';
import { assertPreconditions } from './preconditions.ts';
import { violationError } from './violation.ts';

/** A write as far as judging it goes. */
export interface TupleWrite {
  updates: readonly Update[];
  preconditions: readonly Precondition[];
  /** On whose behalf: then the schema decides whether it may happen. Absent: the trusted path. */
  actor?: ObjectRef | undefined;
  /** Values for the parameters of conditions that the actor's permissions depend on. */
  context?: Readonly<Record<string, Json>> | undefined;
}

/**
 * Judges one write and, if it may happen, makes its changes to the view.
 * @param now milliseconds since 1970: what has expired by then does not hold
 * @returns what changes, in order; an update that changes nothing is not in it
 * @throws PembaError if it may not: the first reason in the order of `refusal.ts`; LIMIT if that takes too much work
 *   to tell. The view is as it was
 */
export function judgeWrite(
  plan: Plan,
  view: OverlayView,
  write: TupleWrite,
  now: number,
  limits: Limits,
): Change[] {
  const { updates, preconditions, actor: ref, context = {} } = write;
  assertPreconditions(plan, view, preconditions, limits);
  assertTypes(plan, updates);
  // Who asks for a right cannot say what time it is.
  const circumstances = { now, context, keepsNow: true };
  const actor = ref === undefined ? undefined : new Actor(plan, view, ref, circumstances, limits);
  assertExpiries(plan, updates, now);
  const effects = effectsOf(view, updates);
  if (actor !== undefined) judgeGoverned(plan, view, actor, effects);
  for (const effect of effects) if (isThere(effect)) throw alreadyThere(effect, now);
  const changes = changesOf(effects);
  applyChanges(view, changes);
  try {
    assertInvariants(plan, view, { updates, actor, changes }, now, limits);
  } catch (error) {
    undoChanges(view, changes);
    throw error;
  }
  return changes;
}

function assertTypes(plan: Plan, updates: readonly Update[]): void {
  for (const [i, { operation, tuple }] of updates.entries()) {
    if (operation === 'delete') assertSubjectAdmitted(plan, tuple, `updates[${i}].tuple`);
    else assertAdmitted(plan, tuple, `updates[${i}].tuple`);
  }
}

function assertExpiries(plan: Plan, updates: readonly Update[], now: number): void {
  for (const [i, { operation, tuple }] of updates.entries()) {
    if (operation !== 'delete') assertExpiryAdmitted(plan, tuple, now, `updates[${i}].tuple`);
  }
}

function assertInvariants(
  plan: Plan,
  view: OverlayView,
  {
    updates,
    actor,
    changes,
  }: { updates: readonly Update[]; actor: Actor | undefined; changes: readonly Change[] },
  now: number,
  limits: Limits,
): void {
  const state = new InvariantState(plan, view, now, limits);
  const violation = checkChanges(
    state,
    changes.map((change) => edgeOf(plan, view, change)),
  );
  if (violation === undefined) return;
  // What the actor may know of is asked on the state before the write.
  undoChanges(view, changes);
  try {
    throw violationError(violation, namesFor(plan, view, actor, updates));
  } finally {
    applyChanges(view, changes);
  }
}

function edgeOf(
  plan: Plan,
  view: OverlayView,
  { op, tuple: { object, relation, subject } }: Change,
): TouchedEdge {
  const member = must(plan.types.get(object.type)?.members.get(relation), relation);
  const from = view.nodeOf(object.type, object.id, relation);
  const to = view.nodeOf(subject.type, subject.id, subject.relation);
  return { isAdded: op === 'add', member, object: view.objectOf(from), from, to };
}

function isThere({ update, stored }: Effect): boolean {
  return update.operation === 'create' && stored !== undefined;
}

function alreadyThere({ update, index, stored }: Effect, now: number): PembaError {
  const hasExpired = stored?.expiresAt !== undefined && stored.expiresAt <= now;
  const what = hasExpired ? 'is stored still, though it has expired' : 'exists already';
  const instead = hasExpired ? 'Use touch to replace it' : 'Use touch if that is fine';
  return new PembaError(
    'TUPLE_EXISTS',
    `updates[${index}]: \`${formatTuple(update.tuple)}\` ${what}; nothing was written. ${instead}`,
    { field: `updates[${index}].tuple` },
  );
}
