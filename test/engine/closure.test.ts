/** Wide places, decided from the subject's side. That they are is seen from how little work is allowed. */
import { expect, test } from 'vitest';
import { parseTuple } from '../../src/model/tuple.ts';
import { OverlayView } from '../../src/view/view.ts';
import { World } from './world.ts';

const SCHEMA = `
type user
type group {
  relation member : user | user:* | group#member
}
type folder {
  relation viewer : user | group#member
}
type doc {
  relation viewer : group#member
  relation parent : folder
  permission view = viewer or parent.viewer
}
`;
const WIDTH = 2_000;
const FEW = { walkVisits: 100 };

/** `doc:wide` is shared with 2,000 groups, each of one user, and `doc:filed` lies in 2,000 folders of one group each. */
function wide(): string[] {
  return Array.from({ length: WIDTH }, (_, i) => [
    `doc:wide#viewer@group:${i}#member`,
    `group:${i}#member@user:${i}`,
    `doc:filed#parent@folder:${i}`,
    `folder:${i}#viewer@group:${i}#member`,
  ]).flat();
}

test.each(['doc:wide', 'doc:filed'])(
  'a check of %s, wide through 2,000 places, costs what the subject’s few groups cost',
  async (doc) => {
    const world = await World.of(SCHEMA, wide());
    const check = world.within(FEW);
    expect(check(`${doc}#view@user:0`)).toBe('allowed');
    expect(check(`${doc}#view@user:${WIDTH - 1}`)).toBe('allowed');
    expect(check(`${doc}#view@group:7#member`)).toBe('allowed');
    expect(check(`${doc}#view@user:stranger`)).toBe('denied');
    expect(check(`${doc}#view@group:stranger#member`)).toBe('denied');
    expect(check(`${doc}#view@group:7`)).toBe('denied');
    expect(check(`${doc}#view@user:*`)).toBe('denied');
  },
);

test('groups of groups and rings of groups are followed from the subject’s side', async () => {
  const world = await World.of(SCHEMA, wide());
  world.add(
    'group:5#member@group:inner#member',
    'group:inner#member@group:5#member',
    'group:inner#member@user:far',
  );
  expect(world.within(FEW)('doc:wide#view@user:far')).toBe('allowed');
  expect(world.within(FEW)('doc:filed#view@user:far')).toBe('allowed');
});

test('a wildcard in one of the groups holds every user, no set, and itself', async () => {
  const world = await World.of(SCHEMA, [...wide(), 'group:9#member@user:*']);
  const check = world.within(FEW);
  for (const doc of ['doc:wide', 'doc:filed']) {
    expect(check(`${doc}#view@user:nobody-knows`)).toBe('allowed');
    expect(check(`${doc}#view@user:*`)).toBe('allowed');
    expect(check(`${doc}#view@group:stranger#member`)).toBe('denied');
  }
});

test('a wide arrow reaches the set that is asked for, and no other set of the same type', async () => {
  const world = await World.of(SCHEMA, wide());
  const check = world.within(FEW);
  expect(check('doc:filed#view@folder:3#viewer')).toBe('allowed');
  expect(check('doc:filed#view@folder:stranger#viewer')).toBe('denied');
  expect(check('doc:wide#view@folder:3#viewer')).toBe('denied');
});

test('an overlay’s additions and removals count on the subject’s side too', async () => {
  const world = await World.of(SCHEMA, [...wide(), 'group:1#member@user:leaves']);
  const view = new OverlayView(world.graph);
  for (const tuple of [
    'group:2#member@group:new#member',
    'group:new#member@user:joins',
    'doc:wide#viewer@group:newer#member',
  ]) {
    view.add(parseTuple(tuple));
  }
  view.add(parseTuple('group:newer#member@user:joins-too'));
  view.remove(parseTuple('group:1#member@user:leaves'));
  view.add(parseTuple('group:1#member@user:stays-away'));
  view.remove(parseTuple('group:1#member@user:stays-away'));
  const answers = ['leaves', 'joins', 'joins-too', 'stays-away'].map((user) => [
    world.check(`doc:wide#view@user:${user}`),
    world.check(`doc:wide#view@user:${user}`, view),
  ]);
  expect(answers).toEqual([
    ['allowed', 'denied'],
    ['denied', 'allowed'],
    ['denied', 'allowed'],
    ['denied', 'denied'],
  ]);
});

