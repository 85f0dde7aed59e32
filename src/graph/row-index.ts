/**
 * Finds the rows of a table by their hashes: linear hashing (Litwin, VLDB 1980) over buckets of one cache line.
 *
 * Each insert splits at most one bucket, so the index grows without ever rehashing as a whole: a doubling table of 10M
 * entries would stop the world for half a second. A bucket holds whole hashes beside the rows, so that a look-up touches
 * the table itself only for the row it is after, and one that finds nothing touches nothing but the bucket. Rows are
 * numbered from 1.
 */
import { Column } from './column.ts';

/** Words of a bucket: where it goes on if it is full, one that is not used, then hashes and rows in turn. */
const BUCKET_WORDS = 16;
const BUCKET_SHIFT = 4;
const FIRST_SLOT = 2;
const FIRST_BUCKETS = 4;
/**
 * On the average; it holds seven. Then 2 % of all rows are in a second bucket, and a row costs 20 bytes (with 3: 1 %, 23).
 * Of nodes, which come in groups, more are: with eight an object 31 %, and a row costs 27 bytes.
 */
const ROWS_A_BUCKET = 3.5;

export class RowIndex {
  private readonly primary = new Column();
  /** Buckets where others go on, from 1. */
  private readonly overflow = new Column();
  private readonly freeOverflow: number[] = [];
  private lastOverflow = 0;
  private rows = 0;
  private buckets = FIRST_BUCKETS;
  /** Buckets at the start of the current round of splits, less one. */
  private roundMask = FIRST_BUCKETS - 1;

  constructor() {
    this.primary.reserve(FIRST_BUCKETS * BUCKET_WORDS);
  }

  get size(): number {
    return this.rows;
  }

  get byteLength(): number {
    return this.primary.byteLength + this.overflow.byteLength;
  }

  /** The first row of this hash, or 0. Others may have it, too: see {@link allOf}. */
  first(hash: number): number {
    const at = this.bucketOf(hash) << BUCKET_SHIFT;
    let words = this.primary.segmentAt(at);
    let offset = this.primary.offsetIn(at);
    for (;;) {
      for (let i = offset + FIRST_SLOT; i < offset + BUCKET_WORDS; i += 2) {
        if (words[i] === hash && words[i + 1] !== 0) return words[i + 1];
        if (words[i + 1] === 0) return 0;
      }
      const next = words[offset] << BUCKET_SHIFT;
      if (next === 0) return 0;
      words = this.overflow.segmentAt(next);
      offset = this.overflow.offsetIn(next);
    }
  }

  /** Some word of what {@link first} is going to read. */
  touch(hash: number): number {
    return this.primary.get(this.bucketOf(hash) << BUCKET_SHIFT);
  }

  /** All rows of this hash, for when the first is not the one that is sought: slower, but it goes through them once. */
  *allOf(hash: number): Generator<number, void, undefined> {
    for (const [row, hashOfRow] of this.entriesOf(this.bucketOf(hash))) if (hashOfRow === hash) yield row;
  }

  add(row: number, hash: number): void {
    this.put(this.bucketOf(hash), row, hash);
    this.rows++;
    if (this.rows > this.buckets * ROWS_A_BUCKET) this.splitOneBucket();
  }

  /** Removes a row that was added with this hash. */
  remove(row: number, hash: number): void {
    const bucket = this.bucketOf(hash);
    const entries = this.take(bucket);
    for (let i = 0; i < entries.length; i += 2) {
      if (entries[i] !== row) this.put(bucket, entries[i], entries[i + 1]);
    }
    this.rows--;
  }

  private bucketOf(hash: number): number {
    const bucket = hash & (this.roundMask * 2 + 1);
    return bucket < this.buckets ? bucket : hash & this.roundMask;
  }

  private *entriesOf(bucket: number): Generator<[row: number, hash: number], void, undefined> {
    let [column, at] = [this.primary, bucket << BUCKET_SHIFT];
    for (;;) {
      for (let i = at + FIRST_SLOT; i < at + BUCKET_WORDS; i += 2) {
        const row = column.get(i + 1);
        if (row === 0) return;
        yield [row, column.get(i)];
      }
      const next = column.get(at);
      if (next === 0) return;
      [column, at] = [this.overflow, next << BUCKET_SHIFT];
    }
  }

  private put(bucket: number, row: number, hash: number): void {
    let [column, at] = [this.primary, bucket << BUCKET_SHIFT];
    for (;;) {
      for (let i = at + FIRST_SLOT; i < at + BUCKET_WORDS; i += 2) {
        if (column.get(i + 1) !== 0) continue;
        column.set(i, hash);
        column.set(i + 1, row);
        return;
      }
      if (column.get(at) === 0) column.set(at, this.newOverflow());
      [column, at] = [this.overflow, column.get(at) << BUCKET_SHIFT];
    }
  }

  /** Empties a bucket. @returns its rows, each with its hash behind it */
  private take(bucket: number): number[] {
    const entries: number[] = [];
    let [column, at] = [this.primary, bucket << BUCKET_SHIFT];
    for (;;) {
      for (let i = at + FIRST_SLOT; i < at + BUCKET_WORDS; i += 2) {
        if (column.get(i + 1) !== 0) entries.push(column.get(i + 1), column.get(i));
        column.set(i, 0);
        column.set(i + 1, 0);
      }
      const next = column.get(at);
      column.set(at, 0);
      if (next === 0) return entries;
      this.freeOverflow.push(next);
      [column, at] = [this.overflow, next << BUCKET_SHIFT];
    }
  }

  private newOverflow(): number {
    const bucket = this.freeOverflow.pop() ?? ++this.lastOverflow;
    this.overflow.reserve((bucket + 1) << BUCKET_SHIFT);
    return bucket;
  }

  private splitOneBucket(): void {
    const target = this.buckets;
    const source = target - (this.roundMask + 1);
    this.primary.reserve((target + 1) << BUCKET_SHIFT);
    const bit = this.roundMask + 1;
    const entries = this.take(source);
    for (let i = 0; i < entries.length; i += 2) {
      const [row, hash] = [entries[i], entries[i + 1]];
      this.put((hash & bit) === 0 ? source : target, row, hash);
    }
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
  // 31 bits, so that it is nowhere boxed.
  return h & 0x7fff_ffff;
}
