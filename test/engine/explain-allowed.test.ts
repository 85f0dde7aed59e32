/** Why something is allowed: the shortest derivation. */
import { expect, test } from 'vitest';
import { explanation, lines } from './explain-tool.ts';
import { World } from './world.ts';

const SCHEMA = `
  type user
  type team {
    relation member : user | team#member
    relation lead : user
    permission close = lead or member
  }
  type space {
    relation owner : user
    relation banned : user | team#member
    relation reader : user | user:* | team#member
    relation team : team
    relation parent : space
    roles admin > editor : user | team#member
    permission view = (reader or owner) except banned
    permission edit = editor
    permission publish = owner and team.member
    permission up = parent.view or parent.up
    permission all = every team.member
    permission tidy = owner except team.lead
    permission none = nobody
  }
  type person {
    relation friend : person
    permission see = self or friend.see
  }
`;

async function reasons(question: string, ...tuples: string[]): Promise<string[]> {
  const { answer, reasons, misses } = explanation(await World.of(SCHEMA, tuples), question);
  expect(answer).toBe('allowed');
  expect(misses).toEqual([]);
  return lines(reasons);
}

test('a stored subject: the tuple', async () => {
  expect(await reasons('space:x#owner@user:a', 'space:x#owner@user:a')).toEqual([
    'space:x#owner <- direct, space:x#owner@user:a',
  ]);
});

test('a stored wildcard: its tuple', async () => {
  expect(await reasons('space:x#reader@user:a', 'space:x#reader@user:*')).toEqual([
    'space:x#reader <- direct, space:x#reader@user:*',
  ]);
});

test('a stored set: its tuple, because the subject is in the set', async () => {
  expect(
    await reasons('space:x#reader@user:a', 'space:x#reader@team:t#member', 'team:t#member@user:a'),
  ).toEqual([
    'space:x#reader <- direct, space:x#reader@team:t#member, because 1',
    'team:t#member <- direct, team:t#member@user:a',
  ]);
});

test('a set as the subject: stored, or the set itself', async () => {
  expect(await reasons('space:x#reader@team:t#member', 'space:x#reader@team:t#member')).toEqual([
    'space:x#reader <- direct, space:x#reader@team:t#member',
  ]);
  expect(await reasons('team:t#member@team:t#member')).toEqual(['team:t#member <- itself']);
  expect(await reasons('team:t#close@team:t#member')).toEqual([
    'team:t#close <- member, because 1',
    'team:t#member <- itself',
  ]);
});

test('`or`, names and ladders: the operand that takes the fewest tuples, then the fewest steps', async () => {
  expect(await reasons('space:x#editor@user:a', 'space:x#admin@user:a')).toEqual([
    'space:x#editor <- admin, because 1',
    'space:x#admin <- direct, space:x#admin@user:a',
  ]);
  expect(await reasons('space:x#editor@user:a', 'space:x#admin@user:a', 'space:x#editor@user:a')).toEqual([
    'space:x#editor <- direct, space:x#editor@user:a',
  ]);
  // One tuple and three steps rather than two tuples and two steps.
  expect(
    await reasons(
      'space:x#edit@user:a',
      'space:x#editor@team:t#member',
      'team:t#member@user:a',
      'space:x#admin@user:a',
    ),
  ).toEqual([
    'space:x#edit <- editor, because 1',
    'space:x#editor <- admin, because 2',
    'space:x#admin <- direct, space:x#admin@user:a',
  ]);
});

test('`and`: a step for each side', async () => {
  expect(
    await reasons(
      'space:x#publish@user:a',
      'space:x#owner@user:a',
      'space:x#team@team:s',
      'space:x#team@team:t',
      'team:t#member@user:a',
    ),
  ).toEqual([
    'space:x#publish <- owner and team.member, because 1 2',
    'space:x#owner <- direct, space:x#owner@user:a',
    '… <- team.member, space:x#team@team:t, because 3',
    'team:t#member <- direct, team:t#member@user:a',
  ]);
});

