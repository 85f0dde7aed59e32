/** Long questions: in slices, on a revision that stays as it is, released whatever happens. */
import type { Json } from '../base/json.ts';
import type { Limits } from '../base/limits.ts';
import { runSliced, type Sliced } from '../base/slices.ts';
import type { Circumstances } from '../engine/circumstances.ts';
import type { Hold } from '../engine/lookup/found.ts';
import type { Plan } from '../engine/plan.ts';
import type { Tuple } from '../model/tuple.ts';
import type { View } from '../view/view.ts';
import { circumstancesOf } from './circumstances.ts';
import type { Consistency } from './consistency.ts';
import { assertRequestContext } from './context-limit.ts';
import { withContextualTuples } from './contextual-tuples.ts';
import type { Exploration } from './explorations.ts';
import type { PinnedState } from './state.ts';

/** What the questions about the graph have in common. */
export interface ExploreContext {
  consistency: Consistency;
  contextualTuples: readonly Tuple[];
  /** Values for the parameters of conditions. */
  context?: Readonly<Record<string, Json>> | undefined;
  /** Milliseconds since 1970. */
  deadline: number;
  /** Aborted when the caller waits no more. */
  signal?: AbortSignal | undefined;
}

/** An engine's question, bound to everything but the state it is asked of. */
export type Question<T> = (plan: Plan, view: View, circumstances: Circumstances, hold: Hold) => Sliced<T>;

/**
 * Asks `question` of the state and releases it; what its answer holds is held by the exploration until that ends.
 * @param now the time it is asked for, in milliseconds since 1970, unless the consistency names one of the past
 * @throws PembaError DEADLINE, CANCELLED, NOT_READY, UNKNOWN_STORE, and what the question throws
 */
export async function askPinned<T>(
  state: PinnedState,
  question: Question<T>,
  { consistency, contextualTuples, context, deadline, signal }: ExploreContext,
  limits: Limits,
  now: () => number,
  exploration: Exploration,
): Promise<T> {
  try {
    if (context !== undefined) assertRequestContext(context, limits);
    const view = withContextualTuples(state, contextualTuples, limits, now);
    const circumstances = circumstancesOf(consistency, context, now);
    const hold = (bytes: number): void => exploration.hold(bytes);
    return await runSliced(question(state.plan, view, circumstances, hold), {
      deadline,
      signal,
      resume: state.assertCurrent,
    });
  } finally {
    state.release();
  }
}
