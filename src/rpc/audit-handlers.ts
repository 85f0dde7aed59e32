/** The methods of AuditService. */
import { AUDIT_KINDS, type AuditEntry, type AuditKind } from '../model/audit.ts';
import { parseObject, parseSomebody } from '../model/reference.ts';
import { parseTupleFilter } from '../model/write.ts';
import type { AuditQuery, AuditService } from '../service/audit-service.ts';
import type { EraseService } from '../service/erase-service.ts';
import { fromMilliseconds, fromTuple, jsonToStruct, oneOf, structToJson, toMilliseconds } from './convert.ts';
import { AN_OBJECT, assertPresent } from './fields.ts';
import type { Method } from './unary.ts';
import type { EraseSubjectRequest, ReadAuditRequest, WireTimestamp } from './wire.ts';

const NO_PARTS = { object: '', relation: '', subject: '' };

export function auditMethods(audit: AuditService, erasures: EraseService) {
  return {
    ReadAudit: {
      level: 'admin',
      about: 'named store',
      handle: async ({ filter, pageSize, pageToken }, { tenant, deadline }) => {
        const query = { filter: toFilter(filter), pageSize, pageToken, deadline };
        const { entries, nextPageToken } = await audit.read(tenant, query);
        return { entries: entries.map(fromEntry), nextPageToken };
      },
    } satisfies Method<ReadAuditRequest, object>,
    EraseSubject: {
      level: 'admin',
      about: 'named store',
      handle: ({ subject, metadata }, { tenant, caller, deadline }) => {
        assertPresent(['subject', subject, AN_OBJECT]);
        return erasures.erase(tenant, {
          subject: parseSomebody(subject, 'subject'),
          metadata: structToJson(metadata),
          credentialId: caller.credentialId,
          deadline,
        });
      },
    } satisfies Method<EraseSubjectRequest, object>,
  };
}

const KINDS = Object.fromEntries(AUDIT_KINDS.map((kind) => [nameOf(kind), kind]));

function nameOf(kind: AuditKind): string {
  return `AUDIT_KIND_${kind.toUpperCase()}`;
}

/** @throws PembaError MALFORMED_REFERENCE, MALFORMED_REQUEST, MISSING_FIELD */
function toFilter(wire: ReadAuditRequest['filter']): AuditQuery['filter'] {
  const { tuple, actor = '', credential = '', kinds = [], since, until } = wire ?? {};
  const time = (value: WireTimestamp | null | undefined, field: string): number | undefined =>
    value == null ? undefined : toMilliseconds(value, field);
  return {
    tuple: parseTupleFilter(tuple ?? NO_PARTS, 'filter.tuple'),
    actor: actor === '' ? undefined : parseObject(actor, 'filter.actor'),
    credentialId: credential === '' ? undefined : credential,
    kinds: [...new Set(kinds.map((kind, i) => oneOf(KINDS, kind, `filter.kinds[${i}]`)))],
    since: time(since, 'filter.since'),
    until: time(until, 'filter.until'),
  };
}

function fromEntry(entry: AuditEntry): object {
  const { kind, time, revision, actor, credentialId, metadata, tuple, refusal, store } = entry;
  return {
    kind: nameOf(kind),
    time: fromMilliseconds(time),
    revision,
    actor: actor ?? '',
    credential: credentialId ?? '',
    metadata: jsonToStruct(metadata),
    tuple: tuple === undefined ? null : fromTuple(tuple),
    schemaVersion: entry.schemaVersion ?? 0,
    aboutCredential: entry.credential ?? null,
    aboutStore: store ?? null,
    refusal: refusal === undefined ? null : { ...refusal, operation: refusal.operation ?? '' },
    count: entry.count ?? 0,
    pseudonym: entry.pseudonym ?? '',
  };
}
