/**
 * The walk: decides whether a subject is in a member of an object, by the least fixed point of the
 * schema over the tuples of a view. It goes depth first from the object.
 *
 * It is one object, written in layers: this one has the questions and the operators of expressions; below it `tuple-steps.ts`
 * reads the tuples, `sub-problems.ts` remembers what was asked and keeps out of cycles, and `subject-side.ts` knows whom it asks
 * about. What meets itself through a negation goes to the slower `well-founded.ts`, as a whole question.
 *
 * One walk object serves one check or batch after the other. It must run without awaiting.
 */
import type { View } from '../../view/view.ts';
import { type AskedObject, askedQuery } from '../asked-objects.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from '../circumstances.ts';
import type { PairList } from '../lookup/possible-pairs.ts';
import type { Member, Step, Targets } from '../member.ts';
import { NO, type Value, YES } from '../memo.ts';
import type { Plan } from '../plan.ts';
import type { Query } from '../query.ts';
import { type Hooks, solveWellFounded } from '../well-founded/well-founded.ts';
import { THROUGH_NEGATION } from './sub-problems.ts';
import { TupleSteps } from './tuple-steps.ts';

export class Walk extends TupleSteps {
  private readonly hooks: Hooks = {
    visit: () => this.visit(),
    know: (asked, member, object, value) => this.remember(asked, member, object, value),
  };

  /** Starts counting work anew: one check, or one batch, over one view. */
  begin(plan: Plan, view: View, circumstances: Circumstances = NO_CIRCUMSTANCES): void {
    this.plan = plan;
    this.view = view;
    if (plan.admitsGrants) this.grants.begin(plan, circumstances);
    this.countAnew();
    this.forget();
    this.dropSubject();
  }

  /**
   * Counts work anew and keeps what is known of the subject: for the next of many questions about one subject, on the
   * same view, which holds what it held.
   */
  goOn(): void {
    this.countAnew();
    this.forgetIfMany();
  }

  /** What is known from elsewhere of the subject of the last question: it is in `member` of `object`. */
  know(member: Member, object: number): void {
    this.put(member, object, YES);
  }

  /**
   * Decides one question. What is learned is kept for following questions about the same subject.
   * @throws PembaError LIMIT, NEGATION_CYCLE
   */
  check(query: Query): Value {
    if (!this.isAbout(query)) {
      this.forget();
      this.changeSubject(query);
    }
    this.query = query;
    this.main.query = query;
    this.start();
    try {
      return this.member(query.member, query.object);
    } catch (error) {
      this.leaveAll(error);
      return this.solve(query);
    }
  }

  /**
   * Decides a part of a member, about the subject of the last question or, if it is given, about an object.
   * @throws PembaError LIMIT, NEGATION_CYCLE
   */
  part(step: Step, member: Member, object: number, about: AskedObject | undefined): Value {
    this.start();
    try {
      if (about === undefined) return this.step(step, member, object);
      const before = this.enter(about.type, about.object);
      const value = this.step(step, member, object);
      this.leave(before);
      return value;
    } catch (error) {
      this.leaveAll(error);
      const asked = about === undefined ? this.query : askedQuery(this.query.member, about);
      return solveWellFounded(this.plan, this.view, this.grants, asked, this.hooks, { step, member, object });
    }
  }

  /** For `name of set`: the names, each with an object, that the subject of the last question, or an object, may be in. */
  candidatesFor(targets: Targets, about: AskedObject | undefined): PairList {
    if (about === undefined) return this.candidates(targets);
    const before = this.enter(about.type, about.object);
    const found = this.candidates(targets);
    this.leave(before);
    return found;
  }

  /** Whatever was open stays so in the memory: forget it all. @throws `error` unless it is for the slower way to go on */
  private leaveAll(error: unknown): void {
    this.leave(this.main);
    this.forget();
    // A schema may chain so many names on one object that the stack ends before the depth does.
    if (error instanceof RangeError) throw this.stackEnded();
    if (error !== THROUGH_NEGATION) throw error;
  }

  private solve(query: Query): Value {
    return solveWellFounded(this.plan, this.view, this.grants, query, this.hooks);
  }

  private remember(asked: Query, member: Member, object: number, value: Value): void {
    const before = this.enterSubject(asked);
    this.put(member, object, value);
    this.leave(before);
  }

  /** Decides a part of what a member of an object is made of. */
  protected override step(step: Step, member: Member, object: number): Value {
    switch (step.op) {
      case 'direct':
        return this.direct(member, object);
      case 'self':
        return this.query.isPlain && object === this.query.subjectObject ? YES : NO;
      case 'nobody':
        return NO;
      case 'name':
        return this.member(step.member, object);
      case 'arrow':
        return step.isGranted
          ? this.arrowGranted(step.relation, step.targets.ofType, object)
          : this.arrow(step.relation, step.targets, object);
      case 'every':
        return step.isGranted
          ? this.everyGranted(step.relation, step.targets.ofType, object)
          : this.every(step.relation, step.targets.ofType, object);
      case 'of':
        return this.of(step.set, step.targets, object);
      case 'or':
        return this.or(step.of, step.isLong, member, object);
      case 'and':
        return this.and(step.of, step.isLong, member, object);
      case 'except':
        if (step.isLong) this.visits++;
        return this.except(step.from, step.without, member, object);
    }
  }

  // The operators have functions of their own, with plain loops, because a level's place on the stack is what
  // bounds the depth of a walk, and `step` in one piece with three `for … of` takes twice as much.

  private or(of: readonly Step[], isLong: boolean, member: Member, object: number): Value {
    let value: Value = NO;
    for (let i = 0; i < of.length; i++) {
      if (isLong) this.visits++;
      const v = this.step(of[i], member, object);
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    return value;
  }

  private and(of: readonly Step[], isLong: boolean, member: Member, object: number): Value {
    let value: Value = YES;
    for (let i = 0; i < of.length; i++) {
      if (isLong) this.visits++;
      const v = this.step(of[i], member, object);
      if (v === NO) return NO;
      if (v < value) value = v;
    }
    return value;
  }

  private except(from: Step, without: Step, member: Member, object: number): Value {
    const value = this.step(from, member, object);
    if (value === NO) return NO;
    const outer = this.negationOrder;
    this.negationOrder = this.opened;
    const excluded = this.step(without, member, object);
    this.negationOrder = outer;
    return Math.min(value, YES - excluded) as Value;
  }

  /** `name of set`: the subject is in the name of some object that is in the set of `object`. */
  private of(set: Member, targets: Targets, object: number): Value {
    const { members, objects } = this.candidates(targets);
    let value: Value = NO;
    for (let i = 0; i < members.length; i++) {
      const named = this.member(members[i], objects[i]);
      if (named === NO) continue;
      const before = this.enter(members[i].type, objects[i]);
      const inSet = this.member(set, object);
      this.leave(before);
      const v = Math.min(named, inSet) as Value;
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    return value;
  }
}
