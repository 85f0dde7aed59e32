/** Events of the audit, as they come to stand in the table. */
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import type { AuditEvent } from '../../src/model/audit-event.ts';
import { PostgresRefusalLog } from '../../src/postgres/audit-events.ts';
import { Database } from '../../src/postgres/database.ts';
import { createStore, PostgresStoreTable } from '../../src/postgres/postgres-store-table.ts';
import { freshDatabase, query } from '../support/database.ts';
import { openDatabase } from './workbench.ts';

interface World {
  url: string;
  database: Database;
  log: PostgresRefusalLog;
  newStore: (name: string) => Promise<string>;
  revisions: (id: string) => Promise<string[]>;
}

async function makeWorld(): Promise<World> {
  const url = await freshDatabase();
  const database = await openDatabase(url);
  return {
    url,
    database,
    log: new PostgresRefusalLog(database),
    newStore: async (name) => (await createStore(database, name))?.id ?? '',
    revisions: async (id) =>
      (
        await query<{ revision: string }>(
          url,
          'select revision from audit_event where store_id = $1 order by id',
          [id],
        )
      ).map(({ revision }) => revision),
  };
}

const refusal = (revision: number): AuditEvent => ({ kind: 'write_refused', revision, time: 1_000 });
const WHOLE: AuditEvent = {
  kind: 'write_refused',
  revision: 7,
  time: 1_795_333_602_533,
  actor: 'user:eve',
  credentialId: 'c1',
  metadata: '{"why":"\\u0000 \u{1f984}"}',
  reason: 'NOT_GRANTED_BY',
  message: "it's `house:a`",
  operation: 'touch',
  tuple: {
    object: { type: 'house', id: 'a"b\\c' },
    relation: 'guest',
    subject: { type: 'team', id: 't,{}', relation: 'member' },
  },
  count: 3,
  name: 'n',
};

it('stand there with all they have, and null for what they have not', async () => {
  const { url, log, newStore } = await makeWorld();
  const store = await newStore('s');
  expect(await log.write(store, [WHOLE, refusal(8)])).toBe(2);
  const [first, second] = await query<Record<string, unknown>>(url, 'select * from audit_event order by id');
  expect(first).toEqual({
    id: expect.any(String),
    store_id: store,
    kind: 'write_refused',
    revision: '7',
    time: new Date(1_795_333_602_533),
    actor: 'user:eve',
    credential_id: 'c1',
    metadata: WHOLE.metadata,
    reason: 'NOT_GRANTED_BY',
    message: WHOLE.message,
    operation: 'touch',
    object_type: 'house',
    object_id: 'a"b\\c',
    relation: 'guest',
    subject_type: 'team',
    subject_id: 't,{}',
    subject_relation: 'member',
    count: 3,
    rewritten: null,
    name: 'n',
  });
  const { id, ...rest } = second;
  expect(Object.values(rest).filter((value) => value !== null)).toEqual([
    store,
    '8',
    new Date(1_000),
    'write_refused',
  ]);
});

it('stand in the order in which they happened', async () => {
  const { log, newStore, revisions } = await makeWorld();
  const store = await newStore('s');
  const order = Array.from({ length: 500 }, (_, i) => (i * 7) % 500);
  await log.write(store, order.map(refusal));
  expect(await revisions(store)).toEqual(order.map(String));
});

it('are none of a store that is deleted, or gone', async () => {
  const { database, log, newStore, revisions, url } = await makeWorld();
  const store = await newStore('s');
  await query(url, 'update store set deleted_at = now() where id = $1', [store]);
  expect(await log.write(store, [refusal(1)])).toBe(0);
  await new PostgresStoreTable(database).delete(store, {});
  await query(url, 'delete from store where id = $1', [store]);
  expect(await log.write(store, [refusal(1)])).toBe(0);
  expect(await revisions(store)).toEqual([]);
});

it('are no refusals from before somebody was erased, whom they may name, and no names of who is counted from then', async () => {
  const { log, newStore, revisions, url } = await makeWorld();
  const store = await newStore('s');
  const at = (time: number, revision: number): AuditEvent => ({ ...refusal(revision), time });
  const counted = (time: number, revision: number): AuditEvent => ({
    ...at(time, revision),
    kind: 'refusals_not_recorded',
    actor: 'user:eve',
    count: 2,
  });
  await query(url, 'update store set erased_at = to_timestamp(6) where id = $1', [store]);
  const events = [
    at(5_000, 5),
    at(6_001, 6),
    counted(6_000, 3),
    at(6_000, 4),
    at(9_000, 9),
    counted(6_001, 10),
  ];
  expect(await log.write(store, events)).toBe(4);
  expect(await revisions(store)).toEqual(['6', '3', '9', '10']);
  expect(
    await query(
      url,
      "select revision, actor from audit_event where kind = 'refusals_not_recorded' order by id",
    ),
  ).toEqual([
    { revision: '3', actor: null },
    { revision: '10', actor: 'user:eve' },
  ]);
});

it('wait a while for a write of the store, and hold up no other store meanwhile', async () => {
  const { database, newStore, revisions, url } = await makeWorld();
  // It does not wait for as long as a statement may take.
  const patient = new Database({ ...database.options, statementTimeoutMs: 120_000 });
  onTestFinished(() => patient.close());
  const log = new PostgresRefusalLog(patient);
  const busy = await newStore('busy');
  const other = await newStore('other');
  const writer = new pg.Client({ connectionString: url });
  onTestFinished(() => writer.end());
  await writer.connect();
  await writer.query('begin');
  await writer.query('select 1 from store where id = $1 for update', [busy]);
  const outcomes = await Promise.allSettled([log.write(busy, [refusal(1)]), log.write(other, [refusal(1)])]);
  expect(outcomes).toMatchObject([
    { status: 'rejected', reason: { reason: 'DATABASE_UNAVAILABLE' } },
    { status: 'fulfilled', value: 1 },
  ]);
  await writer.query('rollback');
  expect(await log.write(busy, [refusal(1)])).toBe(1);
  expect(await revisions(busy)).toEqual(['1']);
});
