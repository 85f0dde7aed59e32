/** A node on a real database without gRPC: what answers the questions that take long, and one that writes. */
import { onTestFinished } from 'vitest';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import { Feed } from '../../src/feed/feed.ts';
import { openDeployment } from '../../src/postgres/deployment.ts';
import { PostgresFeedSource } from '../../src/postgres/postgres-feed-source.ts';
import { PostgresHistory } from '../../src/postgres/postgres-history.ts';
import { ConsistencyService } from '../../src/service/consistency.ts';
import { type ExploreContext, ExploreService, type LookupPage } from '../../src/service/explore-service.ts';
import { DatabaseClock } from '../../src/tenant/database-clock.ts';
import { systemClock } from '../../src/tenant/freshness.ts';
import type { Tenant } from '../../src/tenant/tenant.ts';
import { Tenants } from '../../src/tenant/tenants.ts';
import { ZookieCodec } from '../../src/tenant/zookie.ts';
import { openDatabase, SILENT } from '../postgres/workbench.ts';
import { query } from '../support/database.ts';

export interface Explorer {
  tenant: Tenant;
  feed: Feed;
  consistency: ConsistencyService;
  zookies: ZookieCodec;
  limits: Limits;
  explore: ExploreService;
}

/** It hears of nothing by itself, so that a test says when it goes on. */
export async function makeExplorer(url: string, limits: Partial<Limits> = {}): Promise<Explorer> {
  const database = await openDatabase(url);
  const { zookieKey } = await openDeployment(database, ['default', 'system']);
  const zookies = new ZookieCodec(zookieKey);
  const tenants = new Tenants(systemClock, 60_000, zookies);
  const source = new PostgresFeedSource(database, 'explorer');
  const options = {
    source: Object.assign(Object.create(source), { listen: () => Promise.resolve() }) as PostgresFeedSource,
    tenants,
    clock: systemClock,
    databaseClock: new DatabaseClock(systemClock),
    log: SILENT,
    intervalMs: 60_000,
    onHistoryLost: () => undefined,
  };
  const feed = new Feed(options);
  onTestFinished(() => feed.stop());
  await feed.start();
  const all = { ...defaultLimits(), ...limits };
  const consistency = new ConsistencyService(feed, new PostgresHistory(database), zookies, all);
  const explore = new ExploreService(consistency, zookies, all);
  return { tenant: tenants.get('default'), feed, consistency, zookies, limits: all, explore };
}

export function contextWith(more: Partial<ExploreContext> = {}): ExploreContext {
  return {
    consistency: { mode: 'fully_consistent' },
    contextualTuples: [],
    deadline: Date.now() + 10_000,
    ...more,
  };
}

/** All messages of a stream. */
export async function collect(pages: AsyncIterable<LookupPage>): Promise<LookupPage[]> {
  const all: LookupPage[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

export function idsOf(pages: readonly LookupPage[]): string[] {
  return pages.flatMap(({ results }) => results.map(({ id }) => id));
}

/** Takes back the last revision and writes another in its place, as a restore from an earlier copy would. */
export async function restoreAndGrow(url: string): Promise<void> {
  const [{ id, revision }] = await query<{ id: string; revision: string }>(
    url,
    "select id, revision from store where name = 'default'",
  );
  await query(url, 'delete from tuple where store_id = $1 and created_revision >= $2', [id, revision]);
  await query(url, 'delete from revision where store_id = $1 and revision >= $2', [id, revision]);
  await query(
    url,
    `insert into revision (store_id, revision, tag, time, kind) values ($1, $2, 78, clock_timestamp(), 'tuples')`,
    [id, revision],
  );
  await query(url, 'update store set tag = 78 where id = $1', [id]);
}
