/** The engine's face: questions in, answers out, on one view and without awaiting. */
import { asPembaError, type PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { View } from '../view/view.ts';
import { NO, YES } from './memo.ts';
import type { Plan } from './plan.ts';
import { type QueryText, resolveQuery } from './query.ts';
import { Walk } from './walk.ts';

/** Questions of a batch whose error says what was probably meant: finding it takes a look at all names. */
const HINTS_PER_BATCH = 10;

export type Answer = 'allowed' | 'denied' | 'conditional';

export class Engine {
  private readonly walk: Walk;

  constructor(limits: Limits) {
    this.walk = new Walk(limits);
  }

  /** @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION, LIMIT, NEGATION_CYCLE */
  check(plan: Plan, view: View, text: QueryText): Answer {
    this.walk.begin(plan, view);
    return this.answer(plan, view, text, -1, true);
  }

  /**
   * Answers each question by itself: one that fails leaves the others as they are. The limit on
   * work counts over the whole batch, so a batch cannot hold the process longer than a check.
   */
  batchCheck(plan: Plan, view: View, texts: readonly QueryText[]): (Answer | PembaError)[] {
    this.walk.begin(plan, view);
    let hints = HINTS_PER_BATCH;
    return texts.map((text, i) => {
      try {
        return this.answer(plan, view, text, i, hints > 0);
      } catch (error) {
        const failure = asPembaError(error);
        // A defect is no answer to a question: it fails the call, and is logged.
        if (failure.code === 'INTERNAL') throw error;
        if (failure.reason === 'UNKNOWN_TYPE' || failure.reason === 'UNKNOWN_RELATION') hints--;
        return failure;
      }
    });
  }

  private answer(plan: Plan, view: View, text: QueryText, item: number, hints: boolean): Answer {
    const value = this.walk.check(resolveQuery(plan, view, text, item, hints));
    return value === YES ? 'allowed' : value === NO ? 'denied' : 'conditional';
  }
}
