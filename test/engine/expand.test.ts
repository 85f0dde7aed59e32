import { expect, test } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { defaultLimits, LIMITS, type Limits } from '../../src/base/limits.ts';
import { runWhole, STEPS_A_YIELD } from '../../src/base/slices.ts';
import { type ExpandedNode, expand } from '../../src/engine/expand/expand.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { PinnedView } from '../../src/view/pinned-view.ts';
import { OverlayView, type View } from '../../src/view/view.ts';
import { World } from './world.ts';

const DOCS = `
type user {
  permission itself = self
}
type team {
  relation member : user | user:* | team#member
}
type folder {
  relation parent : folder
  relation viewer : user
  permission view = viewer or parent.view
}
type doc {
  relation folder   : folder
  relation reviewer : team | user
  relation viewer   : user | user:* | team#member
  relation banned   : user
  permission view    = (viewer or folder.view) except banned
  permission approve = every reviewer.member
  permission review  = reviewer.member
  permission both    = viewer and view
  permission no      = nobody
}
`;

interface Options {
  depth?: number;
  limits?: Partial<Limits>;
  view?: View;
}

function nodesOf(
  world: World,
  set: string,
  { depth = 0, limits = {}, view = world.view }: Options = {},
): ExpandedNode[] {
  const [object, relation] = [set.slice(0, set.indexOf('#')), set.slice(set.indexOf('#') + 1)];
  return runWhole(expand(world.plan, view, { object, relation, depth }, { ...defaultLimits(), ...limits }));
}

/** The tree as indented lines. */
function tree(world: World, set: string, options: Options = {}): string[] {
  const nodes = nodesOf(world, set, options);
  const lines: string[] = [];
  const draw = (place: number, indent: string): void => {
    const { operation, set: name, expression, subjects, children, omission, sameAs } = nodes[place];
    const what =
      omission === undefined
        ? `${operation} \`${expression}\``
        : omission === 'seen'
          ? `seen ${nodes[sameAs as number].set}`
          : 'deeper';
    lines.push(`${indent}${[name, what, ...subjects].filter((part) => part !== '').join(' ')}`);
    for (const child of children) draw(child, `${indent}  `);
  };
  draw(0, '');
  return lines;
}

function errorOf(expand: () => unknown): PembaError {
  try {
    expand();
  } catch (error) {
    if (error instanceof PembaError) return error;
    throw error;
  }
  return expect.unreachable('no error');
}

const TUPLES = [
  'doc:1#viewer@user:b',
  'doc:1#viewer@user:a',
  'doc:1#viewer@user:*',
  'doc:1#viewer@team:t#member',
  'doc:1#viewer@team:s#member',
  'doc:1#folder@folder:f',
  'doc:1#banned@user:c',
  'folder:f#viewer@user:d',
  'folder:f#parent@folder:g',
  'folder:g#parent@folder:f',
  'team:t#member@user:e',
  'team:s#member@team:t#member',
];

const WHOLE = [
  'doc:1#view except `(viewer or folder.view) except banned`',
  '  or `viewer or folder.view`',
  '    name `viewer`',
  '      doc:1#viewer direct `direct` user:* user:a user:b',
  '        team:s#member direct `direct`',
  '          team:t#member seen team:t#member',
  '        team:t#member direct `direct` user:e',
  '    arrow `folder.view`',
  '      folder:f#view or `viewer or parent.view`',
  '        name `viewer`',
  '          folder:f#viewer direct `direct` user:d',
  '        arrow `parent.view`',
  '          folder:g#view or `viewer or parent.view`',
  '            name `viewer`',
  '              folder:g#viewer direct `direct`',
  '            arrow `parent.view`',
  '              folder:f#view seen folder:f#view',
  '  name `banned`',
  '    doc:1#banned direct `direct` user:c',
];

