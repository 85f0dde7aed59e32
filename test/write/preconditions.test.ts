/** Preconditions: what must hold before a write, judged under the lock it is committed with. */
import { beforeEach, expect, it } from 'vitest';
import { newStore, shareNodes } from '../service/shared.ts';
import { writeRequest } from '../support/client.ts';

const shared = shareNodes(2);
let store: string;
beforeEach(async () => {
  store = await newStore(shared);
  const stored = [
    'team:a#member@user:ada',
    'space:s#writer@team:a#member',
    'space:s#reader@user:*',
    'space:s#reader@user:bob',
  ];
  await shared.client.write(stored, { store });
});

const WRITE = 'PermissionService/Write';
type Filter = Partial<Record<'object' | 'relation' | 'subject', string>>;
const must = (exist: boolean, filter: Filter): object => ({
  condition: exist ? 'CONDITION_MUST_EXIST' : 'CONDITION_MUST_NOT_EXIST',
  filter,
});
const request = (
  preconditions: object[],
  updates: (string | [string, string])[] = ['space:t#writer@user:new'],
): object => ({
  store,
  ...writeRequest(updates),
  preconditions,
});

const SELECTING: [Filter, string][] = [
  [{ object: 'space:s' }, 'object `space:s`'],
  [{ object: 'space:s', relation: 'writer' }, 'object `space:s`, relation `writer`'],
  [
    { object: 'space:s', relation: 'reader', subject: 'user' },
    'object `space:s`, relation `reader`, subject `user`',
  ],
  [{ object: 'space:s', subject: 'team' }, 'object `space:s`, subject `team`'],
  [
    { object: 'space:s', relation: 'reader', subject: 'user:bob' },
    'object `space:s`, relation `reader`, subject `user:bob`',
  ],
  [
    { object: 'space', relation: 'reader', subject: 'user:*' },
    'object `space`, relation `reader`, subject `user:*`',
  ],
  [{ subject: 'user:*' }, 'subject `user:*`'],
  [{ subject: 'user:ada' }, 'subject `user:ada`'],
  [{ relation: 'member', subject: 'user:ada' }, 'relation `member`, subject `user:ada`'],
  [{ subject: 'team:a#member' }, 'subject `team:a#member`'],
  // With an id and no `#`: the sets of it too.
  [{ subject: 'team:a' }, 'subject `team:a`'],
  [{ object: 'space', subject: 'team:a#member' }, 'object `space`, subject `team:a#member`'],
];

it.each(SELECTING)('finds a tuple by %j', async (filter, shown) => {
  await shared.client.call(WRITE, request([must(true, filter)]));
  expect(
    await shared.client.failure(
      WRITE,
      request([must(true, filter), must(false, filter)], ['space:t#writer@user:two']),
    ),
  ).toEqual({
    code: 'FAILED_PRECONDITION',
    reason: 'PRECONDITION_FAILED',
    field: 'preconditions[1]',
    message: `preconditions[1]: a tuple with ${shown} exists, and none may; nothing was written`,
  });
  expect(await shared.client.read({ store, filter: { object: 'space:t' } })).toEqual([
    'space:t#writer@user:new',
  ]);
});

const MISSING: [Filter, string][] = [
  [{ object: 'space:q' }, 'object `space:q`'],
  [{ object: 'space:s', relation: 'banned' }, 'object `space:s`, relation `banned`'],
  [
    { object: 'space:s', relation: 'writer', subject: 'user' },
    'object `space:s`, relation `writer`, subject `user`',
  ],
  [
    { object: 'space:s', relation: 'reader', subject: 'user:ada' },
    'object `space:s`, relation `reader`, subject `user:ada`',
  ],
  [{ subject: 'user:cyd' }, 'subject `user:cyd`'],
  [{ object: 'team', subject: 'user:*' }, 'object `team`, subject `user:*`'],
  [{ object: 'space', subject: 'user:ada' }, 'object `space`, subject `user:ada`'],
  [{ subject: 'team:b#member' }, 'subject `team:b#member`'],
  [{ relation: 'reader', subject: 'team:a' }, 'relation `reader`, subject `team:a`'],
];

