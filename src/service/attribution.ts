/** What is recorded with a change: on whose behalf it is, by which credential, and why. */
import { type Limits, withinLimit } from '../base/limits.ts';
import { formatObject, type ObjectRef } from '../model/reference.ts';
import type { Attribution } from '../write/ledger.ts';

/** As a caller sends it. */
export interface Recorded {
  actor: ObjectRef | undefined;
  /** JSON; undefined if there is none. */
  metadata: string | undefined;
  /** Empty if the service is open. */
  credentialId: string;
}

/** @throws PembaError LIMIT if the metadata is too large */
export function attributionOf({ actor, metadata, credentialId }: Recorded, limits: Limits): Attribution {
  if (metadata !== undefined) withinLimit(limits, 'metadataBytes', Buffer.byteLength(metadata), 'metadata');
  return {
    ...(actor === undefined ? {} : { actor: formatObject(actor) }),
    ...(credentialId === '' ? {} : { credentialId }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
