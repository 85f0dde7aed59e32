/**
 * The nodes of a graph: (object, relation). Relation 0 is the object itself, as a subject.
 *
 * A node knows its edges in three lists: to plain subjects (objects and wildcards), which a check
 * asks pointwise; to subject sets, which it walks; and the edges that come in, which a walk
 * from the subject's side follows.
 */
import { Column } from './column.ts';
import { HashIndex, mix } from './hash-index.ts';

export class Nodes extends HashIndex {
  private readonly objects = new Column();
  private readonly relations = new Column();
  readonly firstPlain = new Column();
  readonly firstSet = new Column();
  readonly firstIn = new Column();
  readonly plainCounts = new Column();
  readonly setCounts = new Column();
  readonly inCounts = new Column();
  /** 1 while the node waits to be given back. */
  readonly waiting = new Column();
  private readonly columns = [
    this.objects,
    this.relations,
    this.firstPlain,
    this.firstSet,
    this.firstIn,
    this.plainCounts,
    this.setCounts,
    this.inCounts,
    this.waiting,
  ];
  private readonly free: number[] = [];
  private last = 0;

  /** The node's number, or 0. */
  find(object: number, relation: number): number {
    let row = this.heads.get(this.bucketOf(mix(object, relation)));
    while (row !== 0) {
      if (this.objects.get(row) === object && this.relations.get(row) === relation) return row;
      row = this.next.get(row);
    }
    return 0;
  }

  /** Adds a node that {@link find} did not find. */
  add(object: number, relation: number): number {
    const row = this.free.pop() ?? ++this.last;
    for (const column of this.columns) {
      column.reserve(row + 1);
      column.set(row, 0);
    }
    this.objects.set(row, object);
    this.relations.set(row, relation);
    this.link(row, mix(object, relation));
    return row;
  }

  remove(row: number): void {
    this.unlink(row, this.hashOfRow(row));
    this.free.push(row);
  }

  objectOf(row: number): number {
    return this.objects.get(row);
  }

  relationOf(row: number): number {
    return this.relations.get(row);
  }

  /** True if no edge leaves or enters the node. */
  isBare(row: number): boolean {
    return this.plainCounts.get(row) + this.setCounts.get(row) + this.inCounts.get(row) === 0;
  }

  /** No number is higher; some below may be free. */
  get highest(): number {
    return this.last;
  }

  get byteLength(): number {
    return this.columns.reduce((sum, column) => sum + column.byteLength, this.indexByteLength);
  }

  protected override hashOfRow(row: number): number {
    return mix(this.objects.get(row), this.relations.get(row));
  }
}
