/** Pinned views against frozen sets of tuples, while their graph goes on. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Graph, NONE } from '../../src/graph/graph.ts';
import { formatTuple, parseTuple } from '../../src/model/tuple.ts';
import { Neighbours } from '../../src/view/neighbours.ts';
import { PinnedView } from '../../src/view/pinned-view.ts';
import { OverlayView, type View } from '../../src/view/view.ts';

const OBJECTS = ['doc:1', 'doc:2', 'group:a', 'group:b'];
const RELATIONS = ['viewer', 'member'];
const SUBJECTS = ['user:u', 'user:*', 'group:a#member', 'group:b#member', 'doc:1', 'doc:2#viewer'];
const ALL = OBJECTS.flatMap((object) => RELATIONS.flatMap((r) => SUBJECTS.map((s) => `${object}#${r}@${s}`)));
const NODES = [...OBJECTS.flatMap((object) => RELATIONS.map((r) => `${object}#${r}`)), ...SUBJECTS];
const runs = { numRuns: Number(process.env.PEMBA_FUZZ_RUNS ?? 150) };

type Op = 'add' | 'remove';
const text = fc.constantFrom(...ALL);
const commands = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('change' as const),
        op: fc.constantFrom<Op>('add', 'remove'),
        text,
      }),
    },
    // Some pins hold tuples of their own, or lack some, as for contextual tuples and earlier revisions.
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('pin' as const), own: fc.subarray(ALL) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), which: fc.nat(3) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('start' as const),
        which: fc.nat(3),
        node: fc.constantFrom(...NODES),
        list: fc.constantFrom(
          'subjectsOf' as const,
          'plainOf' as const,
          'setsOf' as const,
          'holdersOf' as const,
        ),
      }),
    },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('step' as const), which: fc.nat(5) }) },
  ),
  { maxLength: 120, size: 'max' },
);

type List = 'subjectsOf' | 'plainOf' | 'setsOf' | 'holdersOf';

interface Pin {
  view: PinnedView;
  content: Set<string>;
  cursors: { cursor: Neighbours; node: string; list: List; met: Set<string>; isDone: boolean }[];
}

function split(node: string): [string, string, string] {
  const [, type, id, relation] = /^([^:]*):([^#]*)#?(.*)$/.exec(node) as unknown as string[];
  return [type, id, relation];
}

function nameOf(view: View, node: number): string {
  const object = view.objectOf(node);
  const relation = view.graph.relations.name(view.relationOf(node));
  const name = `${view.graph.types.name(view.typeOf(object))}:${view.idOf(object)}`;
  return relation === '' ? name : `${name}#${relation}`;
}

/** What the list of a node must be in a set of tuples. */
function expected(content: Set<string>, node: string, list: List): string[] {
  const ends = [...content].map((each) => {
    const at = each.indexOf('@');
    return [each.slice(0, at), each.slice(at + 1)];
  });
  if (list === 'holdersOf') return ends.filter(([, to]) => to === node).map(([from]) => from);
  const subjects = ends.filter(([from]) => from === node).map(([, to]) => to);
  if (list === 'subjectsOf') return subjects;
  return subjects.filter((to) => to.includes('#') === (list === 'setsOf'));
}

function expectContent({ view, content }: Pin): void {
  expect(ALL.filter((each) => view.has(parseTuple(each)))).toEqual(ALL.filter((each) => content.has(each)));
  const cursor = new Neighbours();
  for (const name of NODES) {
    const node = view.nodeOf(...split(name));
    for (const list of ['subjectsOf', 'plainOf', 'setsOf', 'holdersOf'] as const) {
      const met: string[] = [];
      if (node !== NONE) {
        cursor[list](view, node);
        for (let n = cursor.next(); n !== NONE; n = cursor.next()) met.push(nameOf(view, n));
      }
      // Read in one go, nothing is met twice.
      expect(met.sort(), `${list} ${name}`).toEqual(expected(content, name, list).sort());
    }
    const [plain, sets] = (['plainOf', 'setsOf'] as const).map(
      (list) => expected(content, name, list).length,
    );
    expect(node === NONE ? 0 : view.plainCount(node)).toBeGreaterThanOrEqual(plain);
    expect(node === NONE ? 0 : view.setCount(node)).toBeGreaterThanOrEqual(sets);
  }
}

