/** Tuples that count as stored for one request alone. */
import { type Limits, withinLimit } from '../base/limits.ts';
import { assertAdmitted, assertExpiryAdmitted } from '../judge/admission.ts';
import type { Tuple } from '../model/tuple.ts';
import type { View } from '../view/view.ts';
import { assertContextWithinLimit } from './context-limit.ts';
import type { State } from './state.ts';

/**
 * The state's view with the tuples in it; one that is stored carries what it carries here.
 * @throws PembaError LIMIT, UNKNOWN_TYPE, UNKNOWN_RELATION, RELATION_NOT_WRITABLE, SUBJECT_NOT_ALLOWED
 */
export function withContextualTuples(
  state: State,
  tuples: readonly Tuple[],
  limits: Limits,
  now: () => number,
): View {
  if (tuples.length === 0) return state.view;
  withinLimit(limits, 'contextualTuples', tuples.length, 'contextual_tuples');
  for (const [i, tuple] of tuples.entries()) {
    assertContextWithinLimit(tuple, `contextual_tuples[${i}]`, limits);
    assertAdmitted(state.plan, tuple, `contextual_tuples[${i}]`);
    assertExpiryAdmitted(state.plan, tuple, now(), `contextual_tuples[${i}]`);
  }
  const view = state.overlayView();
  for (const tuple of tuples) view.put(tuple);
  return view;
}
