/** Who is in a set according to its expanded tree alone: the least sets that satisfy the nodes. */
import type { ExpandedNode } from '../../src/engine/expand/expand.ts';

type Sets = Set<string>[];

/** By place: the subjects in the node, of those asked about. Undefined if that hangs on its own negation. */
export function meaningOf(nodes: readonly ExpandedNode[], asked: readonly string[]): Sets | undefined {
  const objects = objectsOf(nodes);
  let lower: Sets = nodes.map(() => new Set());
  for (;;) {
    const upper = leastSets(nodes, objects, asked, lower);
    const next = leastSets(nodes, objects, asked, upper);
    if (next.every((set, i) => set.size === lower[i].size)) {
      return upper.every((set, i) => set.size === next[i].size) ? next : undefined;
    }
    lower = next;
  }
}

/** By place: the object whose set the node is, or is a part of. */
function objectsOf(nodes: readonly ExpandedNode[]): string[] {
  const objects: string[] = [];
  nodes.forEach(({ set, children }, place) => {
    if (set !== '') objects[place] = set.slice(0, set.indexOf('#'));
    for (const child of children) objects[child] = objects[place];
  });
  return objects;
}

/** Where what stands right of `except` is as in `absent`. */
function leastSets(
  nodes: readonly ExpandedNode[],
  objects: string[],
  asked: readonly string[],
  absent: Sets,
): Sets {
  const sets: Sets = nodes.map(() => new Set());
  for (let changed = true; changed; ) {
    changed = false;
    for (let place = nodes.length - 1; place >= 0; place--) {
      const now = setOf(nodes[place], objects[place], asked, sets, absent);
      if (nodes[place].set !== '' && asked.includes(nodes[place].set)) now.add(nodes[place].set);
      if (now.size !== sets[place].size) changed = true;
      sets[place] = now;
    }
  }
  return sets;
}

function setOf(
  node: ExpandedNode,
  object: string,
  asked: readonly string[],
  sets: Sets,
  absent: Sets,
): Set<string> {
  if (node.omission === 'seen') return new Set(sets[node.sameAs as number]);
  const children = node.children.map((child) => sets[child]);
  switch (node.operation) {
    case 'direct':
      return new Set([
        ...asked.filter((subject) => stands(subject, node.subjects)),
        ...children.flatMap((set) => [...set]),
      ]);
    case 'or':
    case 'arrow':
    case 'name':
      return new Set(children.flatMap((set) => [...set]));
    case 'and':
    case 'every':
      return new Set([...(children[0] ?? [])].filter((subject) => children.every((set) => set.has(subject))));
    case 'except':
      return new Set([...children[0]].filter((subject) => !absent[node.children[1]].has(subject)));
    case 'of':
      throw new Error('the random schemas of these tests have no `of`');
    case 'self':
      return new Set(asked.filter((subject) => subject === object));
    case 'nobody':
      return new Set();
  }
}

function stands(subject: string, stored: readonly string[]): boolean {
  if (stored.includes(subject)) return true;
  const isObject = !subject.includes('#') && !subject.endsWith(':*');
  return isObject && stored.includes(`${subject.slice(0, subject.indexOf(':'))}:*`);
}
