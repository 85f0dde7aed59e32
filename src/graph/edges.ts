/** The edges of a graph: one a tuple, from the node of `object#relation` to the node of the subject. */
import type { Grant } from '../model/grant.ts';
import { Column } from './column.ts';
import { Grants } from './grants.ts';
import { HashIndex, mix } from './hash-index.ts';

export class Edges extends HashIndex {
  private readonly froms = new Column();
  private readonly tos = new Column();
  /** Neighbours in the out-list of the edge's `from`. */
  readonly nextOut = new Column();
  readonly previousOut = new Column();
  /** Neighbours in the in-list of the edge's `to`. */
  readonly nextIn = new Column();
  readonly previousIn = new Column();
  private readonly grants = new Grants();
  private readonly columns = [
    this.froms,
    this.tos,
    this.nextOut,
    this.previousOut,
    this.nextIn,
    this.previousIn,
  ];
  private readonly free: number[] = [];
  private last = 0;

  /** The edge's number, or 0. */
  find(from: number, to: number): number {
    let row = this.heads.get(this.bucketOf(mix(from, to)));
    while (row !== 0) {
      if (this.froms.get(row) === from && this.tos.get(row) === to) return row;
      row = this.next.get(row);
    }
    return 0;
  }

  /** Adds an edge that {@link find} did not find; it is in no list yet. */
  add(from: number, to: number): number {
    const row = this.free.pop() ?? ++this.last;
    for (const column of this.columns) {
      column.reserve(row + 1);
      column.set(row, 0);
    }
    this.froms.set(row, from);
    this.tos.set(row, to);
    this.link(row, mix(from, to));
    return row;
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
    this.unlink(row, this.hashOfRow(row));
    this.grants.delete(row);
  }

  /** Lets the number of a removed edge be used again. */
  giveBack(row: number): void {
    this.free.push(row);
  }

  from(row: number): number {
    return this.froms.get(row);
  }

  to(row: number): number {
    return this.tos.get(row);
  }

  get byteLength(): number {
    return this.columns.reduce(
      (sum, column) => sum + column.byteLength,
      this.indexByteLength + this.grants.byteLength,
    );
  }

  protected override hashOfRow(row: number): number {
    return mix(this.froms.get(row), this.tos.get(row));
  }
}
