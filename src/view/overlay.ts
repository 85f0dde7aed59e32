/**
 * What a view differs in from its graph: edges added and removed, and the objects and nodes that
 * only the overlay knows.
 *
 * The same mechanism serves contextual tuples, judging a write before it commits, and a pinned
 * revision (the inverse of the changes since). Numbers of its own start at {@link OWN}, so they
 * never meet those of the graph.
 */
import type { Grant } from '../model/grant.ts';

/** The first number the overlay gives to objects and nodes of its own. */
export const OWN = 0x8000_0000;

const EMPTY: ReadonlySet<number> = new Set();

export class Overlay {
  private readonly objectNumbers = new Map<number, Map<string, number>>();
  private readonly objects: { type: number; id: string }[] = [];
  private readonly nodeNumbers = new Map<number, Map<number, number>>();
  private readonly nodes: { object: number; relation: number }[] = [];

  private readonly addedOut = new Map<number, Set<number>>();
  private readonly addedIn = new Map<number, Set<number>>();
  private readonly removedOut = new Map<number, Set<number>>();
  /** What added tuples carry, by their ends; of those alone that carry something. */
  private readonly grants = new Map<number, Map<number, Grant>>();

  findObject(type: number, id: string): number {
    return this.objectNumbers.get(type)?.get(id) ?? 0;
  }

  internObject(type: number, id: string): number {
    const known = this.findObject(type, id);
    if (known !== 0) return known;
    const number = OWN + this.objects.length;
    this.objects.push({ type, id });
    inner(this.objectNumbers, type, () => new Map()).set(id, number);
    return number;
  }

  findNode(object: number, relation: number): number {
    return this.nodeNumbers.get(object)?.get(relation) ?? 0;
  }

  internNode(object: number, relation: number): number {
    const known = this.findNode(object, relation);
    if (known !== 0) return known;
    const number = OWN + this.nodes.length;
    this.nodes.push({ object, relation });
    inner(this.nodeNumbers, object, () => new Map()).set(relation, number);
    return number;
  }

  typeOf(object: number): number {
    return this.objects[object - OWN].type;
  }

  idOf(object: number): string {
    return this.objects[object - OWN].id;
  }

  /** The objects of a type that it gave numbers to. */
  *objectsOf(type: number): Generator<number, void, undefined> {
    for (let i = 0; i < this.objects.length; i++) if (this.objects[i].type === type) yield OWN + i;
  }

  objectOf(node: number): number {
    return this.nodes[node - OWN].object;
  }

  relationOf(node: number): number {
    return this.nodes[node - OWN].relation;
  }

  /** True if the overlay gave numbers of its own to nothing. */
  get namesNothing(): boolean {
    return this.nodes.length === 0;
  }

  /**
   * Notes that the view has an edge; `inGraph` says whether the graph has it as well, carrying the same. If the graph's
   * carries something else it has to stay removed.
   */
  addEdge(from: number, to: number, inGraph: boolean, grant?: Grant): void {
    if (inGraph) {
      this.removedOut.get(from)?.delete(to);
      return;
    }
    inner(this.addedOut, from, () => new Set<number>()).add(to);
    inner(this.addedIn, to, () => new Set<number>()).add(from);
    if (grant === undefined) this.grants.get(from)?.delete(to);
    else inner(this.grants, from, () => new Map<number, Grant>()).set(to, grant);
  }

  /** What an added tuple carries. */
  grantOf(from: number, to: number): Grant | undefined {
    return this.grants.get(from)?.get(to);
  }

  /** Notes that the view lacks an edge; `inGraph` says whether the graph has it. */
  removeEdge(from: number, to: number, inGraph: boolean): void {
    if (inGraph) {
      inner(this.removedOut, from, () => new Set<number>()).add(to);
      return;
    }
    this.addedOut.get(from)?.delete(to);
    this.addedIn.get(to)?.delete(from);
    this.grants.get(from)?.delete(to);
  }

  /** Notes that the view has an edge, whether the graph has it or comes to have or lack it. */
  fixPresent(from: number, to: number, grant: Grant | undefined): void {
    this.removedOut.get(from)?.delete(to);
    this.addEdge(from, to, false, grant);
  }

  /** Notes that the view lacks an edge, whatever comes to be of it in the graph. */
  fixAbsent(from: number, to: number): void {
    this.removeEdge(from, to, false);
    this.removeEdge(from, to, true);
  }

  isAdded(from: number, to: number): boolean {
    return this.addedOut.size > 0 && this.addedOut.get(from)?.has(to) === true;
  }

  isRemoved(from: number, to: number): boolean {
    return this.removedOut.size > 0 && this.removedOut.get(from)?.has(to) === true;
  }

  /** True if the overlay says whether the edge is there, so that the graph need not be asked. */
  isFixed(from: number, to: number): boolean {
    return this.isAdded(from, to) || this.isRemoved(from, to);
  }

  /** Nodes the overlay adds as subjects of `from`. */
  addedTo(from: number): ReadonlySet<number> {
    return this.addedOut.get(from) ?? EMPTY;
  }

  /** Nodes the overlay takes away as subjects of `from`. */
  removedTo(from: number): ReadonlySet<number> {
    return this.removedOut.get(from) ?? EMPTY;
  }

  /** Nodes the overlay adds with `to` as their subject. */
  addedFrom(to: number): ReadonlySet<number> {
    return this.addedIn.get(to) ?? EMPTY;
  }
}

function inner<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
