/** What a write demands of the state before it. */
import { PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Plan } from '../engine/plan.ts';
import { formatFilter, type Precondition } from '../model/write.ts';
import type { View } from '../view/view.ts';
import { anyTuple, Steps } from './filter.ts';
import { assertNamesKnown } from './filter-names.ts';

/** @throws PembaError PRECONDITION_FAILED, UNKNOWN_TYPE, UNKNOWN_RELATION, RELATION_NOT_WRITABLE, LIMIT */
export function assertPreconditions(
  plan: Plan,
  view: View,
  preconditions: readonly Precondition[],
  limits: Limits,
): void {
  const steps = new Steps(limits);
  for (const [i, precondition] of preconditions.entries()) assertHolds(plan, view, precondition, i, steps);
}

function assertHolds(
  plan: Plan,
  view: View,
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
