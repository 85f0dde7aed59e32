/**
 * DeleteObject, DeleteTuples and ReplaceRelation on behalf of an actor, over real gRPC: each is allowed, or refused with the
 * reason and without a trace.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { query } from '../support/database.ts';
import { newStore, shareNodes, storeId } from './shared.ts';

const shared = shareNodes(1);

const SCHEMA = `
type user
type root { relation boss : user }
type house {
  created by root.boss
  deleted by root.boss
  relation root   : root [1]
  relation owner  : user  granted by root.boss
  relation keeper : user  granted by owner
  relation guest  : user | user expires  granted by owner  revoked by keeper
}
type pet {
  relation home : house  granted by home.owner
}
type note {
  deleted by nobody
  relation author : user [0..2]  granted by author
}`;
const STORED = [
  'house:a#guest@user:g',
  'house:a#guest@user:h',
  'house:a#keeper@user:both',
  'house:a#keeper@user:keeper',
  'house:a#owner@user:both',
  'house:a#owner@user:owner',
  'house:a#root@root:r',
  'house:b#guest@user:g',
  'house:b#keeper@user:other',
  'house:b#root@root:r',
  'note:n#author@user:owner',
  'pet:rex#home@house:a',
  'root:r#boss@user:boss',
];

let store = '';
beforeEach(async () => {
  store = await newStore(shared, SCHEMA);
  await shared.client.write(STORED, { store });
});

const stored = (): Promise<string[]> =>
  shared.client.read({ store, filter: {}, consistency: { fullyConsistent: true } });

async function head(): Promise<string> {
  const id = await storeId(shared, store);
  const [{ revision }] = await query<{ revision: string }>(
    shared.database,
    'select revision from store where id = $1',
    [id],
  );
  return revision;
}

async function changed(): Promise<string[]> {
  const now = await stored();
  return [
    ...STORED.filter((tuple) => !now.includes(tuple)).map((tuple) => `- ${tuple}`),
    ...now.filter((tuple) => !STORED.includes(tuple)).map((tuple) => `+ ${tuple}`),
  ];
}

interface Case {
  as: string;
  ask: [method: 'DeleteObject' | 'DeleteTuples' | 'ReplaceRelation', request: object];
  /** What came and went, or the reason and what else the message says. */
  told: string[] | { reason: string; says: string; field?: string };
}

const FIELDS = { DeleteObject: 'object', DeleteTuples: 'filter', ReplaceRelation: 'subjects' };

const replace = (object: string, relation: string, ...subjects: (string | object)[]): Case['ask'] => [
  'ReplaceRelation',
  {
    object,
    relation,
    subjects: subjects.map((subject) => (typeof subject === 'string' ? { subject } : subject)),
  },
];
const remove = (object: string): Case['ask'] => ['DeleteObject', { object }];
const removeAll = (filter: object): Case['ask'] => ['DeleteTuples', { filter }];
const until = { subject: 'user:g', expiresAt: { seconds: 4_000_000_000 } };

const OF_A = STORED.filter((tuple) => tuple.startsWith('house:a#'));
const OF_B = STORED.filter((tuple) => tuple.startsWith('house:b#'));

