/** The questions that may take long: who and what has access, and why. Each is of one pinned revision. */
import type { Limits } from '../base/limits.ts';
import { type ExpandedNode, expand } from '../engine/expand/expand.ts';
import { type Explanation, explain } from '../engine/explain/explain.ts';
import { type FoundPermission, listPermissions } from '../engine/lookup/list-permissions.ts';
import { lookupResources } from '../engine/lookup/lookup-resources.ts';
import { lookupSubjects } from '../engine/lookup/lookup-subjects.ts';
import type { QueryText } from '../engine/query.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import type { ConsistencyService } from './consistency.ts';
import { Explorations } from './explorations.ts';
import { type LookupPage, LookupPages, type PageRequest } from './lookup-pages.ts';
import { askPinned, type ExploreContext, type Question } from './pinned-work.ts';

export type { ExploreContext, LookupPage };

export interface ExpandQuery {
  object: string;
  relation: string;
  /** 0 for the whole. */
  depth: number;
}

export interface ResourcesQuery extends PageRequest {
  resourceType: string;
  relation: string;
  subject: string;
}

export interface SubjectsQuery extends PageRequest {
  object: string;
  relation: string;
  /** `type` or `type#relation` */
  subjectType: string;
}

export class ExploreService {
  private readonly consistency: ConsistencyService;
  private readonly limits: Limits;
  readonly explorations: Explorations;
  private readonly lookups: LookupPages;
  private readonly now: () => number;

  /** @param now milliseconds since 1970 by the database's clock */
  constructor(
    consistency: ConsistencyService,
    zookies: ZookieCodec,
    limits: Limits,
    now: () => number = Date.now,
  ) {
    this.consistency = consistency;
    this.limits = limits;
    this.now = now;
    this.explorations = new Explorations(limits);
    this.lookups = new LookupPages(consistency, zookies, limits, now, this.explorations);
  }

  async expand(
    tenant: Tenant,
    query: ExpandQuery,
    context: ExploreContext,
  ): Promise<{ nodes: ExpandedNode[]; zookie: string }> {
    const { answer, zookie } = await this.ask(tenant, context, (plan, view, circumstances) =>
      expand(plan, view, query, this.limits, circumstances),
    );
    return { nodes: answer, zookie };
  }

  async explain(
    tenant: Tenant,
    query: QueryText & { maxMisses: number },
    context: ExploreContext,
  ): Promise<Explanation & { zookie: string }> {
    const { maxMisses } = query;
    const { answer, zookie } = await this.ask(tenant, context, (plan, view, circumstances) =>
      explain(plan, view, query, { maxMisses }, this.limits, circumstances),
    );
    return { ...answer, zookie };
  }

  async listPermissions(
    tenant: Tenant,
    query: { object: string; subject: string },
    context: ExploreContext,
  ): Promise<{ permissions: FoundPermission[]; zookie: string }> {
    const { answer, zookie } = await this.ask(tenant, context, (plan, view, circumstances) =>
      listPermissions(plan, view, query, this.limits, circumstances),
    );
    return { permissions: answer, zookie };
  }

  /** At least one page; nothing found is one page without results. */
  lookupResources(
    tenant: Tenant,
    query: ResourcesQuery,
    context: ExploreContext,
  ): AsyncGenerator<LookupPage, void, undefined> {
    const { resourceType, relation, subject } = query;
    return this.lookups.pages(
      tenant,
      ['resources', resourceType, relation, subject],
      (plan, view, circumstances, hold) =>
        lookupResources(plan, view, { resourceType, relation, subject }, this.limits, circumstances, hold),
      query,
      context,
    );
  }

  /** As {@link lookupResources}. */
  lookupSubjects(
    tenant: Tenant,
    query: SubjectsQuery,
    context: ExploreContext,
  ): AsyncGenerator<LookupPage, void, undefined> {
    const { object, relation, subjectType } = query;
    return this.lookups.pages(
      tenant,
      ['subjects', object, relation, subjectType],
      (plan, view, circumstances, hold) =>
        lookupSubjects(plan, view, { object, relation, subjectType }, this.limits, circumstances, hold),
      query,
      context,
    );
  }

  private async ask<T>(
    tenant: Tenant,
    context: ExploreContext,
    question: Question<T>,
  ): Promise<{ answer: T; zookie: string }> {
    const exploration = this.explorations.begin();
    try {
      const state = await this.consistency.pinned(tenant, context.consistency, context);
      const answer = await askPinned(state, question, context, this.limits, this.now, exploration);
      return { answer, zookie: state.zookie };
    } finally {
      exploration.end();
    }
  }
}
