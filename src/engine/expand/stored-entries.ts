/** What is stored at a relation of an object, in the order in which a tree shows it. */
import type { Sliced } from '../../base/slices.ts';
import { NONE } from '../../graph/graph.ts';
import { formatGrant } from '../../model/grant.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { View } from '../../view/view.ts';
import { sortFound } from '../lookup/sorted.ts';
import type { NodeList } from './node-list.ts';

/** A node of the graph, under the text that it is sorted by. */
export interface Entry {
  /** A text in the tree. */
  id: string;
  number: number;
  /** What the tuple carries, as text. */
  grant: string;
}

export class StoredEntries {
  private readonly view: View;
  private readonly nodes: NodeList;
  private readonly isSliceOver: () => boolean;
  private readonly neighbours = new Neighbours();

  /** @param isSliceOver asked once for each tuple */
  constructor(view: View, nodes: NodeList, isSliceOver: () => boolean) {
    this.view = view;
    this.nodes = nodes;
    this.isSliceOver = isSliceOver;
  }

  /**
   * The nodes stored there, sorted by the text that `textOf` gives them; of those with the same text one, of those
   * without none.
   * @throws PembaError LIMIT if there is no room for them in the tree
   */
  *of(object: number, relation: string, textOf: (subject: number) => string | undefined): Sliced<Entry[]> {
    const { view, neighbours } = this;
    const node = view.findNode(object, view.graph.relations.find(relation));
    if (node === NONE) return [];
    const entries = new Map<string, Entry>();
    neighbours.subjectsOf(view, node);
    for (let next = neighbours.next(); next !== NONE; next = neighbours.next()) {
      const id = textOf(next);
      if (id !== undefined) {
        const grant = formatGrant(view.grantOf(node, next)).trim();
        const before = entries.get(id);
        // Of tuples that lead to the same set, what each carries.
        const both = before === undefined || before.grant === grant ? grant : eitherOf(before.grant, grant);
        entries.set(id, { id, number: next, grant: both });
        // Each becomes a subject or a node of its own, so more than fit in need not be looked at.
        this.nodes.expect(entries.size);
      }
      if (this.isSliceOver()) yield;
    }
    return yield* sortFound([...entries.values()]);
  }
}

/** One that always holds makes up for the other. */
function eitherOf(a: string, b: string): string {
  return a === '' || b === '' ? '' : `${a} or ${b}`;
}
