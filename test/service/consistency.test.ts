/** How fresh an answer is, on a node that did not make the write. */
import pg from 'pg';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { question } from '../support/client.ts';
import { query, startNode } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';
import { field, rawFailure } from './raw-call.ts';
import { newStore, SCHEMA, shareNodes, storeId } from './shared.ts';

// The bound is so long that nothing but the request itself makes a node catch up in time.
const shared = shareNodes(2, { maxStalenessMs: 60_000, defaultDeadlineMs: 400 });
beforeAll(() => shared.client.writeSchema(SCHEMA));

let store: string;
beforeEach(async () => {
  store = await newStore(shared);
});

const TUPLE = 'space:s#writer@user:ada';
const CHECK = 'PermissionService/Check';
const asked = (consistency: object): object => ({ store, ...question('space:s#read@user:ada'), consistency });

/** Writes and takes back on one node, and asks the other each time. */
async function alternate(rounds: number, consistencyOf: (zookie: string) => object): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    const [writer, reader] = i % 4 < 2 ? shared.nodes : [...shared.nodes].reverse();
    const zookie = await writer.client.write([[i % 2 === 0 ? 'touch' : 'delete', TUPLE]], { store });
    const { answer } = await reader.client.call(CHECK, asked(consistencyOf(zookie)));
    expect(answer, `round ${i}`).toBe(i % 2 === 0 ? 'ANSWER_ALLOWED' : 'ANSWER_DENIED');
  }
}

it('sees on one node each of 300 writes of the other, at least as fresh as its zookie', async () => {
  await alternate(300, (zookie) => ({ atLeastAsFresh: zookie }));
});

it('sees on one node each of 300 writes of the other, fully consistent and without a zookie', async () => {
  await alternate(300, () => ({ fullyConsistent: true }));
});

it('sees what was committed before the question, even if another question was under way then', async () => {
  const [a] = shared.nodes;
  // Far from its database, so that a question is under way for longer than a write takes.
  const proxy = await startProxy(shared.database);
  const far = await startNode({ database: proxy.url, maxStalenessMs: 60_000 });
  await far.client.check('space:s#read@user:ada', { store });
  proxy.latencyMs = 10;
  for (let i = 0; i < 30; i++) {
    const earlier = far.client.check('space:s#read@user:none', {
      store,
      consistency: { fullyConsistent: true },
    });
    await new Promise((resolve) => setTimeout(resolve, 4 + (i % 10)));
    const zookie = await a.client.write([`space:s#writer@user:u${i}`], { store });
    const consistency = i % 3 === 0 ? { atLeastAsFresh: zookie } : { fullyConsistent: true };
    expect(await far.client.check(`space:s#read@user:u${i}`, { store, consistency })).toBe('allowed');
    await earlier;
  }
});

it('answers with the zookie of the revision it answered on', async () => {
  const [a, b] = shared.nodes;
  const first = await a.client.write([TUPLE], { store });
  const answer = await b.client.call(CHECK, asked({ atLeastAsFresh: first }));
  expect(answer.zookie).toBe(first);
  const second = await a.client.write([['delete', TUPLE]], { store });
  expect((await b.client.call(CHECK, asked({ fullyConsistent: true }))).zookie).toBe(second);
  expect(await b.client.call(CHECK, asked({ atExactSnapshot: first }))).toEqual({
    answer: 'ANSWER_ALLOWED',
    zookie: first,
    missing: [],
  });
  expect((await b.client.call(CHECK, asked({ atLeastAsFresh: first }))).zookie).toBe(second);
  expect((await b.client.call(CHECK, asked({ minimizeLatency: true }))).zookie).toBe(second);
  const { results, zookie } = await b.client.call('PermissionService/BatchCheck', {
    store,
    items: [question('space:s#read@user:ada')],
    consistency: { atExactSnapshot: first },
  });
  expect([results[0].answer, zookie]).toEqual(['ANSWER_ALLOWED', first]);
});

it('takes the newest revision of a time, and none after it', async () => {
  const [a, b] = shared.nodes;
  const times: number[] = [];
  for (let i = 0; i < 4; i++) {
    await a.client.write([[i % 2 === 0 ? 'touch' : 'delete', TUPLE]], { store });
    const [{ ms }] = await query<{ ms: string }>(
      shared.database,
      `select extract(epoch from time) * 1000 as ms from revision where store_id = $1 order by revision desc limit 1`,
      [await storeId(shared, store)],
    );
    times.push(Number(ms));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const at = (ms: number): object => ({
    atExactTime: { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 },
  });
  for (const [i, time] of times.entries()) {
    const [now, before] =
      i % 2 === 0 ? ['ANSWER_ALLOWED', 'ANSWER_DENIED'] : ['ANSWER_DENIED', 'ANSWER_ALLOWED'];
    for (const { client } of [a, b]) {
      expect((await client.call(CHECK, asked(at(time)))).answer).toBe(now);
      expect((await client.call(CHECK, asked(at(time + 2)))).answer).toBe(now);
      expect((await client.call(CHECK, asked(at(time - 1)))).answer).toBe(before);
    }
  }
});

it('says that the deadline passed, be it the caller’s or that of the service', async () => {
  const zookie = await shared.nodes[0].client.write([TUPLE], { store });
  const { port, client } = await startNode({
    database: shared.database,
    maxStalenessMs: 60_000,
    defaultDeadlineMs: 300,
  });
  const late = {
    code: 'DEADLINE_EXCEEDED',
    reason: 'DEADLINE',
    field: undefined,
    message: 'the deadline passed while waiting; try again with a later one',
  };
  // With the table locked nobody can ask for a head, nor look anything up.
  const locker = new pg.Client({ connectionString: shared.database });
  await locker.connect();
  await locker.query('begin');
  await locker.query('lock table store, revision, change, tuple in access exclusive mode');
  try {
    for (const consistency of [Buffer.from([0x18, 1]), field(4, zookie)]) {
      const request = [
        field(1, store),
        field(2, 'space:s'),
        field(3, 'read'),
        field(4, 'user:ada'),
        field(5, consistency),
      ];
      expect(await rawFailure(port, CHECK, Buffer.concat(request))).toEqual(late);
    }
    const read = Buffer.concat([field(1, store)]);
    expect(await rawFailure(port, 'PermissionService/Read', read)).toEqual(late);
    const tuple = Buffer.concat([field(1, 'space:s'), field(2, 'writer'), field(3, 'user:bob')]);
    const write = Buffer.concat([
      field(1, store),
      field(2, Buffer.concat([Buffer.from([0x08, 2]), field(2, tuple)])),
    ]);
    expect(await rawFailure(port, 'PermissionService/Write', write)).toEqual({
      ...late,
      message:
        'the deadline passed while the write was under way, so it may or may not happen; send it again with the same idempotency_key and a later deadline, or read what is stored',
    });
    const own = await client.failure(CHECK, asked({ fullyConsistent: true }), { deadlineMs: 100 });
    expect(own.code).toBe('DEADLINE_EXCEEDED');
    // What needs no database is answered all the while.
    expect(await client.check('space:s#read@user:ada', { store })).toBe('allowed');
  } finally {
    await locker.query('rollback');
    await locker.end();
  }
  expect(await client.check('space:s#read@user:ada', { store, consistency: { fullyConsistent: true } })).toBe(
    'allowed',
  );
});
