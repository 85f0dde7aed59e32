/** Read: stored tuples by any of their parts, all pages at the revision of the first. */
import type { Limits } from '../base/limits.ts';
import { assertNamesKnown } from '../judge/filter-names.ts';
import type { RevisionPoint } from '../model/revision.ts';
import { bareTuple, type Tuple } from '../model/tuple.ts';
import type { TupleFilter } from '../model/write.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import { type Consistency, type ConsistencyService, isExact, nameOf } from './consistency.ts';
import { within } from './deadline.ts';
import type { History } from './history.ts';
import { assertKept, type RevisionName } from './named-revision.ts';
import { assertNoConsistency, assertPageSize, type Cursor, hashOf, PageTokens } from './page-token.ts';

const DEFAULT_PAGE = 100;

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

interface ReadCursor extends Cursor {
  last: Tuple;
}

export class ReadService {
  private readonly consistency: ConsistencyService;
  private readonly history: History;
  private readonly zookies: ZookieCodec;
  private readonly limits: Limits;
  private readonly tokens: PageTokens<ReadCursor>;

  constructor(consistency: ConsistencyService, history: History, zookies: ZookieCodec, limits: Limits) {
    this.consistency = consistency;
    this.history = history;
    this.zookies = zookies;
    this.limits = limits;
    this.tokens = new PageTokens(zookies, 'page', 'filter');
  }

  async read(tenant: Tenant, query: ReadQuery): Promise<ReadPage> {
    const { filter, deadline } = query;
    assertPageSize(query.pageSize, this.limits, 'readPage', 'the default, or how many tuples to list');
    const limit = query.pageSize === 0 ? Math.min(DEFAULT_PAGE, this.limits.readPage) : query.pageSize;
    const queryHash = hashOfFilter(tenant, filter);
    const cursor = this.tokens.decode(query.pageToken, queryHash);
    const point = await this.pointFor(tenant, query, cursor);
    if (cursor === undefined) await this.assertNames(tenant, point, filter, deadline);
    const page = await within(
      this.history.readTuples(tenant.id, point, filter, cursor?.last, limit),
      deadline,
    );
    // Asked afterwards: what is kept now was kept while the tuples were read. Otherwise a store deleted, or
    // a history pruned, in between would look like one with fewer tuples.
    assertKept(tenant, await within(this.history.status(tenant.id, point), deadline), revisionName(query));
    const zookie = this.zookies.encode(tenant.id, point);
    const last = page.tuples[page.tuples.length - 1];
    const nextPageToken =
      page.isLast || last === undefined
        ? ''
        : this.tokens.encode({ queryHash, zookie, last: bareTuple(last) });
    return { tuples: page.tuples, nextPageToken, zookie };
  }

  private async pointFor(
    tenant: Tenant,
    query: ReadQuery,
    cursor: ReadCursor | undefined,
  ): Promise<RevisionPoint> {
    if (cursor === undefined) return this.consistency.point(tenant, query.consistency, query.deadline);
    assertNoConsistency(query.consistency);
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
}

/** What names the revision of a page. */
function revisionName({ consistency, pageToken }: ReadQuery): RevisionName {
  if (pageToken !== '') return { field: 'page_token', text: pageToken };
  return isExact(consistency) ? nameOf(consistency) : { field: 'consistency' };
}

function hashOfFilter(tenant: Tenant, filter: TupleFilter): string {
  const parts = [
    tenant.id,
    filter.objectType,
    filter.objectId,
    filter.relation,
    filter.subjectType,
    filter.subjectId,
    filter.subjectRelation,
  ].map((part) => part ?? null);
  return hashOf(parts);
}
