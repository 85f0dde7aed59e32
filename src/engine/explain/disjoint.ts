/**
 * Which "and"s of a proof graph have nothing below one child that is below another, too: only of those may the costs of the
 * children be added up to a bound that no solution is below.
 */
import type { Sliced } from '../../base/slices.ts';
import type { Budget } from './budget.ts';
import type { ProofGraph } from './proof-graph.ts';

/** Nodes looked at for all "and"s together, as a multiple of the graph's; the rest count as not disjoint. */
const LOOKS_PER_NODE = 8;
const FIRST_LOOKS = 10_000;

export function* findDisjoint(graph: ProofGraph, budget: Budget): Sliced<void> {
  const { nodes } = graph;
  let looks = FIRST_LOOKS + LOOKS_PER_NODE * nodes.length;
  for (const node of nodes) {
    if (budget.step()) yield;
    if (node.kind !== 'and') continue;
    const [first, second] = node.children;
    if (node.children.length === 2 && nodes[first].kind === 'tuple' && nodes[second].kind === 'set') {
      // A link that serves nothing else: a derivation of what it leads to does not go over it again.
      node.isDisjoint = nodes[first].parents.length === 1;
      continue;
    }
    const seen = new Map<number, number>();
    node.isDisjoint = true;
    for (let i = 0; i < node.children.length && node.isDisjoint; i++) {
      const stack = [node.children[i]];
      while (stack.length > 0 && node.isDisjoint) {
        if (budget.step()) yield;
        const at = stack.pop() as number;
        const owner = seen.get(at);
        if (owner === i) continue;
        if (owner !== undefined || --looks < 0) node.isDisjoint = false;
        seen.set(at, i);
        for (const child of nodes[at].children) stack.push(child);
      }
    }
  }
}
