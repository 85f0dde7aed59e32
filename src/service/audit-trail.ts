/** What the audit service asks of the log: implemented by `postgres/`. */
import type { AuditEntry, AuditFilter, AuditPlace } from '../model/audit.ts';

export interface AuditPage {
  /** Newest first. */
  entries: AuditEntry[];
  /** What the next page begins behind; undefined if this is the last. */
  next: AuditPlace | undefined;
}

export interface AuditTrail {
  /**
   * What agrees with the filter, from the newest on, or from the first behind `after` on. A page holds `limit`
   * entries; fewer if they are large, and perhaps none where they are too rare to be found soon.
   * @returns undefined if there is no such store any more
   */
  read(
    storeId: string,
    filter: AuditFilter,
    after: AuditPlace | undefined,
    limit: number,
  ): Promise<AuditPage | undefined>;
}
