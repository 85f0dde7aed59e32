import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { PostgresFeedSource } from '../../src/postgres/postgres-feed-source.ts';
import { freshDatabase, query } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';
import { openDatabase } from './workbench.ts';

it.each(['hang up', 'reset'] as const)(
  'listens again, once, after a time in which connections end with a %s',
  async (how) => {
    const url = await freshDatabase();
    const proxy = await startProxy(url);
    const source = new PostgresFeedSource(await openDatabase(proxy.url), 'test');
    let woken = 0;
    await source.listen(() => {
      woken += 1;
    });
    const listeners = () =>
      query(
        url,
        "select pid from pg_stat_activity where application_name = 'pemba-listen' and datname = current_database()",
      );
    expect(await listeners()).toHaveLength(1);
    proxy.refuse(how);
    await sleep(3_000);
    proxy.admit();
    await sleep(1_500);
    expect(await listeners()).toHaveLength(1);
    // Coming back counts as a call, as some may have been lost.
    expect(woken).toBe(1);
    await query(url, "select pg_notify('pemba', 'another node')");
    await query(url, "select pg_notify('pemba', 'test')");
    await sleep(100);
    expect(woken).toBe(2);
    source.stop();
    await sleep(100);
    expect(await listeners()).toHaveLength(0);
  },
);
