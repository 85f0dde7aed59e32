/**
 * Strongly connected components, by Tarjan's algorithm: two nodes have the same number exactly if
 * each can be reached from the other. Without recursion, as chains can be as long as the schema.
 */
export function componentsOf<T>(nodes: T[], successorsOf: (node: T) => T[]): Map<T, number> {
  const component = new Map<T, number>();
  const order = new Map<T, number>();
  const lowest = new Map<T, number>();
  const open: T[] = [];
  const walk: { node: T; successors: T[]; next: number }[] = [];

  const enter = (node: T): void => {
    lowest.set(node, order.size);
    order.set(node, order.size);
    open.push(node);
    walk.push({ node, successors: successorsOf(node), next: 0 });
  };
  const lower = (node: T, to: number | undefined): void => {
    lowest.set(node, Math.min(lowest.get(node) as number, to as number));
  };
  const leave = (node: T): void => {
    if (lowest.get(node) !== order.get(node)) return;
    const number = order.get(node) as number;
    let member: T;
    do {
      member = open.pop() as T;
      component.set(member, number);
    } while (member !== node);
  };

  for (const root of nodes) {
    if (order.has(root)) continue;
    enter(root);
    while (walk.length > 0) {
      const step = walk[walk.length - 1];
      if (step.next === step.successors.length) {
        walk.pop();
        leave(step.node);
        const above = walk.at(-1);
        if (above !== undefined) lower(above.node, lowest.get(step.node));
        continue;
      }
      const successor = step.successors[step.next++];
      if (!order.has(successor)) enter(successor);
      else if (!component.has(successor)) lower(step.node, order.get(successor));
    }
  }
  return component;
}
