/** Check and BatchCheck. */
import type { PembaError } from '../base/errors.ts';
import { type Limits, withinLimit } from '../base/limits.ts';
import { type Answer, Engine } from '../engine/engine.ts';
import type { QueryText } from '../engine/query.ts';
import { assertAdmitted } from '../judge/admission.ts';
import type { Tuple } from '../model/tuple.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { View } from '../view/view.ts';
import type { Consistency, ConsistencyService, State } from './consistency.ts';

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
      return this.checkOn(tenant, this.consistency.current(tenant), query, context);
    }
    return this.consistency
      .state(tenant, context.consistency, context.deadline)
      .then((state) => this.checkOn(tenant, state, query, context));
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
      .then((state) => this.batchOn(tenant, state, queries, context));
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
    if (contextualTuples.length === 0) return state.view;
    withinLimit(this.limits, 'contextualTuples', contextualTuples.length, 'contextual_tuples');
    for (const [i, tuple] of contextualTuples.entries())
      assertAdmitted(state.plan, tuple, `contextual_tuples[${i}]`);
    const view = state.overlayView();
    for (const tuple of contextualTuples) view.add(tuple);
    return view;
  }
}
