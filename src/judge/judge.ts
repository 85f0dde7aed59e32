/**
 * Judges writes before they reach SQL: one after the other on an overlay that holds those accepted
 * before, so that each sees exactly the state it will be committed on.
 */
import { PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Plan } from '../engine/plan.ts';
import { type Change, formatTuple } from '../model/tuple.ts';
import { formatFilter, type Precondition, type Update } from '../model/write.ts';
import type { OverlayView } from '../view/view.ts';
import { assertAdmitted } from './admission.ts';
import { anyTuple, Steps } from './filter.ts';
import { assertNamesKnown } from './filter-names.ts';

/** A write as far as judging it goes. */
export interface TupleWrite {
  updates: readonly Update[];
  preconditions: readonly Precondition[];
}

/**
 * Judges one write and, if it may happen, makes its changes to the view.
 * @returns what changes, in order; an update that changes nothing is not in it
 * @throws PembaError if it may not, LIMIT if that takes too much work to tell; the view is as it was
 */
export function judgeWrite(plan: Plan, view: OverlayView, write: TupleWrite, limits: Limits): Change[] {
  const steps = new Steps(limits);
  for (const [i, precondition] of write.preconditions.entries())
    assertHolds(plan, view, precondition, i, steps);
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

function assertHolds(
  plan: Plan,
  view: OverlayView,
  { filter, condition }: Precondition,
  i: number,
  steps: Steps,
): void {
  assertNamesKnown(plan, filter, `preconditions[${i}].filter`);
  const exists = anyTuple(view, filter, steps, `preconditions[${i}].filter`);
  if (exists === (condition === 'must_exist')) return;
  const tuple = `tuple with ${formatFilter(filter)}`;
  const what = exists ? `a ${tuple} exists, and none may` : `no ${tuple} exists, and one must`;
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
