/**
 * A hash index over the rows of a table, by linear hashing (Litwin, VLDB 1980) with chains.
 *
 * Each insert splits at most one bucket, so the index grows without ever rehashing as a whole: a
 * doubling table of 10M entries would stop the world for half a second. Rows are numbered from 1;
 * 0 ends a chain.
 */
import { Column } from './column.ts';

const FIRST_BUCKETS = 16;

export abstract class HashIndex {
  /** First row of each bucket's chain, 0 if empty. */
  readonly heads = new Column();
  /** The row after this one in its chain. */
  readonly next = new Column();
  private rows = 0;
  private buckets = FIRST_BUCKETS;
  /** Buckets at the start of the current round of splits, less one. */
  private roundMask = FIRST_BUCKETS - 1;

  /** The hash of a stored row; must be what it was inserted with. */
  protected abstract hashOfRow(row: number): number;

  constructor() {
    this.heads.reserve(FIRST_BUCKETS);
  }

  get size(): number {
    return this.rows;
  }

  get indexByteLength(): number {
    return this.heads.byteLength + this.next.byteLength;
  }

  /** The bucket in which rows of this hash are chained. */
  bucketOf(hash: number): number {
    const bucket = hash & (this.roundMask * 2 + 1);
    return bucket < this.buckets ? bucket : hash & this.roundMask;
  }

  protected link(row: number, hash: number): void {
    this.next.reserve(row + 1);
    const bucket = this.bucketOf(hash);
    this.next.set(row, this.heads.get(bucket));
    this.heads.set(bucket, row);
    this.rows++;
    if (this.rows > this.buckets) this.splitOneBucket();
  }

  protected unlink(row: number, hash: number): void {
    const bucket = this.bucketOf(hash);
    let at = this.heads.get(bucket);
    if (at === row) {
      this.heads.set(bucket, this.next.get(row));
    } else {
      for (;;) {
        const after = this.next.get(at);
        if (after === row) break;
        at = after;
      }
      this.next.set(at, this.next.get(row));
    }
    this.rows--;
  }

  private splitOneBucket(): void {
    const target = this.buckets;
    const source = target - (this.roundMask + 1);
    this.heads.reserve(target + 1);
    let row = this.heads.get(source);
    let stay = 0;
    let move = 0;
    const bit = this.roundMask + 1;
    while (row !== 0) {
      const after = this.next.get(row);
      if ((this.hashOfRow(row) & bit) === 0) {
        this.next.set(row, stay);
        stay = row;
      } else {
        this.next.set(row, move);
        move = row;
      }
      row = after;
    }
    this.heads.set(source, stay);
    this.heads.set(target, move);
    this.buckets++;
    if (this.buckets === (this.roundMask + 1) * 2) this.roundMask = this.roundMask * 2 + 1;
  }
}

/** A seed of this process, so that nobody can prepare tuples whose rows collide. */
const SEED = crypto.getRandomValues(new Uint32Array(1))[0];

/** Spreads the bits of two integers over 32 (the finish of MurmurHash3). */
export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ SEED, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  h ^= h >>> 13;
  return h >>> 0;
}
