/** ReadAudit: who did what to a store, when, on whose behalf and why. */
import { PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import { assertNamesKnown } from '../judge/filter-names.ts';
import type { AuditEntry, AuditFilter, AuditPlace } from '../model/audit.ts';
import { formatObject, type ObjectRef } from '../model/reference.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import type { AuditTrail } from './audit-trail.ts';
import { within } from './deadline.ts';
import { assertKept } from './named-revision.ts';
import { assertPageSize, hashOf, PageTokens } from './page-token.ts';

const DEFAULT_PAGE = 100;
/** The kinds of a credential's id: random, or made of the hash of what the operator chose. */
const CREDENTIAL_ID = /^[a-z0-9-]{1,64}$/;

export interface AuditQuery {
  filter: Omit<AuditFilter, 'actor'> & { actor: ObjectRef | undefined };
  /** 0 for the default. */
  pageSize: number;
  /** Empty for the first page. */
  pageToken: string;
  /** Milliseconds since 1970. */
  deadline: number;
}

interface AuditCursor {
  queryHash: string;
  last: AuditPlace;
  /** Some page before has an entry. */
  hasTold: boolean;
}

export class AuditService {
  private readonly trail: AuditTrail;
  private readonly limits: Limits;
  private readonly tokens: PageTokens<AuditCursor>;

  constructor(trail: AuditTrail, zookies: ZookieCodec, limits: Limits) {
    this.trail = trail;
    this.limits = limits;
    this.tokens = new PageTokens(zookies, 'audit', 'filter');
  }

  /** @returns newest first; the token is empty on the last page */
  async read(
    tenant: Tenant,
    { filter: asked, pageSize, pageToken, deadline }: AuditQuery,
  ): Promise<{ entries: AuditEntry[]; nextPageToken: string }> {
    assertPageSize(pageSize, this.limits, 'auditPage', 'the default, or how many entries to list');
    assertForm(asked);
    const actor = asked.actor === undefined ? undefined : formatObject(asked.actor);
    const filter: AuditFilter = { ...asked, actor };
    const queryHash = hashOfFilter(tenant, filter);
    const cursor = this.tokens.decode(pageToken, queryHash);
    const limit = pageSize === 0 ? Math.min(DEFAULT_PAGE, this.limits.auditPage) : pageSize;
    const page = await within(this.trail.read(tenant.id, filter, cursor?.last, limit), deadline);
    if (page === undefined) return gone(tenant);
    const { entries, next } = page;
    const hasTold = cursor?.hasTold === true || entries.length > 0;
    if (next !== undefined)
      return { entries, nextPageToken: this.tokens.encode({ queryHash, last: next, hasTold }) };
    // Only now: the trail may tell of what an earlier schema knew.
    if (!hasTold) assertNames(tenant, asked);
    return { entries, nextPageToken: '' };
  }
}

/** @throws PembaError MALFORMED_REQUEST */
function assertForm({ credentialId, since, until }: AuditQuery['filter']): void {
  if (credentialId !== undefined && !CREDENTIAL_ID.test(credentialId)) {
    throw malformed(
      'filter.credential',
      `this is no id of a credential, which has lower case letters and digits; ListCredentials tells the ids`,
    );
  }
  if (since !== undefined && until !== undefined && until <= since) {
    throw malformed(
      'filter.until',
      `\`${timeText(until)}\` is not after filter.since \`${timeText(since)}\`; name a later time, or leave out one of them`,
    );
  }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function malformed(field: string, what: string): PembaError {
  return new PembaError('MALFORMED_REQUEST', `${field}: ${what}`, { field });
}

function gone(tenant: Tenant): never {
  assertKept(tenant, 'gone', { field: 'store' });
  throw new PembaError('INTERNAL', 'a store that is gone is kept');
}

/** A name misspelt would select nothing, without a word. @throws PembaError UNKNOWN_TYPE, UNKNOWN_RELATION, RELATION_NOT_WRITABLE */
function assertNames(tenant: Tenant, { tuple, actor }: AuditQuery['filter']): void {
  if (!tenant.hasSchema) return;
  const plan = tenant.currentPlan;
  assertNamesKnown(plan, tuple, 'filter.tuple');
  if (actor !== undefined) plan.type(actor.type, 'filter.actor');
}

function hashOfFilter(tenant: Tenant, filter: AuditFilter): string {
  const { tuple, actor, credentialId, kinds, since, until } = filter;
  const parts = [
    tuple.objectType,
    tuple.objectId,
    tuple.relation,
    tuple.subjectType,
    tuple.subjectId,
    tuple.subjectRelation,
    actor,
    credentialId,
    since,
    until,
  ].map((part) => part ?? null);
  return hashOf([tenant.id, ...parts, [...kinds].sort()]);
}
