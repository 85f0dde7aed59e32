import { expect, test } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import { runWhole, STEPS_A_YIELD } from '../../src/base/slices.ts';
import type { Found } from '../../src/engine/lookup/found.ts';
import { lookupSubjects } from '../../src/engine/lookup/lookup-subjects.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { PinnedView } from '../../src/view/pinned-view.ts';
import { OverlayView, type View } from '../../src/view/view.ts';
import { World } from './world.ts';

const DOCS = `
type user {
  relation friend : user
  permission itself = self
}
type team {
  relation member : user | user:* | team#member
  permission all = member
}
type folder {
  relation viewer : user
  permission view = viewer
}
type doc {
  relation folder : folder
  relation reviewer : team
  relation viewer : user | user:* | team#member | team#all
  relation banned : user | user:* | team#member
  relation owner : user
  permission view = viewer or folder.view
  permission open = viewer except banned
  permission both = viewer and owner
  permission approve = every reviewer.member
  permission odd = viewer except open
}
`;

/** `object#relation@subjectType` to the ids found, those listed as denied with a `!`. */
function lookup(
  world: World,
  question: string,
  limits: Partial<Limits> = {},
  view: View = world.view,
): string[] {
  return found(world, question, limits, view).map(({ id, answer }) => (answer === 'denied' ? `!${id}` : id));
}

function found(world: World, question: string, limits: Partial<Limits>, view: View): Found[] {
  const [object, rest] = [
    question.slice(0, question.indexOf('#')),
    question.slice(question.indexOf('#') + 1),
  ];
  const [relation, subjectType] = [rest.slice(0, rest.indexOf('@')), rest.slice(rest.indexOf('@') + 1)];
  const query = { object, relation, subjectType };
  return runWhole(lookupSubjects(world.plan, view, query, { ...defaultLimits(), ...limits }));
}

function errorOf(world: World, question: string, limits: Partial<Limits> = {}): PembaError {
  try {
    lookup(world, question, limits);
  } catch (error) {
    if (error instanceof PembaError) return error;
    throw error;
  }
  return expect.unreachable('no error');
}

test('whoever is in the set through tuples, groups and arrows is found once, in the order of ids', async () => {
  const world = await World.of(DOCS, [
    'doc:1#viewer@user:c',
    'doc:1#viewer@user:a',
    'doc:1#viewer@team:t#member',
    'doc:1#folder@folder:f',
    'team:t#member@user:b',
    'team:t#member@user:a',
    'team:t#member@team:s#member',
    'team:s#member@team:t#member',
    'team:s#member@user:d',
    'folder:f#viewer@user:e',
    'doc:2#viewer@user:z',
  ]);
  expect(lookup(world, 'doc:1#view@user')).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(lookup(world, 'doc:1#view@folder')).toEqual([]);
  expect(lookup(world, 'doc:none#view@user')).toEqual([]);
});

test('the order is by code point, where it differs from that of UTF-16 units', async () => {
  const ids = ['a', 'ab', 'é', '\uffee', '\u{1f600}'];
  const world = await World.of(
    DOCS,
    [...ids].reverse().map((id) => `doc:1#viewer@user:${id}`),
  );
  expect(lookup(world, 'doc:1#view@user')).toEqual(ids);
});

test('exclusions, intersections and every are decided for each of those who may be in the set', async () => {
  const world = await World.of(DOCS, [
    ...['a', 'b', 'c'].map((id) => `doc:1#viewer@user:${id}`),
    'doc:1#banned@team:t#member',
    'team:t#member@user:b',
    'team:t#member@user:x',
    'doc:1#owner@user:c',
    'doc:1#owner@user:y',
    'doc:1#reviewer@team:t',
    'doc:1#reviewer@team:s',
    'team:s#member@user:x',
  ]);
  expect(lookup(world, 'doc:1#open@user')).toEqual(['a', 'c']);
  expect(lookup(world, 'doc:1#odd@user')).toEqual(['b']);
  expect(lookup(world, 'doc:1#both@user')).toEqual(['c']);
  expect(lookup(world, 'doc:1#approve@user')).toEqual(['x']);
});

