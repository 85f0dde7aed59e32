/**
 * A look-up of an object by its name, in two steps. Who looks for two begins both before ending either: then the second is
 * on its way to memory while the first still waits for it. In caches that others have used, that took 0.3 µs of 2.2 off a
 * check of a stored tuple.
 */
import type { EncodedName } from './name-slab.ts';
import type { Objects } from './objects.ts';

export class NameSearch {
  private readonly objects: Objects;
  private readonly name: EncodedName;
  private place = 0;
  type = 0;
  private text = '';
  private start = 0;

  /** @param name takes the name from beginning to end; searches that are under way at a time need one each */
  constructor(objects: Objects, name: EncodedName) {
    this.objects = objects;
    this.name = name;
  }

  /** @param text the name from `start` on */
  begin(type: number, text: string, start: number): void {
    this.type = type;
    this.text = text;
    this.start = start;
    this.place = this.objects.placeOf(type, this.name.encode(text, start));
  }

  /** The object's number, or 0. */
  end(): number {
    // It may be a part of a whole request, which would stay for as long.
    this.text = '';
    return this.objects.at(this.place, this.type, this.name);
  }

  /** The name that is sought. */
  get id(): string {
    return this.text.slice(this.start);
  }
}
