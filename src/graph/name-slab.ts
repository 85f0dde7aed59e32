/**
 * The objects' names, one after the other in large segments: whose it is, its type and length, the object's own node, and
 * the bytes, so that one look tells whether a name is the one that is sought, and what a subject needs besides.
 *
 * A `Map<string, number>` of the same names costs 73–113 bytes each, stops at 16.6M entries, and one
 * insert was measured at 577 ms; here one costs 12 bytes and its own, rounded up to 8. Freed places are
 * kept by size and used again.
 */
import { mix } from './row-index.ts';

const UNIT = 8;
const SEGMENT_BYTES = 1 << 20;
/** A place is a count of units; its upper bits say which segment. */
const SEGMENT_SHIFT = 17;
const PLACE_MASK = SEGMENT_BYTES / UNIT - 1;
const FIRST_SEGMENT_BYTES = 1 << 12;
const LONGEST_NAME = 1024;
/** Room for the bytes of most names, at first. */
const USUAL_NAME = 64;
/** What stands before the bytes, in words: the object's number, its type and the length of the name, the node. */
const HEAD_WORDS = 3;
const OWN_NODE = 2;
const HEAD_BYTES = HEAD_WORDS * 4;
const LENGTH_BITS = 12;
const LENGTH_MASK = (1 << LENGTH_BITS) - 1;
/** A seed of this process, so that nobody can prepare ids that collide. */
const SEED = crypto.getRandomValues(new Uint32Array(1))[0];

const LONE_SURROGATE = /\p{Surrogate}/u;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A name in bytes, with its hash: what {@link NameSlab} is asked with. Reused; never kept. */
export class EncodedName {
  words = new Uint32Array(USUAL_NAME / 4);
  private bytes = new Uint8Array(this.words.buffer);
  /** In bytes. */
  length = 0;
  hash = 0;

  /**
   * Encodes `text` from `start`; to no bytes at all if UTF-8 has none for it. No allocation, as this is on
   * the path of every check.
   */
  encode(text: string, start = 0): this {
    const { bytes } = this;
    const length = text.length - start;
    if (length > bytes.length) return this.encodeSlowly(text.slice(start));
    let hash = SEED;
    let i = 0;
    for (; i + 3 < length; i += 4) {
      const a = text.charCodeAt(start + i);
      const b = text.charCodeAt(start + i + 1);
      const c = text.charCodeAt(start + i + 2);
      const d = text.charCodeAt(start + i + 3);
      if ((a | b | c | d) >= 0x80) return this.encodeSlowly(text.slice(start));
      bytes[i] = a;
      bytes[i + 1] = b;
      bytes[i + 2] = c;
      bytes[i + 3] = d;
      hash = hashedOn(hash, a | (b << 8) | (c << 16) | (d << 24));
    }
    let rest = 0;
    for (; i < length; i++) {
      const unit = text.charCodeAt(start + i);
      if (unit >= 0x80) return this.encodeSlowly(text.slice(start));
      bytes[i] = unit;
      rest |= unit << ((i & 3) << 3);
    }
    return this.end(length, hashedOn(hash, rest));
  }

  private encodeSlowly(text: string): this {
    if (this.bytes.length < LONGEST_NAME * 3) {
      this.words = new Uint32Array((LONGEST_NAME * 3) / 4);
      this.bytes = new Uint8Array(this.words.buffer);
    }
    // The encoder would turn a lone surrogate into U+FFFD, and so into another name. No name is empty.
    const { written } = encoder.encodeInto(LONE_SURROGATE.test(text) ? '' : text, this.bytes);
    return this.end(written, unfinishedHash(this.bytes, written));
  }

  /** The hash of the name as that of an object of the type. */
  hashIn(type: number): number {
    return mix(this.hash, type);
  }

  /** Fills its last word up. */
  private end(length: number, hash: number): this {
    for (let i = length; (i & 3) !== 0; i++) this.bytes[i] = 0;
    this.length = length;
    this.hash = finished(hash);
    return this;
  }
}

export class NameSlab {
  /** The same segments twice. */
  private readonly words: Uint32Array[] = [];
  private readonly bytes: Uint8Array[] = [];
  private freeByUnits: number[][] = [];
  /** The next unused place of the last segment, in units of the whole slab; 0 is no place. */
  private end = 1;

