/** What a request must say, and what its numbers may be. */
import { PembaError } from '../base/errors.ts';

/** The fields that may not be empty: the name on the wire, the value, and what to send. */
export type Needed = readonly [field: string, value: string, form: string];

export const AN_OBJECT = '`type:id`';
export const A_RELATION = 'the name of a relation or permission';
export const A_SUBJECT = '`type:id`, `type:id#relation` or `type:*`';

/** @throws PembaError MISSING_FIELD */
export function assertPresent(...needed: Needed[]): void {
  for (const [field, value, form] of needed) {
    if (value === '') throw new PembaError('MISSING_FIELD', `${field} is missing; send ${form}`, { field });
  }
}

/**
 * @param advice what to send instead, such as `send 0 for all of them, or how many to list`
 * @throws PembaError MALFORMED_REQUEST
 */
export function assertNotNegative(field: string, value: number, advice: string): void {
  if (value >= 0) return;
  throw new PembaError('MALFORMED_REQUEST', `${field}: ${value} is negative; ${advice}`, { field });
}
