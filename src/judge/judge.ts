/**
 * Judges writes before they reach SQL: one after the other on an overlay that holds those accepted
 * before, so that each sees exactly the state it will be committed on.
 */
import { PembaError } from '../base/errors.ts';
import type { Plan } from '../engine/plan.ts';
import { type Change, formatTuple } from '../model/tuple.ts';
import type { Precondition, Update } from '../model/write.ts';
import type { OverlayView } from '../view/view.ts';
import { assertAdmitted } from './admission.ts';
import { anyTuple } from './filter.ts';

/** A write as far as judging it goes. */
export interface TupleWrite {
  updates: readonly Update[];
  preconditions: readonly Precondition[];
}

/**
 * Judges one write and, if it may happen, makes its changes to the view.
 * @returns what changes, in order; an update that changes nothing is not in it
 * @throws PembaError if it may not; the view is as it was
 */
export function judgeWrite(plan: Plan, view: OverlayView, write: TupleWrite): Change[] {
  for (const [i, precondition] of write.preconditions.entries()) assertHolds(view, precondition, i);
  for (const [i, { operation, tuple }] of write.updates.entries()) {
    assertAdmitted(plan, tuple, `updates[${i}].tuple`);
    if (operation === 'create' && view.has(tuple)) throw alreadyThere(tuple, i);
  }
  const changes: Change[] = [];
  for (const { operation, tuple } of write.updates) {
    const op = operation === 'delete' ? 'remove' : 'add';
    const changed = op === 'add' ? view.add(tuple) : view.remove(tuple);
    if (changed) changes.push({ op, tuple });
  }
  return changes;
}

function assertHolds(view: OverlayView, precondition: Precondition, i: number): void {
  const exists = anyTuple(view, precondition.filter);
  if (exists === (precondition.condition === 'must_exist')) return;
  const what = exists ? 'a tuple that must not exist does' : 'no tuple that must exist does';
  throw new PembaError('PRECONDITION_FAILED', `preconditions[${i}]: ${what}; nothing was written`, {
    field: `preconditions[${i}]`,
  });
}

function alreadyThere(tuple: Update['tuple'], i: number): PembaError {
  return new PembaError(
    'TUPLE_EXISTS',
    `updates[${i}]: \`${formatTuple(tuple)}\` exists already; nothing was written. Use touch if that is fine`,
    { field: `updates[${i}].tuple` },
  );
}
