/** Views with an overlay against plain sets of tuples. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { OverlayView, View } from '../../src/view/view.ts';

// Of these the graph knows the first few, the overlay the others; so objects and nodes of both kinds meet.
const OBJECTS = ['doc:1', 'doc:2', 'group:a', 'group:new', 'fresh:type'];
const SUBJECTS = [
  'user:u',
  'user:new',
  'user:*',
  'group:a#member',
  'group:a#other',
  'group:new#member',
  'doc:1',
];
const ALL = OBJECTS.flatMap((object) =>
  ['viewer', 'other'].flatMap((r) => SUBJECTS.map((subject) => `${object}#${r}@${subject}`)),
);
const IN_GRAPH = ALL.filter((text) => !text.includes('new') && !text.includes('fresh'));

const changes = fc.array(
  fc.record({ op: fc.constantFrom('add' as const, 'remove' as const), text: fc.constantFrom(...ALL) }),
  {
    maxLength: 60,
    size: 'max',
  },
);
const runs = { numRuns: Number(process.env.PEMBA_FUZZ_RUNS ?? 300) };

test('a view with an overlay holds what a set of tuples holds, and its graph stays as it was', () => {
  fc.assert(
    fc.property(fc.subarray(IN_GRAPH), changes, (stored, script) => {
      const graph = new Graph();
      for (const text of stored) graph.add(parseTuple(text));
      const view = new OverlayView(graph);
      const model = new Set(stored);
      for (const { op, text } of script) {
        expect(view[op](parseTuple(text))).toBe(op === 'add' ? !model.has(text) : model.has(text));
        if (op === 'add') model.add(text);
        else model.delete(text);
      }
      expect(ALL.filter((text) => view.has(parseTuple(text)))).toEqual(ALL.filter((text) => model.has(text)));
      expect(ALL.filter((text) => graph.has(parseTuple(text)))).toEqual(
        ALL.filter((text) => stored.includes(text)),
      );
      for (const text of model) expectCountsCover(view, text, model);
    }),
    runs,
  );
});

/** Counts may be too high where an overlay removed something, never too low. */
function expectCountsCover(view: OverlayView, text: string, model: Set<string>): void {
  const { object, relation } = parseTuple(text);
  const node = view.nodeOf(object.type, object.id, relation);
  const subjects = [...model].filter((other) => other.startsWith(`${text.slice(0, text.indexOf('@'))}@`));
  const sets = subjects.filter((other) => other.slice(other.indexOf('@')).includes('#'));
  expect(view.setCount(node)).toBeGreaterThanOrEqual(sets.length);
  expect(view.plainCount(node)).toBeGreaterThanOrEqual(subjects.length - sets.length);
}

test('undoing changes, the newest first, gives the view from before them', () => {
  fc.assert(
    fc.property(fc.subarray(IN_GRAPH), changes, (stored, script) => {
      const graph = new Graph();
      for (const text of stored) graph.add(parseTuple(text));
      const done = script.filter(({ op, text }) => graph[op](parseTuple(text)));
      const view = new OverlayView(graph);
      for (const { op, text } of done.reverse()) view[op === 'add' ? 'remove' : 'add'](parseTuple(text));
      expect(ALL.filter((text) => view.has(parseTuple(text)))).toEqual(
        ALL.filter((text) => stored.includes(text)),
      );
    }),
    runs,
  );
});

test('names that only the overlay knows have numbers that lead back to them', () => {
  const graph = new Graph();
  graph.add(parseTuple('doc:1#viewer@user:u'));
  const view = new OverlayView(graph);
  view.add(parseTuple('doc:new#viewer@group:new#member'));
  view.add(parseTuple('doc:1#editor@user:u'));
  for (const [type, id, relation] of [
    ['doc', 'new', 'viewer'],
    ['group', 'new', 'member'],
    ['doc', '1', 'editor'],
    ['doc', '1', 'viewer'],
    ['user', 'u', ''],
  ]) {
    const node = view.nodeOf(type, id, relation);
    const object = view.objectOf(node);
    expect([
      view.idOf(object),
      graph.types.name(view.typeOf(object)),
      graph.relations.name(view.relationOf(node)),
    ]).toEqual([id, type, relation]);
  }
  expect(graph.findNode('doc', 'new', 'viewer')).toBe(0);
  expect(graph.findNode('doc', '1', 'editor')).toBe(0);
});

test('a view without an overlay is the graph', () => {
  const graph = new Graph();
  graph.add(parseTuple('doc:1#viewer@user:u'));
  const view = new View(graph);
  expect(view.has(parseTuple('doc:1#viewer@user:u'))).toBe(true);
  expect(view.has(parseTuple('doc:1#viewer@user:v'))).toBe(false);
  expect(view.has(parseTuple('x:1#y@z:v'))).toBe(false);
  graph.remove(parseTuple('doc:1#viewer@user:u'));
  expect(view.has(parseTuple('doc:1#viewer@user:u'))).toBe(false);
});
