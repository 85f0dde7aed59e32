/** Forgetting old history, idempotency keys and deleted stores. */
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Database } from '../../src/postgres/database.ts';
import { openDeployment } from '../../src/postgres/deployment.ts';
import type { Retention } from '../../src/postgres/forget.ts';
import { Maintenance } from '../../src/postgres/maintenance.ts';
import { PostgresFeedSource } from '../../src/postgres/postgres-feed-source.ts';
import { PostgresHistory } from '../../src/postgres/postgres-history.ts';
import { PostgresLedger } from '../../src/postgres/postgres-ledger.ts';
import { PostgresStoreTable } from '../../src/postgres/postgres-store-table.ts';
import { freshDatabase, query } from '../support/database.ts';
import { openDatabase, SILENT } from './workbench.ts';

const DAYS = 7;
let url: string;
let database: Database;
let store: string;
beforeEach(async () => {
  url = await freshDatabase();
  database = await openDatabase(url);
  await openDeployment(database, ['default']);
  store = (await new PostgresStoreTable(database).create('aged', {}))?.id ?? '';
});

const maintenance = (of = database, retention: Partial<Retention> = {}): Maintenance =>
  new Maintenance(of, { historyDays: DAYS, auditDays: DAYS, ...retention }, SILENT);

/** Gives the store so many revisions after its first, of so many changes each; `old` of them are a month old. */
async function fill(revisions: number, changes: number, old: number): Promise<void> {
  await query(
    url,
    `insert into revision (store_id, revision, tag, time, kind)
     select $1, r, 1000 + r, now(), 'tuples' from generate_series(1, $2::int) as r`,
    [store, revisions],
  );
  await query(
    url,
    `insert into change (store_id, revision, position, added, object_type, object_id, relation, subject_type,
                         subject_id, subject_relation)
     select $1, r, c, true, 'team', 'a', 'member', 'user', r || '-' || c, ''
       from generate_series(1, $2::int) as r, generate_series(1, $3::int) as c`,
    [store, revisions, changes],
  );
  await query(url, 'update store set revision = $2::int, tag = 1000 + $2::int where id = $1', [
    store,
    revisions,
  ]);
  await age(old);
}

/** Makes the revisions below `count` a month old. */
async function age(count: number): Promise<void> {
  await query(
    url,
    `update revision set time = now() - interval '30 days' where store_id = $1 and revision < $2`,
    [store, count],
  );
}

