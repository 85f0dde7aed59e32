/** Counts the work of a lookup: when a slice is over, and when the limit is reached. */
import { type Limits, limitReached } from '../../base/limits.ts';
import { STEPS_A_YIELD } from '../../base/slices.ts';

export class SubjectWork {
  private readonly limit: number;
  private steps = 0;
  private sliceEnd = STEPS_A_YIELD;

  constructor(limits: Limits) {
    this.limit = limits.lookupSteps;
  }

  /** @throws PembaError LIMIT */
  count(steps: number): void {
    this.steps += steps;
    if (this.steps > this.limit) throw limitReached('lookupSteps', this.limit);
  }

  /** True, once, if it is time to yield. */
  isSliceOver(): boolean {
    if (this.steps < this.sliceEnd) return false;
    this.sliceEnd = this.steps + STEPS_A_YIELD;
    return true;
  }
}
