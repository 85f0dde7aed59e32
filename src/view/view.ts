/**
 * What the engine reads: a graph, plus an overlay if the question is not about the graph as it is.
 *
 * Numbers are those of {@link Graph}, or the overlay's own. Such a view is good for the current turn of the event
 * loop: its graph goes on, and an overlay would not follow. A {@link PinnedView} is good until it is released, and
 * whoever works on one in slices may rely on this:
 *
 * - Numbers of objects, nodes and edges keep their meaning across slices; so an edge may be held, and its list followed
 *   from it later (see `graph.ts`). `isRemoved` is to be asked in the slice in which the edge is used.
 * - First the graph's list to its end, then what the overlay adds: an edge removed from the graph turns up there.
 * - So every neighbour is met at least once. It may be met twice, when its edge is removed in between, and wherever an
 *   overlay holds an edge that the graph has as well.
 * - A name may be found that was first mentioned after the pin; it has no edges.
 *
 * {@link Neighbours} follows these rules.
 */
import { type Graph, ITSELF, NONE } from '../graph/graph.ts';
import type { NameSearch } from '../graph/name-search.ts';
import { type Grant, grantOf, sameGrant } from '../model/grant.ts';
import { type Tuple, withGrant } from '../model/tuple.ts';
import { Overlay, OWN } from './overlay.ts';

export class View {
  readonly graph: Graph;
  readonly overlay: Overlay | null;

  constructor(graph: Graph, overlay: Overlay | null = null) {
    this.graph = graph;
    this.overlay = overlay;
  }

  /** The number of `type:id`, the id being `text` from `start` on; {@link NONE} if nothing mentions it. */
  findObject(type: number, text: string, start = 0): number {
    // The overlay's own numbers come first: the graph may come to know the name, too, but in another node.
    if (this.overlay !== null && !this.overlay.namesNothing) {
      const own = this.overlay.findObject(type, text.slice(start));
      if (own !== NONE) return own;
    }
    return this.graph.findObject(type, text, start);
  }

  /** As {@link findObject}, for a search that has been as far as {@link NameSearch.locate}. */
  foundObject(search: NameSearch): number {
    if (this.overlay !== null && !this.overlay.namesNothing) {
      const own = this.overlay.findObject(search.type, search.id);
      const found = search.end(this.graph.objects);
      return own === NONE ? found : own;
    }
    return search.end(this.graph.objects);
  }

  findNode(object: number, relation: number): number {
    if (this.overlay !== null && !this.overlay.namesNothing) {
      const own = this.overlay.findNode(object, relation);
      if (own !== NONE) return own;
    }
    return object < OWN ? this.graph.nodes.find(object, relation) : NONE;
  }

  typeOf(object: number): number {
    return object < OWN || this.overlay === null
      ? this.graph.objects.typeOf(object)
      : this.overlay.typeOf(object);
  }

  /** The type of a node's object. */
  typeOfNode(node: number): number {
    return node < OWN || this.overlay === null
      ? this.graph.nodes.typeOf(node)
      : this.typeOf(this.overlay.objectOf(node));
  }

  idOf(object: number): string {
    return object < OWN || this.overlay === null
      ? this.graph.objects.idOf(object)
      : this.overlay.idOf(object);
  }

  objectOf(node: number): number {
    return node < OWN || this.overlay === null
      ? this.graph.nodes.objectOf(node)
      : this.overlay.objectOf(node);
  }

  relationOf(node: number): number {
    return node < OWN || this.overlay === null
      ? this.graph.nodes.relationOf(node)
      : this.overlay.relationOf(node);
  }

  hasEdge(from: number, to: number): boolean {
    const overlay = this.overlay;
    if (overlay === null) return this.graph.hasEdge(from, to);
    if (overlay.isAdded(from, to)) return true;
    return this.graphHasEdge(from, to) && !overlay.isRemoved(from, to);
  }

  /** What the tuple of an edge that is there carries; undefined if it always holds. */
  grantOf(from: number, to: number): Grant | undefined {
    const { overlay } = this;
    if (overlay?.isAdded(from, to)) return overlay.grantOf(from, to);
    return from < OWN && to < OWN ? this.graph.grantOf(from, to) : undefined;
  }

