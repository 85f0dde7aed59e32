/**
 * A look-up of an object by its name, step by step. Who looks for several takes each step for all of them before the next:
 * then they wait for memory together. Where the graph is wider than the caches, that is most of what a look-up costs.
 */
import { EncodedName } from './name-slab.ts';
import type { Objects } from './objects.ts';

export class NameSearch {
  private readonly name = new EncodedName();
  private text = '';
  private start = 0;
  type = 0;
  /** Of the name: where {@link locate} is going to look. */
  hash = 0;
  /** The first place where the name may be; 0 if it is nowhere. */
  place = 0;
  /** After the end: the node of the object itself, or 0. */
  ownNode = 0;

  /** @param text the name from `start` on */
  begin(type: number, text: string, start: number): void {
    this.type = type;
    this.text = text;
    this.start = start;
    this.hash = this.name.encode(text, start).hashIn(type);
  }

  locate(objects: Objects): void {
    this.place = objects.placeOf(this.hash);
  }

  /** The object's number, or 0. */
  end(objects: Objects): number {
    // It may be a part of a whole request, which would stay for as long.
    this.text = '';
    const place = objects.exactPlaceOf(this.place, this.type, this.name);
    this.ownNode = place === 0 ? 0 : objects.ownNodeAt(place);
    return place === 0 ? 0 : objects.objectAt(place);
  }

  /** The name that is sought; not after the end. */
  get id(): string {
    return this.text.slice(this.start);
  }
}
