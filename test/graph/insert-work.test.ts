/**
 * No insert does more than a millisecond of work, shown without a clock: counted are the bytes that an insert
 * allocates and copies, and how often it looks into a column.
 *
 * A millisecond is worth 5 MB of copying at the 5 GB/s of a slow machine, and 10,000 looks at the 100 ns of a miss of
 * all caches. Fresh bytes cost a system call a segment: the kernel brings pages of zeros when they are touched.
 */
import { afterEach, expect, it, vi } from 'vitest';
import { Column } from '../../src/graph/column.ts';
import { Graph } from '../../src/graph/graph.ts';
import type { Tuple } from '../../src/model/tuple.ts';
import { tell } from '../support/tell.ts';

const INSERTS = 300_000;
const MIB = 1 << 20;
const MOST_COPIED = 4 * MIB;
const MOST_FRESH = 8 * MIB;
const MOST_LOOKS = 2_000;

const ORIGINAL = methodsOf(Column.prototype);

afterEach(() => {
  vi.unstubAllGlobals();
  Object.assign(Column.prototype, ORIGINAL);
});

function methodsOf({ get, set, reserve, segmentAt, offsetIn }: Column) {
  return { get, set, reserve, segmentAt, offsetIn };
}

interface Work {
  /** Bytes that were copied from one array to another. */
  copied: number;
  /** Bytes of new arrays. */
  fresh: number;
  /** Calls of a column. */
  looks: number;
}

/** From here to the end of the test, adds up what is done to arrays and columns. */
function countWork(): Work {
  const work: Work = { copied: 0, fresh: 0, looks: 0 };
  for (const Base of [Uint8Array, Uint32Array]) {
    const Counted = class extends (Base as typeof Uint32Array) {
      constructor(length: number) {
        super(length);
        work.fresh += this.byteLength;
      }

      override set(from: ArrayLike<number>, at?: number): void {
        work.copied += from.length * this.BYTES_PER_ELEMENT;
        super.set(from, at);
      }
    };
    vi.stubGlobal(Base.name, Counted);
  }
  const { get, set, reserve, segmentAt } = methodsOf(Column.prototype);
  Object.assign(Column.prototype, {
    get(this: Column, index: number): number {
      work.looks++;
      return get.call(this, index);
    },
    set(this: Column, index: number, value: number): void {
      work.looks++;
      set.call(this, index, value);
    },
    reserve(this: Column, length: number): void {
      work.looks++;
      reserve.call(this, length);
    },
    segmentAt(this: Column, index: number): Uint32Array {
      work.looks++;
      return segmentAt.call(this, index);
    },
  });
  return work;
}

/** The most that one of the inserts did, of each kind. */
function mostOf(tupleOf: (i: number) => Tuple, inserts = INSERTS): Work {
  const work = countWork();
  const graph = new Graph();
  const most: Work = { copied: 0, fresh: 0, looks: 0 };
  for (let i = 0; i < inserts; i++) {
    const tuple = tupleOf(i);
    work.copied = 0;
    work.fresh = 0;
    work.looks = 0;
    graph.add(tuple);
    most.copied = Math.max(most.copied, work.copied);
    most.fresh = Math.max(most.fresh, work.fresh);
    most.looks = Math.max(most.looks, work.looks);
  }
  expect(graph.size).toBe(inserts);
  return most;
}

/** All new with each tuple, so that the columns of objects, nodes and edges grow in the same inserts. */
const strangers = (i: number): Tuple => ({
  object: { type: 'doc', id: `a-document-of-the-archive-${i}` },
  relation: 'viewer',
  subject: { type: 'user', id: `somebody-${i}@example.com`, relation: '' },
});

const SHAPES: [string, (i: number) => Tuple][] = [
  ['names nothing that was there before', strangers],
  [
    'is one more member of a group',
    (i) => ({ ...strangers(i), object: { type: 'group', id: 'everybody' }, relation: 'member' }),
  ],
  [
    'is one more group of a user',
    (i) => ({ ...strangers(i), subject: { type: 'user', id: 'ada', relation: '' } }),
  ],
];

it.each(SHAPES)('does little for a tuple that %s', (_, tupleOf) => {
  const most = mostOf(tupleOf);
  const [copied, fresh] = [most.copied, most.fresh].map((bytes) => (bytes / MIB).toFixed(2));
  tell(`one insert of ${INSERTS}, at most: ${copied} MiB copied, ${fresh} MiB fresh, ${most.looks} looks`);
  expect(most.copied).toBeLessThanOrEqual(MOST_COPIED);
  expect(most.fresh).toBeLessThanOrEqual(MOST_FRESH);
  expect(most.looks).toBeLessThanOrEqual(MOST_LOOKS);
  // The counting has counted.
  expect(most.fresh).toBeGreaterThan(MIB);
  expect(most.looks).toBeGreaterThan(20);
});

it('copies next to nothing any more once the first segment of each table is full', () => {
  const work = countWork();
  const graph = new Graph();
  // The table of edges is the last: one edge a tuple, two nodes and two objects.
  for (let i = 0; i < 1 << 16; i++) graph.add(strangers(i));
  work.copied = 0;
  for (let i = 1 << 16; i < INSERTS; i++) graph.add(strangers(i));
  // What is left are the buckets into which others overflow, which are few.
  expect(work.copied).toBeLessThan(MIB);
});

it('would find that columns doubled whole', () => {
  interface Doubling {
    segments: Uint32Array[];
    capacity: number;
  }
  Object.assign(Column.prototype, {
    get(this: Doubling, index: number): number {
      return this.segments[0][index];
    },
    set(this: Doubling, index: number, value: number): void {
      this.segments[0][index] = value;
    },
    reserve(this: Doubling, length: number): void {
      if (this.capacity >= length) return;
      this.capacity *= 2;
      const wider = new Uint32Array(this.capacity);
      wider.set(this.segments[0]);
      this.segments[0] = wider;
    },
    segmentAt(this: Doubling): Uint32Array {
      return this.segments[0];
    },
    offsetIn: (index: number): number => index,
  });
  const most = mostOf(strangers);
  expect(most.copied).toBeGreaterThan(2 * MOST_COPIED);
  expect(most.fresh).toBeGreaterThan(2 * MOST_FRESH);
});