test('a subject in more groups than the object has sets is answered from the object’s side', async () => {
  const groups = Array.from({ length: WIDTH }, (_, i) => `group:${i}#member@user:busy`);
  const sets = Array.from({ length: 40 }, (_, i) => `doc:d#viewer@group:other-${i}#member`);
  const world = await World.of(SCHEMA, [...groups, ...sets]);
  expect(world.within(FEW)('doc:d#view@user:busy')).toBe('denied');
  world.add('doc:d#viewer@group:7#member');
  expect(world.within(FEW)('doc:d#view@user:busy')).toBe('allowed');
});

test('among some sets, the few that the subject is stored in are asked for first', async () => {
  const groups = Array.from({ length: 12 }, (_, i) => [
    `doc:shared#viewer@group:${i}#member`,
    `group:${i}#member@group:inner-${i}#member`,
    `group:inner-${i}#member@user:${i}`,
  ]).flat();
  const world = await World.of(SCHEMA, [...groups, 'group:0#member@user:first', 'group:11#member@user:last']);
  for (const user of ['first', 'last'])
    expect(world.within({ walkVisits: 3 })(`doc:shared#view@user:${user}`)).toBe('allowed');
  expect(world.check('doc:shared#view@user:5')).toBe('allowed');
  expect(world.check('doc:shared#view@user:stranger')).toBe('denied');
});

test('who is stored in a set that does not take what is stored is not in it', async () => {
  const world = await World.of(
    `
    type user
    type group {
      relation leader : user
      relation former : user | group#former = leader
    }
    type doc { relation viewer : group#former }
    `,
    Array.from({ length: 6 }, (_, i) => [
      `doc:1#viewer@group:${i}#former`,
      `group:${i}#former@user:${i}`,
      `group:${i}#leader@user:leader-${i}`,
    ]).flat(),
  );
  expect(world.check('doc:1#viewer@user:3')).toBe('denied');
  expect(world.check('doc:1#viewer@user:leader-3')).toBe('allowed');
});

test('a long walk over groups is cut short once the subject’s few groups are known', async () => {
  // Ten levels of ten groups each, all holding all of the next level: a walk meets 1,000 edges.
  const tuples: string[] = ['doc:deep#viewer@group:0-0#member', 'group:here#member@user:u'];
  for (let level = 0; level < 10; level++) {
    for (let i = 0; i < 10; i++) {
      for (let j = 0; j < 10; j++) tuples.push(`group:${level}-${i}#member@group:${level + 1}-${j}#member`);
    }
  }
  const world = await World.of(SCHEMA, tuples);
  expect(world.within({ walkVisits: 200 })('doc:deep#view@user:u')).toBe('denied');
  world.add('group:10-9#member@group:here#member');
  expect(world.within({ walkVisits: 200 })('doc:deep#view@user:u')).toBe('allowed');
});

test('each subject of a batch gets its own closure', async () => {
  const world = await World.of(SCHEMA, wide());
  const users = ['0', 'stranger', '1', '0', 'other', '1999'];
  const answers = world.batch(users.map((user) => `doc:wide#view@user:${user}`));
  expect(answers).toEqual(['allowed', 'denied', 'allowed', 'allowed', 'denied', 'allowed']);
});

test('who is on a higher rung, and the higher rung itself, is in the lower one that is shared', async () => {
  const schema = `
    type user
    type team {
      roles lead > member : user
    }
    type doc {
      relation viewer : team#member
      permission view = viewer
    }
  `;
  const tuples = Array.from({ length: WIDTH }, (_, i) => [
    `doc:1#viewer@team:${i}#member`,
    `team:${i}#lead@user:${i}`,
  ]);
  const world = await World.of(schema, tuples.flat());
  const check = world.within(FEW);
  expect(check('doc:1#view@user:7')).toBe('allowed');
  expect(check('doc:1#view@team:7#lead')).toBe('allowed');
  expect(check('doc:1#view@team:stranger#lead')).toBe('denied');
});
