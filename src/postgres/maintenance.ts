/** Forgets what is older than it has to be kept, and what deleted stores have left. Any number of nodes may do this at a time. */
import type { Log } from '../base/log.ts';
import type { Database } from './database.ts';
import { forgetIdempotencyKeys, forgetRevisions, purgeStore } from './forget.ts';
import { IDEMPOTENCY_HOURS } from './postgres-ledger.ts';

const FIRST_AFTER_MS = 10_000;
const EVERY_MS = 10 * 60_000;

export class Maintenance {
  private readonly database: Database;
  private readonly historyDays: number;
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(database: Database, historyDays: number, log: Log) {
    this.database = database;
    this.historyDays = historyDays;
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

  /** @returns how many revisions were forgotten */
  async run(): Promise<number> {
    const isStopped = (): boolean => this.stopped;
    const { database, historyDays } = this;
    await forgetIdempotencyKeys(database, IDEMPOTENCY_HOURS, isStopped);
    const deleted = await database.query<{ id: string }>({
      text: 'select id from store where deleted_at is not null',
    });
    for (const { id } of deleted) await purgeStore(database, id, isStopped);
    const aged = await database.query<{ id: string }>({
      text: `select id from store
              where deleted_at is null
                and exists (select from revision where store_id = store.id and revision.revision < store.revision
                                                   and time < now() - $1 * interval '1 day')`,
      values: [historyDays],
    });
    let forgotten = 0;
    for (const { id } of aged) forgotten += await forgetRevisions(database, id, historyDays, isStopped);
    return forgotten;
  }
}
