/** A feed on a scripted source. */
import { onTestFinished } from 'vitest';
import { Feed } from '../../src/feed/feed.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { DatabaseClock } from '../../src/tenant/database-clock.ts';
import type { RevisionRecord } from '../../src/tenant/revision-record.ts';
import type { Tenant } from '../../src/tenant/tenant.ts';
import { Tenants } from '../../src/tenant/tenants.ts';
import { ZookieCodec } from '../../src/tenant/zookie.ts';
import { FakeClock, type FakeStore, ScriptedSource, tupleText } from './scripted-source.ts';

/** So long that no poll comes by itself while a test runs. */
const NEVER_MS = 1_000_000;

export interface Bench {
  source: ScriptedSource;
  clock: FakeClock;
  feed: Feed;
  tenants: Tenants;
  /** Names of the stores whose history was lost, one for each time. */
  lost: string[];
  logged: string[];
  tenant(store: FakeStore): Tenant;
}

export function makeFeed(stores: FakeStore[], intervalMs = NEVER_MS): Bench {
  const source = new ScriptedSource(...stores);
  const clock = new FakeClock();
  const tenants = new Tenants(clock, 2_000, new ZookieCodec(Buffer.alloc(32)));
  const lost: string[] = [];
  const logged: string[] = [];
  const log = (message: string) => void logged.push(message);
  const feed = new Feed({
    source,
    tenants,
    clock,
    databaseClock: new DatabaseClock(clock),
    log: { debug: log, info: log, warn: log, error: log },
    intervalMs,
    onHistoryLost: (tenant) => lost.push(tenant.name),
  });
  onTestFinished(() => feed.stop());
  return { source, clock, feed, tenants, lost, logged, tenant: (store) => tenants.get(store.id) };
}

/** Whether a tenant holds just what the revisions added. */
export function holdsExactly(tenant: Tenant, records: readonly RevisionRecord[]): boolean {
  return (
    tenant.tupleCount === records.length &&
    records.every((record) => tenant.view.has(parseTuple(tupleText(record), 'tuple')))
  );
}
