/**
 * The nodes of a graph: (object, relation). Relation 0 is the object itself, as a subject.
 *
 * A node knows its edges in three lists: to plain subjects (objects and wildcards), which a check
 * asks pointwise; to subject sets, which it walks; and the edges that come in, which a walk
 * from the subject's side follows.
 */
import { type Field, Records } from './records.ts';
import { mix, RowIndex } from './row-index.ts';

/** Fields of a record, as a power of 2, and where those are that a walk reads. What it seldom needs has another record. */
const RECORD_SHIFT = 3;
const OBJECT = 0;
const RELATION = 1;
const TYPE = 2;
const ONLY_PLAIN = 3;
const ONLY_SET = 4;
const FIRST_PLAIN = 5;
const FIRST_SET = 6;
const SET_COUNT = 7;
const REST_SHIFT = 2;

/** Stands for the only subject where there are more; no node has this number. */
export const SEVERAL = 0x7fff_ffff;

/** The edges that leave nodes to subjects of one kind. */
export interface OutLists {
  /** By node: the first edge of its list, or 0. */
  readonly first: Field;
  readonly count: Field;
  /**
   * By node: that at the other end of its only edge; 0 if there is none, {@link SEVERAL} if there are more. Most lists are
   * so short, and then who has read the node need neither go to the edge nor look for it: behind HTTP/2 that took 0.2 of the
   * 1.5 µs off a check of a stored tuple.
   */
  readonly only: Field;
}

export class Nodes {
  private readonly index = new RowIndex();
  private readonly records = new Records(RECORD_SHIFT);
  /** Those of the records, to which a walk goes directly, past the fields. */
  private readonly words = this.records.words;
  private readonly rest = new Records(REST_SHIFT);
  readonly plain: OutLists = {
    first: this.records.field(FIRST_PLAIN),
    count: this.rest.field(0),
    only: this.records.field(ONLY_PLAIN),
  };
  readonly sets: OutLists = {
    first: this.records.field(FIRST_SET),
    count: this.records.field(SET_COUNT),
    only: this.records.field(ONLY_SET),
  };
  readonly firstIn = this.rest.field(1);
  readonly inCounts = this.rest.field(2);
  /** 1 while the node waits to be given back. */
  readonly waiting = this.rest.field(3);
  private readonly free: number[] = [];
  private last = 0;

  /** The node's number, or 0. */
  find(object: number, relation: number): number {
    const hash = hashOf(object, relation);
    const first = this.index.first(hash);
    if (first === 0 || this.is(first, object, relation)) return first;
    for (const row of this.index.allOf(hash)) if (this.is(row, object, relation)) return row;
    return 0;
  }

  private is(row: number, object: number, relation: number): boolean {
    return this.objectOf(row) === object && this.relationOf(row) === relation;
  }

  /** Some word of what {@link find} is going to read first. */
  touch(object: number, relation: number): number {
    return this.index.touch(hashOf(object, relation));
  }

  /** Most likely the node that {@link find} would find; nothing of it has been read. */
  likely(object: number, relation: number): number {
    return this.index.first(hashOf(object, relation));
  }

  /** Adds a node that {@link find} did not find. */
  add(object: number, relation: number, type: number): number {
    const row = this.free.pop() ?? ++this.last;
    for (const table of [this.records, this.rest]) {
      table.reserve(row + 1);
      table.clear(row);
    }
    const at = row << RECORD_SHIFT;
    this.words.set(at + OBJECT, object);
    this.words.set(at + RELATION, relation);
    this.words.set(at + TYPE, type);
    this.index.add(row, hashOf(object, relation));
    return row;
  }

  remove(row: number): void {
    this.index.remove(row, hashOf(this.objectOf(row), this.relationOf(row)));
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

  /** The only plain subject, 0 or {@link SEVERAL}; see {@link OutLists.only}. */
  onlyPlainOf(row: number): number {
    return this.words.get((row << RECORD_SHIFT) + ONLY_PLAIN);
  }

  /** The only subject set, 0 or {@link SEVERAL}. */
  onlySetOf(row: number): number {
    return this.words.get((row << RECORD_SHIFT) + ONLY_SET);
  }

  /** True if no edge leaves or enters the node. */
  isBare(row: number): boolean {
    return this.plain.count.get(row) + this.sets.count.get(row) + this.inCounts.get(row) === 0;
  }

  get size(): number {
    return this.index.size;
  }

  /** No number is higher; some below may be free. */
  get highest(): number {
    return this.last;
  }

  get byteLength(): number {
    return this.index.byteLength + this.records.byteLength + this.rest.byteLength;
  }
}

/**
 * The nodes of an object are in one bucket, sixteen relations at a time, and those that it cannot hold in the next: who has
 * looked at one most often finds the others, or that they are not there, in the same place. The relation is in bits that only a graph of more than 2^27 buckets goes by.
 */
function hashOf(object: number, relation: number): number {
  return mix(object, relation >>> 4) ^ ((relation & 15) << 27);
}
