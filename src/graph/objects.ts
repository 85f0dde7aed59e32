/** The objects of a graph: (type number, id) to object number and back. */
import { Column } from './column.ts';
import { type EncodedName, NameSlab } from './name-slab.ts';
import { mix, RowIndex } from './row-index.ts';

export class Objects {
  private readonly slab = new NameSlab();
  /** Of the places of names: a look-up that finds its name there needs nothing else. */
  private readonly index = new RowIndex();
  private readonly types = new Column();
  private readonly places = new Column();
  /** How many nodes belong to the object; at none it may go. */
  readonly nodeCounts = new Column();
  private readonly free: number[] = [];
  private last = 0;

  /** The object's number, or 0. */
  find(type: number, id: EncodedName): number {
    const place = this.exactPlaceOf(this.placeOf(id.hashIn(type)), type, id);
    return place === 0 ? 0 : this.slab.objectAt(place);
  }

  /** The first place where a name of this hash may be, for {@link exactPlaceOf}; 0 if it is nowhere. */
  placeOf(hash: number): number {
    return this.index.first(hash);
  }

  /** Some word of what {@link placeOf} is going to read. */
  touchPlaceOf(hash: number): number {
    return this.index.touch(hash);
  }

  /** Some word of what {@link exactPlaceOf} is going to read. */
  touchPlace(place: number): number {
    return place === 0 ? 0 : this.slab.touch(place);
  }

  /** The place where the name is: `first` or, if another's name of the same hash is there, further on; or 0. */
  exactPlaceOf(first: number, type: number, id: EncodedName): number {
    if (first === 0 || this.slab.isAt(first, type, id)) return first;
    for (const place of this.index.allOf(id.hashIn(type))) if (this.slab.isAt(place, type, id)) return place;
    return 0;
  }

  /** The object whose name is at this place. */
  objectAt(place: number): number {
    return this.slab.objectAt(place);
  }

  /** The node of the object itself whose name is at this place, or 0. */
  ownNodeAt(place: number): number {
    return this.slab.ownNodeAt(place);
  }

  setOwnNode(row: number, node: number): void {
    this.slab.setOwnNode(this.places.get(row), node);
  }

  /** The object's number, giving it one if it has none. */
  intern(type: number, id: EncodedName): number {
    const found = this.find(type, id);
    if (found !== 0) return found;
    const row = this.free.pop() ?? ++this.last;
    for (const column of [this.types, this.places, this.nodeCounts]) column.reserve(row + 1);
    const place = this.slab.store(row, type, id);
    this.types.set(row, type);
    this.places.set(row, place);
    this.nodeCounts.set(row, 0);
    this.index.add(place, id.hashIn(type));
    return row;
  }

  remove(row: number): void {
    const place = this.places.get(row);
    this.index.remove(place, mix(this.slab.hashAt(place), this.types.get(row)));
    this.slab.release(place);
    this.free.push(row);
  }

  typeOf(row: number): number {
    return this.types.get(row);
  }

  idOf(row: number): string {
    return this.slab.text(this.places.get(row));
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
      this.index.byteLength +
      this.slab.byteLength +
      this.types.byteLength +
      this.places.byteLength +
      this.nodeCounts.byteLength
    );
  }
}
