import { PembaError } from './errors.ts';

/** States what the code around it relies on. A failure is a defect of ours, never of a caller. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new PembaError('INTERNAL', `assertion failed: ${what}`);
}

/** The value, which the code around it knows to be there. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) {
    throw new PembaError('INTERNAL', `assertion failed: ${what} is missing`);
  }
  return value;
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new PembaError('INTERNAL', `assertion failed: unreachable value ${JSON.stringify(value)}`);
}
