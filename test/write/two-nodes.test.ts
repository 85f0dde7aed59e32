/**
 * Random writes from many clients to two nodes of one database. Afterwards the log, the tuples, the
 * heads and both nodes tell one and the same story.
 */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { newStore, shareNodes, storeId } from '../service/shared.ts';
import { writeRequest } from '../support/client.ts';
import { query } from '../support/database.ts';

const shared = shareNodes(2);

const CLIENTS = 6;
const WRITES = 60;

const ids = ['a', 'b', 'c', 'd'];
const tuple = fc.oneof(
  fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)).map(([t, u]) => `team:${t}#member@user:${u}`),
  fc
    .tuple(fc.constantFrom(...ids), fc.constantFrom(...ids))
    .map(([t, u]) => `team:${t}#member@team:${u}#member`),
  fc
    .tuple(
      fc.constantFrom(...ids),
      fc.constantFrom('writer', 'reader'),
      fc.constantFrom('user:a', 'user:*', 'team:a#member'),
    )
    .map(([s, relation, subject]) => `space:${s}#${relation}@${subject}`),
);
const operation = fc.constantFrom('create', 'touch', 'touch', 'delete', 'delete');
const update = fc.tuple(operation, tuple);
const write = fc.uniqueArray(update, { minLength: 1, maxLength: 4, selector: ([, text]) => text });
const scripts = fc.array(fc.array(write, { minLength: WRITES, maxLength: WRITES }), {
  minLength: CLIENTS,
  maxLength: CLIENTS,
});

let store: string;
/** Zookies of the writes that succeeded, and how many did not. */
const zookies: string[] = [];
let refused = 0;

beforeAll(async () => {
  store = await newStore(shared);
  const [script] = fc.sample(scripts, { numRuns: 1, seed: 20261122 });
  await Promise.all(
    script.map(async (writes, i) => {
      const { client } = shared.nodes[i % shared.nodes.length];
      for (const updates of writes) {
        try {
          zookies.push(
            (await client.call('PermissionService/Write', { store, ...writeRequest(updates) })).zookie,
          );
        } catch {
          refused++;
        }
      }
    }),
  );
});

interface Revision {
  revision: string;
  tag: string;
  time: string;
}
interface Change {
  added: boolean;
  tuple: string;
}

const TEXT = `object_type || ':' || object_id || '#' || relation || '@' || subject_type || ':' || subject_id
              || case subject_relation when '' then '' else '#' || subject_relation end as tuple`;

const log = async (): Promise<Change[]> =>
  query(
    shared.database,
    `select added, ${TEXT} from change where store_id = $1 order by revision, position`,
    [await storeId(shared, store)],
  );
const stored = async (): Promise<Set<string>> => {
  const rows = await query<Change>(shared.database, `select ${TEXT} from tuple where store_id = $1`, [
    await storeId(shared, store),
  ]);
  return new Set(rows.map((row) => row.tuple));
};

it('has answered every write, some of them with a refusal', () => {
  expect(zookies.length + refused).toBe(CLIENTS * WRITES);
  expect(new Set(zookies).size).toBe(zookies.length);
  expect(refused).toBeGreaterThan(10);
});

it('has revisions without gaps, tags that differ, and times that never fall', async () => {
  const rows = await query<Revision>(
    shared.database,
    'select revision, tag, extract(epoch from time) as time from revision where store_id = $1 order by revision',
    [await storeId(shared, store)],
  );
  // 0 is the start of the store, 1 its schema.
  expect(rows.map((row) => Number(row.revision))).toEqual(
    Array.from({ length: zookies.length + 2 }, (_, i) => i),
  );
  expect(new Set(rows.map((row) => row.tag)).size).toBe(rows.length);
  const times = rows.map((row) => Number(row.time));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const [head] = await query<Revision>(shared.database, 'select revision, tag from store where name = $1', [
    store,
  ]);
  expect(head).toMatchObject({ revision: rows[rows.length - 1].revision, tag: rows[rows.length - 1].tag });
});

it('has a log in which only what is absent is added and only what is there is removed', async () => {
  const now = new Set<string>();
  for (const { added, tuple } of await log()) {
    expect(now.has(tuple), tuple).toBe(!added);
    if (added) now.add(tuple);
    else now.delete(tuple);
  }
  expect(await stored()).toEqual(now);
});

it('has noted with each tuple the revision that made it', async () => {
  const wrong = await query(
    shared.database,
    `select 1 from tuple where store_id = $1 and created_revision <>
       (select max(revision) from change where added and
          (store_id, object_type, object_id, relation, subject_type, subject_id, subject_relation) =
          (tuple.store_id, tuple.object_type, tuple.object_id, tuple.relation, tuple.subject_type, tuple.subject_id, tuple.subject_relation))`,
    [await storeId(shared, store)],
  );
  expect(wrong).toEqual([]);
});

it('has the same tuples in the memory of both nodes', async () => {
  const now = await stored();
  const candidates = new Set((await log()).map((change) => change.tuple));
  expect(candidates.size).toBeGreaterThan(30);
  for (const { client } of shared.nodes) {
    expect(new Set(await client.read({ store }))).toEqual(now);
    // A tuple is in memory if and only if a write that demands it passes.
    for (const text of candidates) {
      const [, object, relation, subject] = /^(.*?)#(.*?)@(.*)$/.exec(text) as RegExpExecArray;
      // A subject without a relation selects its sets too, which these relations do not hold together.
      const precondition = { condition: 'CONDITION_MUST_EXIST', filter: { object, relation, subject } };
      const request = {
        store,
        ...writeRequest([['delete', 'space:none#writer@user:none']]),
        preconditions: [precondition],
      };
      const passes = await client.call('PermissionService/Write', request).then(
        () => true,
        () => false,
      );
      expect(passes, text).toBe(now.has(text));
    }
  }
});

it('gives the same answers on both nodes', async () => {
  const questions = ids.flatMap((space) =>
    ids.map((user) => ({ object: `space:${space}`, relation: 'read', subject: `user:${user}` })),
  );
  const [a, b] = await Promise.all(
    shared.nodes.map(({ client }) =>
      client.call('PermissionService/BatchCheck', {
        store,
        items: questions,
        consistency: { fullyConsistent: true },
      }),
    ),
  );
  expect(a).toEqual(b);
  const allowed = a.results.filter((result: { answer: string }) => result.answer === 'ANSWER_ALLOWED');
  expect(allowed.length).toBeGreaterThan(0);
});