function expectMet({ content, cursors }: Pin): void {
  for (const { node, list, met, isDone } of cursors)
    if (isDone) expect([...met].sort(), `${list} ${node}`).toEqual(expected(content, node, list).sort());
}

function step(pin: Pin, which: number): void {
  const going = pin.cursors.filter(({ isDone }) => !isDone);
  if (going.length === 0) return;
  const one = going[which % going.length];
  const found = one.cursor.next();
  if (found === NONE) one.isDone = true;
  else one.met.add(nameOf(pin.view, found));
}

function makePin(graph: Graph, stored: Set<string>, own: string[]): Pin {
  const view = new PinnedView(graph);
  const content = new Set(stored);
  own.forEach((each, i) => {
    const op = i % 2 === 0 ? 'add' : 'remove';
    expect(view[op](parseTuple(each))).toBe(op === 'add' ? !content.has(each) : content.has(each));
    if (op === 'add') content.add(each);
    else content.delete(each);
  });
  return { view, content, cursors: [] };
}

test('a pinned view stays as it is, read as a whole or a little at a time, whatever becomes of the graph', () => {
  fc.assert(
    fc.property(fc.subarray(ALL), commands, (start, script) => {
      const graph = new Graph();
      const stored = new Set(start);
      for (const each of start) graph.add(parseTuple(each));
      const pins: Pin[] = [];
      for (const command of script) {
        const pin = 'which' in command ? pins[command.which % Math.max(pins.length, 1)] : undefined;
        if (command.kind === 'change') {
          graph[command.op](parseTuple(command.text));
          if (command.op === 'add') stored.add(command.text);
          else stored.delete(command.text);
        } else if (command.kind === 'pin') {
          pins.push(makePin(graph, stored, command.own));
        } else if (pin !== undefined && command.kind === 'release') {
          pin.view.release();
          pins.splice(pins.indexOf(pin), 1);
        } else if (pin !== undefined && command.kind === 'start') {
          const node = pin.view.nodeOf(...split(command.node));
          if (node === NONE) expect(expected(pin.content, command.node, command.list)).toEqual([]);
          else {
            const cursor = new Neighbours()[command.list](pin.view, node);
            pin.cursors.push({ ...command, cursor, met: new Set(), isDone: false });
          }
        } else if (pin !== undefined && command.kind === 'step') {
          for (const each of pins) step(each, command.which);
        }
        for (const each of pins) expectMet(each);
      }
      for (const each of pins) expectContent(each);
      for (const { view } of pins) view.release();
      expect(graph.pinCount).toBe(0);
    }),
    runs,
  );
});

test('a pin holds at every step, not only at the last', () => {
  fc.assert(
    fc.property(
      fc.subarray(ALL),
      fc.subarray(ALL, { maxLength: 6 }),
      fc.array(fc.record({ op: fc.constantFrom<Op>('add', 'remove'), text }), { maxLength: 12 }),
      (start, own, changes) => {
        const graph = new Graph();
        for (const each of start) graph.add(parseTuple(each));
        const pin = makePin(graph, new Set(start), own);
        for (const { op, text } of changes) {
          graph[op](parseTuple(text));
          expectContent(pin);
        }
        pin.view.release();
      },
    ),
    runs,
  );
});

test('a released pin follows the graph no more, and costs nothing', () => {
  const graph = new Graph();
  const view = new PinnedView(graph);
  view.release();
  view.release();
  graph.add(parseTuple('doc:1#viewer@user:u'));
  expect(view.overlay.isFixed(graph.findNode('doc', '1', 'viewer'), graph.findNode('user', 'u', ''))).toBe(
    false,
  );
});

