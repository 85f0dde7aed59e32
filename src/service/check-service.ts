/** Check and BatchCheck. */
import type { PembaError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { type Limits, withinLimit } from '../base/limits.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from '../engine/circumstances.ts';
import { type Answer, Engine } from '../engine/engine.ts';
import type { Plan } from '../engine/plan.ts';
import type { QueryText } from '../engine/query.ts';
import type { Tuple } from '../model/tuple.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { View } from '../view/view.ts';
import { circumstancesOf } from './circumstances.ts';
import type { Consistency, ConsistencyService } from './consistency.ts';
import { assertRequestContext } from './context-limit.ts';
import { withContextualTuples } from './contextual-tuples.ts';
import type { State } from './state.ts';

/** What Check and BatchCheck have in common. */
export interface CheckContext {
  consistency: Consistency;
  contextualTuples: readonly Tuple[];
  /** Values for the parameters of conditions. */
  context?: Readonly<Record<string, Json>> | undefined;
  /** Milliseconds since 1970. */
  deadline: number;
}

export interface CheckAnswer {
  answer: Answer;
  /** Of a conditional one: the parameters it depends on that nobody gave, sorted. */
  missing?: readonly string[];
  zookie: string;
}

export interface BatchAnswer {
  answers: (Answer | PembaError)[];
  /** By the place of each conditional answer. */
  missing: ReadonlyMap<number, readonly string[]>;
  zookie: string;
}

export class CheckService {
  private readonly engine: Engine;
  private readonly consistency: ConsistencyService;
  private readonly limits: Limits;
  private readonly now: () => number;

  /** @param now milliseconds since 1970 by the database's clock */
  constructor(consistency: ConsistencyService, limits: Limits, now: () => number = Date.now) {
    this.engine = new Engine(limits);
    this.consistency = consistency;
    this.limits = limits;
    this.now = now;
  }

  /** Answers at once, and not by a promise, if nothing has to be waited for. */
  check(tenant: Tenant, query: QueryText, context: CheckContext): CheckAnswer | Promise<CheckAnswer> {
    if (this.consistency.isImmediate(context.consistency)) {
      if (context.contextualTuples.length === 0) return this.checkPlain(tenant, query, context);
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
  private checkPlain(tenant: Tenant, query: QueryText, context: CheckContext): CheckAnswer {
    tenant.assertLoaded();
    tenant.assertFresh();
    const plan = tenant.currentPlan;
    const answer = this.engine.check(plan, tenant.view, query, this.circumstances(plan, context));
    tenant.assertFresh();
    return this.answered(answer, tenant.zookie);
  }

  private answered(answer: Answer, zookie: string): CheckAnswer {
    return answer === 'conditional' ? { answer, missing: this.engine.missing, zookie } : { answer, zookie };
  }

  private circumstances(plan: Plan, { consistency, context }: CheckContext): Circumstances {
    // Where nothing depends on them the clock is not even read.
    if (context !== undefined) assertRequestContext(context, this.limits);
    return plan.admitsGrants ? circumstancesOf(consistency, context, this.now) : NO_CIRCUMSTANCES;
  }

  private checkOn(tenant: Tenant, state: State, query: QueryText, context: CheckContext): CheckAnswer {
    const circumstances = this.circumstances(state.plan, context);
    const answer = this.engine.check(state.plan, this.viewOf(state, context), query, circumstances);
    // The walk itself takes time: an answer that became too old while it ran is not given.
    tenant.assertFresh();
    return this.answered(answer, state.zookie);
  }

  private batchOn(
    tenant: Tenant,
    state: State,
    queries: readonly QueryText[],
    context: CheckContext,
  ): BatchAnswer {
    const missing = new Map<number, readonly string[]>();
    const circumstances = this.circumstances(state.plan, context);
    const view = this.viewOf(state, context);
    const answers = this.engine.batchCheck(state.plan, view, queries, circumstances, missing);
    tenant.assertFresh();
    return { answers, missing, zookie: state.zookie };
  }

  private viewOf(state: State, { contextualTuples }: CheckContext): View {
    return withContextualTuples(state, contextualTuples, this.limits, this.now);
  }
}

function released<T>(state: State, use: () => T): T {
  try {
    return use();
  } finally {
    state.release();
  }
}
