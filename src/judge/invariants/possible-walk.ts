/** Asks who may be in a set: every grant that carries something and has not expired counts as unknown. */
import type { Value } from '../../engine/memo.ts';
import type { Query } from '../../engine/query.ts';
import { Walk } from '../../engine/walk/walk.ts';
import type { InvariantState } from './state.ts';

export class PossibleWalk {
  private readonly state: InvariantState;
  private readonly walk: Walk;

  constructor(state: InvariantState) {
    this.state = state;
    this.walk = new Walk(state.limits);
    this.walk.begin(state.plan, state.view, { now: state.now, context: {}, isOpen: true });
  }

  /** Anything but "no" means that the subject may be in it. @throws PembaError LIMIT, NEGATION_CYCLE */
  check(query: Query): Value {
    this.walk.goOn();
    const value = this.walk.check(query);
    this.state.budget.take(1 + this.walk.work);
    return value;
  }
}
