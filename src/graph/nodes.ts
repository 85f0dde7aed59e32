/**
 * The nodes of a graph: (object, relation). Relation 0 is the object itself, as a subject.
 *
 * A node knows its edges in three lists: to plain subjects (objects and wildcards), which a check
 * asks pointwise; to subject sets, which it walks; and the edges that come in, which a walk
 * from the subject's side follows.
 */
import { Column } from './column.ts';
import { Records } from './records.ts';
import { mix, RowIndex } from './row-index.ts';

/** Fields of a record, as a power of 2, and where those are that a walk reads. */
const RECORD_SHIFT = 3;
const OBJECT = 0;
const RELATION = 1;
const TYPE = 2;
const FIRST_PLAIN = 3;
const FIRST_SET = 4;

export class Nodes {
  private readonly index = new RowIndex();
  private readonly records = new Records(RECORD_SHIFT);
  /** Those of the records, to which a walk goes directly, past the fields. */
  private readonly words = this.records.words;
  readonly firstPlain = this.records.field(FIRST_PLAIN);
  readonly firstSet = this.records.field(FIRST_SET);
  readonly firstIn = this.records.field(5);
  readonly plainCounts = this.records.field(6);
  readonly setCounts = this.records.field(7);
  readonly inCounts = new Column();
  /** 1 while the node waits to be given back. */
  readonly waiting = new Column();
  private readonly free: number[] = [];
  private last = 0;

  /** The node's number, or 0. */
  find(object: number, relation: number): number {
    const hash = mix(object, relation);
    for (let row = this.index.first(hash); row !== 0; row = this.index.after(hash, row)) {
      if (this.objectOf(row) === object && this.relationOf(row) === relation) return row;
    }
    return 0;
  }

  /** Adds a node that {@link find} did not find. */
  add(object: number, relation: number, type: number): number {
    const row = this.free.pop() ?? ++this.last;
    for (const table of [this.records, this.inCounts, this.waiting]) table.reserve(row + 1);
    this.records.clear(row);
    this.inCounts.set(row, 0);
    this.waiting.set(row, 0);
    const at = row << RECORD_SHIFT;
    this.words.set(at + OBJECT, object);
    this.words.set(at + RELATION, relation);
    this.words.set(at + TYPE, type);
    this.index.add(row, mix(object, relation));
    return row;
  }

  remove(row: number): void {
    this.index.remove(row, mix(this.objectOf(row), this.relationOf(row)));
    this.free.push(row);
  }

  objectOf(row: number): number {
    return this.words.get((row << RECORD_SHIFT) + OBJECT);
  }

  relationOf(row: number): number {
    return this.words.get((row << RECORD_SHIFT) + RELATION);
  }

  /** The type of its object: who walks over nodes need not go to the object for it. */
  typeOf(row: number): number {
    return this.words.get((row << RECORD_SHIFT) + TYPE);
  }

  /** The first edge to a plain subject, or 0. */
  firstPlainOf(row: number): number {
    return this.words.get((row << RECORD_SHIFT) + FIRST_PLAIN);
  }

  /** The first edge to a subject set, or 0. */
  firstSetOf(row: number): number {
    return this.words.get((row << RECORD_SHIFT) + FIRST_SET);
  }

  /** True if no edge leaves or enters the node. */
  isBare(row: number): boolean {
    return this.plainCounts.get(row) + this.setCounts.get(row) + this.inCounts.get(row) === 0;
  }

  get size(): number {
    return this.index.size;
  }

  /** No number is higher; some below may be free. */
  get highest(): number {
    return this.last;
  }

  get byteLength(): number {
    return (
      this.index.byteLength + this.records.byteLength + this.inCounts.byteLength + this.waiting.byteLength
    );
  }
}
