import fc from 'fast-check';

/**
 * A tape of numbers from which a generator takes its decisions. A number made smaller by
 * fast-check's shrinking is an earlier, simpler alternative, so alternatives are listed simplest first.
 */
export class Choices {
  private readonly next: () => number;

  constructor(next: () => number) {
    this.next = next;
  }

  /** The decisions on the tape; 0 once it is at its end. */
  static of(tape: readonly number[]): Choices {
    let at = 0;
    return new Choices(() => tape[at++] ?? 0);
  }

  /** Decisions without end from a seed (mulberry32), for what is too large to shrink. */
  static from(seed: number): Choices {
    let state = seed;
    return new Choices(() => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return (t ^ (t >>> 14)) >>> 0;
    });
  }

  /** A number below `count`. */
  below(count: number): number {
    return this.next() % count;
  }

  oneOf<T>(options: readonly T[]): T {
    return options[this.below(options.length)];
  }

  /** True in `percent` of cases. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  /** `count` of the options at most, none twice. */
  some<T>(options: readonly T[], count: number): T[] {
    const left = [...options];
    const chosen: T[] = [];
    while (chosen.length < count && left.length > 0) chosen.push(...left.splice(this.below(left.length), 1));
    return chosen;
  }
}

export function tapes(length: number): fc.Arbitrary<number[]> {
  return fc.array(fc.noBias(fc.nat({ max: 9_999 })), { minLength: length, maxLength: length, size: 'max' });
}
