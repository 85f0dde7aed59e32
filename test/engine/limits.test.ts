import { expect, test } from 'vitest';
import { LIMITS } from '../../src/base/limits.ts';
import { questionOf, World } from './world.ts';

const FOLDERS = `
type user
type folder {
  relation parent : folder
  relation viewer : user
  permission view = viewer or parent.view
}
`;

function chain(length: number): string[] {
  return Array.from({ length: length - 1 }, (_, i) => `folder:${i}#parent@folder:${i + 1}`);
}

test('a chain as deep as walkDepth is walked, one level more is an error that names the limit', async () => {
  const world = await World.of(FOLDERS, [...chain(10), 'folder:9#viewer@user:u'], { walkDepth: 9 });
  expect(world.within({ walkDepth: 10 })('folder:0#view@user:u')).toBe('allowed');
  expect(world.within({ walkDepth: 10 })('folder:0#view@user:v')).toBe('denied');
  for (const user of ['u', 'v']) {
    const error = world.error(questionOf(`folder:0#view@user:${user}`));
    expect([error.reason, error.message]).toEqual([
      'LIMIT',
      'limit walkDepth reached: at most 9 levels (how deep one check may nest through sets and arrows)',
    ]);
  }
});

test('a check that needs as many steps as walkVisits is answered, one step more is an error that names the limit', async () => {
  const world = await World.of(FOLDERS, chain(10), { walkVisits: 19 });
  // For each of ten folders, `view` and `viewer`.
  expect(world.within({ walkVisits: 20 })('folder:0#view@user:v')).toBe('denied');
  const error = world.error(questionOf('folder:0#view@user:v'));
  expect([error.reason, error.message]).toEqual([
    'LIMIT',
    'limit walkVisits reached: at most 19 steps (work of one check, or of one batch: members and tuples looked at)',
  ]);
});

test('walkVisits counts over a batch, and what was answered before it is reached stays answered', async () => {
  const world = await World.of(FOLDERS, chain(10), { walkVisits: 20 });
  expect(world.batch(['folder:0#view@user:v', 'folder:9#view@user:w'])).toEqual(['denied', 'LIMIT']);
  // The sub-problems of one subject are remembered.
  expect(world.within({ walkVisits: 21 })('folder:0#view@user:v')).toBe('denied');
});

test('walkVisits counts objects that an arrow passes over', async () => {
  const world = await World.of(`
    type user
    type group {
      relation member : user
      permission impure = member except nobody
    }
    type doc {
      relation owner : user | group
      permission view = owner.impure
    }
  `);
  for (let i = 0; i < 100; i++) world.add(`doc:1#owner@user:${i}`);
  expect(world.within({ walkVisits: 101 })('doc:1#view@user:x')).toBe('denied');
  expect(world.within({ walkVisits: 100 })('doc:1#view@user:x')).toBe('LIMIT');
});

test('walkVisits counts the work spent on negation', async () => {
  const world = await World.of(
    `
    type user
    type node {
      relation next : node
      relation member : user
      permission in = member except next.in
    }
    `,
    ['node:0#next@node:0', 'node:0#member@user:u'],
  );
  expect(world.within({ walkVisits: 1_000 })('node:0#in@user:u')).toBe('NEGATION_CYCLE');
  expect(world.within({ walkVisits: 10 })('node:0#in@user:u')).toBe('LIMIT');
});

/** Each folder reaches the next through `or`, `and`, `except` and parentheses, `nesting` deep. */
function nested(nesting: number): string {
  let expression = 'parent.view';
  for (let i = 0; i < nesting; i++) {
    expression = [`(nothing or ${expression})`, `(all and ${expression})`, `(${expression} except nothing)`][
      i % 3
    ];
  }
  return `
    type user
    type folder {
      relation parent : folder
      relation viewer : user
      relation all : user:*
      relation nothing : user
      permission view = viewer or ${expression}
    }
  `;
}

function deep(depth: number): string[] {
  const everybody = Array.from({ length: depth }, (_, i) => `folder:${i}#all@user:*`);
  return [...chain(depth), ...everybody, `folder:${depth - 1}#viewer@user:u`];
}

test.each([0, 3])(
  'a chain of the default depth does not exhaust the stack, with %i operators nested at each level',
  async (nesting) => {
    const world = await World.of(nested(nesting), deep(LIMITS.walkDepth.default));
    expect(world.check('folder:0#view@user:u')).toBe('allowed');
    expect(world.check('folder:0#view@user:v')).toBe('denied');
  },
);

test('where rewrites exhaust the stack first, the error names the depth that was reached, and later answers are right', async () => {
  const depth = LIMITS.walkDepth.max;
  const world = await World.of(nested(60), deep(depth), { walkDepth: depth });
  const questions = [0, depth - 1, depth - 2].map((i) => `folder:${i}#view@user:u`);
  expect(world.batch(questions)).toEqual(['LIMIT', 'allowed', 'allowed']);
  const [, levels] =
    /^limit walkDepth reached: at most (\d+) levels /.exec(world.error(questionOf(questions[0])).message) ??
    [];
  expect(Number(levels)).toBeGreaterThan(10);
  expect(Number(levels)).toBeLessThan(depth);
});
