/** Forgets what is older than it has to be kept. Any number of nodes may do this at a time. */
import type { Log } from '../base/log.ts';
import type { Database } from './database.ts';

const EVERY_MS = 10 * 60_000;
/** Revisions of one statement, so that none takes long. */
const AT_ONCE = 10_000;

export class Maintenance {
  private readonly database: Database;
  private readonly historyDays: number;
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;

  constructor(database: Database, historyDays: number, log: Log) {
    this.database = database;
    this.historyDays = historyDays;
    this.log = log;
  }

  start(): void {
    this.timer = setInterval(() => {
      this.run().catch((error: unknown) => this.log.warn('forgetting old history failed', { error }));
    }, EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** @returns how many revisions were forgotten */
  async run(): Promise<number> {
    await this.database.query({
      text: "delete from idempotency where created_at < now() - interval '24 hours'",
    });
    let forgotten = 0;
    for (;;) {
      // The head stays, however old: whoever follows the log begins from it. Oldest first, so that
      // what is kept has no holes.
      const rows = await this.database.query<{ forgotten: string }>({
        text: `with old as (
                 select store_id, revision.revision from revision join store on store.id = store_id
                  where time < now() - $1 * interval '1 day' and revision.revision < store.revision
                  order by store_id, revision.revision limit $2
               ), gone as (
                 delete from revision using old
                  where revision.store_id = old.store_id and revision.revision = old.revision returning 1
               )
               select count(*) as forgotten from gone`,
        values: [this.historyDays, AT_ONCE],
      });
      forgotten += Number(rows[0].forgotten);
      if (Number(rows[0].forgotten) < AT_ONCE) return forgotten;
    }
  }
}
