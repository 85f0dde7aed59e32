/** Numbers in the order in which they were put in; grows without ever stopping to copy itself. */
import { Column } from '../../graph/column.ts';

export class Worklist {
  private readonly numbers = new Column();
  private end = 0;
  private nextOne = 0;

  /** How many were ever put in. */
  get length(): number {
    return this.end;
  }

  get isDone(): boolean {
    return this.nextOne === this.end;
  }

  push(number: number): void {
    this.numbers.reserve(this.end + 1);
    this.numbers.set(this.end++, number);
  }

  /** The first that was not taken; only while it is not {@link isDone}. */
  take(): number {
    return this.numbers.get(this.nextOne++);
  }

  at(i: number): number {
    return this.numbers.get(i);
  }
}
