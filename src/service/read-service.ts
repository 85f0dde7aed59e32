/** Read: stored tuples by any of their parts, all pages at the revision of the first. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { PembaError } from '../base/errors.ts';
import { type Limits, withinLimit } from '../base/limits.ts';
import { assertNamesKnown } from '../judge/filter-names.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Tuple } from '../model/tuple.ts';
import type { TupleFilter } from '../model/write.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import { assertKept, type Consistency, type ConsistencyService } from './consistency.ts';
import { within } from './deadline.ts';
import type { History } from './history.ts';

const DEFAULT_PAGE = 100;
const MAC_BYTES = 16;

export interface ReadQuery {
  filter: TupleFilter;
  consistency: Consistency;
  /** 0 for the default. */
  pageSize: number;
  /** Empty for the first page. */
  pageToken: string;
  /** Milliseconds since 1970. */
  deadline: number;
}

export interface ReadPage {
  tuples: Tuple[];
  /** Empty on the last page. */
  nextPageToken: string;
  zookie: string;
}

/** What a page token carries: it works on any node. */
interface Cursor {
  filterHash: string;
  zookie: string;
  last: Tuple;
}

export class ReadService {
  private readonly consistency: ConsistencyService;
  private readonly history: History;
  private readonly zookies: ZookieCodec;
  private readonly limits: Limits;

  constructor(consistency: ConsistencyService, history: History, zookies: ZookieCodec, limits: Limits) {
    this.consistency = consistency;
    this.history = history;
    this.zookies = zookies;
    this.limits = limits;
  }

  async read(tenant: Tenant, query: ReadQuery): Promise<ReadPage> {
    const { filter, deadline } = query;
    if (query.pageSize < 0) {
      throw new PembaError(
        'MALFORMED_REQUEST',
        `page_size: ${query.pageSize} is negative; send 0 for the default, or how many tuples to list`,
        { field: 'page_size' },
      );
    }
    withinLimit(this.limits, 'readPage', query.pageSize, 'page_size');
    const limit = query.pageSize === 0 ? Math.min(DEFAULT_PAGE, this.limits.readPage) : query.pageSize;
    const cursor = query.pageToken === '' ? undefined : this.decodeToken(query.pageToken, tenant, filter);
    const point = await this.pointFor(tenant, query, cursor);
    if (cursor === undefined) await this.assertNames(tenant, point, filter, deadline);
    const page = await within(
      this.history.readTuples(tenant.id, point, filter, cursor?.last, limit),
      deadline,
    );
    // Asked afterwards: what is kept now was kept while the tuples were read. Otherwise a store deleted, or
    // a history pruned, in between would look like one with fewer tuples.
    const field = cursor === undefined ? 'consistency' : 'page_token';
    assertKept(tenant, await within(this.history.status(tenant.id, point), deadline), field);
    const zookie = this.zookies.encode(tenant.id, point);
    const last = page.tuples[page.tuples.length - 1];
    const nextPageToken =
      page.isLast || last === undefined
        ? ''
        : this.encodeToken({ filterHash: hashOf(tenant, filter), zookie, last });
    return { tuples: page.tuples, nextPageToken, zookie };
  }

  private async pointFor(
    tenant: Tenant,
    query: ReadQuery,
    cursor: Cursor | undefined,
  ): Promise<RevisionPoint> {
    if (cursor === undefined) return this.consistency.point(tenant, query.consistency, query.deadline);
    if (query.consistency.mode !== 'minimize_latency') {
      throw new PembaError(
        'MALFORMED_REQUEST',
        'consistency: a page token carries the revision already; leave consistency out',
        { field: 'consistency' },
      );
    }
    return this.zookies.decode(cursor.zookie, tenant.id, 'page_token');
  }

  /** A tuple fits the schema of its revision, so a filter that does not selects nothing by mistake. */
  private async assertNames(
    tenant: Tenant,
    point: RevisionPoint,
    filter: TupleFilter,
    deadline: number,
  ): Promise<void> {
    if (Object.keys(filter).length === 0) return;
    if (tenant.isAt(point)) return assertNamesKnown(tenant.currentPlan, filter, 'filter');
    const schema = await within(this.history.schemaAt(tenant.id, point.revision), deadline);
    if (schema !== undefined) assertNamesKnown(tenant.planFor(schema), filter, 'filter');
  }

  private encodeToken(cursor: Cursor): string {
    const body = Buffer.from(JSON.stringify(cursor));
    return Buffer.concat([this.zookies.mac('page', body), body]).toString('base64url');
  }

  /** @throws PembaError PAGE_TOKEN_INVALID */
  private decodeToken(token: string, tenant: Tenant, filter: TupleFilter): Cursor {
    const invalid = (what: string): PembaError =>
      new PembaError('PAGE_TOKEN_INVALID', `page_token: ${what}`, { field: 'page_token' });
    const bytes = Buffer.from(token, 'base64url');
    const body = bytes.subarray(MAC_BYTES);
    if (
      bytes.length <= MAC_BYTES ||
      !timingSafeEqual(this.zookies.mac('page', body), bytes.subarray(0, MAC_BYTES))
    ) {
      throw invalid('it is not one; send `next_page_token` of the page before as it is');
    }
    const cursor = JSON.parse(body.toString()) as Cursor;
    if (cursor.filterHash !== hashOf(tenant, filter)) {
      throw invalid('it belongs to another filter or store; send the same request with each page');
    }
    return cursor;
  }
}

function hashOf(tenant: Tenant, filter: TupleFilter): string {
  const parts = [
    tenant.id,
    filter.objectType,
    filter.objectId,
    filter.relation,
    filter.subjectType,
    filter.subjectId,
    filter.subjectRelation,
  ].map((part) => part ?? null);
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
