/** Counts the work of one explanation, and says when it is time to yield. */
import { type Limits, limitReached } from '../../base/limits.ts';
import { STEPS_A_YIELD } from '../../base/slices.ts';

export class Budget {
  private readonly limit: number;
  private used = 0;
  private sinceYield = 0;

  /** The limit was reached. */
  get isSpent(): boolean {
    return this.used > this.limit;
  }

  constructor({ explainSteps }: Pick<Limits, 'explainSteps'>) {
    this.limit = explainSteps;
  }

  /** Counts work that was done in one piece. @returns {@link isSpent} */
  isSpentBy(steps: number): boolean {
    this.used += steps;
    return this.isSpent;
  }

  /**
   * Counts a step. @returns true if the caller has to yield before the next one
   * @throws PembaError LIMIT
   */
  step(): boolean {
    if (++this.used > this.limit) throw limitReached('explainSteps', this.limit);
    if (++this.sinceYield < STEPS_A_YIELD) return false;
    this.sinceYield = 0;
    return true;
  }

  /**
   * Counts work that was done in one piece; the next step is one to yield at.
   * @throws PembaError LIMIT
   */
  spend(steps: number): void {
    this.used += steps;
    this.sinceYield += steps;
    if (this.used > this.limit) throw limitReached('explainSteps', this.limit);
  }
}
