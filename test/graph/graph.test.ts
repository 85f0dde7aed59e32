/** The graph against a plain set of tuples. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Graph, NONE } from '../../src/graph/graph.ts';
import { SEVERAL } from '../../src/graph/nodes.ts';
import { formatTuple, parseTuple, type Tuple } from '../../src/model/tuple.ts';

// Few names, so that tuples share objects and nodes, and an object is also subject, set and wildcard.
const IDS = ['a', 'b', 'ünï', 'x@y:z', 'a-rather-long-id-that-takes-several-units-of-the-slab'];
const objects = fc
  .constantFrom('doc', 'group')
  .chain((type) => fc.constantFrom(...IDS).map((id) => `${type}:${id}`));
const relations = fc.constantFrom('viewer', 'member');
const subjects = fc.oneof(
  objects,
  fc.constant('user:*'),
  fc.tuple(objects, relations).map(([object, relation]) => `${object}#${relation}`),
);
const tuples = fc.tuple(objects, relations, subjects).map(([o, r, s]) => parseTuple(`${o}#${r}@${s}`));

type Command = { op: 'add'; tuple: Tuple } | { op: 'remove'; tuple: Tuple } | { op: 'pin' } | { op: 'unpin' };
const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ op: fc.constant('add' as const), tuple: tuples }) },
    { weight: 5, arbitrary: fc.record({ op: fc.constant('remove' as const), tuple: tuples }) },
    { weight: 1, arbitrary: fc.constantFrom({ op: 'pin' as const }, { op: 'unpin' as const }) },
  ),
  { maxLength: 120, size: 'max' },
);

/** All tuples, read off the nodes' lists of outgoing edges, or of incoming ones. */
function read(graph: Graph, model: ReadonlySet<string>, direction: 'out' | 'in'): string[] {
  const { nodes, edges } = graph;
  const found: string[] = [];
  const seen = new Set<number>();
  for (const text of model) {
    const tuple = parseTuple(text);
    const end = direction === 'out' ? { ...tuple.object, relation: tuple.relation } : tuple.subject;
    const node = graph.findNode(end.type, end.id, end.relation);
    if (seen.has(node)) continue;
    seen.add(node);
    const outLists = direction === 'out' ? [nodes.plain, nodes.sets] : [];
    const firsts = direction === 'out' ? outLists.map(({ first }) => first) : [nodes.firstIn];
    const next = direction === 'out' ? edges.nextOut : edges.nextIn;
    firsts.forEach((first, i) => {
      const list: number[] = [];
      for (let edge = first.get(node); edge !== NONE; edge = next.get(edge)) list.push(edge);
      found.push(...list.map((edge) => tupleOf(graph, edge)));
      if (direction === 'in') return;
      expect(outLists[i].count.get(node)).toBe(list.length);
      const only = list.length === 1 ? edges.to(list[0]) : SEVERAL;
      expect(outLists[i].only.get(node)).toBe(list.length === 0 ? NONE : only);
    });
  }
  return found.sort();
}

function tupleOf(graph: Graph, edge: number): string {
  const [from, to] = [graph.edges.from(edge), graph.edges.to(edge)].map((node) => {
    const object = graph.nodes.objectOf(node);
    const name = `${graph.types.name(graph.objects.typeOf(object))}:${graph.objects.idOf(object)}`;
    const relation = graph.relations.name(graph.nodes.relationOf(node));
    return relation === '' ? name : `${name}#${relation}`;
  });
  return `${from}@${to}`;
}

test('holds what a set of tuples holds, whatever is added and removed, pinned or not', () => {
  fc.assert(
    fc.property(commands, tuples, (script, other) => {
      const graph = new Graph();
      const model = new Set<string>();
      const pins: (() => void)[] = [];
      for (const command of script) {
        if (command.op === 'pin') pins.push(graph.pin());
        else if (command.op === 'unpin') pins.pop()?.();
        else {
          const text = formatTuple(command.tuple);
          expect(graph[command.op](command.tuple)).toBe(
            command.op === 'add' ? !model.has(text) : model.has(text),
          );
          if (command.op === 'add') model.add(text);
          else model.delete(text);
          expect(graph.has(command.tuple)).toBe(command.op === 'add');
        }
      }
      expect(graph.size).toBe(model.size);
      expect(graph.has(other)).toBe(model.has(formatTuple(other)));
      expect(read(graph, model, 'out')).toEqual([...model].sort());
      expect(read(graph, model, 'in')).toEqual([...model].sort());
    }),
    { numRuns: Number(process.env.PEMBA_FUZZ_RUNS ?? 300) },
  );
});

test('plain subjects, wildcards and sets of one relation stand in lists of their own kind', () => {
  const graph = new Graph();
  for (const subject of ['user:u', 'user:*', 'group:g#member', 'group:g'])
    graph.add(parseTuple(`doc:1#viewer@${subject}`));
  const node = graph.findNode('doc', '1', 'viewer');
  expect(graph.nodes.plain.count.get(node)).toBe(3);
  expect(graph.nodes.sets.count.get(node)).toBe(1);
});

