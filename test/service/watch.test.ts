/** Watch over real gRPC: what is told, in which order, from where on, and what ends it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { query } from '../support/database.ts';
import { randomSeed, seeded } from '../support/random.ts';
import { changesIn, Watching, watching } from '../support/watching.ts';
import { newStore, SCHEMA, shareNodes, storeId } from './shared.ts';

const shared = shareNodes(2);
const QUICK = { heartbeat: { seconds: 0, nanos: 150_000_000 } };
const SLOW = { heartbeat: { seconds: 3600, nanos: 0 } };

it('tells at once where the store is, and then what each write changes, one message a write', async () => {
  const { client } = shared;
  const store = await newStore(shared);
  await client.write(['space:s#writer@user:boss'], { store });
  const watch = await watching(client, { store, ...SLOW });
  expect(watch.messages).toMatchObject([{ changes: [], actor: '', metadata: null, schemaVersion: 0 }]);
  const metadata = {
    fields: {
      why: { stringValue: 'é' },
      list: {
        listValue: { values: [{ numberValue: 1.5 }, { boolValue: true }, { nullValue: 'NULL_VALUE' }] },
      },
      inner: { structValue: { fields: { a: { stringValue: '' } } } },
    },
  };
  const before = Date.now();
  const first = await client.write(['space:s#writer@user:ada', 'space:s#reader@user:*'], {
    store,
    actor: 'user:boss',
    metadata,
  });
  const second = await client.write(
    [
      ['delete', 'space:s#writer@user:ada'],
      ['delete', 'space:s#writer@user:nobody'],
      ['touch', 'space:s#reader@user:*'],
      ['touch', 'team:a#member@team:b#member'],
    ],
    { store },
  );
  await watch.reach(second);
  expect(watch.messages.slice(1).map(({ zookie }) => zookie)).toEqual([first, second]);
  const [told, next] = watch.changing;
  expect(changesIn(told)).toEqual(['+space:s#writer@user:ada', '+space:s#reader@user:*']);
  expect(told).toMatchObject({ actor: 'user:boss', schemaVersion: 0 });
  expect(told.metadata).toMatchObject({
    fields: {
      why: { kind: 'stringValue', stringValue: 'é' },
      list: { listValue: { values: [{ numberValue: 1.5 }, { boolValue: true }, { kind: 'nullValue' }] } },
      inner: { structValue: { fields: { a: { kind: 'stringValue', stringValue: '' } } } },
    },
  });
  expect(Math.abs((told.time?.seconds ?? 0) * 1000 - before)).toBeLessThan(60_000);
  expect(next).toMatchObject({ actor: '', metadata: null });
  expect(changesIn(next).sort()).toEqual(['+team:a#member@team:b#member', '-space:s#writer@user:ada']);
});

it('tells that the schema changed, whatever the filters, and of credentials nothing but a later zookie', async () => {
  const { client } = shared;
  const store = await newStore(shared);
  const filters = [{ object: 'team:none' }];
  const watch = await watching(client, { store, filters, ...QUICK });
  const schema = await client.writeSchema(`${SCHEMA}\ntype folder { relation owner : user }`, { store });
  await watch.reach(schema);
  expect(watch.messages.at(-1)).toMatchObject({ zookie: schema, changes: [], schemaVersion: 2 });
  const { zookie, credential } = await client.call('CredentialService/CreateCredential', {
    store,
    level: 'LEVEL_READ',
    description: 'hidden',
  });
  await watch.reach(zookie);
  const checkpoint = watch.messages.find((message) => message.zookie === zookie);
  expect(checkpoint).toMatchObject({ changes: [], actor: '', metadata: null, schemaVersion: 0 });
  expect(JSON.stringify(watch.messages)).not.toMatch(new RegExp(`hidden|${credential.id}`));
});

it('tells of a revision of as many changes as there can be in one message', async () => {
  const { client } = shared;
  const store = await newStore(shared);
  const watch = await watching(client, { store, ...SLOW });
  const users = (from: string): string[] =>
    Array.from({ length: 1_000 }, (_, i) => `space:s#writer@user:${from}${i}`);
  for (const from of ['a', 'b', 'c']) await client.write(users(from), { store });
  await watch.until(() => watch.changing.length === 3);
  expect(watch.changing.map(({ changes }) => changes.length)).toEqual([1_000, 1_000, 1_000]);
  expect(watch.changes).toEqual(['a', 'b', 'c'].flatMap(users).map((tuple) => `+${tuple}`));
});

it('tells all, in order, on each of two nodes that write at the same time, and from each zookie on just the rest', async () => {
  const seed = randomSeed();
  const random = seeded(seed);
  const store = await newStore(shared);
  const [a, b] = shared.nodes;
  const watches = await Promise.all([a, b].map(({ client }) => watching(client, { store, ...SLOW })));
  const [
    {
      messages: [start],
    },
  ] = watches;
  const write = async ({ client }: typeof a): Promise<void> => {
    for (let i = 0; i < 25; i++) {
      const picked = new Set(
        Array.from({ length: 1 + Math.floor(random() * 4) }, () => Math.floor(random() * 12)),
      );
      await client.write(
        [...picked].map((each): [string, string] => [
          random() < 0.5 ? 'touch' : 'delete',
          `space:${each % 3}#writer@user:${each}`,
        ]),
        { store },
      );
    }
  };
  await Promise.all([a, b, a, b].map(write));
  const last = await a.client.write(['team:last#member@user:last'], { store });
  for (const watch of watches) await watch.reach(last);

  const log = await logOf(store);
  for (const watch of watches) {
    expect(watch.changes, `seed ${seed}`).toEqual(log.flatMap(({ changes }) => changes));
    expect(watch.changing.map(changesIn), `seed ${seed}`).toEqual(log.map(({ changes }) => changes));
  }
  // What was told, done one after the other, is what is stored.
  const stored = new Set<string>();
  for (const change of watches[0].changes) {
    if (change.startsWith('+')) expect(stored.has(change.slice(1)), `seed ${seed}`).toBe(false);
    else expect(stored.has(change.slice(1)), `seed ${seed}`).toBe(true);
    if (change.startsWith('+')) stored.add(change.slice(1));
    else stored.delete(change.slice(1));
  }
  expect([...stored].sort()).toEqual((await b.client.read({ store })).sort());

  const told = watches[0].changing;
  const places = [start, ...told.slice(0, -1).filter(() => random() < 0.25)];
  await Promise.all(
    places.map(async ({ zookie }, i) => {
      const rest = told.slice(told.findIndex((message) => message.zookie === zookie) + 1);
      const resumed = new Watching(shared.nodes[i % 2].client, { store, after: zookie, ...SLOW });
      await resumed.reach(last);
      expect(resumed.messages, `seed ${seed}, after ${i}`).toEqual(rest);
    }),
  );
});

/** The changes of each revision that has any, as the database has them. */
async function logOf(store: string): Promise<{ changes: string[] }[]> {
  return query<{ changes: string[] }>(
    shared.database,
    `select array_agg(case when added then '+' else '-' end || object_type || ':' || object_id || '#' || relation || '@'
              || subject_type || ':' || subject_id || case when subject_relation = '' then '' else '#' || subject_relation end
              order by position) as changes
       from change where store_id = $1 group by revision order by revision`,
    [await storeId(shared, store)],
  );
}

