/** How many refusals of a store may be recorded just now, and how many of one actor: nobody hides the others' by a storm. */

/** What has run down fills up again within a second. */
const FULL_MS = 1_000;

interface Allowance {
  /** What was left of it when something was taken last. */
  left: number;
  /** When that was. */
  asOf: number;
}

export class RefusalRate {
  private readonly perSecond: number;
  /** Of one actor. */
  private readonly perActor: number;
  private whole: Allowance;
  /**
   * Those of whom one was recorded within a second, whose turn is longest ago first. So there are never more than are
   * recorded in a second.
   */
  private readonly actors = new Map<string, Allowance>();

  /** @param now in milliseconds of the monotonic clock, as in all that follows */
  constructor(perSecond: number, now: number) {
    this.perSecond = perSecond;
    this.perActor = Math.ceil(perSecond / 2);
    this.whole = { left: perSecond, asOf: now };
  }

  /** @returns true if one more may be recorded; it counts from now on */
  take(actor: string, now: number): boolean {
    this.forgetIdle(now);
    const { whole, perSecond, perActor } = this;
    const own = this.actors.get(actor) ?? { left: perActor, asOf: now };
    const leftOfAll = leftOf(whole, perSecond, now);
    const leftOfOwn = leftOf(own, perActor, now);
    if (leftOfAll < 1 || leftOfOwn < 1) return false;
    this.whole = { left: leftOfAll - 1, asOf: now };
    // Behind all others, so that they stand in the order of their times.
    this.actors.delete(actor);
    this.actors.set(actor, { left: leftOfOwn - 1, asOf: now });
    return true;
  }

  /** True if it is as if nothing had been recorded. */
  isIdle(now: number): boolean {
    return now - this.whole.asOf >= FULL_MS;
  }

  private forgetIdle(now: number): void {
    for (const [actor, { asOf }] of this.actors) {
      if (now - asOf < FULL_MS) return;
      this.actors.delete(actor);
    }
  }
}

function leftOf({ left, asOf }: Allowance, perSecond: number, now: number): number {
  return Math.min(perSecond, left + ((now - asOf) / FULL_MS) * perSecond);
}
