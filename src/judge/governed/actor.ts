/** Evaluates clauses for the actor of a write, on one state of the view after the other. */
import { PembaError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import type { Circumstances } from '../../engine/circumstances.ts';
import type { Member } from '../../engine/member.ts';
import { NO, UNKNOWN, type Value, YES } from '../../engine/memo.ts';
import { missingParameters } from '../../engine/missing.ts';
import type { Plan } from '../../engine/plan.ts';
import { type Query, UNMENTIONED_OBJECT, UNMENTIONED_SUBJECT } from '../../engine/query.ts';
import { Walk } from '../../engine/walk/walk.ts';
import { formatObject, type ObjectRef, quoted } from '../../model/reference.ts';
import type { View } from '../../view/view.ts';
import { Budget } from '../budget.ts';
import type { LinkedExpression } from './linked-clause.ts';

/** How the parts of a clause are looked at that are not the same for every tuple. */
export interface Asked {
  object: ObjectRef;
  /** Names of the object count as held, and right of `except` as not held. */
  namesHeld: boolean;
  /** What `subject.name` is; its second argument says whether it stands right of an `except`. */
  subject: (name: string, isExcluded: boolean) => Value;
}

export class Actor {
  readonly ref: ObjectRef;
  readonly name: string;
  private readonly plan: Plan;
  private readonly view: View;
  private readonly walk: Walk;
  private readonly budget: Budget;
  private readonly circumstances: Circumstances;
  private readonly type: number;
  /** Why what was asked last is neither held nor not held. */
  private readonly doubts: string[] = [];
  private malformed: PembaError | undefined;

  /** @throws PembaError UNKNOWN_TYPE */
  constructor(plan: Plan, view: View, ref: ObjectRef, circumstances: Circumstances, limits: Limits) {
    this.plan = plan;
    this.view = view;
    this.ref = ref;
    this.circumstances = circumstances;
    this.name = formatObject(ref);
    this.type = plan.type(ref.type, 'actor').number;
    this.walk = new Walk(limits);
    this.budget = new Budget(limits, 'clauseSteps');
    this.stateChanged();
  }

  /** To be called whenever the view holds other tuples than before. */
  stateChanged(): void {
    this.walk.begin(this.plan, this.view, this.circumstances);
  }

  /**
   * What stays in doubt, because a parameter is missing or the evaluation fails, does not hold.
   * @returns undefined if it holds; else why it is in doubt, or an empty text
   * @throws PembaError LIMIT; MALFORMED_CONTEXT if it does not hold because the caller's values are not of their types
   */
  whyNot(expression: LinkedExpression, asked: Asked): string | undefined {
    this.doubts.length = 0;
    this.malformed = undefined;
    if (this.evaluate(expression, asked, false) === YES) return undefined;
    if (this.malformed !== undefined) throw this.malformed;
    return this.doubts.length === 0 ? '' : `; ${[...new Set(this.doubts)].join('; ')}`;
  }

  /** A relation or permission of an object. What cannot be evaluated is unknown. */
  ask(member: Member, object: ObjectRef): Value {
    this.walk.goOn();
    const query = this.queryOf(member, object);
    try {
      const value = this.walk.check(query);
      if (value === UNKNOWN) this.noteDoubt(query);
      return value;
    } catch (error) {
      if (!(error instanceof PembaError) || error.reason === 'LIMIT') throw error;
      this.doubts.push(error.message);
      return UNKNOWN;
    } finally {
      this.budget.take(1 + this.walk.work);
    }
  }

  /** Told only if the whole clause does not hold: another part of it may. */
  private noteDoubt(query: Query): void {
    try {
      const missing = missingParameters(this.plan, this.view, this.walk, query);
      this.doubts.push(`it depends on parameters that were not given: ${missing.map(quoted).join(', ')}`);
    } catch (error) {
      if (!(error instanceof PembaError) || error.reason === 'LIMIT') throw error;
      if (error.reason === 'MALFORMED_CONTEXT') this.malformed ??= error;
      else this.doubts.push(error.message);
    }
  }

  private evaluate(expression: LinkedExpression, asked: Asked, isExcluded: boolean): Value {
    switch (expression.op) {
      case 'name':
        if (asked.namesHeld) return isExcluded ? NO : YES;
        return this.ask(expression.member, asked.object);
      case 'hidden':
        return this.ask(expression.member, asked.object);
      case 'subject':
        return asked.subject(expression.name, isExcluded);
      case 'or':
        return this.some(expression.of, asked, isExcluded);
      case 'and':
        return this.all(expression.of, asked, isExcluded);
      case 'except': {
        const from = this.evaluate(expression.from, asked, isExcluded);
        if (from === NO) return NO;
        return Math.min(from, YES - this.evaluate(expression.without, asked, true)) as Value;
      }
    }
  }

  private some(of: readonly LinkedExpression[], asked: Asked, isExcluded: boolean): Value {
    let value: Value = NO;
    for (const part of of) {
      const v = this.evaluate(part, asked, isExcluded);
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    return value;
  }

  private all(of: readonly LinkedExpression[], asked: Asked, isExcluded: boolean): Value {
    let value: Value = YES;
    for (const part of of) {
      const v = this.evaluate(part, asked, isExcluded);
      if (v === NO) return NO;
      if (v < value) value = v;
    }
    return value;
  }

  private queryOf(member: Member, { type, id }: ObjectRef): Query {
    const { view, ref } = this;
    const objectType = this.plan.type(type, 'object').number;
    const object = view.findObject(objectType, id) || UNMENTIONED_OBJECT;
    const isSame = type === ref.type && id === ref.id;
    const subject = view.findObject(this.type, ref.id) || UNMENTIONED_SUBJECT;
    return {
      member,
      object,
      subjectType: this.type,
      subjectObject: isSame ? object : subject,
      subjectRelation: 0,
      isPlain: true,
    };
  }
}
