/** The changes of which at least one belongs to every set of changes that makes a denied question allowed. */
import type { Sliced } from '../../base/slices.ts';
import type { Budget } from './budget.ts';
import { Heap } from './heap.ts';
import type { ProofGraph } from './proof-graph.ts';
import type { Truth } from './truth.ts';

export interface Frontier {
  /** Places among the graph's tuples. */
  tuple: number;
  /** How many changes there probably are in all if this is one of them. */
  estimate: number;
}

export interface FrontierOptions {
  truth: Truth;
  /** By node: what it probably takes to make it hold. */
  estimates: Float64Array;
  /** Tuples that must stay as they are. */
  isFixed: (tuple: number) => boolean;
  /** Whether a tuple is there. */
  world: (tuple: number) => boolean;
}

interface Visit {
  node: number;
  mustHold: boolean;
  estimate: number;
}

/**
 * Follows what does not hold and has to: of an "or" any operand will do, of an "and" all that fail have to be mended, so
 * one of them is enough to look at. Under a "not" it is the other way round, but there all are looked at,
 * for what holds in a ring has to be cut off from outside.
 */
export function* findFrontier(
  graph: ProofGraph,
  options: FrontierOptions,
  budget: Budget,
): Sliced<Frontier[]> {
  const { nodes } = graph;
  const { truth, estimates, isFixed, world } = options;
  const found = new Map<number, number>();
  /** By node: 1 if it was met where it has to hold, 2 where it has to fail. */
  const met = new Uint8Array(nodes.length);
  // The least estimate first, so that each node gets the least of all ways to it.
  const heap = new Heap<Visit>((a, b) => a.estimate < b.estimate);
  heap.push({ node: 0, mustHold: true, estimate: estimates[0] });
  for (let at = heap.pop(); at !== undefined; at = heap.pop()) {
    if (budget.step()) yield;
    const { node, mustHold, estimate } = at;
    const { kind, children, tuple } = nodes[node];
    const isDone = mustHold ? truth.holds[node] === 1 : truth.mayHold[node] === 0;
    const mark = mustHold ? 1 : 2;
    if (isDone || (met[node] & mark) !== 0) continue;
    met[node] |= mark;
    if (kind === 'tuple') {
      const place = tuple as number;
      if (world(place) !== mustHold && !isFixed(place)) found.set(place, estimate);
      continue;
    }
    if (kind === 'not') {
      heap.push({ node: children[0], mustHold: !mustHold, estimate });
      continue;
    }
    if (!mustHold) {
      for (const child of children) {
        if (budget.step()) yield;
        heap.push({ node: child, mustHold, estimate });
      }
      continue;
    }
    if (kind === 'and') {
      // The first: the children of an "and" stand in an order that does not depend on numbers.
      const child = children.find((each) => truth.holds[each] === 0);
      if (child !== undefined) heap.push({ node: child, mustHold, estimate });
      continue;
    }
    for (const child of children) {
      if (budget.step()) yield;
      if (estimates[child] === Infinity) continue;
      heap.push({ node: child, mustHold, estimate: estimate - estimates[node] + estimates[child] });
    }
  }
  return [...found].map(([tuple, estimate]) => ({ tuple, estimate }));
}
