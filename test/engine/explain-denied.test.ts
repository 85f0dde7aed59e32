/** Why something is denied: the fewest changes that would allow it. */
import { expect, test } from 'vitest';
import { parseTuple } from '../../src/model/tuple.ts';
import { OverlayView } from '../../src/view/view.ts';
import { explanation, lines, misses } from './explain-tool.ts';
import { World } from './world.ts';

const SCHEMA = `
  type user
  type team {
    relation member : user | team#member
    relation lead : user
  }
  type space {
    relation owner : user
    relation banned : user | team#member
    relation reader : user:* | team#member
    relation team : team
    relation parent : space
    permission view = (reader or owner) except banned
    permission publish = owner and team.member
    permission up = parent.up or parent.owner
    permission all = every team.member
    permission odd = owner except (banned except reader)
    permission never = owner except owner
    permission none = nobody
  }
  type person {
    relation friend : person
    permission see = self or friend.see
  }
`;

async function nearest(question: string, tuples: string[] = [], maxMisses = 10): Promise<string[]> {
  const explained = explanation(await World.of(SCHEMA, tuples), question, { maxMisses });
  expect([explained.answer, explained.reasons]).toEqual(['denied', []]);
  return misses(explained);
}

test('the subject itself, where the relation admits it', async () => {
  expect(await nearest('space:x#owner@user:a', ['space:x#owner@user:b'])).toEqual(['+space:x#owner@user:a']);
});

test('an object and a subject that nothing mentions are named', async () => {
  expect(await nearest('space:new#owner@user:zoe')).toEqual(['+space:new#owner@user:zoe']);
  const {
    misses: [miss],
  } = explanation(await World.of(SCHEMA), 'space:new#owner@user:zoe');
  expect(lines(miss.reasons)).toEqual(['space:new#owner <- direct, missing space:new#owner@user:zoe']);
});

test('a member of a set that is there; the wildcard where the subject itself is not admitted', async () => {
  expect(await nearest('space:x#reader@user:a', ['space:x#reader@team:t#member'])).toEqual([
    '+space:x#reader@user:*',
    '+team:t#member@user:a',
  ]);
});

test('the set itself, as the subject', async () => {
  expect(await nearest('space:x#reader@team:t#member')).toEqual(['+space:x#reader@team:t#member']);
  expect(await nearest('space:x#reader@user:*')).toEqual(['+space:x#reader@user:*']);
});

test('no miss where nothing can allow it', async () => {
  expect(await nearest('space:x#none@user:a')).toEqual([]);
  expect(await nearest('space:x#never@user:a')).toEqual([]);
  expect(await nearest('space:x#never@user:a', ['space:x#owner@user:a'])).toEqual([]);
  expect(await nearest('space:x#owner@team:t')).toEqual([]);
});

test('`except`: what stands on its right is removed, wherever it comes from', async () => {
  expect(
    await nearest('space:x#view@user:a', [
      'space:x#owner@user:a',
      'space:x#banned@user:a',
      'space:x#banned@team:t#member',
      'team:t#member@user:a',
    ]),
  ).toEqual([
    '-space:x#banned@team:t#member -space:x#banned@user:a',
    '-space:x#banned@user:a -team:t#member@user:a',
  ]);
});

test('`except` in `except`: what would lift the exception is added', async () => {
  expect(await nearest('space:x#odd@user:a', ['space:x#owner@user:a', 'space:x#banned@user:a'])).toEqual([
    '+space:x#reader@user:*',
    '-space:x#banned@user:a',
  ]);
});

test('`and`: the additions add up, and only what is missing is proposed', async () => {
  expect(await nearest('space:x#publish@user:a', ['space:x#team@team:t'])).toEqual([
    '+space:x#owner@user:a +team:t#member@user:a',
  ]);
  expect(await nearest('space:x#publish@user:a', ['space:x#team@team:t', 'space:x#owner@user:a'])).toEqual([
    '+team:t#member@user:a',
  ]);
});

test('an arrow: at its end, or a link to an object that is there already', async () => {
  expect(await nearest('space:x#up@user:a', ['space:x#parent@space:y'])).toContain('+space:y#owner@user:a');
  expect(await nearest('space:x#up@user:a', ['space:x#owner@user:a'])).toContain('+space:x#parent@space:x');
  expect(await nearest('person:p#see@person:q')).toEqual(['+person:p#friend@person:q']);
});

