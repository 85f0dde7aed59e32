/** Check and BatchCheck. */
import type { PembaError } from '../base/errors.ts';
import { type Limits, withinLimit } from '../base/limits.ts';
import { type Answer, Engine } from '../engine/engine.ts';
import type { QueryText } from '../engine/query.ts';
import type { Tuple } from '../model/tuple.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { View } from '../view/view.ts';
import type { Consistency, ConsistencyService } from './consistency.ts';
import { withContextualTuples } from './contextual-tuples.ts';
import type { State } from './state.ts';

/** What Check and BatchCheck have in common. */
export interface CheckContext {
  consistency: Consistency;
  contextualTuples: readonly Tuple[];
  /** Milliseconds since 1970. */
  deadline: number;
}

export interface CheckAnswer {
  answer: Answer;
  zookie: string;
}

export interface BatchAnswer {
  answers: (Answer | PembaError)[];
  zookie: string;
}

export class CheckService {
  private readonly engine: Engine;
  private readonly consistency: ConsistencyService;
  private readonly limits: Limits;

  constructor(consistency: ConsistencyService, limits: Limits) {
    this.engine = new Engine(limits);
    this.consistency = consistency;
    this.limits = limits;
  }

  /** Answers at once, and not by a promise, if nothing has to be waited for. */
  check(tenant: Tenant, query: QueryText, context: CheckContext): CheckAnswer | Promise<CheckAnswer> {
    if (this.consistency.isImmediate(context.consistency)) {
      if (context.contextualTuples.length === 0) return this.checkPlain(tenant, query);
      return this.checkOn(tenant, this.consistency.current(tenant), query, context);
    }
    return this.consistency
      .state(tenant, context.consistency, context.deadline)
      .then((state) => released(state, () => this.checkOn(tenant, state, query, context)));
  }

  batchCheck(
    tenant: Tenant,
    queries: readonly QueryText[],
    context: CheckContext,
  ): BatchAnswer | Promise<BatchAnswer> {
    withinLimit(this.limits, 'batchChecks', queries.length, 'items');
    if (this.consistency.isImmediate(context.consistency)) {
      return this.batchOn(tenant, this.consistency.current(tenant), queries, context);
    }
    return this.consistency
      .state(tenant, context.consistency, context.deadline)
      .then((state) => released(state, () => this.batchOn(tenant, state, queries, context)));
  }

  /** What nearly every check is, without what others need. */
  private checkPlain(tenant: Tenant, query: QueryText): CheckAnswer {
    tenant.assertLoaded();
    tenant.assertFresh();
    const answer = this.engine.check(tenant.currentPlan, tenant.view, query);
    tenant.assertFresh();
    return { answer, zookie: tenant.zookie };
  }

  private checkOn(tenant: Tenant, state: State, query: QueryText, context: CheckContext): CheckAnswer {
    const answer = this.engine.check(state.plan, this.viewOf(state, context), query);
    // The walk itself takes time: an answer that became too old while it ran is not given.
    tenant.assertFresh();
    return { answer, zookie: state.zookie };
  }

  private batchOn(
    tenant: Tenant,
    state: State,
    queries: readonly QueryText[],
    context: CheckContext,
  ): BatchAnswer {
    const answers = this.engine.batchCheck(state.plan, this.viewOf(state, context), queries);
    tenant.assertFresh();
    return { answers, zookie: state.zookie };
  }

  private viewOf(state: State, { contextualTuples }: CheckContext): View {
    return withContextualTuples(state, contextualTuples, this.limits);
  }
}

function released<T>(state: State, use: () => T): T {
  try {
    return use();
  } finally {
    state.release();
  }
}