describe('filters', () => {
  const TUPLES = [
    'space:s#writer@user:ada',
    'space:s#reader@user:*',
    'space:s#banned@user:bob',
    'space:t#writer@team:a#member',
    'team:a#member@user:ada',
    'team:a#member@team:b#member',
  ];
  let store: string;
  let start: string;
  let end: string;
  beforeAll(async () => {
    store = await newStore(shared);
    start = (await shared.client.call('PermissionService/Watch', { store })).zookie;
    for (const tuple of TUPLES) await shared.client.write([tuple], { store });
    await shared.client.write(TUPLES.slice(0, 4), { store });
    end = await shared.client.write(
      TUPLES.map((tuple): [string, string] => ['delete', tuple]),
      { store },
    );
  });

  it.each([
    ['a type', [{ object: 'space' }], [0, 1, 2, 3]],
    ['an object', [{ object: 'space:s' }], [0, 1, 2]],
    ['a relation', [{ relation: 'writer' }], [0, 3]],
    ['a type and a relation', [{ object: 'team', relation: 'member' }], [4, 5]],
    ['a type of subjects', [{ subject: 'team' }], [3, 5]],
    ['a subject', [{ subject: 'user:ada' }], [0, 4]],
    ['a wildcard', [{ subject: 'user:*' }], [1]],
    ['an object as subject, its sets too', [{ subject: 'team:a' }], [3]],
    ['a set as subject', [{ subject: 'team:b#member' }], [5]],
    ['all parts', [{ object: 'space:s', relation: 'writer', subject: 'user:ada' }], [0]],
    ['any of several', [{ object: 'team' }, { subject: 'user:bob' }, { relation: 'banned' }], [2, 4, 5]],
    ['no part', [{}], [0, 1, 2, 3, 4, 5]],
    ['nothing that is there', [{ object: 'space:none' }], []],
  ])('select by %s', async (_, filters, selected) => {
    const watch = new Watching(shared.client, { store, filters, after: start, ...QUICK });
    // The last revision, as changes or as the checkpoint after them.
    await watch.reach(end);
    const wanted = selected.map((i) => TUPLES[i]);
    expect(watch.changing.map(changesIn)).toEqual(
      [...wanted.map((tuple) => [`+${tuple}`]), wanted.map((tuple) => `-${tuple}`)].filter(
        (changes) => changes.length > 0,
      ),
    );
  });

  it('are refused where they name what the schema does not know', async () => {
    const method = 'PermissionService/Watch';
    const refused = (...filters: object[]) => shared.client.failure(method, { store, filters });
    expect(await refused({}, { object: 'spcae' })).toMatchObject({
      reason: 'UNKNOWN_TYPE',
      field: 'filters[1].object',
      message: 'filters[1].object: the schema has no type `spcae`; did you mean `space`?',
    });
    expect(await refused({ relation: 'writre' })).toMatchObject({ reason: 'UNKNOWN_RELATION' });
    expect(await refused({ object: 'space:s', relation: 'read' })).toMatchObject({
      reason: 'RELATION_NOT_WRITABLE',
    });
    expect(await refused({ subject: 'user:' })).toMatchObject({
      reason: 'MALFORMED_REFERENCE',
      field: 'filters[0].subject',
    });
  });
});

