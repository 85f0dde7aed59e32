/** The objects of a graph: (type number, id) to object number and back. */
import { Column } from './column.ts';
import { HashIndex, mix } from './hash-index.ts';
import { type EncodedName, NameSlab } from './name-slab.ts';
import { type Field, Records } from './records.ts';

/** An id has 1,024 bytes at most, and a schema far fewer than a million types. */
const LENGTH_BITS = 12;
const LENGTH_MASK = (1 << LENGTH_BITS) - 1;

function kindOf(type: number, length: number): number {
  return ((type << LENGTH_BITS) | length) >>> 0;
}

export class Objects extends HashIndex {
  private readonly slab = new NameSlab();
  private readonly records: Records;
  private readonly hashes: Field;
  private readonly places: Field;
  /** Type number and length of the id in one. */
  private readonly kinds: Field;
  /** How many nodes belong to the object; at none it may go. */
  readonly nodeCounts = new Column();
  private readonly free: number[] = [];
  private last = 0;

  constructor() {
    const records = new Records();
    super(records.field(1));
    this.records = records;
    this.hashes = records.field(0);
    this.places = records.field(2);
    this.kinds = records.field(3);
  }

  /** The object's number, or 0. */
  find(type: number, id: EncodedName): number {
    const hash = mix(id.hash, type);
    const kind = kindOf(type, id.length);
    let row = this.heads.get(this.bucketOf(hash));
    while (row !== 0) {
      if (
        this.hashes.get(row) === hash &&
        this.kinds.get(row) === kind &&
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
    this.records.reserve(row + 1);
    this.nodeCounts.reserve(row + 1);
    const hash = mix(id.hash, type);
    this.kinds.set(row, kindOf(type, id.length));
    this.places.set(row, this.slab.store(id));
    this.hashes.set(row, hash);
    this.nodeCounts.set(row, 0);
    this.link(row, hash);
    return row;
  }

  remove(row: number): void {
    this.unlink(row, this.hashes.get(row));
    this.slab.release(this.places.get(row), this.lengthOf(row));
    this.free.push(row);
  }

  typeOf(row: number): number {
    return this.kinds.get(row) >>> LENGTH_BITS;
  }

  idOf(row: number): string {
    return this.slab.text(this.places.get(row), this.lengthOf(row));
  }

  get byteLength(): number {
    return this.indexByteLength + this.slab.byteLength + this.records.byteLength + this.nodeCounts.byteLength;
  }

  private lengthOf(row: number): number {
    return this.kinds.get(row) & LENGTH_MASK;
  }

  protected override hashOfRow(row: number): number {
    return this.hashes.get(row);
  }
}
