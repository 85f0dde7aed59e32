import { expect, test } from 'vitest';
import { World } from './world.ts';

const GROUPS = `
type user
type group {
  relation member : user | group#member
}
`;

test('a group met again through another ring is not denied for good while the first ring is open', async () => {
  // The provisional "no" of `group:b` outlives the opening of `group:a`; `group:c` then leans on it.
  const world = await World.of(`
    type user
    type node {
      relation next : node
      relation member : user
      permission in = next.in or member
    }
  `);
  world.add('node:r#member@user:u', 'node:c#next@node:b', 'node:r#next@node:c', 'node:r#next@node:a');
  world.add('node:a#next@node:r', 'node:a#next@node:b', 'node:b#next@node:a');
  const questions = ['r', 'a', 'b', 'c'].map((id) => `node:${id}#in@user:u`);
  expect(world.batch(questions)).toEqual(['allowed', 'allowed', 'allowed', 'allowed']);
});

test('what leans on a ring that hangs on the asked object through a negation is a negation cycle', async () => {
  const world = await World.of(`
    type user
    type node {
      relation next : node
      relation blocked : node
      permission self-in = self
      permission in = next.in or (self-in except blocked.in)
    }
  `);
  world.add('node:r#blocked@node:c', 'node:c#next@node:b', 'node:r#next@node:a');
  world.add('node:a#next@node:r', 'node:a#next@node:b', 'node:b#next@node:a');
  expect(world.check('node:r#in@node:r')).toBe('NEGATION_CYCLE');
  expect(world.check('node:c#in@node:r')).toBe('NEGATION_CYCLE');
  expect(world.check('node:r#in@user:u')).toBe('denied');
});

test('a ring of groups adds nobody and hides nobody', async () => {
  const world = await World.of(GROUPS);
  world.add('group:a#member@group:b#member', 'group:b#member@group:a#member', 'group:b#member@user:u');
  expect(world.batch(['group:a#member@user:u', 'group:a#member@user:v'])).toEqual(['allowed', 'denied']);
  expect(world.batch(['group:b#member@user:v', 'group:b#member@user:u'])).toEqual(['denied', 'allowed']);
});

test('an error in a batch leaves the other answers as they are', async () => {
  const world = await World.of(GROUPS, ['group:a#member@user:u']);
  expect(
    world.batch([
      'group:a#member@user:u',
      'group:a#x@user:u',
      'nonsense#member@user:u',
      'group:a#member@user:v',
    ]),
  ).toEqual(['allowed', 'UNKNOWN_RELATION', 'MALFORMED_REFERENCE', 'denied']);
});

test('an answer is not kept for another subject, nor for the same subject as a set', async () => {
  const world = await World.of(GROUPS, ['group:a#member@group:b#member', 'group:b#member@group:c#member']);
  expect(
    world.batch([
      'group:a#member@user:x',
      'group:a#member@group:c#member',
      'group:a#member@user:c',
      'group:a#member@group:a#member',
      'group:a#member@group:nowhere#member',
      'group:nowhere#member@group:nowhere#member',
      'group:elsewhere#member@group:nowhere#member',
    ]),
  ).toEqual(['denied', 'allowed', 'denied', 'allowed', 'denied', 'allowed', 'denied']);
});