test('the tree shows how a set is made of stored subjects and other sets, each of them once', async () => {
  const world = await World.of(DOCS, TUPLES);
  expect(tree(world, 'doc:1#view')).toEqual(WHOLE);
});

test('the tree does not depend on the order of the tuples', async () => {
  const world = await World.of(DOCS, [...TUPLES].reverse());
  expect(tree(world, 'doc:1#view')).toEqual(WHOLE);
  world.graph.remove(parseTuple('doc:1#viewer@user:a'));
  world.add('doc:1#viewer@user:a');
  expect(tree(world, 'doc:1#view')).toEqual(WHOLE);
});

test('subjects stand in the order of their texts by code point', async () => {
  const ids = ['a', 'ab', 'é', '\uffee', '\u{1f600}'];
  const world = await World.of(
    DOCS,
    [...ids].reverse().map((id) => `doc:1#banned@user:${id}`),
  );
  expect(nodesOf(world, 'doc:1#banned')[0].subjects).toEqual(ids.map((id) => `user:${id}`));
});

test('each node stands before its children, and the root first', async () => {
  const nodes = nodesOf(await World.of(DOCS, TUPLES), 'doc:1#view');
  expect(nodes[0].set).toBe('doc:1#view');
  const children = nodes.flatMap((node, place) => {
    for (const child of node.children) expect(child).toBeGreaterThan(place);
    return node.children;
  });
  expect(children.sort((a, b) => a - b)).toEqual(nodes.slice(1).map((_, i) => i + 1));
});

test('a depth counts sets: by name, over an arrow, stored', async () => {
  const world = await World.of(DOCS, TUPLES);
  expect(tree(world, 'doc:1#view', { depth: 1 })).toEqual([
    'doc:1#view except `(viewer or folder.view) except banned`',
    '  or `viewer or folder.view`',
    '    name `viewer`',
    '      doc:1#viewer deeper',
    '    arrow `folder.view`',
    '      folder:f#view deeper',
    '  name `banned`',
    '    doc:1#banned deeper',
  ]);
  const second = tree(world, 'doc:1#view', { depth: 2 });
  expect(second).toContain('        team:t#member deeper');
  expect(second).toContain('          folder:g#view deeper');
  expect(tree(world, 'doc:1#view', { depth: 4 })).toEqual(WHOLE);
});

test('a set stands where it is nearest to the root, so that a depth shows it if any way leads there', async () => {
  const world = await World.of(DOCS, ['team:a#member@team:b#member', 'team:b#member@team:z#member']);
  world.add('team:a#member@team:z#member', 'team:z#member@user:u');
  expect(tree(world, 'team:a#member', { depth: 2 })).toEqual([
    'team:a#member direct `direct`',
    '  team:b#member direct `direct`',
    '    team:z#member seen team:z#member',
    '  team:z#member direct `direct` user:u',
  ]);
});

test('an object whose type lacks the name is nobody below every, and nothing below an arrow', async () => {
  const world = await World.of(DOCS, [
    'doc:1#reviewer@team:t',
    'doc:1#reviewer@user:u',
    'team:t#member@user:u',
  ]);
  expect(tree(world, 'doc:1#approve')).toEqual([
    'doc:1#approve every `every reviewer.member`',
    '  team:t#member direct `direct` user:u',
    '  user:u#member nobody `nobody`',
  ]);
  expect(tree(world, 'doc:1#review')).toEqual([
    'doc:1#review arrow `reviewer.member`',
    '  team:t#member direct `direct` user:u',
  ]);
});

