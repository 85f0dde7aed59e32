/** The engine's face: questions in, answers out, on one view and without awaiting. */
import { PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { View } from '../view/view.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from './circumstances.ts';
import { NO, YES } from './memo.ts';
import { missingParameters } from './missing.ts';
import type { Plan } from './plan.ts';
import { type Query, type QueryText, resolveQuery } from './query.ts';
import { failureOf, Questions } from './questions.ts';
import { Walk } from './walk/walk.ts';

const NONE_MISSING: readonly string[] = [];

export type Answer = 'allowed' | 'denied' | 'conditional';

export class Engine {
  private readonly walk: Walk;
  private readonly questions = new Questions();
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
    return this.answer(plan, view, resolveQuery(plan, view, text));
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
    this.questions.start();
    const answers: (Answer | PembaError)[] = [];
    while (answers.length < texts.length) {
      for (const query of this.questions.resolve(plan, view, texts, answers.length)) {
        const answer = query instanceof PembaError ? query : this.answerOrFailure(plan, view, query);
        if (answer === 'conditional') missing?.set(answers.length, this.missing);
        answers.push(answer);
      }
    }
    return answers;
  }

  private answerOrFailure(plan: Plan, view: View, query: Query): Answer | PembaError {
    try {
      return this.answer(plan, view, query);
    } catch (error) {
      return failureOf(error);
    }
  }

  private answer(plan: Plan, view: View, query: Query): Answer {
    const value = this.walk.check(query);
    this.lastMissing = NONE_MISSING;
    if (value === YES) return 'allowed';
    if (value === NO) return 'denied';
    this.lastMissing = missingParameters(plan, view, this.walk, query);
    return 'conditional';
  }
}
