/** What the sources of the audit trail have, as entries. */
import type { AuditEntry, AuditKind, AuditPlace } from '../model/audit.ts';
import type { Level } from '../model/credential.ts';
import type { Operation } from '../model/write.ts';
import { type TupleRow, tupleOf } from './rows.ts';

/** What an entry counts beside its texts. */
const ENTRY_BYTES = 200;

/** A row of any source; what the source does not have is absent. */
export interface AuditRow extends Partial<TupleRow> {
  kind: AuditKind;
  revision: string;
  rank: 0 | 1;
  number: string | number;
  time_ms: string;
  actor: string | null;
  credential_id: string | null;
  metadata_bytes: number;
  schema_version?: string;
  about_id?: string;
  about_name?: string;
  level?: Level;
  description?: string;
  reason?: string | null;
  message?: string | null;
  operation?: Operation | null;
  count?: number | null;
  name?: string | null;
}

export function placeOf({ revision, rank, number }: AuditRow): AuditPlace {
  return { revision: Number(revision), rank, number: Number(number) };
}

export function compare(a: AuditPlace, b: AuditPlace): number {
  return a.revision - b.revision || a.rank - b.rank || a.number - b.number;
}

/** About how much an entry takes on its way. */
export function bytesOf(row: AuditRow): number {
  let bytes = ENTRY_BYTES + row.metadata_bytes;
  for (const value of Object.values(row)) if (typeof value === 'string') bytes += value.length;
  return bytes;
}

export function toEntry(row: AuditRow, place: AuditPlace, metadata: string | undefined): AuditEntry {
  return {
    place,
    kind: row.kind,
    time: Number(row.time_ms),
    revision: place.revision,
    actor: row.actor ?? undefined,
    credentialId: row.credential_id ?? undefined,
    metadata,
    ...about(row, place),
  };
}

function about(row: AuditRow, { rank }: AuditPlace): Partial<AuditEntry> {
  const { count, name } = row;
  const tuple = row.object_type == null ? {} : { tuple: tupleOf(row as TupleRow) };
  switch (row.kind) {
    case 'tuple_added':
    case 'tuple_removed':
      return tuple;
    case 'schema_written':
      return { schemaVersion: Number(row.schema_version) };
    case 'credential_created':
    case 'credential_revoked': {
      const { about_id: id = '', level = 'read', description = '' } = row;
      return { credential: { id, level, description } };
    }
    case 'store_created':
    case 'store_deleted':
      // A store's own beginning is a revision of it, and the beginnings of others are events.
      if (rank === 0) return { store: { id: row.about_id ?? '', name: row.about_name ?? '' } };
      return { store: toStore(name ?? '') };
    case 'write_refused': {
      const { reason, message, operation } = row;
      const refusal = {
        reason: reason ?? '',
        message: message ?? '',
        operation: operation ?? undefined,
        updates: count ?? 0,
      };
      return { ...tuple, refusal };
    }
    case 'refusals_not_recorded':
      return { count: count ?? 0 };
    case 'subject_erased':
      return { count: count ?? 0, pseudonym: name ?? '' };
  }
}

/** Reads `NAME (ID)`. */
function toStore(text: string): { id: string; name: string } {
  const [, name = text, id = ''] = /^(.*) \((-?\d+)\)$/.exec(text) ?? [];
  return { id, name };
}