test('`every`: one has to be mended or left out, but the last', async () => {
  expect(
    await nearest(
      'space:x#all@user:a',
      ['space:x#team@team:s', 'space:x#team@team:t', 'team:s#member@user:a'],
      2,
    ),
  ).toEqual(['+team:t#member@user:a', '-space:x#team@team:t']);
});

test('a shared tuple counts once', async () => {
  const world = await World.of(
    `
    type user
    type team { relation member : user }
    type doc {
      relation a : team#member
      relation b : team#member
      relation c : team#member
      permission all = a and b and c
    }
    `,
    [
      ...['doc:d#a@team:1#member', 'doc:d#b@team:1#member', 'doc:d#c@team:1#member'],
      ...['doc:d#a@team:2#member', 'doc:d#b@team:3#member', 'doc:d#c@team:4#member'],
    ],
  );
  expect(misses(explanation(world, 'doc:d#all@user:u'))).toEqual(['+team:1#member@user:u']);
});

test('a miss carries the derivation there would be', async () => {
  const world = await World.of(SCHEMA, ['space:x#banned@user:b', 'space:x#reader@team:t#member']);
  const { misses: all } = explanation(world, 'space:x#view@user:a', { maxMisses: 1 });
  expect(lines(all[0].reasons)).toEqual([
    'space:x#view <- (reader or owner) except banned, because 1 2',
    'space:x#owner <- direct, missing space:x#owner@user:a',
    'not space:x#banned <- banned',
  ]);
});

test('as many misses as asked for, three by default', async () => {
  const tuples = Array.from({ length: 9 }, (_, i) => `space:x#reader@team:${i}#member`);
  expect(await nearest('space:x#reader@user:a', tuples, 5)).toHaveLength(5);
  expect(await nearest('space:x#reader@user:a', tuples, 0)).toEqual([
    '+space:x#reader@user:*',
    '+team:0#member@user:a',
    '+team:1#member@user:a',
  ]);
});

test('it does not depend on the order in which tuples were written', async () => {
  const tuples = Array.from({ length: 9 }, (_, i) => `space:x#banned@team:${i}#member`);
  tuples.push(...Array.from({ length: 9 }, (_, i) => `team:${i}#member@team:${(i * 5) % 9}#member`));
  tuples.push('space:x#owner@user:a', 'team:3#member@user:a');
  const first = await nearest('space:x#view@user:a', tuples);
  expect(first.length).toBeGreaterThan(0);
  expect(await nearest('space:x#view@user:a', tuples.reverse())).toEqual(first);
});

test('contextual tuples count as stored, and the view is the same after it', async () => {
  const world = await World.of(SCHEMA, ['space:x#banned@user:a']);
  const view = new OverlayView(world.graph);
  view.add(parseTuple('space:x#reader@team:new#member'));
  view.remove(parseTuple('space:x#banned@user:a'));
  const explained = explanation(world, 'space:x#view@user:a', { view });
  expect(misses(explained)).toEqual([
    '+space:x#owner@user:a',
    '+space:x#reader@user:*',
    '+team:new#member@user:a',
  ]);
  expect(world.check('space:x#view@user:a', view)).toBe('denied');
  for (const tuple of ['space:x#owner@user:a', 'team:new#member@user:a', 'space:x#banned@user:a'])
    expect(view.has(parseTuple(tuple))).toBe(false);
  expect(world.graph.size).toBe(1);
});

test('of equally small misses the narrowest comes first', async () => {
  const world = await World.of(
    `
    type user
    type org { roles admin > member : user }
    type team { roles admin > member : user }
    type space {
      relation org : org
      roles admin > writer > reader : user | team#member
      permission write = writer or org.admin
      permission read = reader or org.member
    }
    `,
    ['space:s#org@org:o', 'space:s#writer@team:t#member', 'space:s#reader@user:other'],
  );
  const all = (question: string): string[] => misses(explanation(world, question, { maxMisses: 10 }));
  expect(all('space:s#write@user:g').slice(0, 5)).toEqual([
    '+space:s#writer@user:g',
    '+space:s#admin@user:g',
    '+team:t#member@user:g',
    '+org:o#admin@user:g',
    '+team:t#admin@user:g',
  ]);
  expect(all('space:s#reader@user:g').slice(0, 3)).toEqual([
    '+space:s#reader@user:g',
    '+space:s#writer@user:g',
    '+space:s#admin@user:g',
  ]);
});

