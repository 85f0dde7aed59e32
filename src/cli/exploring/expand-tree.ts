/** An expanded set as a tree of text. */
import { visible } from '../../base/visible.ts';
import type { ExpandNode } from '../../client/explore-requests.ts';
import type { Painter } from '../colors.ts';
import type { Tree } from '../drawing/tree.ts';

/** What stands before the second operand and those after it. */
export const OPERATORS: Partial<Record<ExpandNode['operation'], string>> = {
  or: 'or',
  and: 'and',
  except: 'except',
};

/** @param nodes each before its children */
export function expandTree(nodes: readonly ExpandNode[], paint: Painter): Tree {
  const order = orderOf(nodes);
  const trees: Tree[] = new Array(nodes.length);
  // From the end, so that the children of each are there, however deep the tree is.
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as ExpandNode;
    const isAbove = node.sameAs === undefined || (order[node.sameAs] ?? 0) < (order[i] ?? 0);
    trees[i] = treeOf(node, trees, isAbove, paint);
  }
  return trees[0] ?? { text: '', children: [] };
}

/** For each node, how many lines of the tree stand before it. */
function orderOf(nodes: readonly ExpandNode[]): number[] {
  const order: number[] = new Array(nodes.length).fill(0);
  const open = [0];
  let next = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    order[at] = next++;
    const children = nodes[at]?.children ?? [];
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i] as number;
      if (child <= at || child >= nodes.length)
        throw new TypeError(`node ${at} of the expansion names node ${child} as its child`);
      open.push(child);
    }
  }
  return order;
}

function treeOf(node: ExpandNode, trees: readonly Tree[], isAbove: boolean, paint: Painter): Tree {
  const operator = OPERATORS[node.operation];
  const sets = node.children.map((at, i): Tree => {
    const child = carrying(trees[at] as Tree, node.childGrants?.[i], paint);
    return operator === undefined || i === 0
      ? child
      : { ...child, text: `${paint('yellow', operator)} ${child.text}` };
  });
  const [only] = sets;
  if (isName(node) && only !== undefined) return only;
  const subjects = node.subjects.map(
    (subject, i): Tree => carrying({ text: visible(subject), children: [] }, node.subjectGrants?.[i], paint),
  );
  const children = [...subjects, ...sets];
  const isEmpty = children.length === 0 && node.omission === undefined && node.operation !== 'self';
  return {
    text: labelOf(node, isAbove, paint),
    children: isEmpty && node.operation !== 'nobody' ? [{ text: '(nobody)', children: [] }] : children,
  };
}

/** With what the tuple carries that leads there. */
function carrying(tree: Tree, grant: string | undefined, paint: Painter): Tree {
  return grant ? { ...tree, text: `${tree.text} ${paint('yellow', visible(grant))}` } : tree;
}

function labelOf(node: ExpandNode, isAbove: boolean, paint: Painter): string {
  const set = visible(node.set);
  const expression = visible(node.expression === '' ? node.operation : node.expression);
  if (set === '') return expression;
  if (node.omission === 'seen') return `${paint('blue', set)} (as ${isAbove ? 'above' : 'below'})`;
  if (node.omission === 'depth') return `${paint('blue', set)} (deeper than --depth)`;
  return isStored(node) ? paint('blue', set) : `${paint('blue', set)} = ${expression}`;
}

/** True for a part that says nothing beside the set it stands for. */
export function isName({ operation, set, children }: ExpandNode): boolean {
  return operation === 'name' && set === '' && children.length === 1;
}

/** True for a set that is what is stored: its expression would only repeat its name. */
export function isStored({ operation }: ExpandNode): boolean {
  return operation === 'direct';
}
