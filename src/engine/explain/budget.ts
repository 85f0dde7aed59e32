/** Counts the work of one explanation, and says when it is time to yield. */
import { type Limits, limitReached } from '../../base/limits.ts';
import { STEPS_A_YIELD } from '../../base/slices.ts';

export class Budget {
  private readonly limit: number;
  private used = 0;
  private sinceYield = 0;

  constructor(limits: Limits) {
    this.limit = limits.explainSteps;
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
   * Counts work that was done in one piece.
   * @throws PembaError LIMIT
   */
  spend(steps: number): void {
    this.used += steps;
    if (this.used > this.limit) throw limitReached('explainSteps', this.limit);
  }
}
