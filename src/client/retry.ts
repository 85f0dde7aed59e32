/** Asking again: what may be, when, and for how long. */
import { setTimeout as sleep } from 'node:timers/promises';
import { clientError, ServiceError } from './service-error.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/**
 * What asking again does not heal, although the status is UNAVAILABLE. TLS_EXPECTED is not among them: what closes
 * connections may also be a proxy whose service is starting.
 */
const LASTING: ReadonlySet<string | undefined> = new Set([
  'TLS_UNEXPECTED',
  'TLS_UNTRUSTED',
  'TLS_CLIENT_UNKNOWN',
  'TLS_FAILED',
  'DATABASE_UNSUITABLE',
]);

/**
 * Calls that change nothing, Write, which carries an idempotency key, and those that say what is to be: made again they
 * change nothing more.
 */
const REPEATABLE: ReadonlySet<string> = new Set([
  'Check',
  'BatchCheck',
  'Read',
  'Expand',
  'Explain',
  'ListPermissions',
  'ReadSchema',
  'ListCredentials',
  'ListStores',
  'ReadAudit',
  'Write',
  'DeleteTuples',
  'ReplaceRelation',
  'DeleteObject',
  'EraseSubject',
]);

/** @param method its name in the proto file */
export function isRepeatable(method: string): boolean {
  return REPEATABLE.has(method);
}

/** True if the same question may well be answered a moment later. */
function isTransient(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'UNAVAILABLE' && !LASTING.has(error.reason);
}

export interface Patience {
  /** How often to ask again. */
  retries: number;
  /** Milliseconds since 1970. */
  begun: number;
  /** Milliseconds since 1970; nothing is asked after it. */
  deadline: number;
  signal: AbortSignal | undefined;
}

/**
 * Counts the failures since the last progress, and pauses longer after each of them. The pauses are random, so
 * that clients that failed together do not come back together.
 */
export class Backoff {
  private failures = 0;
  private readonly patience: Patience;

  constructor(patience: Patience) {
    this.patience = patience;
  }

  progressed(): void {
    this.failures = 0;
  }

  /** Waits before the next attempt. @throws the error if there should be none; ServiceError CANCELLED */
  async pauseAfter(error: unknown): Promise<void> {
    const { retries, deadline, signal } = this.patience;
    if (!isTransient(error) || this.failures >= retries) throw error;
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** this.failures, LONGEST_PAUSE_MS);
    const pauseMs = (longest * (1 + Math.random())) / 2;
    if (Date.now() + pauseMs >= deadline) throw error;
    this.failures++;
    await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
      throw cancelled(signal);
    });
  }
}

/** @throws what the last attempt throws; ServiceError CANCELLED */
export async function withRetries<T>(attempt: () => Promise<T>, patience: Patience): Promise<T> {
  const backoff = new Backoff(patience);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      await backoff.pauseAfter(error);
    }
  }
}

/** The error of a call whose signal was aborted. */
export function cancelled(signal: AbortSignal | undefined): ServiceError {
  return clientError('CANCELLED', 'CANCELLED', 'the call was cancelled by its signal', signal?.reason);
}
