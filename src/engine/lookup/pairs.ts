/** The (object, member) pairs that a search has met: a table that grows without ever stopping to copy itself. */
import { Column } from '../../graph/column.ts';
import { mix, RowIndex } from '../../graph/row-index.ts';

/** What is known of a pair; a new one is {@link NEW}. */
export const NEW = 0;
/** Whether the subject is in it waits to be checked. */
export const DOUBTED = 1;
/** Checked: the subject is not in it. */
export const ABSENT = 2;
/** Checked, and neither yes nor no. */
export const POSSIBLE = 3;
/** The subject is in it. */
export const HELD = 4;

export class Pairs {
  private readonly index = new RowIndex();
  private readonly objects = new Column();
  private readonly members = new Column();
  private readonly states = new Column();
  /** The pair through which this one was met first; 0 if there is none. */
  private readonly origins = new Column();

  /** The row of the pair, which is added if it is new. Rows count from 1. */
  row(object: number, member: number): number {
    const hash = mix(object, member);
    const first = this.index.first(hash);
    if (first === 0) return this.add(object, member, hash);
    if (this.is(first, object, member)) return first;
    for (const row of this.index.allOf(hash)) if (this.is(row, object, member)) return row;
    return this.add(object, member, hash);
  }

  private is(row: number, object: number, member: number): boolean {
    return this.objects.get(row) === object && this.members.get(row) === member;
  }

  private add(object: number, member: number, hash: number): number {
    const row = this.size + 1;
    for (const column of [this.objects, this.members, this.states, this.origins]) column.reserve(row + 1);
    this.objects.set(row, object);
    this.members.set(row, member);
    this.index.add(row, hash);
    return row;
  }

  /** How many there are; their rows are 1, 2, 3, … */
  get size(): number {
    return this.index.size;
  }

  objectOf(row: number): number {
    return this.objects.get(row);
  }

  /** The member's index. */
  memberOf(row: number): number {
    return this.members.get(row);
  }

  stateOf(row: number): number {
    return this.states.get(row);
  }

  setState(row: number, state: number): void {
    this.states.set(row, state);
  }

  originOf(row: number): number {
    return this.origins.get(row);
  }

  setOrigin(row: number, origin: number): void {
    this.origins.set(row, origin);
  }
}
