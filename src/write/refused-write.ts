/** A write that the schema refused, as the audit tells it. */
import { asPembaError, type PembaError } from '../base/errors.ts';
import { refusalOf } from '../judge/refusal.ts';
import type { AuditEvent } from '../model/audit-event.ts';
import type { Update } from '../model/write.ts';
import type { Proposal } from './proposal.ts';

/** @returns undefined if it was on nobody's behalf, or something else than the schema was in its way */
export function refusedWriteOf(
  proposal: Proposal,
  error: PembaError,
  place: Pick<AuditEvent, 'revision' | 'time'>,
): AuditEvent | undefined {
  const { governed } = proposal;
  if (governed === undefined || refusalOf(error) === undefined) return undefined;
  const { attribution, updates } = governed;
  return {
    kind: 'write_refused',
    ...place,
    ...attribution,
    reason: error.reason,
    message: asPembaError(proposal.told?.(error) ?? error).message,
    ...refusedUpdate(updates, error),
    count: updates.length,
  };
}

/** The update that the error's field names. */
function refusedUpdate(updates: readonly Update[], { field = '' }: PembaError): Partial<AuditEvent> {
  const index = /^updates\[(\d+)\]/.exec(field)?.[1];
  const update = index === undefined ? undefined : updates.at(Number(index));
  if (update === undefined) return {};
  const { object, relation, subject } = update.tuple;
  return { operation: update.operation, tuple: { object, relation, subject } };
}