test('objects that no tuple mentions have a tree without subjects', async () => {
  const world = await World.of(DOCS, TUPLES);
  expect(tree(world, 'doc:new#both')).toEqual([
    'doc:new#both and `viewer and view`',
    '  name `viewer`',
    '    doc:new#viewer direct `direct`',
    '  name `view`',
    '    doc:new#view except `(viewer or folder.view) except banned`',
    '      or `viewer or folder.view`',
    '        name `viewer`',
    '          doc:new#viewer seen doc:new#viewer',
    '        arrow `folder.view`',
    '      name `banned`',
    '        doc:new#banned direct `direct`',
  ]);
  expect(tree(world, 'doc:new#approve')).toEqual(['doc:new#approve every `every reviewer.member`']);
  expect(tree(world, 'doc:new#no')).toEqual(['doc:new#no nobody `nobody`']);
  expect(tree(world, 'user:new#itself')).toEqual(['user:new#itself self `self`']);
});

test('contextual tuples count, also those of objects that only they mention', async () => {
  const world = await World.of(DOCS, TUPLES);
  const view = new OverlayView(world.graph);
  view.add(parseTuple('doc:new#viewer@team:new#member'));
  view.add(parseTuple('team:new#member@user:new'));
  view.add(parseTuple('team:new#member@team:t#member'));
  view.remove(parseTuple('team:t#member@user:e'));
  expect(tree(world, 'doc:new#viewer', { view })).toEqual([
    'doc:new#viewer direct `direct`',
    '  team:new#member direct `direct` user:new',
    '    team:t#member direct `direct`',
  ]);
});

test('it goes in short slices, and what is written in between does not show', async () => {
  const ids = Array.from({ length: 3_000 }, (_, i) => `u${i}`);
  const world = await World.of(
    DOCS,
    ids.map((id) => `doc:1#banned@user:${id}`),
  );
  const view = new PinnedView(world.graph);
  const work = expand(world.plan, view, { object: 'doc:1', relation: 'banned', depth: 0 }, defaultLimits());
  let slices = 0;
  let step = work.next();
  for (; step.done !== true; step = work.next()) {
    world.graph.remove(parseTuple(`doc:1#banned@user:u${slices * 41}`));
    world.graph.add(parseTuple(`doc:1#banned@user:new${slices}`));
    slices++;
  }
  expect(slices).toBeGreaterThan((2 * ids.length) / STEPS_A_YIELD);
  expect(step.value[0].subjects).toEqual(ids.map((id) => `user:${id}`).sort());
  view.release();
});

test('a tree as large as expandNodes is shown, one more subject or node is an error that says what to do', async () => {
  const world = await World.of(DOCS, TUPLES);
  const size = WHOLE.length + ['user:*', 'a', 'b', 'c', 'd', 'e'].length;
  expect(tree(world, 'doc:1#view', { limits: { expandNodes: size } })).toEqual(WHOLE);
  const error = errorOf(() => tree(world, 'doc:1#view', { limits: { expandNodes: size - 1 } }));
  expect([error.reason, error.message]).toEqual([
    'LIMIT',
    `limit expandNodes reached: at most ${size - 1} nodes (${LIMITS.expandNodes.doc}); give a depth, or a smaller one, and expand the sets at its end by themselves`,
  ]);
  expect(tree(world, 'doc:1#view', { depth: 1, limits: { expandNodes: 8 } })).toHaveLength(8);
  expect(errorOf(() => tree(world, 'doc:1#view', { depth: 1, limits: { expandNodes: 7 } })).reason).toBe(
    'LIMIT',
  );
});

test.each([
  ['doc#view', 'MALFORMED_REFERENCE', 'object', '`type:id`'],
  ['dok:1#view', 'UNKNOWN_TYPE', 'object', 'did you mean `doc`?'],
  ['doc:1#veiw', 'UNKNOWN_RELATION', 'relation', 'did you mean `view`?'],
  ['doc:1#', 'MALFORMED_REFERENCE', 'relation', 'the relation is empty'],
])('%s is refused: %s of %s', async (set, reason, field, says) => {
  const world = await World.of(DOCS);
  const error = errorOf(() => nodesOf(world, set));
  expect([error.reason, error.field]).toEqual([reason, field]);
  expect(error.message).toContain(says);
});
