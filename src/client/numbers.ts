/** Numbers that callers give, who may write plain JavaScript. */
import { clientError, type ServiceError } from './service-error.ts';

/** The longest a timer can run, in milliseconds: some 25 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** A duration as timers can have it: a longer one is cut. @throws ServiceError BAD_REQUEST */
export function duration(name: string, ms: number): number {
  if (typeof ms !== 'number' || Number.isNaN(ms) || ms < 0)
    throw badRequest(`${name}: ${String(ms)} is not a number of milliseconds`);
  return Math.min(ms, LONGEST_MS);
}

const WHOLE = ['pageSize', 'depth', 'maxMisses'] as const;

/** @throws ServiceError BAD_REQUEST if a field that counts something is not a whole number */
export function assertWhole(request: Partial<Record<(typeof WHOLE)[number], unknown>>): void {
  for (const name of WHOLE) {
    const value = request[name];
    if (value !== undefined && !Number.isSafeInteger(value))
      throw badRequest(`${name}: ${String(value)} is not a whole number`);
  }
}

export function badRequest(message: string): ServiceError {
  return clientError('INVALID_ARGUMENT', 'BAD_REQUEST', message);
}