async function kept(table: 'revision' | 'change' = 'revision'): Promise<number[]> {
  const rows = await query<{ revision: string }>(
    url,
    `select distinct revision from ${table} where store_id = $1 order by revision`,
    [store],
  );
  return rows.map(({ revision }) => Number(revision));
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('history', () => {
  it('is forgotten exactly as far as it is too old, with its changes', async () => {
    await fill(50, 3, 20);
    // The last of them was in force when what has to be kept began.
    expect(await maintenance().run()).toBe(19);
    expect(await kept()).toEqual(range(19, 50));
    expect(await kept('change')).toEqual(range(19, 50));
    expect(await maintenance().run()).toBe(0);
    expect(await kept()).toEqual(range(19, 50));
  });

  it('keeps the head, however old', async () => {
    await fill(5, 1, 6);
    expect(await maintenance().run()).toBe(5);
    expect(await kept()).toEqual([5]);
    expect(await maintenance().run()).toBe(0);
  });

  it('is forgotten in many portions without a hole, by many revisions or by many changes', async () => {
    await fill(3_500, 1, 3_000);
    expect(await maintenance().run()).toBe(2_999);
    expect(await kept()).toEqual(range(2_999, 3_500));
    store = (await new PostgresStoreTable(database).create('large', {}))?.id ?? '';
    await fill(60, 1_000, 50);
    expect(await maintenance().run()).toBe(49);
    expect(await kept()).toEqual(range(49, 60));
    expect(await kept('change')).toEqual(range(49, 60));
  });

  it('has no hole even where an old revision follows a young one', async () => {
    await fill(20, 1, 5);
    await query(
      url,
      "update revision set time = now() - interval '30 days' where store_id = $1 and revision = 9",
      [store],
    );
    expect(await maintenance().run()).toBe(4);
    expect(await kept()).toEqual(range(4, 20));
  });

  it('is forgotten once by two who do so at the same time', async () => {
    await fill(5_000, 2, 4_000);
    const other = await openDatabase(url);
    const counts = await Promise.all([maintenance().run(), maintenance(other).run(), maintenance().run()]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(3_999);
    expect(await kept()).toEqual(range(3_999, 5_000));
    expect(await kept('change')).toEqual(range(3_999, 5_000));
  });

  it('records the oldest revision that is kept, and tells by it what was forgotten', async () => {
    await fill(30, 1, 11);
    await maintenance().run();
    expect(await query(url, 'select oldest_revision from store where id = $1', [store])).toEqual([
      { oldest_revision: '10' },
    ]);
    const history = new PostgresHistory(database);
    const status = (revision: number, tag = 1000 + revision) =>
      history.status(store, { revision, tag: String(tag) });
    expect(await status(9)).toBe('pruned');
    expect(await status(10)).toBe('kept');
    expect(await status(10, 7)).toBe('lost');
    expect(await status(31)).toBe('ahead');
    // A revision that is missing above the oldest was never forgotten, whatever rows there are.
    await query(url, 'delete from revision where store_id = $1 and revision <= 12', [store]);
    expect(await status(12)).toBe('lost');
  });

  it('is forgotten soon after the start', async () => {
    await fill(5, 1, 3);
    const running = maintenance();
    onTestFinished(() => running.stop());
    running.start(10);
    await vi.waitFor(async () => expect(await kept()).toEqual([2, 3, 4, 5]), 5_000);
  });
});

describe('history and audit', () => {
  const oldest = async (): Promise<number> => {
    const [row] = await query<{ oldest_revision: string }>(
      url,
      'select oldest_revision from store where id = $1',
      [store],
    );
    return Number(row.oldest_revision);
  };
  const status = (revision: number, tag = String(1000 + revision)) =>
    new PostgresHistory(database).status(store, { revision, tag });

  it('keep a revision until neither needs it, and the history ends where it is too old for that', async () => {
    await fill(50, 3, 21);
    // The first ten are older still.
    await query(
      url,
      "update revision set time = now() - interval '400 days' where store_id = $1 and revision < 10",
      [store],
    );
    expect(await maintenance(database, { auditDays: 500 }).run()).toBe(0);
    expect([await oldest(), await kept(), await kept('change')]).toEqual([20, range(0, 50), range(1, 50)]);
    expect(await maintenance(database, { auditDays: 365 }).run()).toBe(10);
    expect([await oldest(), await kept(), await kept('change')]).toEqual([20, range(10, 50), range(10, 50)]);
    expect(await maintenance(database, { historyDays: 500 }).run()).toBe(0);
    expect(await maintenance().run()).toBe(10);
    expect([await oldest(), await kept()]).toEqual([20, range(20, 50)]);
  });

  it('keep a revision that only the history needs', async () => {
    await fill(50, 1, 21);
    expect(await maintenance(database, { historyDays: 365 }).run()).toBe(0);
    expect([await oldest(), await kept()]).toEqual([0, range(0, 50)]);
    await query(
      url,
      "update revision set time = now() - interval '400 days' where store_id = $1 and revision < 10",
      [store],
    );
    expect(await maintenance(database, { historyDays: 365 }).run()).toBe(9);
    expect([await oldest(), await kept()]).toEqual([9, range(9, 50)]);
  });

  it('tell by the oldest revision what is kept, though the rows before it are there', async () => {
    await fill(50, 1, 21);
    await maintenance(database, { auditDays: 365 }).run();
    expect(await status(19)).toBe('pruned');
    expect(await status(19, '1')).toBe('pruned');
    expect(await status(20)).toBe('kept');
    const source = new PostgresFeedSource(database, 'test');
    const history = new PostgresHistory(database);
    for (const follow of [source, history]) {
      expect(await follow.after(store, { revision: 19, tag: '1019' })).toBeUndefined();
      expect(await follow.after(store, { revision: 20, tag: '1020' })).toHaveLength(30);
    }
    expect(await history.log(store, { revision: 19, tag: '1019' })).toBeUndefined();
    expect(await history.log(store, { revision: 20, tag: '1020' })).toHaveLength(30);
  });

  it('find by its time the revision that was in force then, however old, as far back as the history reaches', async () => {
    await fill(50, 1, 21);
    await maintenance(database, { auditDays: 365 }).run();
    const history = new PostgresHistory(database);
    const daysAgo = (days: number) => history.pointAt(store, Date.now() - days * 86_400_000);
    expect(await daysAgo(1)).toEqual({ revision: 20, tag: '1020' });
    expect(await daysAgo(DAYS)).toEqual({ revision: 20, tag: '1020' });
    await expect(daysAgo(31)).rejects.toMatchObject({ reason: 'ZOOKIE_TOO_OLD' });
    await query(
      url,
      "update revision set time = now() - interval '2 days' where store_id = $1 and revision between 20 and 25",
      [store],
    );
    expect(await daysAgo(1)).toEqual({ revision: 25, tag: '1025' });
    await expect(daysAgo(3)).rejects.toMatchObject({ reason: 'ZOOKIE_TOO_OLD' });
  });

  it.each([
    ['revisions are removed', { auditDays: DAYS }],
    ['they stay for the audit', { auditDays: 365 }],
  ])('keep what a quiet store held before its first write for long, where %s', async (_, retention) => {
    await fill(5, 1, 6);
    await maintenance(database, retention).run();
    // A write after a month, and the maintenance at once.
    await query(
      url,
      "insert into revision (store_id, revision, tag, time, kind) values ($1, 6, 1006, now(), 'tuples')",
      [store],
    );
    await query(url, 'update store set revision = 6, tag = 1006 where id = $1', [store]);
    await maintenance(database, retention).run();
    expect([await status(4), await status(5), await oldest()]).toEqual(['pruned', 'kept', 5]);
    const history = new PostgresHistory(database);
    expect(await history.pointAt(store, Date.now() - 3_600_000)).toEqual({ revision: 5, tag: '1005' });
    expect(await history.after(store, { revision: 5, tag: '1005' })).toHaveLength(1);
  });

  it('forget a history that is far too old in portions', async () => {
    await fill(25_000, 1, 24_000);
    expect(await maintenance(database, { auditDays: 365 }).run()).toBe(0);
    expect(await oldest()).toBe(23_999);
  });

  it('forget events that are too old for the audit, of all stores', async () => {
    await query(
      url,
      `insert into audit_event (store_id, revision, time, kind)
       select id, 0, now() - age * interval '1 day', 'write_refused' from store, unnest(array[0, 10, 400]) as age`,
    );
    const ages = () =>
      query(
        url,
        `select store.name, extract(day from now() - time)::int as age from audit_event join store on store_id = store.id
          order by 1, 2`,
      );
    await maintenance(database, { auditDays: 365 }).run();
    expect(await ages()).toEqual(
      ['aged', 'default'].flatMap((name) => [0, 10].map((age) => ({ name, age }))),
    );
    await maintenance().run();
    expect(await ages()).toEqual(['aged', 'default'].map((name) => ({ name, age: 0 })));
  });
});

it('forgets idempotency keys after 24 hours, except those that last', async () => {
  const key = (name: string, createdAt: string) =>
    query(
      url,
      `insert into idempotency (store_id, credential_id, key, request_hash, revision, tag, created_at)
       values ($1, '', $2, '', 1, 1, ${createdAt})`,
      [store, name],
    );
  await key('old', "now() - interval '24 hours 1 minute'");
  await key('young', "now() - interval '23 hours 59 minutes'");
  await key('lasting', "'infinity'");
  await Promise.all([maintenance().run(), maintenance().run()]);
  expect(await query(url, 'select key from idempotency order by key')).toEqual([
    { key: 'lasting' },
    { key: 'young' },
  ]);
});

describe('a deleted store', () => {
  const TABLES = [
    'tuple',
    'change',
    'revision',
    'schema_version',
    'credential',
    'idempotency',
    'audit_event',
    'erasure',
  ];
  const TUPLES = 50_000;

  async function fillLarge(): Promise<void> {
    await fill(TUPLES / 1_000, 1_000, 0);
    await query(
      url,
      `insert into tuple (store_id, created_revision, object_type, object_id, relation, subject_type, subject_id, subject_relation)
       select store_id, revision, object_type, object_id, relation, subject_type, subject_id, subject_relation
         from change where store_id = $1`,
      [store],
    );
    await query(
      url,
      `insert into schema_version (store_id, version, revision, text, compiled, format, written_at)
       select $1, v, v, '', '{}', 1, now() from generate_series(1, 3) as v`,
      [store],
    );
    await query(
      url,
      `insert into credential (id, store_id, secret_hash, level, description, created_at, created_revision)
       select 'c' || c, $1, '', 'read', '', now(), 1 from generate_series(1, 3) as c`,
      [store],
    );
    await query(
      url,
      `insert into idempotency (store_id, credential_id, key, request_hash, revision, tag, created_at)
       select $1, '', 'k' || k, '', 1, 1, now() from generate_series(1, 20000) as k`,
      [store],
    );
    await query(
      url,
      `insert into audit_event (store_id, revision, time, kind)
       select $1, e / 7, now(), 'write_refused' from generate_series(1, 25000) as e`,
      [store],
    );
    await query(
      url,
      `insert into erasure (store_id, subject_type, subject_id, pseudonym, revision, begun_at, removed)
       select $1, 'user', 'u' || u, '', 1, now(), 0 from generate_series(1, 3) as u`,
      [store],
    );
  }

  async function rowsLeft(): Promise<number> {
    const counts = TABLES.map((table) => `(select count(*) from ${table} where store_id = $1)`).join(' + ');
    const [row] = await query<{ count: string }>(
      url,
      `select ${counts} + (select count(*) from store where id = $1) as count`,
      [store],
    );
    return Number(row.count);
  }

  function openImpatient(): Database {
    const impatient = new Database({
      url,
      poolSize: 2,
      connectTimeoutMs: 2_000,
      statementTimeoutMs: 100,
      headTimeoutMs: 2_000,
      log: SILENT,
    });
    onTestFinished(() => impatient.close());
    return impatient;
  }

  it('is gone at once, and its rows soon, however many and however short a statement may take', async () => {
    await fillLarge();
    const impatient = openImpatient();
    const table = new PostgresStoreTable(impatient);
    expect(await table.delete(store, {})).toBe(true);
    expect(await table.delete(store, {})).toBe(false);
    expect((await table.list()).map(({ name }) => name)).toEqual(['default']);
    const again = await table.create('aged', {});
    expect(again?.name).toBe('aged');
    expect(again?.id).not.toBe(store);
    await vi.waitFor(async () => expect(await rowsLeft()).toBe(0), 15_000);
  });

  it('is removed by the maintenance if the node that deleted it ended', async () => {
    await fillLarge();
    await query(url, "update store set deleted_at = now(), name = '!deleted-' || id where id = $1", [store]);
    const other = (await new PostgresStoreTable(database).create('other', {}))?.id;
    const impatient = openImpatient();
    await Promise.all([maintenance(impatient).run(), maintenance().run()]);
    await maintenance(impatient).run();
    expect(await rowsLeft()).toBe(0);
    expect(await query(url, 'select id from store where id = $1', [other])).toHaveLength(1);
    expect(await query(url, 'select 1 from revision where store_id = $1', [other])).toHaveLength(1);
  });

  it('is not there for those who follow, write or look back, though its rows still are', async () => {
    await fill(3, 1, 0);
    await query(url, "update store set deleted_at = now(), name = '!deleted-' || id where id = $1", [store]);
    const source = new PostgresFeedSource(database, 'test');
    expect((await source.heads()).stores.map(({ name }) => name)).toEqual(['default']);
    expect(await source.load(store, () => undefined)).toBeUndefined();
    const ms = { lockMs: 1_000, statementMs: 1_000, idleMs: 1_000, lostAnswerMs: 1_000 };
    await expect(new PostgresLedger(database, 'test', ms).begin(store)).rejects.toMatchObject({
      reason: 'UNKNOWN_STORE',
    });
    expect(await new PostgresHistory(database).status(store, { revision: 2, tag: '1002' })).toBe('gone');
  });
});