test('an object is in `self`, whether a tuple mentions it or not', async () => {
  const world = await World.of(DOCS, ['user:a#friend@user:b']);
  expect(lookup(world, 'user:a#itself@user')).toEqual(['a']);
  expect(lookup(world, 'user:new#itself@user')).toEqual(['new']);
  expect(lookup(world, 'user:a#itself@team')).toEqual([]);
});

test('a wildcard stands for all, and those stored beside it are listed too', async () => {
  const world = await World.of(DOCS, ['doc:1#viewer@user:*', 'doc:1#viewer@user:b', 'doc:1#banned@user:c']);
  expect(lookup(world, 'doc:1#view@user')).toEqual(['*', 'b']);
  expect(lookup(world, 'doc:1#view@team')).toEqual([]);
  expect(lookup(world, 'doc:1#view@team#member')).toEqual([]);
});

test('exceptions from a wildcard are listed as denied', async () => {
  const world = await World.of(DOCS, [
    'doc:1#viewer@user:*',
    'doc:1#viewer@user:a',
    'doc:1#banned@team:t#member',
  ]);
  world.add('team:t#member@user:b', 'team:t#member@user:+');
  expect(lookup(world, 'doc:1#open@user')).toEqual(['*', '!+', 'a', '!b']);
  // Those who are not allowed need no mention where there is no wildcard, nor where it is shut out itself.
  expect(lookup(world, 'doc:1#odd@user')).toEqual(['+', 'b']);
  world.add('team:t#member@user:*');
  expect(lookup(world, 'doc:1#open@user')).toEqual([]);
  expect(lookup(world, 'doc:1#odd@user')).toEqual(['*', '+', 'a', 'b']);
});

test('subject sets are found where they are stored, on the way, and in themselves', async () => {
  const world = await World.of(DOCS, [
    'doc:1#viewer@team:t#all',
    'doc:1#banned@team:s#member',
    'team:t#member@team:s#member',
    'team:t#member@user:*',
  ]);
  expect(lookup(world, 'doc:1#view@team#all')).toEqual(['t']);
  // `team:t#member` is stored nowhere, but who is in it is in `team:t#all`.
  expect(lookup(world, 'doc:1#view@team#member')).toEqual(['s', 't']);
  expect(lookup(world, 'doc:1#open@team#member')).toEqual(['t']);
  expect(lookup(world, 'team:t#member@team#member')).toEqual(['s', 't']);
  expect(lookup(world, 'team:new#all@team#member')).toEqual(['new']);
  expect(lookup(world, 'doc:1#view@doc#viewer')).toEqual(['1']);
  expect(lookup(world, 'doc:1#view@user')).toEqual(['*']);
});

test('contextual tuples count, also of objects that only they mention', async () => {
  const world = await World.of(DOCS, ['doc:1#viewer@user:a', 'doc:1#viewer@user:*']);
  const view = new OverlayView(world.graph);
  view.add(parseTuple('doc:1#banned@team:new#member'));
  view.add(parseTuple('team:new#member@user:b'));
  view.remove(parseTuple('doc:1#viewer@user:a'));
  expect(lookup(world, 'doc:1#open@user', {}, view)).toEqual(['*', '!b']);
});

test('it goes in short slices, and what is written in between does not show', async () => {
  const ids = Array.from({ length: 5_000 }, (_, i) => `u${i}`);
  const world = await World.of(
    DOCS,
    ids.map((id) => `doc:1#viewer@user:${id}`),
  );
  world.add(...ids.slice(0, 1_000).map((id) => `doc:1#banned@user:${id}`));
  const view = new PinnedView(world.graph);
  const query = { object: 'doc:1', relation: 'open', subjectType: 'user' };
  const work = lookupSubjects(world.plan, view, query, defaultLimits());
  let slices = 0;
  let step = work.next();
  for (; step.done !== true; step = work.next()) {
    // In the middle of the list, behind and before what was looked at.
    const id = ids[(slices * 37) % ids.length];
    const tuple = parseTuple(`doc:1#${slices % 2 === 0 ? 'viewer' : 'banned'}@user:${id}`);
    if (!world.graph.remove(tuple)) world.graph.add(tuple);
    world.graph.add(parseTuple(`doc:1#viewer@user:new${slices}`));
    slices++;
  }
  // Each tuple is followed once, and each subject checked and listed.
  expect(slices).toBeGreaterThan((6_000 + 5_000) / STEPS_A_YIELD);
  expect(step.value.map(({ id }) => id)).toEqual(ids.slice(1_000).sort());
  view.release();
});

