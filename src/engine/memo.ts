/**
 * What one walk remembers of its sub-problems (member, object): open addressing over typed arrays
 * that are kept from walk to walk. Forgetting everything is one increment.
 */

/** Kleene's three values, 1 being unknown; `or` is the maximum, `and` the minimum, `not` is `YES - value`. */
export const NO = 0;
export const YES = 2;
export const UNKNOWN = 1;
export type Value = 0 | 1 | 2;

/** The state of a sub-problem; the values themselves stand for "final". */
export const OPEN = 3;
/** Decided while an ancestor was open: {@link Memo.values} holds what it will be if that stays "no". */
export const PROVISIONAL = 4;
export const FORGOTTEN = 5;

const FIRST_SLOTS = 1 << 10;

export class Memo {
  private slots = FIRST_SLOTS;
  private generation = 1;
  private generations = new Uint32Array(FIRST_SLOTS);
  private members = new Uint32Array(FIRST_SLOTS);
  private objects = new Uint32Array(FIRST_SLOTS);
  private entryOfSlot = new Uint32Array(FIRST_SLOTS);
  private entries = 0;

  /** By entry: the state, the value while provisional, and the order while open or the earliest order it hangs on. */
  readonly states: number[] = [];
  readonly values: Value[] = [];
  readonly lows: number[] = [];

  /** How many sub-problems it knows. */
  get size(): number {
    return this.entries;
  }

  clear(): void {
    this.generation++;
    this.entries = 0;
    if (this.generation === 0xffff_ffff) {
      this.generations.fill(0);
      this.generation = 1;
    }
  }

  /** The entry of a sub-problem; a new one is {@link FORGOTTEN}. Entries count from 0. */
  entry(member: number, object: number): number {
    const mask = this.slots - 1;
    let slot = (Math.imul(object, 0x9e3779b1) ^ Math.imul(member, 0x85ebca77)) >>> 7;
    for (slot &= mask; this.generations[slot] === this.generation; slot = (slot + 1) & mask) {
      if (this.objects[slot] === object && this.members[slot] === member) return this.entryOfSlot[slot];
    }
    if ((this.entries + 1) * 2 > this.slots) {
      this.grow();
      return this.entry(member, object);
    }
    this.generations[slot] = this.generation;
    this.members[slot] = member;
    this.objects[slot] = object;
    const entry = this.entries++;
    this.entryOfSlot[slot] = entry;
    this.states[entry] = FORGOTTEN;
    return entry;
  }

  private grow(): void {
    const { generations, members, objects, entryOfSlot, generation } = this;
    this.slots *= 2;
    this.generations = new Uint32Array(this.slots);
    this.members = new Uint32Array(this.slots);
    this.objects = new Uint32Array(this.slots);
    this.entryOfSlot = new Uint32Array(this.slots);
    this.generation = 1;
    const mask = this.slots - 1;
    for (let old = 0; old < generations.length; old++) {
      if (generations[old] !== generation) continue;
      let slot = (Math.imul(objects[old], 0x9e3779b1) ^ Math.imul(members[old], 0x85ebca77)) >>> 7;
      for (slot &= mask; this.generations[slot] === 1; ) slot = (slot + 1) & mask;
      this.generations[slot] = 1;
      this.members[slot] = members[old];
      this.objects[slot] = objects[old];
      this.entryOfSlot[slot] = entryOfSlot[old];
    }
  }
}
