/**
 * Pages of the log, for many who follow it: those who are at the same place share one question to the database,
 * and never more than a few are under way, however many fall behind.
 */
import { AtMost } from '../base/at-most.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { History, LogEntry } from './history.ts';

/** Reads share their connections with these, and must not wait behind all who follow. */
const QUESTIONS_AT_ONCE = 2;

export class LogPages {
  private readonly history: History;
  private readonly turns = new AtMost(QUESTIONS_AT_ONCE);
  private readonly underWay = new Map<string, Promise<LogEntry[] | undefined>>();

  constructor(history: History) {
    this.history = history;
  }

  /**
   * The revisions after `point`, all of those among them that this node knows of or the first of them; undefined if
   * the log does not hold the point. To be looked at only: others may hold the same.
   */
  after(tenant: Tenant, point: RevisionPoint): Promise<LogEntry[] | undefined> {
    // With the head as it is now, for a question sent earlier may not know of it.
    const name = JSON.stringify([
      tenant.id,
      point.revision,
      point.tag,
      tenant.head.revision,
      tenant.head.tag,
    ]);
    const known = this.underWay.get(name);
    if (known !== undefined) return known;
    const page = this.turns
      .run(() => this.history.log(tenant.id, point))
      .finally(() => this.underWay.delete(name));
    this.underWay.set(name, page);
    return page;
  }
}
