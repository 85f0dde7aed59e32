/** The edges of a graph: one a tuple, from the node of `object#relation` to the node of the subject. */
import type { Grant } from '../model/grant.ts';
import { Grants } from './grants.ts';
import { Records } from './records.ts';
import { mix, RowIndex } from './row-index.ts';

/** Fields of a record, as a power of 2; two are not used. Then where those are that a walk reads. */
const RECORD_SHIFT = 3;
const FROM = 0;
const TO = 1;
const NEXT_OUT = 2;
const NEXT_IN = 4;

export class Edges {
  private readonly index = new RowIndex();
  private readonly records = new Records(RECORD_SHIFT);
  /** Those of the records, for who walks; see {@link Nodes}. */
  private readonly words = this.records.words;
  /** Neighbours in the out-list of the edge's `from`. */
  readonly nextOut = this.records.field(NEXT_OUT);
  readonly previousOut = this.records.field(3);
  /** Neighbours in the in-list of the edge's `to`. */
  readonly nextIn = this.records.field(NEXT_IN);
  readonly previousIn = this.records.field(5);
  private readonly grants = new Grants();
  private readonly free: number[] = [];
  private last = 0;

  /** The edge's number, or 0. */
  find(from: number, to: number): number {
    const hash = mix(from, to);
    const first = this.index.first(hash);
    if (first === 0 || this.is(first, from, to)) return first;
    for (const row of this.index.allOf(hash)) if (this.is(row, from, to)) return row;
    return 0;
  }

  private is(row: number, from: number, to: number): boolean {
    return this.from(row) === from && this.to(row) === to;
  }

  /** Some word of what {@link find} is going to read. */
  touch(from: number, to: number): number {
    return this.index.touch(mix(from, to));
  }

  /** Adds an edge that {@link find} did not find; it is in no list yet. */
  add(from: number, to: number): number {
    const row = this.free.pop() ?? ++this.last;
    this.records.reserve(row + 1);
    this.records.clear(row);
    this.words.set((row << RECORD_SHIFT) + FROM, from);
    this.words.set((row << RECORD_SHIFT) + TO, to);
    this.index.add(row, mix(from, to));
    return row;
  }

  /** The next in the out-list of the edge's `from`. */
  nextOutOf(row: number): number {
    return this.words.get((row << RECORD_SHIFT) + NEXT_OUT);
  }

  /** The next in the in-list of the edge's `to`. */
  nextInOf(row: number): number {
    return this.words.get((row << RECORD_SHIFT) + NEXT_IN);
  }

  /** What the tuple of the edge carries; undefined if it always holds. */
  grantOf(row: number): Grant | undefined {
    return this.grants.of(row);
  }

  setGrant(row: number, grant: Grant): void {
    this.grants.set(row, grant);
  }

  /** {@link find} finds it no more, but who holds its number may still read it until it is given back. */
  remove(row: number): void {
    this.index.remove(row, mix(this.from(row), this.to(row)));
    this.grants.delete(row);
  }

  /** Lets the number of a removed edge be used again. */
  giveBack(row: number): void {
    this.free.push(row);
  }

  from(row: number): number {
    return this.words.get((row << RECORD_SHIFT) + FROM);
  }

  to(row: number): number {
    return this.words.get((row << RECORD_SHIFT) + TO);
  }

  get size(): number {
    return this.index.size;
  }

  get byteLength(): number {
    return this.index.byteLength + this.records.byteLength + this.grants.byteLength;
  }
}
