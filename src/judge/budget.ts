/** Work that is done under a store's lock, counted against a limit. */
import { type LimitName, type Limits, limitReached } from '../base/limits.ts';

export class Budget {
  private readonly name: LimitName;
  private readonly limit: number;
  private left: number;

  constructor(limits: Limits, name: LimitName) {
    this.name = name;
    this.limit = limits[name];
    this.left = this.limit;
  }

  /** @throws PembaError LIMIT */
  take(steps = 1): void {
    this.left -= steps;
    if (this.left < 0) throw limitReached(this.name, this.limit);
  }
}