const CASES: Record<string, Case[]> = {
  'DeleteObject asks `deleted by` of its own tuples and `revoked by` of those that name it': [
    { as: 'user:boss', ask: remove('house:b'), told: OF_B.map((tuple) => `- ${tuple}`) },
    {
      as: 'user:other',
      ask: remove('house:b'),
      told: {
        reason: 'NOT_DELETED_BY',
        says: '`user:other` may not remove the last tuple of `house:b`: `deleted by root.boss` (schema:6)',
      },
    },
    {
      as: 'user:boss',
      ask: remove('house:a'),
      told: {
        reason: 'NOT_REVOKED_BY',
        says: '`user:boss` may not remove `pet:rex#home@house:a`: `granted by home.owner` (schema:13)',
      },
    },
    {
      as: 'user:owner',
      ask: remove('house:a'),
      told: { reason: 'NOT_DELETED_BY', says: '`house:a`' },
    },
    {
      as: 'user:g',
      ask: remove('user:g'),
      told: { reason: 'NOT_REVOKED_BY', says: '`user:g` may not remove `house:' },
    },
    {
      as: 'user:owner',
      ask: remove('note:n'),
      told: { reason: 'NOT_DELETED_BY', says: '`deleted by nobody`' },
    },
    // A type without `deleted by` falls back to `revoked by`.
    { as: 'user:owner', ask: remove('pet:rex'), told: ['- pet:rex#home@house:a'] },
    {
      as: 'user:boss',
      ask: remove('pet:rex'),
      told: { reason: 'NOT_REVOKED_BY', says: '`pet:rex#home@house:a`' },
    },
  ],
  'DeleteTuples asks `revoked by` of each, or `deleted by` where nothing is left': [
    {
      as: 'user:keeper',
      ask: removeAll({ object: 'house:a', relation: 'guest' }),
      told: ['- house:a#guest@user:g', '- house:a#guest@user:h'],
    },
    {
      as: 'user:owner',
      ask: removeAll({ object: 'house:a', relation: 'guest' }),
      told: { reason: 'NOT_REVOKED_BY', says: '`revoked by keeper` (schema:10)' },
    },
    {
      as: 'user:keeper',
      ask: removeAll({ object: 'house', relation: 'guest', subject: 'user:g' }),
      told: { reason: 'NOT_REVOKED_BY', says: '`house:b#guest@user:g`' },
    },
    { as: 'user:boss', ask: removeAll({ object: 'house:a' }), told: OF_A.map((tuple) => `- ${tuple}`) },
    {
      as: 'user:both',
      ask: removeAll({ object: 'house:a' }),
      told: { reason: 'NOT_DELETED_BY', says: '`house:a`' },
    },
    {
      as: 'user:owner',
      ask: removeAll({ object: 'note' }),
      told: { reason: 'NOT_DELETED_BY', says: '`note:n`' },
    },
  ],
  'ReplaceRelation asks `granted by` of what comes and `revoked by` of what goes': [
    {
      as: 'user:both',
      ask: replace('house:a', 'guest', 'user:g', 'user:i'),
      told: ['- house:a#guest@user:h', '+ house:a#guest@user:i'],
    },
    {
      as: 'user:owner',
      ask: replace('house:a', 'guest', 'user:g', 'user:i'),
      told: { reason: 'NOT_REVOKED_BY', says: '`house:a#guest@user:h`' },
    },
    {
      as: 'user:keeper',
      ask: replace('house:a', 'guest', 'user:g', 'user:i'),
      told: {
        reason: 'NOT_GRANTED_BY',
        says: '`house:a#guest@user:i`: `granted by owner` (schema:10)',
        field: 'subjects[1]',
      },
    },
    { as: 'user:keeper', ask: replace('house:a', 'guest', 'user:g'), told: ['- house:a#guest@user:h'] },
    {
      as: 'user:owner',
      ask: replace('house:a', 'guest', 'user:g', 'user:h', 'user:i'),
      told: ['+ house:a#guest@user:i'],
    },
    // Another expiry is a removal and an addition.
    {
      as: 'user:owner',
      ask: replace('house:a', 'guest', until, 'user:h'),
      told: { reason: 'NOT_REVOKED_BY', says: '`house:a#guest@user:g`', field: 'subjects[0]' },
    },
    {
      as: 'user:keeper',
      ask: replace('house:a', 'guest', until, 'user:h'),
      told: {
        reason: 'NOT_GRANTED_BY',
        says: '`house:a#guest@user:g [expires 2096-10-02T07:06:40Z]`',
        field: 'subjects[0]',
      },
    },
    {
      as: 'user:owner',
      ask: replace('note:n', 'author', 'user:g'),
      told: ['- note:n#author@user:owner', '+ note:n#author@user:g'],
    },
    {
      as: 'user:owner',
      ask: replace('note:n', 'author'),
      told: { reason: 'NOT_DELETED_BY', says: '`note:n`' },
    },
    { as: 'user:boss', ask: replace('house:new', 'root', 'root:r'), told: ['+ house:new#root@root:r'] },
    {
      as: 'user:owner',
      ask: replace('house:new', 'root', 'root:r'),
      told: {
        reason: 'NOT_CREATED_BY',
        says: '`user:owner` may not create `house:new`',
        field: 'subjects[0]',
      },
    },
    {
      as: 'user:boss',
      ask: replace('house:a', 'root', 'root:other'),
      told: {
        reason: 'NOT_GRANTED_BY',
        says: '`house#root` (schema:7) has no `granted by`',
        field: 'subjects[0]',
      },
    },
    {
      as: 'user:owner',
      ask: replace('pet:rex', 'home', 'house:none'),
      told: {
        reason: 'NOT_CREATED_BY',
        field: 'subjects[0]',
        says: '`house:none` does not exist, and only its creation may name it',
      },
    },
  ],
};

describe.each(Object.entries(CASES))('%s', (_, cases) => {
  it.each(cases.map((each) => [JSON.stringify([each.as, ...each.ask]), each] as const))(
    '%s',
    async (_text, { as, ask: [method, request], told }) => {
      const before = await head();
      const asked = { store, ...request, actor: as };
      if (Array.isArray(told)) {
        await shared.client.call(`PermissionService/${method}`, asked);
        expect((await changed()).sort()).toEqual([...told].sort());
        return;
      }
      const failure = await shared.client.failure(`PermissionService/${method}`, asked);
      const field = told.field ?? FIELDS[method];
      expect(failure).toMatchObject({ code: 'PERMISSION_DENIED', reason: told.reason, field });
      expect(failure.message.startsWith(`${field}: `)).toBe(true);
      expect(failure.message).toContain(told.says);
      expect(failure.message).toContain('nothing was written');
      expect(await changed()).toEqual([]);
      expect(await head()).toBe(before);
    },
  );
});
