/** What `readAudit` takes and returns, and how it travels. */
import type { AuditKind } from '../model/audit.ts';
import type { Level } from '../model/credential.ts';
import type { Operation } from '../model/write.ts';
import type { OfStore, StoredTuple, TupleFilterParts } from './requests.ts';
import { fromWireStruct, type WireStruct } from './struct.ts';
import { fromWireTime, fromWireTuple, toWireTime, type WireTime, type WireTuple } from './wire.ts';

export type { AuditKind };

/** What to tell: what agrees with every part that is set. */
export interface AuditFilter {
  /** Of which tuples; what is not about a tuple is left out then. */
  tuple?: TupleFilterParts;
  /** `type:id` on whose behalf. */
  actor?: string;
  /** The id of the credential that was used. */
  credential?: string;
  /** All if there are none. */
  kinds?: readonly AuditKind[];
  /** From this time on. */
  since?: Date;
  /** Before this time. */
  until?: Date;
}

export interface ReadAuditRequest extends OfStore {
  filter?: AuditFilter;
  /** At most so many entries; 100 if left out or 0. A page may have fewer, or none, and not be the last. */
  pageSize?: number;
  /** Where an earlier page ended. The filter has to be the same. */
  pageToken?: string;
}

/** One thing that happened. */
export interface AuditEntry {
  kind: AuditKind;
  /** By the database's clock. */
  time: Date;
  /** The revision that it made, or that was the newest when it happened. */
  revision: number;
  /** `type:id` on whose behalf, if the caller said so. */
  actor?: string;
  /** The id of the credential that was used, if the service asks for one. */
  credential?: string;
  /** What the caller wanted recorded: why. */
  metadata?: Record<string, unknown>;
  /** The tuple that was added or removed, or the one of a refused write that it was refused for. */
  tuple?: StoredTuple;
  /** The version of the schema that was put in force. */
  schemaVersion?: number;
  /** The credential that was made or revoked. */
  aboutCredential?: { id: string; level: Level; description: string };
  /** The store that was made or deleted. */
  aboutStore?: { id: string; name: string };
  /** Why a write was refused. */
  refusal?: AuditRefusal;
  /** Of refusals that were not recorded: how many. Of an erasure: tuples that it removed. */
  count?: number;
  /** Of an erasure: the name that the subject has in the log from then on. */
  pseudonym?: string;
}

export interface AuditRefusal {
  /** As errors have it. */
  reason: string;
  message: string;
  /** What was to be done with the tuple; absent if the write was refused as a whole. */
  operation?: Operation;
  /** How many updates the write had; only the one that it was refused for is kept. */
  updates: number;
}

export interface ReadAuditResponse {
  /** Newest first. */
  entries: AuditEntry[];
  /** For the next page; empty if this is the last. */
  nextPageToken: string;
}

/** A page as proto-loader gives it. */
export interface WireAuditPage {
  entries: WireAuditEntry[];
  nextPageToken: string;
}

interface WireAuditEntry {
  kind: string;
  time: WireTime | null;
  revision: number;
  actor: string;
  credential: string;
  metadata: WireStruct | null;
  tuple: WireTuple | null;
  schemaVersion: number;
  aboutCredential: { id: string; level: Level; description: string } | null;
  aboutStore: { id: string; name: string } | null;
  refusal: { reason: string; message: string; operation: Operation | ''; updates: number } | null;
  count: number;
  pseudonym: string;
}

const KIND = 'AUDIT_KIND_';

export function toWireReadAudit({ filter, ...rest }: ReadAuditRequest): object {
  if (filter === undefined) return rest;
  const { kinds = [], since, until, ...parts } = filter;
  return {
    ...rest,
    filter: {
      ...parts,
      kinds: kinds.map((kind) => `${KIND}${kind.toUpperCase()}`),
      ...(since === undefined ? {} : { since: toWireTime(since, 'filter.since') }),
      ...(until === undefined ? {} : { until: toWireTime(until, 'filter.until') }),
    },
  };
}

export function fromWireAuditPage({ entries, nextPageToken }: WireAuditPage): ReadAuditResponse {
  return { entries: entries.map(fromWireEntry), nextPageToken };
}

/** Leaves out what is not said of its kind. */
function fromWireEntry(wire: WireAuditEntry): AuditEntry {
  const { time, actor, credential, metadata, tuple, schemaVersion, aboutCredential, aboutStore } = wire;
  const kind = wire.kind.replace(KIND, '').toLowerCase() as AuditKind;
  const isCounted = kind === 'refusals_not_recorded' || kind === 'subject_erased';
  return {
    kind,
    time: fromWireTime(time) as Date,
    revision: wire.revision,
    ...(actor === '' ? {} : { actor }),
    ...(credential === '' ? {} : { credential }),
    ...(metadata === null ? {} : { metadata: fromWireStruct(metadata) }),
    ...(tuple === null ? {} : { tuple: fromWireTuple(tuple) }),
    ...(schemaVersion === 0 ? {} : { schemaVersion }),
    ...(aboutCredential === null ? {} : { aboutCredential }),
    ...(aboutStore === null ? {} : { aboutStore }),
    ...(wire.refusal === null ? {} : { refusal: fromWireRefusal(wire.refusal) }),
    ...(isCounted ? { count: wire.count } : {}),
    ...(wire.pseudonym === '' ? {} : { pseudonym: wire.pseudonym }),
  };
}

function fromWireRefusal({ operation, ...rest }: NonNullable<WireAuditEntry['refusal']>): AuditRefusal {
  return operation === '' ? rest : { ...rest, operation };
}
