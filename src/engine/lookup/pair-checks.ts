/** Asks the walk about one subject and one pair of a member and an object after the other. */
import { PembaError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import type { View } from '../../view/view.ts';
import type { Circumstances } from '../circumstances.ts';
import type { GrantValues } from '../grant-values.ts';
import type { Member } from '../member.ts';
import { UNKNOWN, type Value } from '../memo.ts';
import { missingParameters } from '../missing.ts';
import type { Plan } from '../plan.ts';
import type { Query } from '../query.ts';
import { Walk } from '../walk/walk.ts';

interface Pair {
  member: Member;
  object: number;
}

export class PairChecks {
  private readonly plan: Plan;
  private readonly view: View;
  /** One pair after the other is written into it. */
  private readonly query: Query;
  private readonly asked: Member;
  private readonly walk: Walk;

  /** @param query for the asked member and the subject; its object does not matter */
  constructor(plan: Plan, view: View, query: Query, limits: Limits, circumstances: Circumstances) {
    this.plan = plan;
    this.view = view;
    this.query = { ...query };
    this.asked = query.member;
    this.walk = new Walk(limits);
    this.walk.begin(plan, view, circumstances);
  }

  /** What tuples carry. */
  get grants(): GrantValues {
    return this.walk.grants;
  }

  /** Steps of the last question. */
  get work(): number {
    return this.walk.work;
  }

  /**
   * @param held a pair that is known to hold, and from which this one may follow
   * @throws PembaError if it cannot be said whether the pair, one of the asked member, holds
   */
  check(pair: Pair, held: Pair | undefined): Value {
    const { walk, query } = this;
    this.ask(pair);
    // The walk may have forgotten it, and would go all the way down again.
    if (held !== undefined) walk.know(held.member, held.object);
    try {
      return walk.check(query);
    } catch (error) {
      if (query.member === this.asked || !(error instanceof PembaError) || error.code === 'INTERNAL')
        throw error;
      return UNKNOWN;
    }
  }

  /**
   * What it depends on that the asked member of the object neither holds nor does not.
   * @throws PembaError CONDITION_FAILED, MALFORMED_CONTEXT, LIMIT
   */
  missing(object: number): readonly string[] {
    const { walk, query } = this;
    this.ask({ member: this.asked, object });
    walk.check(query);
    return missingParameters(this.plan, this.view, walk, query);
  }

  private ask({ member, object }: Pair): void {
    this.query.member = member;
    this.query.object = object;
    this.walk.goOn();
  }
}
