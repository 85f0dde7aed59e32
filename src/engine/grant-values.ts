/** Whether what tuples carry lets them hold, under the circumstances of one question. */
import { asPembaError, PembaError } from '../base/errors.ts';
import type { Value as Parameter } from '../condition/coerce.ts';
import type { Condition } from '../condition/compile-condition.ts';
import type { Grant, TupleCondition } from '../model/grant.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from './circumstances.ts';
import { NO, UNKNOWN, type Value, YES } from './memo.ts';
import type { Plan } from './plan.ts';

/** The parameter that is filled in with the time of the question, if it is of type timestamp and nobody gives it. */
const NOW = 'now';

/** `expired`, what the condition says, the parameters it lacks, or why it has no value. */
export type Outcome = 'expired' | boolean | { missing: readonly string[] } | PembaError;

type Parameters = ReadonlyMap<string, Parameter>;

/** What tuples store, as values; it stays the same for as long as they do. */
const storedParameters = new WeakMap<Condition, WeakMap<TupleCondition, Parameters>>();

export class GrantValues {
  private plan!: Plan;
  private circumstances = NO_CIRCUMSTANCES;
  /** By condition: the caller's values, or what is wrong with them. */
  private readonly given = new Map<Condition, Parameters | PembaError>();

  begin(plan: Plan, circumstances: Circumstances): void {
    this.plan = plan;
    this.circumstances = circumstances;
    if (this.given.size > 0) this.given.clear();
  }

  /**
   * {@link UNKNOWN} where parameters are missing, and where the condition has no value: that is an error only of an
   * answer that depends on it.
   */
  valueOf(grant: Grant | undefined): Value {
    if (grant === undefined) return YES;
    if (this.circumstances.isOpen === true) return this.isExpired(grant) ? NO : UNKNOWN;
    if (grant.condition === undefined) return this.isExpired(grant) ? NO : YES;
    const outcome = this.outcomeOf(grant);
    if (outcome === true) return YES;
    return outcome === false || outcome === 'expired' ? NO : UNKNOWN;
  }

  outcomeOf(grant: Grant): Outcome {
    if (this.isExpired(grant)) return 'expired';
    const { condition } = grant;
    if (condition === undefined) return true;
    try {
      return this.evaluate(condition);
    } catch (error) {
      const failure = asPembaError(error);
      if (failure.code === 'INTERNAL') throw error;
      return failure;
    }
  }

  private isExpired({ expiresAt }: Grant): boolean {
    return expiresAt !== undefined && expiresAt <= this.circumstances.now;
  }

  private evaluate(carried: TupleCondition): boolean | { missing: readonly string[] } {
    const condition = this.plan.condition(carried.name);
    if (condition === undefined) {
      throw new PembaError('CONDITION_FAILED', `the schema has no condition \`${carried.name}\``);
    }
    const given = this.givenFor(condition);
    if (given instanceof PembaError) throw given;
    const stored = storedFor(condition, carried);
    if (stored.size === 0) return condition.evaluate(given);
    const all = new Map(given);
    for (const [name, value] of stored) all.set(name, value);
    return condition.evaluate(all);
  }

  private givenFor(condition: Condition): Parameters | PembaError {
    let given = this.given.get(condition);
    if (given === undefined) {
      given = this.readGiven(condition);
      this.given.set(condition, given);
    }
    return given;
  }

  private readGiven(condition: Condition): Parameters | PembaError {
    const { context, now, keepsNow = false } = this.circumstances;
    const given = new Map<string, Parameter>();
    try {
      for (const [name, type] of condition.parameters) {
        const isClock = name === NOW && type.name === 'timestamp';
        if (Object.hasOwn(context, name) && !(keepsNow && isClock)) {
          const json = context[name];
          // Null is a value of type any; elsewhere it says that there is none.
          if (json !== null || type.name === 'any')
            given.set(name, condition.coerce(name, json, `context.${name}`));
        } else if (isClock && Number.isFinite(now)) {
          given.set(name, new Date(now));
        }
      }
    } catch (error) {
      return asPembaError(error);
    }
    return given;
  }
}

function storedFor(condition: Condition, carried: TupleCondition): Parameters {
  let ofCondition = storedParameters.get(condition);
  if (ofCondition === undefined) {
    ofCondition = new WeakMap();
    storedParameters.set(condition, ofCondition);
  }
  let stored = ofCondition.get(carried);
  if (stored === undefined) {
    const values = Object.entries(carried.context).map(([name, json]): [string, Parameter] => [
      name,
      condition.coerce(name, json, `context.${name}`),
    ]);
    stored = new Map(values);
    ofCondition.set(carried, stored);
  }
  return stored;
}