test.each([
  ['doc#view@user', 'MALFORMED_REFERENCE', 'object', '`type:id`'],
  ['doc:*#view@user', 'MALFORMED_REFERENCE', 'object', 'wildcard'],
  ['dok:1#view@user', 'UNKNOWN_TYPE', 'object', 'did you mean `doc`?'],
  ['doc:1#veiw@user', 'UNKNOWN_RELATION', 'relation', 'did you mean `view`?'],
  ['doc:1#view@usr', 'UNKNOWN_TYPE', 'subject_type', 'did you mean `user`?'],
  ['doc:1#view@team#membr', 'UNKNOWN_RELATION', 'subject_type', 'did you mean `member`?'],
  ['doc:1#view@user:a', 'MALFORMED_REFERENCE', 'subject_type', 'write `type`, or `type#relation`'],
  ['doc:1#view@', 'MALFORMED_REFERENCE', 'subject_type', 'write `type`, or `type#relation`'],
  ['doc:1#view@team#', 'MALFORMED_REFERENCE', 'subject_type', 'write `type`, or `type#relation`'],
])('%s is refused: %s of %s', async (question, reason, field, says) => {
  const error = errorOf(await World.of(DOCS), question);
  expect([error.reason, error.field]).toEqual([reason, field]);
  expect(error.message).toContain(says);
});

test('a lookup of as much work as lookupSteps is answered, one step more is an error that names the limit', async () => {
  const world = await World.of(DOCS, ['doc:1#viewer@user:a', 'doc:1#viewer@user:b', 'doc:1#banned@user:a']);
  const needed = [...Array(100).keys()].find((lookupSteps) => {
    try {
      return lookup(world, 'doc:1#open@user', { lookupSteps }).length > 0;
    } catch {
      return false;
    }
  }) as number;
  expect(needed).toBeGreaterThan(5);
  expect(lookup(world, 'doc:1#open@user', { lookupSteps: needed })).toEqual(['b']);
  const error = errorOf(world, 'doc:1#open@user', { lookupSteps: needed - 1 });
  expect(error.reason).toBe('LIMIT');
  expect(error.message).toContain(`limit lookupSteps reached`);
  expect(error.message).toContain(`at most ${needed - 1} steps`);
});

test('those found below one of many objects are decided there', async () => {
  const world = await World.of(`
    type user
    type folder {
      relation viewer : user
      relation banned : user
      permission view = viewer except banned
    }
    type org {
      relation folder : folder
      permission view = folder.view
    }
  `);
  const ids: string[] = [];
  for (let folder = 100; folder < 300; folder++) {
    world.add(`org:1#folder@folder:f${folder}`);
    for (let i = 0; i < 5; i++) {
      world.add(`folder:f${folder}#viewer@user:u${folder}${i}`);
      ids.push(`u${folder}${i}`);
    }
  }
  world.add(
    'folder:f100#banned@user:u1000',
    'folder:f101#banned@user:u1010',
    'folder:f102#viewer@user:u1010',
  );
  // A check of each of the whole org would take some 200,000.
  expect(lookup(world, 'org:1#view@user', { lookupSteps: 20_000 })).toEqual(ids.slice(1));
});

test('a subject of whom it cannot be said whether it is in the set fails the lookup', async () => {
  const world = await World.of(`
    type user
    type node {
      relation next : node
      relation member : user
      permission in = member except next.in
    }
  `);
  world.add('node:a#next@node:b', 'node:b#next@node:a', 'node:a#member@user:u', 'node:b#member@user:u');
  world.add('node:a#member@user:v');
  expect(errorOf(world, 'node:a#in@user').reason).toBe('NEGATION_CYCLE');
  world.graph.remove(parseTuple('node:b#member@user:u'));
  expect(lookup(world, 'node:a#in@user')).toEqual(['u', 'v']);
  expect(errorOf(world, 'node:a#in@user', { walkDepth: 1 }).message).toContain('walkDepth');
});
