/**
 * The resident graph of one store: every tuple as an edge, followed in both directions.
 *
 * Numbers stand for names throughout; 0 is "none" for objects, nodes and edges. Only
 * {@link Graph.add} gives out numbers, so a check never makes the graph grow. Nodes and objects
 * that no tuple mentions any more are given back, but not while a pin may still hold their numbers.
 *
 * The number of a removed edge is not used again while a pin that may hold it lasts, and the edge keeps its ends and
 * what comes after it in its lists. New edges go to the head of a list. So who follows a list under a pin may stop
 * anywhere, and later goes on to every edge of the rest that is still there.
 */
import { type Grant, grantOf } from '../model/grant.ts';
import { NO_RELATION } from '../model/reference.ts';
import type { Tuple } from '../model/tuple.ts';
import { Edges } from './edges.ts';
import { EncodedName } from './name-slab.ts';
import { Nodes, type OutLists, SEVERAL } from './nodes.ts';
import { Objects } from './objects.ts';
import { Retired } from './retired.ts';
import { Symbols } from './symbols.ts';

/** "No such object, node or edge". */
export const NONE = 0;
/** The relation number of an object by itself. */
export const ITSELF = 0;

// Of all graphs: it may take kilobytes, and there may be thousands of small stores.
const ENCODED = new EncodedName();

const GIVE_BACK_AT_ONCE = 64;

/** Hears of each change of a graph, right after it was made. */
export interface GraphFollower {
  /** The tuple stored as this edge was added. */
  edgeAdded(from: number, to: number): void;
  /** @param grant what the tuple carried */
  edgeRemoved(from: number, to: number, grant: Grant | undefined): void;
}

interface Pin {
  follower: GraphFollower | undefined;
  /** How many pins were taken before it. */
  order: number;
}

export class Graph {
  readonly types = new Symbols('');
  readonly relations = new Symbols(NO_RELATION);
  readonly objects = new Objects();
  readonly nodes = new Nodes();
  readonly edges = new Edges();
  /** Nodes that had no edge when last seen; given back, some at a time, while nothing is pinned. */
  private readonly bare: number[] = [];
  private readonly retiredEdges = new Retired();
  /** In the order in which they were taken. */
  private readonly pins = new Set<Pin>();
  private pinsTaken = 0;

  /** Number of tuples. */
  get size(): number {
    return this.edges.size;
  }

  /** Bytes of the arrays. */
  get byteLength(): number {
    return this.objects.byteLength + this.nodes.byteLength + this.edges.byteLength;
  }

  /** The object's number, or {@link NONE}. The id is `text` from `start` on. */
  findObject(type: number, text: string, start = 0): number {
    return this.objects.find(type, ENCODED.encode(text, start));
  }

  /** The number of the node that stands for `ref`, or {@link NONE}. */
  findNode(type: string, id: string, relation: string): number {
    const typeNumber = this.types.find(type);
    const relationNumber = this.relations.find(relation);
    if (typeNumber < 0 || relationNumber < 0) return NONE;
    const object = this.findObject(typeNumber, id);
    return object === NONE ? NONE : this.nodes.find(object, relationNumber);
  }

