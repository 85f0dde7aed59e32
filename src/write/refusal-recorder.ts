/**
 * Records refused writes beside the writes: in batches, at a bounded rate, in bounded memory. What is not recorded is
 * counted, and the audit tells how many there were.
 */
import { asPembaError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { AuditEvent } from '../model/audit-event.ts';
import type { Clock } from '../tenant/freshness.ts';

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
  /** How many refusals of a store are recorded in a second; as many may come at once. */
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
  /** How many may still be recorded just now, as of a time of the monotonic clock. */
  allowance: number;
  asOf: number;
  events: AuditEvent[];
  notRecorded: number;
  /** The last one that was not recorded: where its count is told. */
  last: Pick<AuditEvent, 'revision' | 'time'> | undefined;
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
    const waiting = this.waitingOf(storeId);
    const size = charactersOf(event);
    const hasRoom =
      this.waitingEvents < WAITING_EVENTS && this.waitingCharacters + size <= WAITING_CHARACTERS;
    if (waiting.allowance >= 1 && hasRoom && !this.isStopped) {
      waiting.allowance -= 1;
      waiting.events.push(event);
      this.waitingEvents += 1;
      this.waitingCharacters += size;
    } else {
      waiting.notRecorded += 1;
      waiting.last = { revision: event.revision, time: event.time };
      this.options.onNotRecorded(1);
    }
    this.flushSoon();
  }

  private waitingOf(storeId: string): Waiting {
    const { clock, perSecond } = this.options;
    const { monotonic } = clock.now();
    const known = this.stores.get(storeId);
    if (known === undefined) {
      const made = { allowance: perSecond, asOf: monotonic, events: [], notRecorded: 0, last: undefined };
      this.stores.set(storeId, made);
      return made;
    }
    known.allowance = Math.min(perSecond, known.allowance + ((monotonic - known.asOf) / 1000) * perSecond);
    known.asOf = monotonic;
    return known;
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
      if (waiting.last === undefined && waiting.events.length === 0) this.dropIdle(storeId, waiting);
      else if (!(await this.flushStore(storeId, waiting))) return;
    }
  }

  /** A store of which nothing was refused for a second is as one of which nothing ever was. */
  private dropIdle(storeId: string, waiting: Waiting): void {
    const { clock } = this.options;
    if (clock.now().monotonic - waiting.asOf >= 1000) this.stores.delete(storeId);
  }

  /** @returns false if there is no use in going on now */
  private async flushStore(storeId: string, waiting: Waiting): Promise<boolean> {
    const { notRecorded, last } = waiting;
    const events = [...waiting.events];
    const counts: AuditEvent[] =
      last === undefined ? [] : [{ kind: 'refusals_not_recorded', ...last, count: notRecorded }];
    try {
      const written = await this.options.refusalLog.write(storeId, [...events, ...counts]);
      this.isFailing = false;
      this.forget(waiting, events, notRecorded);
      const recorded = Math.max(0, written - counts.length);
      this.options.onRecorded(recorded);
      this.countInstead(waiting, events.slice(recorded));
      return true;
    } catch (error) {
      return this.failed(error, storeId, waiting, events);
    }
  }

  /** What came while it was written stays. */
  private forget(waiting: Waiting, events: readonly AuditEvent[], notRecorded: number): void {
    waiting.events.splice(0, events.length);
    this.waitingEvents -= events.length;
    for (const event of events) this.waitingCharacters -= charactersOf(event);
    waiting.notRecorded -= notRecorded;
    if (waiting.notRecorded === 0) waiting.last = undefined;
  }

  /** Their number is told the next time. */
  private countInstead(waiting: Waiting, events: readonly AuditEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    waiting.notRecorded += events.length;
    waiting.last ??= { revision: last.revision, time: last.time };
    this.options.onNotRecorded(events.length);
  }

  private failed(error: unknown, storeId: string, waiting: Waiting, events: readonly AuditEvent[]): boolean {
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
    this.forget(waiting, events, events.length === 0 ? waiting.notRecorded : 0);
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
    for (const { notRecorded } of this.stores.values()) count += notRecorded;
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
