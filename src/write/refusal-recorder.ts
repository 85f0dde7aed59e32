/**
 * Records refused writes beside the writes: in batches, at a bounded rate, in bounded memory. What is not recorded is
 * counted, and the audit tells how many there were, and whose.
 */
import { asPembaError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { AuditEvent } from '../model/audit-event.ts';
import type { Clock } from '../tenant/freshness.ts';
import { RefusalCounts } from './refusal-counts.ts';
import { RefusalRate } from './refusal-rate.ts';

/** Where refusals are recorded: implemented by `postgres/`. */
export interface RefusalLog {
  /**
   * Writes events of one store, all or none.
   * @returns how many there are now; fewer than given of a store that is gone, or that somebody was erased from
   */
  write(storeId: string, events: readonly AuditEvent[]): Promise<number>;
}

export interface RefusalRecorderOptions {
  log: Log;
  refusalLog: RefusalLog;
  clock: Clock;
  /** How many refusals of a store are recorded in a second, half of them of one actor; as many may come at once. */
  perSecond: number;
  /** Told how many were recorded, and how many were not: for metrics. */
  onRecorded: (count: number) => void;
  onNotRecorded: (count: number) => void;
}

/** How long a refusal waits for others, in milliseconds. */
const FLUSH_MS = 1_000;
/** What may wait at all while the database is away: events, and characters of their texts. */
const WAITING_EVENTS = 1_000;
const WAITING_CHARACTERS = 8_388_608;

/** What waits of one store. */
interface Waiting {
  rate: RefusalRate;
  events: AuditEvent[];
  notRecorded: RefusalCounts;
}

export class RefusalRecorder {
  private readonly options: RefusalRecorderOptions;
  /** Those whose turn is next come first. */
  private readonly stores = new Map<string, Waiting>();
  private waitingEvents = 0;
  private waitingCharacters = 0;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;
  /** Whether the last try failed: it is logged once, not each second. */
  private isFailing = false;
  private isStopped = false;

  constructor(options: RefusalRecorderOptions) {
    this.options = options;
  }

  /** Notes a refusal. Never fails, never waits. */
  note(storeId: string, event: AuditEvent): void {
    const { monotonic } = this.options.clock.now();
    const waiting = this.waitingOf(storeId, monotonic);
    const size = charactersOf(event);
    const hasRoom =
      this.waitingEvents < WAITING_EVENTS && this.waitingCharacters + size <= WAITING_CHARACTERS;
    if (hasRoom && !this.isStopped && waiting.rate.take(event.actor ?? '', monotonic)) {
      waiting.events.push(event);
      this.waitingEvents += 1;
      this.waitingCharacters += size;
    } else {
      waiting.notRecorded.add(event);
      this.options.onNotRecorded(1);
    }
    this.flushSoon();
  }

  private waitingOf(storeId: string, now: number): Waiting {
    let waiting = this.stores.get(storeId);
    if (waiting === undefined) {
      const rate = new RefusalRate(this.options.perSecond, now);
      waiting = { rate, events: [], notRecorded: new RefusalCounts() };
      this.stores.set(storeId, waiting);
    }
    return waiting;
  }

  private flushSoon(): void {
    if (this.isStopped || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, FLUSH_MS);
    // A node that ends otherwise does not live on for this; one that stops cleanly asks for it.
    this.timer.unref();
  }

  /** Writes what waits, as far as the database takes it; never fails. What is left is tried again. */
  flush(): Promise<void> {
    this.flushing ??= this.flushAll().finally(() => {
      this.flushing = undefined;
      if (this.stores.size > 0) this.flushSoon();
    });
    return this.flushing;
  }

  private async flushAll(): Promise<void> {
    for (const [storeId, waiting] of [...this.stores]) {
      if (waiting.notRecorded.total === 0 && waiting.events.length === 0) this.dropIdle(storeId, waiting);
      else if (!(await this.flushStore(storeId, waiting))) return;
    }
  }

  /** A store of which nothing was refused for a second is as one of which nothing ever was. */
  private dropIdle(storeId: string, waiting: Waiting): void {
    const { clock } = this.options;
    if (waiting.rate.isIdle(clock.now().monotonic)) this.stores.delete(storeId);
  }

  /** @returns false if there is no use in going on now */
  private async flushStore(storeId: string, waiting: Waiting): Promise<boolean> {
    const events = [...waiting.events];
    const counts = waiting.notRecorded.events();
    try {
      const written = await this.options.refusalLog.write(storeId, [...events, ...counts]);
      this.isFailing = false;
      this.forget(waiting, events, counts);
      const recorded = Math.max(0, written - counts.length);
      this.options.onRecorded(recorded);
      this.countInstead(waiting, events.slice(recorded));
      return true;
    } catch (error) {
      return this.failed(error, storeId, waiting, events, counts);
    }
  }

  /** What came while it was written stays. */
  private forget(waiting: Waiting, events: readonly AuditEvent[], counts: readonly AuditEvent[]): void {
    waiting.events.splice(0, events.length);
    this.waitingEvents -= events.length;
    for (const event of events) this.waitingCharacters -= charactersOf(event);
    waiting.notRecorded.subtract(counts);
  }

  /** Their number is told the next time. */
  private countInstead(waiting: Waiting, events: readonly AuditEvent[]): void {
    for (const event of events) waiting.notRecorded.add(event);
    if (events.length > 0) this.options.onNotRecorded(events.length);
  }

  private failed(
    error: unknown,
    storeId: string,
    waiting: Waiting,
    events: readonly AuditEvent[],
    counts: readonly AuditEvent[],
  ): boolean {
    const { log } = this.options;
    // The others have their turn before this one is tried again.
    this.stores.delete(storeId);
    this.stores.set(storeId, waiting);
    if (asPembaError(error).reason !== 'INTERNAL') {
      if (!this.isFailing) log.warn('refused writes could not be recorded; trying again', { error });
      this.isFailing = true;
      return false;
    }
    // It would fail the same way the next time, and stand in the way of others.
    log.error('refused writes cannot be recorded', { error, store: storeId, count: events.length });
    this.forget(waiting, events, events.length === 0 ? counts : []);
    this.countInstead(waiting, events);
    return true;
  }

  /**
   * Writes what waits. What the database does not take within `ms` milliseconds is counted, and logged.
   */
  async stop(ms: number): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.flushTheRest(), patience]);
    clearTimeout(timer);
    let count = this.waitingEvents;
    if (count > 0) this.options.onNotRecorded(count);
    for (const { notRecorded } of this.stores.values()) count += notRecorded.total;
    if (count > 0) this.options.log.warn('stopped before refused writes were recorded', { count });
  }

  private async flushTheRest(): Promise<void> {
    // One that is under way may have begun before the last refusal.
    await this.flushing;
    await this.flush();
  }
}

/** Of the texts whose length the caller chooses, more or less. */
function charactersOf({ metadata = '', message = '' }: AuditEvent): number {
  return metadata.length + message.length;
}