  has(tuple: Tuple): boolean {
    const from = this.findNode(tuple.object.type, tuple.object.id, tuple.relation);
    if (from === NONE) return false;
    const to = this.findNode(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    return to !== NONE && this.hasEdge(from, to);
  }

  /** True if the tuple of these nodes is stored; neither is {@link NONE}. */
  hasEdge(from: number, to: number): boolean {
    const plain = this.nodes.onlyPlainOf(from);
    const set = this.nodes.onlySetOf(from);
    if (plain === to || set === to) return true;
    return (plain === SEVERAL || set === SEVERAL) && this.edges.find(from, to) !== NONE;
  }

  /** Objects and wildcards stored at a node. */
  plainCount(node: number): number {
    const only = this.nodes.onlyPlainOf(node);
    if (only === SEVERAL) return this.nodes.plain.count.get(node);
    return only === NONE ? 0 : 1;
  }

  /** What the tuple of an edge carries; undefined if it always holds, or is not there. */
  grantOf(from: number, to: number): Grant | undefined {
    const edge = this.edges.find(from, to);
    return edge === NONE ? undefined : this.edges.grantOf(edge);
  }

  /** Adds the tuple with what it carries. @returns false if it was there, whatever it carries. */
  add(tuple: Tuple): boolean {
    const from = this.internNode(tuple.object.type, tuple.object.id, tuple.relation);
    const to = this.internNode(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    if (this.edges.find(from, to) !== NONE) return false;
    const edge = this.edges.add(from, to);
    const grant = grantOf(tuple);
    if (grant !== undefined) this.edges.setGrant(edge, grant);
    this.linkOut(edge, from, to);
    this.linkIn(edge, to);
    if (this.pins.size > 0) for (const pin of this.pins) pin.follower?.edgeAdded(from, to);
    return true;
  }

  /** Removes the tuple, whatever it carries. @returns false if it was not there. */
  remove(tuple: Tuple): boolean {
    const from = this.findNode(tuple.object.type, tuple.object.id, tuple.relation);
    const to = this.findNode(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    const edge = from === NONE || to === NONE ? NONE : this.edges.find(from, to);
    if (edge === NONE) return false;
    const grant = this.edges.grantOf(edge);
    this.unlinkOut(edge, from, to);
    this.unlinkIn(edge, to);
    this.retireEdge(edge);
    this.noteIfBare(from);
    this.noteIfBare(to);
    if (this.pins.size > 0) for (const pin of this.pins) pin.follower?.edgeRemoved(from, to, grant);
    this.giveBack();
    return true;
  }

  /**
   * Until the returned function is called, no number that is in use now gets another meaning.
   * @param follower hears of the changes until then
   */
  pin(follower?: GraphFollower): () => void {
    const pin = { follower, order: this.pinsTaken++ };
    this.pins.add(pin);
    return () => {
      if (this.pins.delete(pin)) this.giveBack();
    };
  }

  /** Pins that have not been released. */
  get pinCount(): number {
    return this.pins.size;
  }

  private internNode(type: string, id: string, relation: string): number {
    const typeNumber = this.types.intern(type);
    const object = this.objects.intern(typeNumber, ENCODED.encode(id));
    const relationNumber = this.relations.intern(relation);
    const found = this.nodes.find(object, relationNumber);
    if (found !== NONE) return found;
    this.objects.nodeCounts.set(object, this.objects.nodeCounts.get(object) + 1);
    const node = this.nodes.add(object, relationNumber, typeNumber);
    if (relationNumber === ITSELF) this.objects.setOwnNode(object, node);
    return node;
  }

  private listsFor(to: number): OutLists {
    return this.nodes.relationOf(to) === ITSELF ? this.nodes.plain : this.nodes.sets;
  }

  private linkOut(edge: number, from: number, to: number): void {
    const { first, count, only } = this.listsFor(to);
    const { nextOut, previousOut } = this.edges;
    const old = first.get(from);
    nextOut.set(edge, old);
    if (old !== NONE) previousOut.set(old, edge);
    first.set(from, edge);
    only.set(from, old === NONE ? to : SEVERAL);
    count.set(from, count.get(from) + 1);
  }

  private unlinkOut(edge: number, from: number, to: number): void {
    const { first, count, only } = this.listsFor(to);
    const { nextOut, previousOut } = this.edges;
    const before = previousOut.get(edge);
    const after = nextOut.get(edge);
    if (before === NONE) first.set(from, after);
    else nextOut.set(before, after);
    if (after !== NONE) previousOut.set(after, before);
    const left = count.get(from) - 1;
    count.set(from, left);
    if (left < 2) only.set(from, left === 0 ? NONE : this.edges.to(first.get(from)));
  }

  private linkIn(edge: number, to: number): void {
    const { firstIn, inCounts } = this.nodes;
    const { nextIn, previousIn } = this.edges;
    const old = firstIn.get(to);
    nextIn.set(edge, old);
    if (old !== NONE) previousIn.set(old, edge);
    firstIn.set(to, edge);
    inCounts.set(to, inCounts.get(to) + 1);
  }

  private unlinkIn(edge: number, to: number): void {
    const { firstIn, inCounts } = this.nodes;
    const { nextIn, previousIn } = this.edges;
    const before = previousIn.get(edge);
    const after = nextIn.get(edge);
    if (before === NONE) firstIn.set(to, after);
    else nextIn.set(before, after);
    if (after !== NONE) previousIn.set(after, before);
    inCounts.set(to, inCounts.get(to) - 1);
  }

  private retireEdge(edge: number): void {
    this.edges.remove(edge);
    if (this.pins.size === 0) this.edges.giveBack(edge);
    else this.retiredEdges.push(edge, this.pinsTaken);
  }

  private noteIfBare(node: number): void {
    if (!this.nodes.isBare(node) || this.nodes.waiting.get(node) !== 0) return;
    this.nodes.waiting.set(node, 1);
    this.bare.push(node);
  }

  /** Gives numbers back; a few each time, so that the end of a long pin does not stall the process. */
  private giveBack(): void {
    if (this.retiredEdges.size > 0) this.giveBackEdges();
    if (this.pins.size === 0) this.giveBackNodes();
  }

  private giveBackEdges(): void {
    const [oldest] = this.pins;
    for (let i = 0; i < GIVE_BACK_AT_ONCE; i++) {
      const edge = this.retiredEdges.take(oldest?.order ?? this.pinsTaken);
      if (edge === NONE) return;
      this.edges.giveBack(edge);
    }
  }

  /** The numbers of nodes that are still bare, and of objects left without nodes. */
  private giveBackNodes(): void {
    for (let i = 0; i < GIVE_BACK_AT_ONCE; i++) {
      const node = this.bare.pop();
      if (node === undefined) return;
      this.nodes.waiting.set(node, 0);
      if (!this.nodes.isBare(node)) continue;
      const object = this.nodes.objectOf(node);
      if (this.nodes.relationOf(node) === ITSELF) this.objects.setOwnNode(object, NONE);
      this.nodes.remove(node);
      const left = this.objects.nodeCounts.get(object) - 1;
      this.objects.nodeCounts.set(object, left);
      if (left === 0) this.objects.remove(object);
    }
  }
}
