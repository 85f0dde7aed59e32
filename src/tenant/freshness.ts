/**
 * How fresh a store is on this node: the revocation bound.
 *
 * *Fresh-as-of* is the local time taken before the node sent the head question to the primary
 * whose answer it has since applied. Time since is the larger of what the monotonic and the wall
 * clock say, for a paused machine can stop the first. No clocks of two machines are compared.
 */
import { PembaError } from '../base/errors.ts';

/** A moment of this machine, by both of its clocks, in milliseconds. */
export interface Moment {
  monotonic: number;
  wall: number;
}

export interface Clock {
  now(): Moment;
}

export const systemClock: Clock = {
  now: () => ({ monotonic: performance.now(), wall: Date.now() }),
};

export class Freshness {
  private readonly clock: Clock;
  readonly maxStalenessMs: number;
  private freshAsOf: Moment | undefined;

  constructor(clock: Clock, maxStalenessMs: number) {
    this.clock = clock;
    this.maxStalenessMs = maxStalenessMs;
  }

  /** Everything up to the answer of a head question that was sent after `asked` has been applied. */
  confirm(asked: Moment): void {
    if (this.freshAsOf === undefined || asked.monotonic > this.freshAsOf.monotonic) this.freshAsOf = asked;
  }

  /** True if everything that was committed at `moment` has been applied. */
  isAsOf(moment: Moment): boolean {
    return this.freshAsOf !== undefined && this.freshAsOf.monotonic >= moment.monotonic;
  }

  /** Nothing is known to be fresh any more. */
  forget(): void {
    this.freshAsOf = undefined;
  }

  /** Milliseconds since fresh-as-of; infinite if there was none yet. */
  age(): number {
    if (this.freshAsOf === undefined) return Number.POSITIVE_INFINITY;
    const now = this.clock.now();
    return Math.max(now.monotonic - this.freshAsOf.monotonic, now.wall - this.freshAsOf.wall);
  }

  isFresh(): boolean {
    return this.age() <= this.maxStalenessMs;
  }

  /** @throws PembaError STALE */
  assertFresh(): void {
    const age = this.age();
    if (age <= this.maxStalenessMs) return;
    const since = Number.isFinite(age) ? `for ${Math.round(age)} ms` : 'yet';
    throw new PembaError(
      'STALE',
      `this node has not heard from the primary database ${since}, and answers may be at most ${this.maxStalenessMs} ms old; try again or ask another node`,
    );
  }
}