  /** The tuple as it is stored, with what it carries; undefined if it is not there. */
  stored(tuple: Tuple): Tuple | undefined {
    if (!this.has(tuple)) return undefined;
    const from = this.nodeOf(tuple.object.type, tuple.object.id, tuple.relation);
    const to = this.nodeOf(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    return withGrant(tuple, this.grantOf(from, to));
  }

  /** True if subject sets are stored at `node`; it may be that an overlay removed them all. */
  hasSets(node: number): boolean {
    if (node < OWN && this.graph.nodes.onlySetOf(node) !== NONE) return true;
    return this.overlay !== null && this.overlay.addedTo(node).size > 0;
  }

  /** Subjects of one kind stored at `node`; more than there are if an overlay removed some. */
  setCount(node: number): number {
    const inGraph = node < OWN ? this.graph.nodes.sets.count.get(node) : 0;
    return this.overlay === null ? inGraph : inGraph + this.overlay.addedTo(node).size;
  }

  plainCount(node: number): number {
    const inGraph = node < OWN ? this.graph.plainCount(node) : 0;
    return this.overlay === null ? inGraph : inGraph + this.overlay.addedTo(node).size;
  }

  /** Tuples that hold `node` as their subject; more than there are if an overlay removed some. */
  holderCount(node: number): number {
    const inGraph = node < OWN ? this.graph.nodes.inCounts.get(node) : 0;
    return this.overlay === null ? inGraph : inGraph + this.overlay.addedFrom(node).size;
  }

  has(tuple: Tuple): boolean {
    const from = this.nodeOf(tuple.object.type, tuple.object.id, tuple.relation);
    if (from === NONE) return false;
    const to = this.nodeOf(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    return to !== NONE && this.hasEdge(from, to);
  }

  /** The objects of a type that the graph or the overlay knows; more than tuples mention. */
  *objectsOf(type: number): Generator<number, void, undefined> {
    const { objects } = this.graph;
    for (let object = 1; object <= objects.highest; object++) {
      if (objects.nodeCounts.get(object) > 0 && objects.typeOf(object) === type) yield object;
    }
    if (this.overlay !== null) yield* this.overlay.objectsOf(type);
  }

  /** The node of `type:id#relation`, or {@link NONE}. */
  nodeOf(type: string, id: string, relation: string): number {
    const typeNumber = this.graph.types.find(type);
    const relationNumber = this.graph.relations.find(relation);
    if (typeNumber < 0 || relationNumber < 0) return NONE;
    const object = this.findObject(typeNumber, id);
    return object === NONE ? NONE : this.findNode(object, relationNumber);
  }

  protected graphHasEdge(from: number, to: number): boolean {
    return from < OWN && to < OWN && this.graph.hasEdge(from, to);
  }
}

/** A view that can be changed without changing its graph. */
export class OverlayView extends View {
  declare readonly overlay: Overlay;

  constructor(graph: Graph) {
    super(graph, new Overlay());
  }

  /** Adds the tuple, with what it carries, to the view. @returns false if it was there, whatever it carries. */
  add(tuple: Tuple): boolean {
    const from = this.internNode(tuple.object.type, tuple.object.id, tuple.relation);
    const to = this.internNode(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    if (this.hasEdge(from, to)) return false;
    const grant = grantOf(tuple);
    const isGraphs = this.graphHasEdge(from, to) && sameGrant(this.graph.grantOf(from, to), grant);
    this.overlay.addEdge(from, to, isGraphs, grant);
    return true;
  }

  /** Adds the tuple; where it is stored carrying something else, it carries this from now on. */
  put(tuple: Tuple): void {
    const stored = this.stored(tuple);
    if (stored !== undefined && !sameGrant(stored, tuple)) this.remove(stored);
    this.add(tuple);
  }

  /** Removes the tuple from the view, whatever it carries. @returns false if it was not there. */
  remove(tuple: Tuple): boolean {
    if (!this.has(tuple)) return false;
    const from = this.nodeOf(tuple.object.type, tuple.object.id, tuple.relation);
    const to = this.nodeOf(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    if (this.overlay.isAdded(from, to)) this.overlay.removeEdge(from, to, false);
    if (this.graphHasEdge(from, to)) this.overlay.removeEdge(from, to, true);
    return true;
  }

  protected internNode(type: string, id: string, relation: string): number {
    const typeNumber = this.graph.types.intern(type);
    const relationNumber = relation === '' ? ITSELF : this.graph.relations.intern(relation);
    const object = this.findObject(typeNumber, id) || this.overlay.internObject(typeNumber, id);
    return this.findNode(object, relationNumber) || this.overlay.internNode(object, relationNumber);
  }
}