test('`except`: what holds, and what does not', async () => {
  expect(await reasons('space:x#view@user:a', 'space:x#owner@user:a', 'space:x#banned@user:b')).toEqual([
    'space:x#view <- (reader or owner) except banned, because 1 2',
    'space:x#owner <- direct, space:x#owner@user:a',
    'not space:x#banned <- banned',
  ]);
  expect(await reasons('space:x#tidy@user:a', 'space:x#owner@user:a', 'space:x#team@team:t')).toEqual([
    'space:x#tidy <- owner except team.lead, because 1 2',
    'space:x#owner <- direct, space:x#owner@user:a',
    'not … <- team.lead',
  ]);
});

test('an arrow: the link, and what holds at its end; a ring in the data is not gone round', async () => {
  expect(
    await reasons(
      'space:x#up@user:a',
      'space:x#parent@space:y',
      'space:y#parent@space:x',
      'space:y#parent@space:z',
      'space:z#owner@user:a',
    ),
  ).toEqual([
    'space:x#up <- parent.up, space:x#parent@space:y, because 1',
    'space:y#up <- parent.view, space:y#parent@space:z, because 2',
    'space:z#view <- (reader or owner) except banned, because 3 4',
    'space:z#owner <- direct, space:z#owner@user:a',
    'not space:z#banned <- banned',
  ]);
});

test('`every`: a step for each object', async () => {
  expect(
    await reasons(
      'space:x#all@user:a',
      'space:x#team@team:t',
      'space:x#team@team:s',
      'team:t#member@user:a',
      'team:s#member@team:t#member',
    ),
  ).toEqual([
    'space:x#all <- every team.member, because 1 3',
    '… <- team.member, space:x#team@team:s, because 2',
    'team:s#member <- direct, team:s#member@team:t#member, because 4',
    '… <- team.member, space:x#team@team:t, because 4',
    'team:t#member <- direct, team:t#member@user:a',
  ]);
});

test('`self`: no tuple', async () => {
  expect(await reasons('person:p#see@person:p')).toEqual(['person:p#see <- self']);
  expect(await reasons('person:q#see@person:p', 'person:q#friend@person:p')).toEqual([
    'person:q#see <- friend.see, person:q#friend@person:p, because 1',
    'person:p#see <- self',
  ]);
});

test('of equal derivations it is always the same one, whatever was written first', async () => {
  const tuples = ['s', 't', 'u'].flatMap((team) => [
    `space:x#reader@team:${team}#member`,
    `team:${team}#member@user:a`,
  ]);
  const first = await reasons('space:x#view@user:a', ...tuples);
  expect(first.join()).toContain('team:s#member');
  expect(await reasons('space:x#view@user:a', ...tuples.reverse())).toEqual(first);
});

test('each step says where in the schema it stands', async () => {
  const { reasons } = explanation(await World.of(SCHEMA, ['space:x#editor@user:a']), 'space:x#edit@user:a');
  const schema = SCHEMA.split('\n');
  const places = reasons.map(({ position }) => [position?.file, schema[(position?.line ?? 0) - 1].trim()]);
  expect(places).toEqual([
    ['test.pemba', 'permission edit = editor'],
    ['test.pemba', 'roles admin > editor : user | team#member'],
  ]);
});

test('a chain of 5,000 groups, found from the subject’s side, is derived without a deep stack', async () => {
  const chain = Array.from({ length: 5_000 }, (_, i) => `team:${i}#member@team:${i + 1}#member`);
  const others = Array.from({ length: 20_000 }, (_, i) => `space:x#reader@team:other${i}#member`);
  const world = await World.of(SCHEMA, [
    ...others,
    ...chain,
    'space:x#reader@team:0#member',
    'team:5000#member@user:a',
  ]);
  const { answer, reasons } = explanation(world, 'space:x#reader@user:a');
  expect([answer, reasons.length]).toEqual(['allowed', 5_002]);
});

test("where the subject's own tuple and that of everybody would do, it is its own", async () => {
  expect(await reasons('space:x#reader@user:a', 'space:x#reader@user:*', 'space:x#reader@user:a')).toEqual([
    'space:x#reader <- direct, space:x#reader@user:a',
  ]);
});