  /** Stores the name of an object and returns its place. */
  store(object: number, type: number, name: EncodedName): number {
    const units = unitsOf(name.length);
    const place = this.freeByUnits[units]?.pop() ?? this.extend(units);
    const words = this.words[place >>> SEGMENT_SHIFT];
    const at = (place & PLACE_MASK) * (UNIT / 4);
    words[at] = object;
    words[at + 1] = headOf(type, name.length);
    words[at + OWN_NODE] = 0;
    for (let i = 0; i < name.length; i += 4) words[at + HEAD_WORDS + (i >>> 2)] = name.words[i >>> 2];
    return place;
  }

  release(place: number): void {
    const units = unitsOf(this.lengthAt(place));
    this.freeByUnits[units] ??= [];
    this.freeByUnits[units].push(place);
  }

  /** Some word of what {@link isAt} is going to read. */
  touch(place: number): number {
    return this.words[place >>> SEGMENT_SHIFT][(place & PLACE_MASK) * (UNIT / 4)];
  }

  /** True if the name of an object of this type is at this place. */
  isAt(place: number, type: number, name: EncodedName): boolean {
    const words = this.words[place >>> SEGMENT_SHIFT];
    const at = (place & PLACE_MASK) * (UNIT / 4);
    if (words[at + 1] !== headOf(type, name.length)) return false;
    const count = (name.length + 3) >>> 2;
    for (let i = 0; i < count; i++) {
      if (words[at + HEAD_WORDS + i] !== name.words[i]) return false;
    }
    return true;
  }

  /** The object whose name is at this place. */
  objectAt(place: number): number {
    return this.words[place >>> SEGMENT_SHIFT][(place & PLACE_MASK) * (UNIT / 4)];
  }

  /** The node of the object itself, or 0. */
  ownNodeAt(place: number): number {
    return this.words[place >>> SEGMENT_SHIFT][(place & PLACE_MASK) * (UNIT / 4) + OWN_NODE];
  }

  setOwnNode(place: number, node: number): void {
    this.words[place >>> SEGMENT_SHIFT][(place & PLACE_MASK) * (UNIT / 4) + OWN_NODE] = node;
  }

  text(place: number): string {
    return decoder.decode(this.bytesAt(place));
  }

  /** The hash of a stored name, as {@link EncodedName} has it. */
  hashAt(place: number): number {
    const bytes = this.bytesAt(place);
    return finished(unfinishedHash(bytes, bytes.length));
  }

  get byteLength(): number {
    return this.bytes.reduce((sum, segment) => sum + segment.length, 0);
  }

  private lengthAt(place: number): number {
    return this.words[place >>> SEGMENT_SHIFT][(place & PLACE_MASK) * (UNIT / 4) + 1] & LENGTH_MASK;
  }

  private bytesAt(place: number): Uint8Array {
    const at = (place & PLACE_MASK) * UNIT + HEAD_BYTES;
    return this.bytes[place >>> SEGMENT_SHIFT].subarray(at, at + this.lengthAt(place));
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
    const have = this.bytes[segment] ?? new Uint8Array(0);
    if (have.length >= bytes) return;
    let size = Math.max(have.length, segment === 0 ? FIRST_SEGMENT_BYTES : SEGMENT_BYTES);
    while (size < bytes) size *= 2;
    const wider = new Uint8Array(size);
    wider.set(have);
    this.bytes[segment] = wider;
    this.words[segment] = new Uint32Array(wider.buffer);
  }
}

function headOf(type: number, length: number): number {
  return ((type << LENGTH_BITS) | length) >>> 0;
}

function unfinishedHash(bytes: Uint8Array, length: number): number {
  let hash = SEED;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4)
    hash = hashedOn(hash, bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
  let rest = 0;
  for (let i = whole; i < length; i++) rest |= bytes[i] << ((i & 3) << 3);
  return hashedOn(hash, rest);
}

/**
 * The hash goes on with four bytes at a time. Twice multiplied and folded: after once, flipping one bit flips the same two
 * in half of all states, so that the next bytes could be made to flip them back, whatever the seed.
 */
function hashedOn(hash: number, word: number): number {
  let h = Math.imul(hash ^ word, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 13);
}

function finished(hash: number): number {
  return (hash ^ (hash >>> 15)) & 0x7fff_ffff;
}

function unitsOf(length: number): number {
  return Math.ceil((length + HEAD_BYTES) / UNIT);
}
