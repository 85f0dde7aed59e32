/** Finds, among problems that are left undecided, a ring that leads through a negation. */
import { must } from '../../base/assert.ts';

/** That a problem's rule refers to another problem. */
export interface Reference {
  to: number;
  /** Right of an `except`. */
  negative: boolean;
}

/**
 * The numbers of a ring that leads through a negation, its first again as its last. There is one: of
 * undecided problems, those that lead to no others but each other hang on nothing but themselves,
 * and without a negation among them their least values would be known.
 * @param references by problem; those of decided problems and to them left out
 */
export function findNegationCycle(references: readonly Reference[][]): number[] {
  const component = components(references);
  for (let from = 0; from < references.length; from++) {
    for (const { to, negative } of references[from]) {
      if (negative && component[from] === component[to]) {
        return [
          from,
          ...shortestPath(references, to, from, (number) => component[number] === component[from]),
        ];
      }
    }
  }
  return [];
}

function shortestPath(
  references: readonly Reference[][],
  start: number,
  end: number,
  isInside: (number: number) => boolean,
): number[] {
  const cameFrom = new Map<number, number>();
  const reached = [start];
  for (let i = 0; reached[i] !== end; i++) {
    for (const { to } of references[reached[i]]) {
      if (to === start || cameFrom.has(to) || !isInside(to)) continue;
      cameFrom.set(to, reached[i]);
      reached.push(to);
    }
  }
  const path = [end];
  for (let at = end; at !== start; path.push(at)) at = must(cameFrom.get(at), 'the problem a path came from');
  return path.reverse();
}

/** By problem, a number that is the same for those that lead to each other (Tarjan 1972, without recursion). */
function components(references: readonly Reference[][]): Uint32Array {
  const count = references.length;
  const component = new Uint32Array(count);
  const order = new Uint32Array(count);
  const low = new Uint32Array(count);
  const nextEdge = new Uint32Array(count);
  const waiting: number[] = [];
  let orders = 0;
  let components = 0;
  for (let root = 0; root < count; root++) {
    const path = order[root] === 0 ? [root] : [];
    while (path.length > 0) {
      const at = path[path.length - 1];
      if (order[at] === 0) {
        order[at] = low[at] = ++orders;
        waiting.push(at);
      }
      const edge = references[at][nextEdge[at]++];
      if (edge !== undefined) {
        if (order[edge.to] === 0) path.push(edge.to);
        else if (component[edge.to] === 0) low[at] = Math.min(low[at], order[edge.to]);
        continue;
      }
      path.pop();
      if (path.length > 0) {
        const above = path[path.length - 1];
        low[above] = Math.min(low[above], low[at]);
      }
      if (low[at] !== order[at]) continue;
      components++;
      for (let inside = -1; inside !== at; ) {
        inside = must(waiting.pop(), 'a problem of the component');
        component[inside] = components;
      }
    }
  }
  return component;
}
