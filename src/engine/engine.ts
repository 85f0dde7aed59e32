/** The engine's face: questions in, answers out, on one view and without awaiting. */
import { asPembaError, type PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { View } from '../view/view.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from './circumstances.ts';
import { NO, YES } from './memo.ts';
import { missingParameters } from './missing.ts';
import type { Plan } from './plan.ts';
import { type QueryText, resolveQuery } from './query.ts';
import { Walk } from './walk/walk.ts';

/** Questions of a batch whose error says what was probably meant: finding it takes a look at all names. */
const HINTS_PER_BATCH = 10;

const NONE_MISSING: readonly string[] = [];

export type Answer = 'allowed' | 'denied' | 'conditional';

export class Engine {
  private readonly walk: Walk;
  private lastMissing = NONE_MISSING;

  constructor(limits: Limits) {
    this.walk = new Walk(limits);
  }

  /**
   * After a conditional answer, {@link missing} says what it depends on.
   * @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION, LIMIT, NEGATION_CYCLE; MALFORMED_CONTEXT,
   *   CONDITION_FAILED if the answer depends on a condition that has no value
   */
  check(plan: Plan, view: View, text: QueryText, circumstances: Circumstances = NO_CIRCUMSTANCES): Answer {
    this.walk.begin(plan, view, circumstances);
    return this.answer(plan, view, text, -1, true);
  }

  /** Of the last answer: the parameters it depends on that nobody gave, sorted; none unless it is conditional. */
  get missing(): readonly string[] {
    return this.lastMissing;
  }

  /**
   * Answers each question by itself: one that fails leaves the others as they are. The limit on
   * work counts over the whole batch, so a batch cannot hold the process longer than a check.
   * @param missing takes, by the place of each conditional answer, what it depends on
   */
  batchCheck(
    plan: Plan,
    view: View,
    texts: readonly QueryText[],
    circumstances: Circumstances = NO_CIRCUMSTANCES,
    missing?: Map<number, readonly string[]>,
  ): (Answer | PembaError)[] {
    this.walk.begin(plan, view, circumstances);
    let hints = HINTS_PER_BATCH;
    return texts.map((text, i) => {
      try {
        const answer = this.answer(plan, view, text, i, hints > 0);
        if (answer === 'conditional') missing?.set(i, this.missing);
        return answer;
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
    const query = resolveQuery(plan, view, text, item, hints);
    const value = this.walk.check(query);
    this.lastMissing = NONE_MISSING;
    if (value === YES) return 'allowed';
    if (value === NO) return 'denied';
    this.lastMissing = missingParameters(plan, view, this.walk, query);
    return 'conditional';
  }
}
