/** Tuples that count as stored for one request alone. */
import { type Limits, withinLimit } from '../base/limits.ts';
import { assertAdmitted } from '../judge/admission.ts';
import type { Tuple } from '../model/tuple.ts';
import type { View } from '../view/view.ts';
import type { State } from './state.ts';

/**
 * The state's view with the tuples in it.
 * @throws PembaError LIMIT, UNKNOWN_TYPE, UNKNOWN_RELATION, RELATION_NOT_WRITABLE, SUBJECT_NOT_ALLOWED
 */
export function withContextualTuples(state: State, tuples: readonly Tuple[], limits: Limits): View {
  if (tuples.length === 0) return state.view;
  withinLimit(limits, 'contextualTuples', tuples.length, 'contextual_tuples');
  for (const [i, tuple] of tuples.entries()) assertAdmitted(state.plan, tuple, `contextual_tuples[${i}]`);
  const view = state.overlayView();
  for (const tuple of tuples) view.add(tuple);
  return view;
}
