/** Long questions: in slices, on a revision that stays as it is, released whatever happens. */
import type { Limits } from '../base/limits.ts';
import { runSliced, type Sliced } from '../base/slices.ts';
import type { Plan } from '../engine/plan.ts';
import type { Tuple } from '../model/tuple.ts';
import type { View } from '../view/view.ts';
import type { Consistency } from './consistency.ts';
import { withContextualTuples } from './contextual-tuples.ts';
import type { PinnedState } from './state.ts';

/** What the questions about the graph have in common. */
export interface ExploreContext {
  consistency: Consistency;
  contextualTuples: readonly Tuple[];
  /** Milliseconds since 1970. */
  deadline: number;
  /** Aborted when the caller waits no more. */
  signal?: AbortSignal | undefined;
}

/** An engine's question, bound to everything but the state it is asked of. */
export type Question<T> = (plan: Plan, view: View) => Sliced<T>;

/**
 * Asks `question` of the state and releases it.
 * @throws PembaError DEADLINE, CANCELLED, NOT_READY, UNKNOWN_STORE, and what the question throws
 */
export async function askPinned<T>(
  state: PinnedState,
  question: Question<T>,
  { contextualTuples, deadline, signal }: ExploreContext,
  limits: Limits,
): Promise<T> {
  try {
    const view = withContextualTuples(state, contextualTuples, limits);
    return await runSliced(question(state.plan, view), { deadline, signal, resume: state.assertCurrent });
  } finally {
    state.release();
  }
}
