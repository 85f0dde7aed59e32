/** Which nodes of a proof graph hold: the well-founded model, as `well-founded.ts` has it. */
import type { Sliced } from '../../base/slices.ts';
import type { Budget } from './budget.ts';
import type { ProofGraph, ProofNode } from './proof-graph.ts';

/** By node: 1 or 0. What neither surely holds nor surely does not depends on its own negation. */
export interface Truth {
  /** 1 where the node surely holds. */
  holds: Uint8Array;
  /** 0 where the node surely does not hold. */
  mayHold: Uint8Array;
}

/** Whether a tuple is there, by its place among the graph's tuples. */
export type World = (tuple: number) => boolean;

export function* findTruth(graph: ProofGraph, world: World, budget: Budget): Sliced<Truth> {
  let holds: Uint8Array = new Uint8Array(graph.nodes.length);
  let mayHold = yield* leastModel(graph, world, holds, budget);
  if (!graph.hasNegation) return { holds: mayHold, mayHold };
  for (;;) {
    const nextHolds = yield* leastModel(graph, world, mayHold, budget);
    const next = yield* leastModel(graph, world, nextHolds, budget);
    const isDone = equal(nextHolds, holds) && equal(next, mayHold);
    holds = nextHolds;
    mayHold = next;
    if (isDone) return { holds, mayHold };
  }
}

/** The least model where what stands under a "not" is as in `negated`. */
function* leastModel(
  graph: ProofGraph,
  world: World,
  negated: Uint8Array,
  budget: Budget,
): Sliced<Uint8Array> {
  const { nodes } = graph;
  const values = new Uint8Array(nodes.length);
  const waiting = new Uint32Array(nodes.length);
  const queue: number[] = [];
  for (let i = 0; i < nodes.length; i++) {
    if (budget.step()) yield;
    const node = nodes[i];
    waiting[i] = node.kind === 'and' ? node.children.length : 1;
    if (!holdsByItself(graph, node, world, negated)) continue;
    values[i] = 1;
    queue.push(i);
  }
  for (let at = 0; at < queue.length; at++) {
    for (const parent of nodes[queue[at]].parents) {
      if (budget.step()) yield;
      if (values[parent] === 1 || nodes[parent].kind === 'not' || --waiting[parent] > 0) continue;
      values[parent] = 1;
      queue.push(parent);
    }
  }
  return values;
}

function holdsByItself(graph: ProofGraph, node: ProofNode, world: World, negated: Uint8Array): boolean {
  switch (node.kind) {
    case 'constant':
      return node.holds === true;
    case 'tuple':
      return world(node.tuple as number);
    case 'not': {
      const { kind, tuple } = graph.nodes[node.children[0]];
      return kind === 'tuple' ? !world(tuple as number) : negated[node.children[0]] === 0;
    }
    default:
      return false;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
