/**
 * Edge numbers taken out of use while something was pinned. Each is given out again once no pin is left
 * that was taken before; not only when there is no pin at all, for a busy process may never see that.
 */

/** Entries before the first one that are tolerated until the arrays are cut. */
const SLACK = 1_024;

export class Retired {
  private numbers: number[] = [];
  /** How many pins had ever been taken when the number was retired; never falls. */
  private stamps: number[] = [];
  private first = 0;

  get size(): number {
    return this.numbers.length - this.first;
  }

  push(number: number, stamp: number): void {
    this.numbers.push(number);
    this.stamps.push(stamp);
  }

  /** A number that no pin from `oldest` on may hold, the pins being counted from 0; 0 if there is none. */
  take(oldest: number): number {
    if (this.size === 0 || this.stamps[this.first] > oldest) return 0;
    const number = this.numbers[this.first++];
    if (this.first >= SLACK && this.first * 2 >= this.numbers.length) this.cut();
    return number;
  }

  private cut(): void {
    this.numbers = this.numbers.slice(this.first);
    this.stamps = this.stamps.slice(this.first);
    this.first = 0;
  }
}
