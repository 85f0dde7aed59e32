/**
 * What the long questions take of a node: how many are open at a time, and the memory of what lookups found and have
 * not sent. Results that are only kept for following pages give way to those of open lookups.
 */
import { type Limits, limitReached } from '../base/limits.ts';
import { FoundCache } from './found-cache.ts';

export class Explorations {
  readonly cache: FoundCache;
  private readonly limits: Limits;
  private open = 0;
  private bytes = 0;

  constructor(limits: Limits, cache = new FoundCache()) {
    this.limits = limits;
    this.cache = cache;
  }

  get openCount(): number {
    return this.open;
  }

  /** Of the results that open lookups hold, and of those kept for following pages. */
  get heldBytes(): number {
    return this.bytes + this.cache.bytes;
  }

  /** To be ended whatever happens. @throws PembaError LIMIT */
  begin(): Exploration {
    const { explorations } = this.limits;
    if (this.open >= explorations) throw limitReached('explorations', explorations);
    this.open++;
    const hold = (bytes: number): void => this.hold(bytes);
    return new Exploration(hold, () => this.open--);
  }

  /** @throws PembaError LIMIT, and then holds none of them */
  private hold(bytes: number): void {
    const { lookupBytes } = this.limits;
    const next = this.bytes + bytes;
    if (bytes > 0 && next + this.cache.bytes > lookupBytes) {
      this.cache.shrinkTo(Math.max(0, lookupBytes - next));
      if (next > lookupBytes) throw limitReached('lookupBytes', lookupBytes);
    }
    this.bytes = next;
  }
}

/** One long question while it is open. */
export class Exploration {
  private readonly take: (bytes: number) => void;
  private readonly leave: () => void;
  private bytes = 0;

  constructor(take: (bytes: number) => void, leave: () => void) {
    this.take = take;
    this.leave = leave;
  }

  get heldBytes(): number {
    return this.bytes;
  }

  /** @throws PembaError LIMIT */
  hold(bytes: number): void {
    this.take(bytes);
    this.bytes += bytes;
  }

  /** Gives everything back; once. */
  end(): void {
    this.hold(-this.bytes);
    this.leave();
  }
}
