/** The objects of a graph: (type number, id) to object number and back. */
import { Column } from './column.ts';
import { HashIndex, mix } from './hash-index.ts';
import { type EncodedName, NameSlab } from './name-slab.ts';

export class Objects extends HashIndex {
  private readonly slab = new NameSlab();
  private readonly types = new Column();
  private readonly places = new Column();
  private readonly lengths = new Column();
  private readonly hashes = new Column();
  /** How many nodes belong to the object; at none it may go. */
  readonly nodeCounts = new Column();
  private readonly free: number[] = [];
  private last = 0;

  /** The object's number, or 0. */
  find(type: number, id: EncodedName): number {
    const hash = mix(id.hash, type);
    let row = this.heads.get(this.bucketOf(hash));
    while (row !== 0) {
      if (
        this.hashes.get(row) === hash &&
        this.types.get(row) === type &&
        this.lengths.get(row) === id.length &&
        this.slab.equals(this.places.get(row), id)
      ) {
        return row;
      }
      row = this.next.get(row);
    }
    return 0;
  }

  /** The object's number, giving it one if it has none. */
  intern(type: number, id: EncodedName): number {
    const found = this.find(type, id);
    if (found !== 0) return found;
    const row = this.free.pop() ?? ++this.last;
    for (const column of [this.types, this.places, this.lengths, this.hashes, this.nodeCounts]) {
      column.reserve(row + 1);
    }
    const hash = mix(id.hash, type);
    this.types.set(row, type);
    this.places.set(row, this.slab.store(id));
    this.lengths.set(row, id.length);
    this.hashes.set(row, hash);
    this.nodeCounts.set(row, 0);
    this.link(row, hash);
    return row;
  }

  remove(row: number): void {
    this.unlink(row, this.hashes.get(row));
    this.slab.release(this.places.get(row), this.lengths.get(row));
    this.free.push(row);
  }

  typeOf(row: number): number {
    return this.types.get(row);
  }

  idOf(row: number): string {
    return this.slab.text(this.places.get(row), this.lengths.get(row));
  }

  /** No number is higher; some below may be free. */
  get highest(): number {
    return this.last;
  }

  get byteLength(): number {
    return (
      this.indexByteLength +
      this.slab.byteLength +
      this.types.byteLength +
      this.places.byteLength +
      this.lengths.byteLength +
      this.hashes.byteLength +
      this.nodeCounts.byteLength
    );
  }

  protected override hashOfRow(row: number): number {
    return this.hashes.get(row);
  }
}