test('an object may have a node for each of very many relations', () => {
  const graph = new Graph();
  const tuple = (i: number) => parseTuple(`doc:1#relation_${i}@user:u`);
  for (let i = 0; i < 300; i++) graph.add(tuple(i));
  const nodes = Array.from({ length: 301 }, (_, i) => graph.findNode('doc', '1', `relation_${i}`));
  expect(new Set(nodes).size).toBe(301);
  expect(nodes.at(-1)).toBe(NONE);
  for (let i = 0; i < 300; i += 2) graph.remove(tuple(i));
  for (let i = 0; i < 300; i++) expect(graph.has(tuple(i))).toBe(i % 2 === 1);
});

test('numbers of what no tuple mentions are given back and used again', () => {
  const graph = new Graph();
  graph.add(parseTuple('doc:1#viewer@user:u'));
  const object = graph.findObject(graph.types.find('doc'), '1');
  const node = graph.findNode('doc', '1', 'viewer');
  graph.remove(parseTuple('doc:1#viewer@user:u'));
  expect(graph.findObject(graph.types.find('doc'), '1')).toBe(NONE);
  expect(graph.findNode('doc', '1', 'viewer')).toBe(NONE);
  graph.add(parseTuple('doc:2#viewer@user:v'));
  expect([object, object + 1]).toContain(graph.findObject(graph.types.find('doc'), '2'));
  expect([node, node + 1]).toContain(graph.findNode('doc', '2', 'viewer'));
  expect([graph.objects.size, graph.nodes.size, graph.edges.size]).toEqual([2, 2, 1]);
});

test('an object that another tuple still mentions keeps its number', () => {
  const graph = new Graph();
  graph.add(parseTuple('group:g#member@user:u'));
  graph.add(parseTuple('doc:1#viewer@group:g#member'));
  const number = graph.findNode('group', 'g', 'member');
  graph.remove(parseTuple('group:g#member@user:u'));
  expect(graph.findNode('group', 'g', 'member')).toBe(number);
  graph.remove(parseTuple('doc:1#viewer@group:g#member'));
  expect(graph.findNode('group', 'g', 'member')).toBe(NONE);
});

test('while a pin is held no number gets another meaning; once all are released they are given back', () => {
  const graph = new Graph();
  graph.add(parseTuple('doc:1#viewer@user:u'));
  const node = graph.findNode('doc', '1', 'viewer');
  const [first, second] = [graph.pin(), graph.pin()];
  graph.remove(parseTuple('doc:1#viewer@user:u'));
  for (let i = 0; i < 200; i++) {
    graph.add(parseTuple(`doc:new${i}#viewer@user:new${i}`));
    graph.remove(parseTuple(`doc:new${i}#viewer@user:new${i}`));
  }
  expect(graph.findNode('doc', '1', 'viewer')).toBe(node);
  first();
  first();
  graph.remove(parseTuple('doc:none#viewer@user:none'));
  expect(graph.findNode('doc', '1', 'viewer')).toBe(node);
  expect(graph.nodes.size).toBe(402);
  second();
  // A few each time, so that the end of a pin costs little.
  expect(graph.nodes.size).toBeGreaterThan(300);
  for (let i = 0; i < 10; i++) {
    graph.add(parseTuple('doc:x#viewer@user:x'));
    graph.remove(parseTuple('doc:x#viewer@user:x'));
  }
  expect([graph.nodes.size, graph.objects.size]).toEqual([0, 0]);
});

test('adding and removing for long does not make it grow', () => {
  const graph = new Graph();
  const window = 500;
  const tuple = (i: number): Tuple =>
    parseTuple(`doc:${1_000_000 + i}#viewer@group:${2_000_000 + i * 7}#member`);
  const churn = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      graph.add(tuple(i));
      if (i >= window) graph.remove(tuple(i - window));
    }
  };
  churn(0, 2_000);
  const bytes = graph.byteLength;
  churn(2_000, 30_000);
  // Hashes differ from run to run, and with them how many buckets overflow; each tuple kept would be a hundred bytes.
  expect(graph.byteLength).toBeLessThan(bytes * 1.05);
  expect(graph.size).toBe(window);
});

test('asking does not make it grow', () => {
  const graph = new Graph();
  graph.add(parseTuple('doc:1#viewer@user:u'));
  const [objects, nodes, types, names] = [
    graph.objects.size,
    graph.nodes.size,
    graph.types.size,
    graph.relations.size,
  ];
  expect(graph.has(parseTuple('folder:1#parent@org:x#owner'))).toBe(false);
  expect(graph.has(parseTuple('doc:2#viewer@user:v'))).toBe(false);
  expect([graph.objects.size, graph.nodes.size, graph.types.size, graph.relations.size]).toEqual([
    objects,
    nodes,
    types,
    names,
  ]);
});