test('an object that nothing mentions may be linked to what the subject is stored at', async () => {
  const schema = `
    type user
    type org { roles admin > member : user | team#member }
    type team { relation member : user }
    type space {
      relation org : org
      permission write = org.admin
    }
  `;
  const tuples = ['org:acme#admin@user:k', 'org:other#member@user:k', 'org:deep#admin@team:t#member'];
  const world = await World.of(schema, [...tuples, 'team:t#member@user:k']);
  expect(misses(explanation(world, 'space:new#write@user:k', { maxMisses: 2 }))).toEqual([
    '+space:new#org@org:acme',
    '+space:new#org@org:deep',
  ]);
  // Where something is stored, that is what the question is about.
  world.add('space:new#org@org:other');
  const [first, ...others] = misses(explanation(world, 'space:new#write@user:k', { maxMisses: 10 }));
  expect(first).toBe('+org:other#admin@user:k');
  expect(others.join()).not.toContain('acme');
});

test('the objects around the subject that a new object may be linked to are the first sixteen by their text', async () => {
  const schema =
    'type user type org { relation admin : user } type space { relation org : org permission write = org.admin }';
  const orgs = Array.from({ length: 40 }, (_, i) => `org:${String(99 - i)}`);
  const world = await World.of(
    schema,
    orgs.map((org) => `${org}#admin@user:k`),
  );
  const found = misses(explanation(world, 'space:new#write@user:k', { maxMisses: 100 }));
  expect(found).toEqual(Array.from({ length: 16 }, (_, i) => `+space:new#org@org:${60 + i}`));
});

const ONE_OF = `
  type user
  type team { relation member : user }
  type folder {
    roles owner > editor > viewer : user | team#member
    relation guest : user
    relation clerk : user
    require one of owner, editor, viewer
    require one of guest, clerk
    permission edit = editor
    permission both = guest and (clerk or editor)
    permission never = guest and clerk
  }
`;

test('what `require one of` leaves no room for is removed, and counts', async () => {
  const ben = 'folder:top#viewer@user:ben';
  const of = async (question: string, tuples: string[]): Promise<string[]> =>
    misses(explanation(await World.of(ONE_OF, tuples), question, { maxMisses: 10 }));
  expect(await of('folder:top#edit@user:ben', [ben])).toEqual([
    `+folder:top#editor@user:ben -${ben}`,
    `+folder:top#owner@user:ben -${ben}`,
  ]);
  // What takes one change stands before it; a subject by another name is in nobody's way.
  const team = 'folder:top#editor@team:t#member';
  expect(await of('folder:top#edit@user:ben', [ben, team])).toEqual([
    '+team:t#member@user:ben',
    `+folder:top#editor@user:ben -${ben}`,
    `+folder:top#owner@user:ben -${ben}`,
  ]);
  expect(await of('folder:top#edit@user:ben', ['folder:top#viewer@user:al'])).toContain(
    '+folder:top#editor@user:ben',
  );
  // Neither what could only be had with both, nor both at once.
  expect(await of('folder:top#never@user:ben', ['folder:top#guest@user:ben'])).toEqual([]);
  expect(await of('folder:top#never@user:ben', [])).toEqual([]);
  expect(await of('folder:top#both@user:ben', ['folder:top#guest@user:ben', ben])).toEqual([
    `+folder:top#editor@user:ben -${ben}`,
    `+folder:top#owner@user:ben -${ben}`,
  ]);
});

test('so it is where the limit leaves time for the obvious alone', async () => {
  const world = await World.of(ONE_OF, ['folder:top#viewer@user:ben']);
  const found = explanation(world, 'folder:top#editor@user:ben', { limits: { explainSteps: 20 } });
  expect(found.missesArePartial).toBe(true);
  expect(misses(found)[0]).toBe('+folder:top#editor@user:ben -folder:top#viewer@user:ben');
});
