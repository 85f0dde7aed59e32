/**
 * The database's clock as this node knows it: its time at the last contact plus what has passed since.
 * It never goes back, so what has expired does not revive because a clock was set.
 */
import type { Clock, Moment } from './freshness.ts';

export class DatabaseClock {
  private readonly clock: Clock;
  private contact: { databaseTime: number; asked: Moment } | undefined;
  private latest = 0;
  /** The database's time less this machine's at the last contact, in milliseconds. */
  skewMs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /**
   * @param databaseTime milliseconds since 1970, as the database answered
   * @param asked the moment before it was asked
   */
  synchronize(databaseTime: number, asked: Moment): void {
    this.contact = { databaseTime, asked };
    this.skewMs = databaseTime - (asked.wall + this.clock.now().wall) / 2;
  }

  /** Milliseconds since 1970; this machine's own time before the first contact. */
  now(): number {
    const now = this.clock.now();
    const time = this.contact === undefined ? now.wall : this.sinceContact(this.contact, now);
    this.latest = Math.max(this.latest, time);
    return this.latest;
  }

  /** The larger of what both clocks say has passed, for a paused machine can stop the monotonic one. */
  private sinceContact(
    { databaseTime, asked }: { databaseTime: number; asked: Moment },
    now: Moment,
  ): number {
    return databaseTime + Math.max(now.monotonic - asked.monotonic, now.wall - asked.wall);
  }
}
