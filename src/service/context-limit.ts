/** How large the values for the parameters of conditions may be. */
import type { Json } from '../base/json.ts';
import { type Limits, withinLimit } from '../base/limits.ts';
import { formatContext } from '../model/grant.ts';
import type { Tuple } from '../model/tuple.ts';

/** Those that a request gives. @throws PembaError LIMIT */
export function assertRequestContext(context: Readonly<Record<string, Json>>, limits: Limits): void {
  withinLimit(limits, 'contextBytes', Buffer.byteLength(formatContext(context)), 'context');
}

/**
 * @param field what to call the tuple in errors
 * @throws PembaError LIMIT
 */
export function assertContextWithinLimit({ condition }: Tuple, field: string, limits: Limits): void {
  if (condition === undefined) return;
  const bytes = Buffer.byteLength(formatContext(condition.context));
  withinLimit(limits, 'contextBytes', bytes, `${field}.condition.context`);
}
