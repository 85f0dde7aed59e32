/** Why a question is answered as it is. */

import { PembaError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import type { Sliced } from '../../base/slices.ts';
import type { View } from '../../view/view.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from '../circumstances.ts';
import type { Answer } from '../engine.ts';
import { NO, YES } from '../memo.ts';
import { missingParameters } from '../missing.ts';
import type { Plan } from '../plan.ts';
import { type QueryText, resolveQuery } from '../query.ts';
import { Walk } from '../walk/walk.ts';
import { Budget } from './budget.ts';
import { buildGraph } from './build-graph.ts';
import { derive, type Reason } from './derivation.ts';
import type { Miss } from './miss.ts';
import { findMisses } from './misses.ts';
import { Names } from './names.ts';
import { Proposals } from './proposals.ts';
import type { Question } from './question.ts';

export type { Reason } from './derivation.ts';
export type { Miss } from './miss.ts';

export interface Explanation {
  /** The same as that of a check. */
  answer: Answer;
  /** Of a conditional one: the parameters it depends on that nobody gave, sorted. */
  missing?: readonly string[];
  /** If it is allowed: the shortest derivation, each step before those it follows from. */
  reasons: Reason[];
  /** Unless it is allowed: the smallest sets of changes that would allow it, the smallest first. */
  misses: Miss[];
  /** The search for misses reached the limit: there may be more, and smaller ones. */
  missesArePartial?: true;
}

export interface ExplainOptions {
  /** At most so many misses; {@link DEFAULT_MISSES} if 0. */
  maxMisses: number;
}

const DEFAULT_MISSES = 3;

/**
 * Explains one question. The check itself is done in one piece, within the limits of a check.
 * @param view with an overlay, it may come to know more names; what is stored in it stays the same
 * @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION, NEGATION_CYCLE; LIMIT, of `explainSteps` only if it
 *   is allowed
 */
export function* explain(
  plan: Plan,
  view: View,
  text: QueryText,
  { maxMisses }: ExplainOptions,
  limits: Limits,
  circumstances: Circumstances = NO_CIRCUMSTANCES,
): Sliced<Explanation> {
  const query = resolveQuery(plan, view, text);
  const walk = new Walk(limits);
  walk.begin(plan, view, circumstances);
  const value = walk.check(query);
  const answer = value === YES ? 'allowed' : value === NO ? 'denied' : 'conditional';
  const missing = answer === 'conditional' ? missingParameters(plan, view, walk, query) : [];
  walk.goOn();
  // A check is not interrupted, but it has a slice of its own.
  yield;
  const names = new Names(view, query, text, walk.grants);
  const budget = new Budget(limits);
  const proposals = new Proposals(plan, names, circumstances, walk.grants);
  const question: Question = { plan, view, query, names, proposals, budget, circumstances, walk };
  if (answer === 'allowed') {
    return { answer, reasons: yield* deriveStored(question), misses: [] };
  }
  const found = yield* findMisses(question, text, maxMisses || DEFAULT_MISSES, limits);
  return {
    answer,
    ...(missing.length === 0 ? {} : { missing }),
    reasons: [],
    misses: found.misses,
    ...(found.arePartial ? { missesArePartial: true } : {}),
  };
}

function* deriveStored(question: Question): Sliced<Reason[]> {
  try {
    const graph = yield* buildGraph(question, false);
    return yield* derive(question, graph, (tuple) => graph.tuples[tuple].isStored);
  } catch (error) {
    if (!(error instanceof PembaError) || !question.budget.isSpent) throw error;
    const todo =
      'it is allowed, but the search for its shortest derivation takes more: raise the limit, or ask Expand with a depth';
    throw new PembaError(error.reason, `${error.message}; ${todo}`);
  }
}
