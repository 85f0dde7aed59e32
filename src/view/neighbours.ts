/**
 * Goes through the neighbours of a node in a view: its graph's and its overlay's.
 *
 * It may be kept across the slices of work on a pinned view. Each neighbour is met at least once; twice only
 * if its edge is removed from the graph after it was met. One object serves one list after the other:
 *
 *     for (let n = cursor.setsOf(view, node).next(); n !== NONE; n = cursor.next()) …
 */
import { ITSELF, NONE } from '../graph/graph.ts';
import { OWN } from './overlay.ts';
import type { View } from './view.ts';

// Where it is: in one of the graph's lists, before or in what the overlay adds, or at the end.
const IN_PLAIN = 0;
const IN_SETS = 1;
const IN_HOLDERS = 2;
const BEFORE_ADDED = 3;
const IN_ADDED = 4;
const AT_END = 5;

// What is wanted.
const PLAIN = 0;
const SETS = 1;
const ALL = 2;
const HOLDERS = 3;

export class Neighbours {
  private view!: View;
  private node = NONE;
  private wanted = ALL;
  private place = AT_END;
  /** The edge to be looked at next, in the graph's list. */
  private edge = NONE;
  private added: IterableIterator<number> | undefined;

  /** All that is stored at `node`: first plain subjects, then sets. */
  subjectsOf(view: View, node: number): this {
    return this.start(view, node, ALL, IN_PLAIN);
  }

  /** The objects and wildcards stored at `node`. */
  plainOf(view: View, node: number): this {
    return this.start(view, node, PLAIN, IN_PLAIN);
  }

  /** The subject sets stored at `node`. */
  setsOf(view: View, node: number): this {
    return this.start(view, node, SETS, IN_SETS);
  }

  /** The nodes at which `node` is stored as a subject. */
  holdersOf(view: View, node: number): this {
    return this.start(view, node, HOLDERS, IN_HOLDERS);
  }

  /** The next neighbour's node, or {@link NONE}. */
  next(): number {
    while (this.place < BEFORE_ADDED) {
      const found = this.wanted === HOLDERS ? this.nextHolder() : this.nextSubject();
      if (found !== NONE) return found;
      this.leaveList();
    }
    return this.place === AT_END ? NONE : this.nextAdded();
  }

  private start(view: View, node: number, wanted: number, place: number): this {
    this.view = view;
    this.node = node;
    this.wanted = wanted;
    this.added = undefined;
    this.place = node < OWN ? place : BEFORE_ADDED;
    this.edge = node < OWN ? this.firstEdge() : NONE;
    return this;
  }

  private firstEdge(): number {
    const { nodes } = this.view.graph;
    if (this.place === IN_PLAIN) return nodes.firstPlainOf(this.node);
    return this.place === IN_SETS ? nodes.firstSetOf(this.node) : nodes.firstIn.get(this.node);
  }

  private leaveList(): void {
    if (this.place === IN_PLAIN && this.wanted === ALL) {
      this.place = IN_SETS;
      this.edge = this.firstEdge();
    } else {
      this.place = BEFORE_ADDED;
    }
  }

  private nextSubject(): number {
    const { graph, overlay } = this.view;
    const { edges } = graph;
    for (let edge = this.edge; edge !== NONE; ) {
      const to = edges.to(edge);
      edge = edges.nextOutOf(edge);
      if (overlay?.isFixed(this.node, to)) continue;
      this.edge = edge;
      return to;
    }
    return NONE;
  }

  private nextHolder(): number {
    const { graph, overlay } = this.view;
    const { edges } = graph;
    for (let edge = this.edge; edge !== NONE; ) {
      const from = edges.from(edge);
      edge = edges.nextInOf(edge);
      if (overlay?.isFixed(from, this.node)) continue;
      this.edge = edge;
      return from;
    }
    return NONE;
  }

  private nextAdded(): number {
    const { added, view } = this;
    if (added === undefined) return this.firstAdded();
    for (;;) {
      const step = added.next();
      if (step.done === true) break;
      if (this.wanted >= ALL || (view.relationOf(step.value) === ITSELF) === (this.wanted === PLAIN))
        return step.value;
    }
    this.place = AT_END;
    return NONE;
  }

  /** Asked only now, for edges removed from the graph while its list was followed are among them. */
  private firstAdded(): number {
    const { overlay } = this.view;
    const set = this.wanted === HOLDERS ? overlay?.addedFrom(this.node) : overlay?.addedTo(this.node);
    if (set === undefined || set.size === 0) {
      this.place = AT_END;
      return NONE;
    }
    this.place = IN_ADDED;
    this.added = set.values();
    return this.nextAdded();
  }
}
