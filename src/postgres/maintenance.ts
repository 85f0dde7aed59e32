/** Forgets what is older than it has to be kept, what deleted stores have left, and who is to be erased. Any number of nodes may do this at a time. */
import type { Log } from '../base/log.ts';
import type { Database } from './database.ts';
import { finishErasures } from './erase.ts';
import {
  endHistory,
  forgetAuditEvents,
  forgetIdempotencyKeys,
  forgetRevisions,
  purgeStore,
  type Retention,
} from './forget.ts';
import { IDEMPOTENCY_HOURS } from './postgres-ledger.ts';

const FIRST_AFTER_MS = 10_000;
const EVERY_MS = 10 * 60_000;

export class Maintenance {
  private readonly database: Database;
  private readonly retention: Retention;
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(database: Database, retention: Retention, log: Log) {
    this.database = database;
    this.retention = retention;
    this.log = log;
  }

  /** Runs soon, for a node may never live to the end of the interval, and then again and again. */
  start(firstAfterMs = FIRST_AFTER_MS): void {
    this.timer = setTimeout(() => void this.runAndGoOn(), firstAfterMs);
    this.timer.unref();
  }

  /** What is under way ends with its portion. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async runAndGoOn(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      if (!this.stopped) this.log.warn('forgetting old history failed', { error });
    }
    if (!this.stopped) this.start(EVERY_MS);
  }

  /** @returns how many revisions were removed */
  async run(): Promise<number> {
    const isStopped = (): boolean => this.stopped;
    const { database, retention } = this;
    await finishErasures(database, this.log, isStopped);
    await forgetIdempotencyKeys(database, IDEMPOTENCY_HOURS, isStopped);
    await forgetAuditEvents(database, retention.auditDays, isStopped);
    const deleted = await database.query<{ id: string }>({
      text: 'select id from store where deleted_at is not null',
    });
    for (const { id } of deleted) await purgeStore(database, id, isStopped);
    for (const id of await this.storesWithOld('revision.revision > oldest_revision', retention.historyDays))
      await endHistory(database, id, retention.historyDays, isStopped);
    let removed = 0;
    const days = Math.max(retention.historyDays, retention.auditDays);
    for (const id of await this.storesWithOld('revision.revision < oldest_revision', days))
      removed += await forgetRevisions(database, id, days, isStopped);
    return removed;
  }

  /** The stores whose first revision of a kind is older than so many days. */
  private async storesWithOld(kind: string, days: number): Promise<string[]> {
    const stores = await this.database.query<{ id: string }>({
      text: `select id from store cross join lateral (
               select revision, time from revision where store_id = store.id and ${kind} order by revision limit 1
             ) as oldest
              where deleted_at is null and oldest.time < now() - $1 * interval '1 day'`,
      values: [days],
    });
    return stores.map(({ id }) => id);
  }
}
