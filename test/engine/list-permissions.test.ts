import { assert, expect, test } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import { runWhole } from '../../src/base/slices.ts';
import { type FoundPermission, listPermissions } from '../../src/engine/lookup/list-permissions.ts';
import { World } from './world.ts';

const SCHEMA = `
type user {
  relation boss : user
  permission rename = self or boss
}
type team {
  relation member : user | team#member
  permission join = member
}
type doc {
  relation owner   : user
  relation reader  : user | user:* | team#member
  relation banned  : user
  permission view  = reader or owner
  permission edit  = owner
  permission print = view except banned
}
`;

const TUPLES = [
  'doc:1#owner@user:ada',
  'doc:1#reader@team:t#member',
  'doc:1#banned@user:max',
  'team:t#member@user:max',
  'doc:2#reader@user:*',
];

async function list(
  object: string,
  subject: string,
  limits: Partial<Limits> = {},
): Promise<FoundPermission[]> {
  const world = await World.of(SCHEMA, TUPLES);
  const all = { ...defaultLimits(), ...limits };
  return runWhole(listPermissions(world.plan, world.view, { object, subject }, all));
}

test.each([
  ['doc:1', 'user:ada', 'owner view edit print'],
  ['doc:1', 'user:max', 'reader banned view'],
  ['doc:1', 'team:t#member', 'reader view print'],
  ['doc:1', 'user:nobody-knows', ''],
  ['doc:2', 'user:nobody-knows', 'reader view print'],
  ['doc:2', 'user:*', 'reader view print'],
  ['doc:unmentioned', 'user:ada', ''],
  ['user:unmentioned', 'user:unmentioned', 'rename'],
  ['user:unmentioned', 'user:other', ''],
  ['team:unmentioned', 'team:unmentioned#member', 'member join'],
  ['team:unmentioned', 'team:other#member', ''],
])('on %s, %s has: %s', async (object, subject, expected) => {
  expect((await list(object, subject)).map(({ name }) => name).join(' ')).toBe(expected);
});

test('each says whether it is a relation or a permission', async () => {
  expect(await list('team:t', 'user:max')).toEqual([
    { name: 'member', isPermission: false, answer: 'allowed' },
    { name: 'join', isPermission: true, answer: 'allowed' },
  ]);
});

test('it yields after each relation and permission', async () => {
  const world = await World.of(SCHEMA, TUPLES);
  const query = { object: 'doc:1', subject: 'user:ada' };
  const work = listPermissions(world.plan, world.view, query, defaultLimits());
  let yields = 0;
  while (work.next().done !== true) yields++;
  expect(yields).toBe(6);
});

test('an answer that depends on its own negation fails the call', async () => {
  const world = await World.of(
    `
    type user
    type game {
      relation next : game
      relation player : user
      permission win = player except next.win
    }
    `,
    ['game:a#next@game:a', 'game:a#player@user:ada'],
  );
  const query = { object: 'game:a', subject: 'user:ada' };
  const error = errorOf(() => runWhole(listPermissions(world.plan, world.view, query, defaultLimits())));
  expect(error.reason).toBe('NEGATION_CYCLE');
});

test('each check has the limits of a check, and all together have lookupSteps', async () => {
  const world = await World.of(`
    type user
    type doc {
      relation a : user
      relation b : user
      permission c = a or b
    }
  `);
  const query = { object: 'doc:1', subject: 'user:ada' };
  const within = (limits: Partial<Limits>): string => {
    const work = listPermissions(world.plan, world.view, query, { ...defaultLimits(), ...limits });
    try {
      return `${runWhole(work).length} found`;
    } catch (error) {
      assert(error instanceof PembaError);
      return error.message;
    }
  };
  // Three steps for `c`, and one each for `a` and `b`.
  expect(within({ walkVisits: 3 })).toBe('0 found');
  expect(within({ walkVisits: 2 })).toMatch(/^limit walkVisits reached/);
  expect(within({ lookupSteps: 5 })).toBe('0 found');
  expect(within({ lookupSteps: 4 })).toBe(
    'limit lookupSteps reached: at most 4 steps (work of one lookup: members and tuples looked at)',
  );
});

test.each([
  ['unknown:1', 'user:ada', 'UNKNOWN_TYPE', 'object'],
  ['doc:', 'user:ada', 'MALFORMED_REFERENCE', 'object'],
  ['doc:*', 'user:ada', 'MALFORMED_REFERENCE', 'object'],
  ['doc:1', 'unknown:ada', 'UNKNOWN_TYPE', 'subject'],
  ['doc:1', 'team:t#unknown', 'UNKNOWN_RELATION', 'subject'],
  ['doc:1', 'ada', 'MALFORMED_REFERENCE', 'subject'],
])('%s for %s is refused with %s, and the field to blame', async (object, subject, reason, field) => {
  await expect(list(object, subject)).rejects.toMatchObject({ reason, field });
});

function errorOf(work: () => unknown): PembaError {
  try {
    work();
  } catch (error) {
    assert(error instanceof PembaError, String(error));
    return error;
  }
  return assert.fail('no error');
}