test('a name of its own stays apart from the same name when the graph comes to know it', () => {
  const graph = new Graph();
  graph.add(parseTuple('group:a#member@user:u'));
  const view = new PinnedView(graph);
  view.add(parseTuple('doc:new#viewer@group:a#member'));
  graph.add(parseTuple('doc:new#viewer@user:other'));
  graph.add(parseTuple('doc:new#member@group:a#member'));
  expect(view.has(parseTuple('doc:new#viewer@group:a#member'))).toBe(true);
  expect(view.has(parseTuple('doc:new#viewer@user:other'))).toBe(false);
  const met: string[] = [];
  const cursor = new Neighbours().holdersOf(view, view.nodeOf('group', 'a', 'member'));
  for (let n = cursor.next(); n !== NONE; n = cursor.next()) met.push(nameOf(view, n));
  expect(met).toEqual(['doc:new#viewer']);
  view.release();
});

test('a list that is being followed outlives the edges it stands on, and their numbers', () => {
  const graph = new Graph();
  const tuple = (i: number) => parseTuple(`doc:1#viewer@user:${i}`);
  for (let i = 0; i < 500; i++) graph.add(tuple(i));
  const view = new PinnedView(graph);
  const [node, relation] = [graph.findNode('doc', '1', 'viewer'), graph.relations.find('viewer')];
  const met = new Set<string>();
  let made = 500;
  let seen = 0;
  for (let edge = graph.nodes.firstPlainOf(node); edge !== NONE; edge = graph.edges.nextOut.get(edge)) {
    const to = graph.edges.to(edge);
    expect(++seen, 'the list goes round').toBeLessThanOrEqual(500);
    if (!view.overlay.isFixed(node, to)) met.add(formatTuple(parseTuple(`doc:1#viewer@${nameOf(view, to)}`)));
    // The edge under the cursor goes, and those around it; others come and would like their numbers.
    for (const near of [0, 1, -1]) {
      const gone = Number(view.idOf(view.objectOf(to))) + near;
      if (graph.remove(tuple(gone))) graph.add(tuple(made++));
    }
  }
  for (const to of view.overlay.addedTo(node)) met.add(`doc:1#viewer@${nameOf(view, to)}`);
  expect(met.size).toBe(500);
  expect(view.relationOf(node)).toBe(relation);
  view.release();
});

test('numbers of edges are given out again under pins that came later', () => {
  const graph = new Graph();
  const churn = (times: number): void => {
    for (let i = 0; i < times; i++) {
      graph.add(parseTuple('doc:1#viewer@user:u'));
      graph.remove(parseTuple('doc:1#viewer@user:u'));
    }
  };
  graph.add(parseTuple('doc:1#viewer@user:stays'));
  graph.add(parseTuple('doc:2#viewer@user:u'));
  // There is never a moment without a pin.
  let pin = graph.pin();
  const churnUnderPins = (times: number): void => {
    for (let i = 0; i < times; i++) {
      const next = graph.pin();
      churn(3);
      pin();
      pin = next;
    }
  };
  churnUnderPins(10);
  const bytes = graph.byteLength;
  churnUnderPins(2_000);
  expect(graph.byteLength).toBe(bytes);
  pin();
});

test('the neighbours in a view with an overlay are those it holds, each once', () => {
  fc.assert(
    fc.property(
      fc.subarray(ALL),
      fc.array(fc.record({ op: fc.constantFrom<Op>('add', 'remove'), text })),
      (start, changes) => {
        const graph = new Graph();
        for (const each of start) graph.add(parseTuple(each));
        const view = new OverlayView(graph);
        const content = new Set(start);
        for (const { op, text } of changes) {
          view[op](parseTuple(text));
          if (op === 'add') content.add(text);
          else content.delete(text);
        }
        expectContent({ view: view as PinnedView, content, cursors: [] });
      },
    ),
    runs,
  );
});
