import { expect, test } from 'vitest';
import { questionOf, World } from './world.ts';

const BLOCKING = `
type user
type node {
  relation next : node
  relation member : user
  permission blocked = next.in
  permission in = member except blocked
}
`;

function ring(length: number): string[] {
  return Array.from({ length }, (_, i) => [
    `node:${i}#next@node:${(i + 1) % length}`,
    `node:${i}#member@user:u`,
  ]).flat();
}

test.each([1, 2, 3])('a check in a ring of %i negations is an error, not "denied"', async (length) => {
  const world = await World.of(BLOCKING, ring(length));
  expect(world.check('node:0#in@user:u')).toBe('NEGATION_CYCLE');
  expect(world.check('node:0#in@user:v')).toBe('denied');
});

test('the error names the cycle', async () => {
  const world = await World.of(BLOCKING, ring(2));
  expect(world.error(questionOf('node:0#in@user:u')).message).toBe(
    'the check depends on its own negation: `node:0#in` -> `node:0#blocked` -> `node:1#in` -> `node:1#blocked` -> `node:0#in`; remove a tuple of this cycle, or the `except` from the schema',
  );
});

test('of a long cycle the error names ten members, with long ids shortened', async () => {
  const id = (i: number): string => `${i}${'x'.repeat(1_000)}`;
  const world = await World.of(BLOCKING, [], { walkDepth: 500 });
  for (let i = 0; i < 100; i++) {
    world.add(`node:${id(i)}#next@node:${id((i + 1) % 100)}`, `node:${id(i)}#member@user:u`);
  }
  const name = (i: number, member: string): string => `\`node:${id(i).slice(0, 77)}…#${member}\``;
  expect(world.error(questionOf(`node:${id(0)}#in@user:u`)).message).toBe(
    `the check depends on its own negation: ${[
      name(0, 'in'),
      name(0, 'blocked'),
      name(1, 'in'),
      name(1, 'blocked'),
      name(2, 'in'),
      '… 191 more …',
      name(98, 'in'),
      name(98, 'blocked'),
      name(99, 'in'),
      name(99, 'blocked'),
      name(0, 'in'),
    ].join(' -> ')}; remove a tuple of this cycle, or the \`except\` from the schema`,
  );
});

test('the named cycle has a negation in it even where a ring without one is met first', async () => {
  const world = await World.of(
    `
    type user
    type node {
      relation same : node
      relation next : node
      relation member : user
      permission in = same.in or (member except next.in)
    }
    `,
    [
      'node:a#same@node:a',
      'node:a#next@node:b',
      'node:b#next@node:a',
      'node:a#member@user:u',
      'node:b#member@user:u',
    ],
  );
  expect(world.error(questionOf('node:a#in@user:u')).message).toContain(
    '`node:a#in` -> `node:b#in` -> `node:a#in`',
  );
});

test('a ring that something outside decides has its answer', async () => {
  const world = await World.of(BLOCKING, [
    'node:a#next@node:a',
    'node:b#next@node:a',
    'node:b#next@node:c',
    'node:b#member@user:u',
  ]);
  world.add('node:c#member@user:u');
  // node:c holds user:u and so decides node:b, whatever becomes of node:a.
  expect(world.check('node:b#in@user:u')).toBe('denied');
  expect(world.check('node:a#in@user:u')).toBe('denied');
});

test('a right side means the same written out and under a name', async () => {
  const world = await World.of(
    `
    type user
    type node {
      relation next : node
      relation member : user
      permission written-out = member except (member except next.written-out)
      permission named = member except half
      permission half = member except next.named
    }
    `,
    ['node:a#next@node:a', 'node:a#member@user:u', 'node:b#member@user:u'],
  );
  expect(world.check('node:a#named@user:u')).toBe('NEGATION_CYCLE');
  expect(world.check('node:a#written-out@user:u')).toBe('NEGATION_CYCLE');
  expect(world.check('node:b#named@user:u')).toBe('denied');
  expect(world.check('node:b#written-out@user:u')).toBe('denied');
});

test('what two negations enclose is known once both bounds have come to rest, not only the lower one', async () => {
  const world = await World.of(
    `
    type user {
      relation member : user
    }
    type folder {
      relation viewer : user | team
      permission edit = viewer.member
    }
    type team {
      relation member : user | folder#viewer = direct except member.edit
      permission view = member except (member.viewer except member.member)
    }
    `,
    ['folder:a#viewer@team:a', 'team:a#member@folder:a#viewer', 'team:a#member@user:a'],
  );
  world.add('team:b#member@folder:a#viewer', 'team:b#member@user:a');
  expect(world.check('team:a#view@folder:a#viewer')).toBe('denied');
});

test('work spent on negation counts towards the limit of the batch', async () => {
  const world = await World.of(BLOCKING, ring(100), { walkVisits: 20_000 });
  expect(world.check('node:0#in@user:u')).toBe('NEGATION_CYCLE');
  const answers = world.batch(Array.from({ length: 20 }, (_, i) => `node:${i}#in@user:u`));
  expect(answers[0]).toBe('NEGATION_CYCLE');
  expect(answers[19]).toBe('LIMIT');
});
