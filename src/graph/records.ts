/**
 * A growable table of records of 32-bit unsigned integers, the fields of a record side by side: who looks at several fields
 * of a record at random touches one line of the cache and one page, and not one of each for every field.
 */
import { Column } from './column.ts';

export class Records {
  readonly words = new Column();
  private readonly shift: number;

  /** @param shift a record has 2 to this power fields, at most 64 */
  constructor(shift: number) {
    this.shift = shift;
  }

  /** The field's values, by record. */
  field(offset: number): Field {
    return new Field(this.words, this.shift, offset);
  }

  /** Makes room for records below `length`; new ones are 0. */
  reserve(length: number): void {
    this.words.reserve(length << this.shift);
  }

  clear(record: number): void {
    const first = record << this.shift;
    for (let i = first; i < first + (1 << this.shift); i++) this.words.set(i, 0);
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.words.byteLength;
  }
}

/** One field of all records. */
export class Field {
  private readonly words: Column;
  private readonly shift: number;
  private readonly offset: number;

  constructor(words: Column, shift: number, offset: number) {
    this.words = words;
    this.shift = shift;
    this.offset = offset;
  }

  get(record: number): number {
    return this.words.get((record << this.shift) + this.offset);
  }

  /** The record must be below what was reserved. */
  set(record: number, value: number): void {
    this.words.set((record << this.shift) + this.offset, value);
  }
}
