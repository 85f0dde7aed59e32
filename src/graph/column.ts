/**
 * A growable array of 32-bit unsigned integers.
 *
 * It grows a segment at a time, so that no append copies more than one segment (256 KiB, some
 * 20 µs); one big array that doubles would stall for tens of milliseconds at 10M entries. The
 * first segment starts small and doubles, so that a store of ten tuples stays small.
 */

const SEGMENT_BITS = 16;
const SEGMENT_LENGTH = 1 << SEGMENT_BITS;
const SEGMENT_MASK = SEGMENT_LENGTH - 1;
const FIRST_LENGTH = 64;

export class Column {
  private readonly segments: Uint32Array[] = [new Uint32Array(FIRST_LENGTH)];
  private capacity = FIRST_LENGTH;

  get(index: number): number {
    return this.segments[index >>> SEGMENT_BITS][index & SEGMENT_MASK];
  }

  /** The segment that holds `index`, at {@link offsetIn}; 64 values from a multiple of 64 on always lie in one. */
  segmentAt(index: number): Uint32Array {
    return this.segments[index >>> SEGMENT_BITS];
  }

  offsetIn(index: number): number {
    return index & SEGMENT_MASK;
  }

  /** The index must be below what {@link reserve} was last asked for. */
  set(index: number, value: number): void {
    this.segments[index >>> SEGMENT_BITS][index & SEGMENT_MASK] = value;
  }

  /** Makes room for indexes below `length`; new entries are 0. */
  reserve(length: number): void {
    while (this.capacity < length) {
      if (this.capacity < SEGMENT_LENGTH) {
        const wider = new Uint32Array(this.capacity * 2);
        wider.set(this.segments[0]);
        this.segments[0] = wider;
        this.capacity *= 2;
      } else {
        this.segments.push(new Uint32Array(SEGMENT_LENGTH));
        this.capacity += SEGMENT_LENGTH;
      }
    }
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.capacity * Uint32Array.BYTES_PER_ELEMENT;
  }
}