it('sends a checkpoint at each heartbeat, which moves on past what is not selected', async () => {
  const { client } = shared;
  const store = await newStore(shared);
  const watch = await watching(client, { store, filters: [{ object: 'team' }], ...QUICK });
  await watch.until(() => watch.messages.length >= 3);
  const [{ zookie: before }] = watch.messages;
  expect(new Set(watch.messages.map(({ zookie }) => zookie))).toEqual(new Set([before]));
  const unselected = await client.write(['space:s#writer@user:ada'], { store });
  await watch.reach(unselected);
  expect(watch.changes).toEqual([]);
  const selected = await client.write(['team:a#member@user:ada'], { store });
  const resumed = new Watching(client, { store, after: unselected });
  await resumed.reach(selected);
  expect(resumed.changes).toEqual(['+team:a#member@user:ada']);
});

it('lets a reader be as slow as it likes, and holds next to nothing for it', async () => {
  const { client } = shared;
  const store = await newStore(shared);
  const watch = await watching(client, { store, ...SLOW });
  watch.stream.pause();
  const users = (round: number): string[] =>
    Array.from({ length: 250 }, (_, i) => `space:${'s'.repeat(500)}#writer@user:${round}-${i}`);
  let last = '';
  for (let round = 0; round < 40; round++) last = await client.write(users(round), { store });
  // Others are not held up, even on the same connection.
  const other = await watching(client, { store, after: watch.messages[0].zookie, ...SLOW });
  await other.reach(last);
  expect(await client.check('space:s#read@user:ada', { store })).toBe('denied');
  const behind = watch.messages.length;
  expect(behind).toBeLessThan(25);
  watch.stream.resume();
  await watch.reach(last);
  expect(watch.changes).toEqual(
    Array.from({ length: 40 }, (_, round) => users(round))
      .flat()
      .map((tuple) => `+${tuple}`),
  );
});

it('tells of changes from before the schema that is in force', async () => {
  const { client } = shared;
  const store = await newStore(shared);
  const {
    messages: [{ zookie: start }],
  } = await watching(client, { store });
  await client.write(['space:s#writer@user:ada'], { store });
  await client.write([['delete', 'space:s#writer@user:ada']], { store });
  const end = await client.writeSchema('type user\ntype team { relation member : user }', { store });
  const watch = await new Watching(client, { store, after: start, ...SLOW }).reach(end);
  expect(watch.changes).toEqual(['+space:s#writer@user:ada', '-space:s#writer@user:ada']);
});
