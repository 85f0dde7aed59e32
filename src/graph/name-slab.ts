/**
 * The bytes of ids, one after the other in large segments.
 *
 * A `Map<string, number>` of the same names costs 73–113 bytes each, stops at 16.6M entries, and one
 * insert was measured at 577 ms; here an id costs its own bytes rounded up to 8. Freed places are
 * kept by size and used again.
 */

const UNIT = 8;
const SEGMENT_BYTES = 1 << 20;
/** A place is a count of units; its upper bits say which segment. */
const SEGMENT_SHIFT = 17;
const PLACE_MASK = SEGMENT_BYTES / UNIT - 1;
const FIRST_SEGMENT_BYTES = 1 << 12;
const LONGEST_NAME = 1024;
/** A seed of this process, so that nobody can prepare ids that collide. */
const SEED = crypto.getRandomValues(new Uint32Array(1))[0];

const LONE_SURROGATE = /\p{Surrogate}/u;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A name in bytes, with its hash: what {@link NameSlab} is asked with. Reused; never kept. */
export class EncodedName {
  readonly bytes = new Uint8Array(LONGEST_NAME * 3);
  length = 0;
  hash = 0;

  /**
   * Encodes `text` from `start`; to no bytes at all if UTF-8 has none for it. No allocation, as this is on
   * the path of every check.
   */
  encode(text: string, start = 0): this {
    const length = text.length - start;
    if (length > LONGEST_NAME) return this.encodeSlowly(text.slice(start));
    let hash = SEED;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(start + i);
      if (unit >= 0x80) return this.encodeSlowly(text.slice(start));
      this.bytes[i] = unit;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    this.length = length;
    this.hash = (hash ^ (hash >>> 15)) >>> 0;
    return this;
  }

  private encodeSlowly(text: string): this {
    // The encoder would turn a lone surrogate into U+FFFD, and so into another name. No name is empty.
    const { written } = encoder.encodeInto(LONE_SURROGATE.test(text) ? '' : text, this.bytes);
    let hash = SEED;
    for (let i = 0; i < written; i++) hash = Math.imul(hash ^ this.bytes[i], 0x01000193);
    this.length = written;
    this.hash = (hash ^ (hash >>> 15)) >>> 0;
    return this;
  }
}

export class NameSlab {
  private readonly segments: Uint8Array[] = [];
  private freeByUnits: number[][] = [];
  /** The next unused place of the last segment, in units of the whole slab. */
  private end = 0;

  /** Stores the name and returns its place. */
  store(name: EncodedName): number {
    const units = unitsOf(name.length);
    const place = this.freeByUnits[units]?.pop() ?? this.extend(units);
    const bytes = this.segments[place >>> SEGMENT_SHIFT];
    const at = (place & PLACE_MASK) * UNIT;
    for (let i = 0; i < name.length; i++) bytes[at + i] = name.bytes[i];
    return place;
  }

  release(place: number, length: number): void {
    const units = unitsOf(length);
    this.freeByUnits[units] ??= [];
    this.freeByUnits[units].push(place);
  }

  equals(place: number, name: EncodedName): boolean {
    const bytes = this.segments[place >>> SEGMENT_SHIFT];
    const at = (place & PLACE_MASK) * UNIT;
    for (let i = 0; i < name.length; i++) {
      if (bytes[at + i] !== name.bytes[i]) return false;
    }
    return true;
  }

  text(place: number, length: number): string {
    const bytes = this.segments[place >>> SEGMENT_SHIFT];
    const at = (place & PLACE_MASK) * UNIT;
    return decoder.decode(bytes.subarray(at, at + length));
  }

  get byteLength(): number {
    return this.segments.reduce((sum, segment) => sum + segment.length, 0);
  }

  private extend(units: number): number {
    // A name never crosses into the next segment; what is left of this one is given up.
    if ((this.end + units - 1) >>> SEGMENT_SHIFT !== this.end >>> SEGMENT_SHIFT) {
      this.end = ((this.end >>> SEGMENT_SHIFT) + 1) * (PLACE_MASK + 1);
    }
    this.growTo(this.end >>> SEGMENT_SHIFT, ((this.end & PLACE_MASK) + units) * UNIT);
    const place = this.end;
    this.end += units;
    return place;
  }

  private growTo(segment: number, bytes: number): void {
    const have = this.segments[segment] ?? new Uint8Array(0);
    if (have.length >= bytes) return;
    let size = Math.max(have.length, segment === 0 ? FIRST_SEGMENT_BYTES : SEGMENT_BYTES);
    while (size < bytes) size *= 2;
    const wider = new Uint8Array(size);
    wider.set(have);
    this.segments[segment] = wider;
  }
}

function unitsOf(length: number): number {
  return Math.ceil(length / UNIT);
}
