/**
 * What tuples carry, by the numbers of their edges. A graph none of whose tuples carries anything spends nothing on it;
 * otherwise 4 bytes an edge, and an object for each tuple that does.
 */
import type { Grant } from '../model/grant.ts';
import { Column } from './column.ts';

/** What a grant takes in memory, more or less, its condition's values apart. */
const BYTES_A_GRANT = 128;

export class Grants {
  /** By edge: the place of its grant, or 0. */
  private readonly places = new Column();
  /** How many edges have a place. */
  private edges = 0;
  private readonly grants: (Grant | undefined)[] = [undefined];
  private readonly free: number[] = [];

  of(edge: number): Grant | undefined {
    return edge < this.edges ? this.grants[this.places.get(edge)] : undefined;
  }

  /** The edge must have none. */
  set(edge: number, grant: Grant): void {
    if (edge >= this.edges) {
      this.edges = edge + 1;
      this.places.reserve(this.edges);
    }
    const place = this.free.pop() ?? this.grants.length;
    this.grants[place] = grant;
    this.places.set(edge, place);
  }

  delete(edge: number): void {
    if (edge >= this.edges) return;
    const place = this.places.get(edge);
    if (place === 0) return;
    this.grants[place] = undefined;
    this.free.push(place);
    this.places.set(edge, 0);
  }

  /** Bytes held, estimated. */
  get byteLength(): number {
    return this.places.byteLength + (this.grants.length - 1 - this.free.length) * BYTES_A_GRANT;
  }
}
