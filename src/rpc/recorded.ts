/** What requests that change something say about it, for the record. */
import type { Recorded } from '../service/attribution.ts';
import { structToJson, toActor } from './convert.ts';
import type { CallContext } from './unary.ts';
import type { Recorded as WireRecorded } from './wire.ts';

/** @throws PembaError MALFORMED_REFERENCE, MALFORMED_REQUEST */
export function toRecorded(
  { actor, metadata }: WireRecorded,
  { caller }: Pick<CallContext, 'caller'>,
): Recorded {
  return { actor: toActor(actor), metadata: structToJson(metadata), credentialId: caller.credentialId };
}