it.each(MISSING)('finds no tuple by %j', async (filter, shown) => {
  await shared.client.call(WRITE, request([must(false, filter)]));
  expect(
    await shared.client.failure(WRITE, request([must(true, filter)], ['space:t#writer@user:two'])),
  ).toEqual({
    code: 'FAILED_PRECONDITION',
    reason: 'PRECONDITION_FAILED',
    field: 'preconditions[0]',
    message: `preconditions[0]: no tuple with ${shown} exists, and one must; nothing was written`,
  });
  expect(await shared.client.read({ store, filter: { object: 'space:t' } })).toEqual([
    'space:t#writer@user:new',
  ]);
});

it.each([
  [{}, 'every tuple'],
  [{ object: 'space' }, 'object `space`'],
  [{ relation: 'member' }, 'relation `member`'],
  [
    { object: 'space', relation: 'reader', subject: 'user' },
    'object `space`, relation `reader`, subject `user`',
  ],
])('refuses %j, which selects by neither an object nor a subject', async (filter, shown) => {
  const message = `preconditions[0].filter: it selects ${shown}; a precondition names an object or a subject by its id, as \`type:id\``;
  expect(await shared.client.failure(WRITE, request([must(true, filter)]))).toEqual({
    code: 'INVALID_ARGUMENT',
    reason: 'MALFORMED_REQUEST',
    field: 'preconditions[0].filter',
    message,
  });
});

it.each([
  [{ object: 'spaec:s' }, 'UNKNOWN_TYPE', 'object: the schema has no type `spaec`; did you mean `space`?'],
  [
    { object: 'space:s', relation: 'baned' },
    'UNKNOWN_RELATION',
    'relation: type `space` has no relation or permission `baned`; did you mean `banned`?',
  ],
  [{ subject: 'usr:ada' }, 'UNKNOWN_TYPE', 'subject: the schema has no type `usr`; did you mean `user`?'],
  [
    { subject: 'team:a#membre' },
    'UNKNOWN_RELATION',
    'subject: type `team` has no relation or permission `membre`; did you mean `member`?',
  ],
])('refuses %j, which no tuple could ever fit', async (filter, reason, message) => {
  const failure = await shared.client.failure(WRITE, request([must(false, filter)]));
  expect(failure).toMatchObject({ code: 'FAILED_PRECONDITION', reason });
  expect(failure.message).toBe(`preconditions[0].filter.${message}`);
});

it('refuses a precondition on a permission, which is never stored', async () => {
  const failure = await shared.client.failure(
    WRITE,
    request([must(false, { object: 'space:s', relation: 'write' })]),
  );
  expect(failure).toMatchObject({
    reason: 'RELATION_NOT_WRITABLE',
    field: 'preconditions[0].filter.relation',
  });
});

it('judges the state before the write, not what the write itself does', async () => {
  const filter = { object: 'space:t', relation: 'writer', subject: 'user:new' };
  await shared.client.failure(WRITE, request([must(true, filter)]));
  await shared.client.call(WRITE, request([must(false, filter)]));
  const remove: [string, string][] = [['delete', 'space:t#writer@user:new']];
  await shared.client.failure(WRITE, request([must(false, filter)], remove));
  await shared.client.call(WRITE, request([must(true, filter)], remove));
  expect(await shared.client.read({ store, filter: { object: 'space:t' } })).toEqual([]);
});

it('lets exactly one of many win who all demand to be the first, on two nodes', async () => {
  for (let round = 0; round < 10; round++) {
    const none = must(false, { object: `space:race${round}` });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        shared.nodes[i % 2].client.call(WRITE, request([none], [`space:race${round}#writer@user:u${i}`])),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(await shared.client.read({ store, filter: { object: `space:race${round}` } })).toHaveLength(1);
  }
});

it('passes a right from hand to hand without ever losing or doubling it, on two nodes', async () => {
  await shared.client.write(['space:baton#writer@user:h0'], { store });
  const holder = async (i: number): Promise<boolean> => {
    const [from, to] = [`user:h${i % 5}`, `user:h${(i + 1) % 5}`];
    const held = must(true, { object: 'space:baton', relation: 'writer', subject: from });
    const updates: [string, string][] = [
      ['delete', `space:baton#writer@${from}`],
      ['create', `space:baton#writer@${to}`],
    ];
    try {
      await shared.nodes[i % 2].client.call(WRITE, request([held], updates));
      return true;
    } catch {
      return false;
    }
  };
  let passed = 0;
  for (let round = 0; round < 10; round++) {
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => holder(i)));
    passed += outcomes.filter(Boolean).length;
    expect(await shared.client.read({ store, filter: { object: 'space:baton' } })).toHaveLength(1);
  }
  expect(passed).toBeGreaterThan(10);
});
