/**
 * Long work in short slices: a generator that yields wherever it may be interrupted, and one that drives it and
 * lets the event loop go on in between, so that a lookup of 100,000 objects delays no check.
 */
import { PembaError } from './errors.ts';

/** Work that yields at least each {@link STEPS_A_YIELD} steps, a step being an edge, a member or a result. */
export type Sliced<T> = Generator<void, T, void>;

/** So many steps take well under a tenth of a millisecond. */
export const STEPS_A_YIELD = 256;

/** How long a slice may go on, in milliseconds; the last piece before the clock is looked at again comes on top. */
const SLICE_MS = 1;

export interface SliceOptions {
  /** Milliseconds since 1970. */
  deadline: number;
  /** Aborted when nobody waits for the outcome any more. */
  signal?: AbortSignal | undefined;
  /** Called before each slice that does not begin at once; what it throws ends the work. */
  resume?: (() => void) | undefined;
}

/** @throws PembaError DEADLINE, CANCELLED, and what the work throws */
export async function runSliced<T>(work: Sliced<T>, options: SliceOptions): Promise<T> {
  // The first slice of all that come in one turn runs at once.
  let hasTurn = !isNextScheduled;
  for (;;) {
    if (hasTurn) {
      scheduleNext();
    } else {
      await turn();
      assertGoingOn(options);
      options.resume?.();
    }
    hasTurn = false;
    const until = performance.now() + SLICE_MS;
    do {
      const step = work.next();
      if (step.done === true) return step.value;
    } while (performance.now() < until);
  }
}

/** Works that wait for their next slice, the longest waiting first. */
const waiting: (() => void)[] = [];

/** A slice ran in this turn of the event loop, or waits: whoever comes now has to wait, too. */
let isNextScheduled = false;

/** One slice a turn of the event loop, whichever work it is of: a thousand lookups delay a check no more than one. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    scheduleNext();
  });
}

function scheduleNext(): void {
  if (isNextScheduled) return;
  isNextScheduled = true;
  setImmediate(next);
}

function next(): void {
  isNextScheduled = false;
  const resume = waiting.shift();
  if (resume === undefined) return;
  resume();
  scheduleNext();
}

function assertGoingOn({ deadline, signal }: SliceOptions): void {
  if (signal?.aborted) throw new PembaError('CANCELLED', 'the caller cancelled the call');
  if (Date.now() > deadline)
    throw new PembaError(
      'DEADLINE',
      'the deadline passed before the answer was found; try again with a later one',
    );
}

/** Does all of the work at once; for tests, and for work known to be short. */
export function runWhole<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
