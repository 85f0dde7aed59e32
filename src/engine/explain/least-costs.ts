/** The least cost at which each node of a proof graph can be had: Dijkstra's algorithm on "and" and "or" (Knuth 1977). */
import type { Sliced } from '../../base/slices.ts';
import type { Budget } from './budget.ts';
import { Heap } from './heap.ts';
import type { ProofGraph } from './proof-graph.ts';

export interface Pricing {
  /** What a node costs by itself, whatever its children cost; Infinity if it cannot be had by itself. */
  own: (node: number) => number;
  /** What a set costs beyond its child. */
  set: number;
  /** Whether an "and" costs the sum of its children, or, where that might count something twice, the most of them. */
  and: 'sum' | 'bound';
}

export interface Costs {
  /** By node; Infinity where it cannot be had. */
  cost: Float64Array;
  /** By node: its place in the order in which the costs were found. What a node needs comes before it. */
  order: Float64Array;
}

export function* findLeastCosts(graph: ProofGraph, pricing: Pricing, budget: Budget): Sliced<Costs> {
  const { nodes } = graph;
  const cost = new Float64Array(nodes.length).fill(Infinity);
  const order = new Float64Array(nodes.length).fill(Infinity);
  const waiting = new Uint32Array(nodes.length);
  /** Of an "and", what the children found so far cost. */
  const sums = new Float64Array(nodes.length);
  const heap = new Heap<{ node: number; cost: number }>((a, b) => a.cost < b.cost);
  for (let node = 0; node < nodes.length; node++) {
    if (budget.step()) yield;
    waiting[node] = nodes[node].children.length;
    const own = pricing.own(node);
    if (own < Infinity) heap.push({ node, cost: own });
  }
  let found = 0;
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) {
    if (budget.step()) yield;
    if (order[next.node] < Infinity) continue;
    cost[next.node] = next.cost;
    order[next.node] = found++;
    for (const parent of nodes[next.node].parents) {
      if (budget.step()) yield;
      if (order[parent] < Infinity) continue;
      const { kind, isFree, isDisjoint } = nodes[parent];
      if (kind === 'not') continue;
      if (kind === 'and') {
        const adds = pricing.and === 'sum' || isDisjoint === true;
        sums[parent] = adds ? sums[parent] + next.cost : Math.max(sums[parent], next.cost);
        if (--waiting[parent] === 0) heap.push({ node: parent, cost: sums[parent] });
      } else {
        heap.push({ node: parent, cost: isFree ? 0 : kind === 'set' ? next.cost + pricing.set : next.cost });
      }
    }
  }
  return { cost, order };
}
