/** A new schema has to admit what stored tuples carry, too: conditions with their values, and expiries. */
import { expect, it } from 'vitest';
import { newStore, shareNodes } from './shared.ts';

const shared = shareNodes(1);

const SCHEMA = `
condition weekday(day string, n int) { day != "sunday" && n > 1 }
condition other(day string) { day == "sunday" }
type user
type house {
  relation guest  : user | user with weekday
  relation visitor : user expires
  relation keeper : user must expire within 90d
  permission enter = guest or visitor or keeper
}`;

const DAY_S = 86_400;
const inDays = (days: number): object => ({ seconds: Math.floor(Date.now() / 1000) + days * DAY_S });
const update = (relation: string, subject: string, carried: object = {}): object => ({
  operation: 'OPERATION_TOUCH',
  tuple: { object: 'house:1', relation, subject, ...carried },
});
const weekday = { condition: { name: 'weekday', context: { fields: { n: { numberValue: 7 } } } } };

async function storeWithGrants(): Promise<string> {
  const store = await newStore(shared, SCHEMA);
  const updates = [
    update('guest', 'user:plain'),
    update('guest', 'user:week', weekday),
    update('visitor', 'user:past', { expiresAt: { seconds: 1_000_000_000 } }),
    update('visitor', 'user:ever'),
    update('keeper', 'user:keeper', { expiresAt: inDays(60) }),
  ];
  await shared.client.call('PermissionService/Write', { store, updates });
  return store;
}

it.each([
  [
    'drops a condition from a form',
    ['user | user with weekday', 'user'],
    '`house#guest@user with weekday` is used by `house:1#guest@user:week`',
  ],
  [
    'drops the form without a condition',
    ['user | user with', 'user with'],
    '`house#guest@user` is used by `house:1#guest@user:plain`',
  ],
  [
    'puts another condition in its place',
    ['user with weekday', 'user with other'],
    '`house#guest@user with weekday` is used by `house:1#guest@user:week`',
  ],
  [
    'makes a stored value one of a wrong type',
    ['n int) { day != "sunday" && n > 1', 'n string) { day != "sunday" && n > "1"'],
    '`house#guest@user with weekday` is used by `house:1#guest@user:week`',
  ],
  [
    'drops a parameter that has a stored value',
    [', n int) { day != "sunday" && n > 1', ') { day != "sunday"'],
    '`house#guest@user with weekday` is used by `house:1#guest@user:week`',
  ],
  // An expired tuple is one, too.
  [
    'takes no expiry any more',
    ['user expires', 'user'],
    '`house#visitor@user expires` is used by `house:1#visitor@user:past`',
  ],
  [
    'demands an expiry',
    ['user expires', 'user must expire'],
    '`house#visitor@user expires` is used by `house:1#visitor@user:ever`',
  ],
  [
    'shortens the period',
    ['within 90d', 'within 30d'],
    '`house#keeper@user must expire within 90d` is used by `house:1#keeper@user:keeper`',
  ],
])('is refused where it %s', async (_, [from, to], problem) => {
  const store = await storeWithGrants();
  const text = SCHEMA.replaceAll(from, to);
  expect(text).not.toBe(SCHEMA);
  const failure = await shared.client.failure('SchemaService/WriteSchema', { store, text });
  expect(failure).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'SCHEMA_IN_USE', field: 'text' });
  expect(failure.message).toBe(
    `the new schema does not admit tuples that are stored: ${problem}. Delete them first, or keep what admits them`,
  );
  expect((await shared.client.call('SchemaService/ReadSchema', { store })).version).toBe(1);
});

it.each([
  ['changes what a condition says', ['n > 1', 'n > 2']],
  ['adds a parameter', ['n int) {', 'n int, m int) { m > 0 &&']],
  ['lengthens the period', ['within 90d', 'within 100d']],
  ['shortens the period to what is enough', ['within 90d', 'within 61d']],
  ['lets an expiry be left out', ['must expire within 90d', 'expires']],
])('is accepted where it %s', async (_, [from, to]) => {
  const store = await storeWithGrants();
  const text = SCHEMA.replaceAll(from, to);
  expect(text).not.toBe(SCHEMA);
  expect((await shared.client.call('SchemaService/WriteSchema', { store, text })).version).toBe(2);
});
