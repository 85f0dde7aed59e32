/**
 * The walk: decides whether a subject is in a member of an object, by the least fixed point of the
 * schema over the tuples of a view.
 *
 * It goes depth first from the object. A sub-problem met again while it is still open adds nothing
 * (a cycle in the data), so it counts as "no" there; but a "no" found that way is provisional: it
 * holds only if the open ancestor ends as "no" too, and is not remembered as final before. This is
 * Tarjan's algorithm for strongly connected components with values instead of numbers. If an open
 * ancestor is met through the right side of an `except`, nothing can be said on the way, and the
 * whole question goes to the slower `well-founded.ts`.
 *
 * One walk object serves one check or batch after the other. It must run without awaiting.
 */
import type { PembaError } from '../base/errors.ts';
import { type Limits, limitReached } from '../base/limits.ts';
import { NONE } from '../graph/graph.ts';
import { OWN } from '../view/overlay.ts';
import type { View } from '../view/view.ts';
import { SubjectClosure } from './closure.ts';
import type { Member, Step, Targets } from './member.ts';
import { FORGOTTEN, Memo, NO, OPEN, PROVISIONAL, type Value, YES } from './memo.ts';
import type { Plan } from './plan.ts';
import type { Query } from './query.ts';
import { solveWellFounded } from './well-founded.ts';

/** "Touched no open ancestor". */
const NO_ANCESTOR = 0x7fff_ffff;
/** Steps after which the subject's side is looked at, too. */
const CLOSURE_FROM_VISITS = 64;
/** Number of sets or objects at one place from which the subject's side is looked at. */
const CLOSURE_FROM_WIDTH = 16;

/** More are forgotten by {@link Walk.goOn}: to make the memory wider takes a pause that grows with it. */
const KEPT_SUB_PROBLEMS = 1 << 14;

/** Thrown to leave the walk at once; never leaves this module. */
const THROUGH_NEGATION = Symbol('an open ancestor was met through a negation');

export class Walk {
  private readonly limits: Limits;
  private memo = new Memo();
  private closure = new SubjectClosure();
  /** Entries that are provisional, in the order in which they were opened. */
  private readonly provisional: number[] = [];

  private plan!: Plan;
  private view!: View;
  private query!: Query;
  private subjectNode = NONE;
  /** The node of `type:*` for a plain subject; -1 while not looked up. */
  private wildcardNode = -1;
  private closureStarted = false;

  private visits = 0;
  /** Work done from the subject's side; counts towards the limit, but not towards paying for more of it. */
  private closureSteps = 0;
  /** What {@link visits} was when the present subject's questions began. */
  private visitsBefore = 0;
  private depth = 0;
  /** Sub-problems opened so far; its value at the opening is a sub-problem's order. */
  private opened = 0;
  /** Order of the earliest sub-problem without a final answer that the current one touched. */
  private low = NO_ANCESTOR;
  /** What was opened up to here lies beyond a negation. */
  private negationOrder = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Starts counting work anew: one check, or one batch, over one view. */
  begin(plan: Plan, view: View): void {
    this.plan = plan;
    this.view = view;
    this.visits = 0;
    this.closureSteps = 0;
    this.memo.clear();
    this.subjectNode = NONE;
    this.query = undefined as unknown as Query;
  }

  /**
   * Counts work anew and keeps what is known of the subject: for the next of many questions about one subject, on the
   * same view, which holds what it held.
   */
  goOn(): void {
    this.visits = 0;
    this.closureSteps = 0;
    this.visitsBefore = 0;
    if (this.memo.size > KEPT_SUB_PROBLEMS) this.memo.clear();
  }

  /** Work since {@link begin} or {@link goOn}. */
  get work(): number {
    return this.visits + this.closureSteps;
  }

  /** What is known from elsewhere of the subject of the last question: it is in `member` of `object`. */
  know(member: Member, object: number): void {
    this.memo.states[this.memo.entry(member.index, object)] = YES;
  }

  /**
   * Decides one question. What is learned is kept for following questions about the same subject.
   * @throws PembaError LIMIT, NEGATION_CYCLE
   */
  check(query: Query): Value {
    if (this.query === undefined || !sameSubject(this.query, query)) this.changeSubject(query);
    this.query = query;
    this.depth = 0;
    this.opened = 0;
    this.low = NO_ANCESTOR;
    this.negationOrder = 0;
    this.provisional.length = 0;
    try {
      return this.member(query.member, query.object);
    } catch (error) {
      // Whatever was open stays so in the memory: forget it all.
      this.memo.clear();
      // A schema may chain so many names on one object that the stack ends before the depth does.
      if (error instanceof RangeError) throw this.stackEnded();
      if (error !== THROUGH_NEGATION) throw error;
      return solveWellFounded(this.plan, this.view, query, () => this.visit());
    }
  }

  /** The stack may have ended in the midst of any change, so nothing that was begun is kept. */
  private stackEnded(): PembaError {
    this.memo = new Memo();
    this.closure = new SubjectClosure();
    this.closureStarted = false;
    return limitReached('walkDepth', this.depth);
  }

  private changeSubject(query: Query): void {
    this.memo.clear();
    this.visitsBefore = this.visits;
    this.closureStarted = false;
    this.subjectNode = this.view.findNode(query.subjectObject, query.subjectRelation);
    this.wildcardNode = query.isPlain ? -1 : NONE;
  }

  private member(member: Member, object: number): Value {
    const query = this.query;
    if (member.relation === query.subjectRelation && object === query.subjectObject) return YES;
    this.visit();
    if (member.isLeaf) return this.leaf(member, object);
    if (member.isPure && member.isAskedFor && this.closureIsComplete()) {
      return this.closure.has(member, object) ? YES : NO;
    }
    const entry = this.memo.entry(member.index, object);
    const state = this.memo.states[entry];
    if (state <= YES) return state as Value;
    if (state === OPEN || state === PROVISIONAL) return this.touch(entry, state);
    return this.open(entry, member, object);
  }

  /** Leaves name only leaves and never in a ring, so that what is remembered of one is final. */
  private leaf(member: Member, object: number): Value {
    if (!member.isRemembered) return this.step(member.step, member, object);
    const entry = this.memo.entry(member.index, object);
    const state = this.memo.states[entry];
    if (state <= YES) return state as Value;
    const value = this.step(member.step, member, object);
    this.memo.states[entry] = value;
    return value;
  }

  /** Meets a sub-problem whose answer hangs on an open ancestor. */
  private touch(entry: number, state: number): Value {
    const low = this.memo.lows[entry];
    if (low <= this.negationOrder) throw THROUGH_NEGATION;
    if (low < this.low) this.low = low;
    return state === OPEN ? NO : this.memo.values[entry];
  }

  private open(entry: number, member: Member, object: number): Value {
    const { memo, provisional } = this;
    const outerLow = this.low;
    if (++this.depth > this.limits.walkDepth) throw limitReached('walkDepth', this.limits.walkDepth);
    // The order and not the depth: a provisional entry is touched later, too, when its ancestor's
    // depth may be that of another.
    const order = ++this.opened;
    memo.states[entry] = OPEN;
    memo.lows[entry] = order;
    const firstInside = provisional.length;
    this.low = NO_ANCESTOR;

    const value = this.step(member.step, member, object);

    const low = this.low;
    this.depth--;
    if (value === YES || low >= order) {
      // Nothing above matters to the answer: it is final. What was provisional inside becomes
      // final with a "no", for it was computed under that; otherwise it must be asked again.
      for (let i = firstInside; i < provisional.length; i++) {
        const inside = provisional[i];
        memo.states[inside] = value === NO ? memo.values[inside] : FORGOTTEN;
      }
      provisional.length = firstInside;
      memo.states[entry] = value;
      this.low = outerLow;
    } else {
      memo.states[entry] = PROVISIONAL;
      memo.values[entry] = value;
      memo.lows[entry] = low;
      provisional.push(entry);
      this.low = Math.min(outerLow, low);
    }
    return value;
  }

  private step(step: Step, member: Member, object: number): Value {
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
        return this.arrow(step.relation, step.targets, object);
      case 'every':
        return this.every(step.relation, step.targets.ofType, object);
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

  /** The tuples stored at `object#member`: the subject itself, its wildcard, the sets it may be in. */
  private direct(member: Member, object: number): Value {
    const node = this.view.findNode(object, member.relation);
    if (node === NONE) return NO;
    if (this.storesSubject(node, member)) return YES;
    if (!member.admitsSets) return NO;
    if (member.setsArePure) {
      const width = this.view.setCount(node);
      if (width > CLOSURE_FROM_WIDTH && this.closureWithin(width)) return this.directFromSubject(node);
    }
    return this.directSets(node);
  }

  /** The subject, or the wildcard that stands for it, is stored at `node`. */
  private storesSubject(node: number, member: Member): boolean {
    const view = this.view;
    if (this.subjectNode !== NONE && view.hasEdge(node, this.subjectNode)) return true;
    if (!member.admitsWildcards || !this.query.isPlain) return false;
    const wildcard = this.wildcard();
    return wildcard !== NONE && view.hasEdge(node, wildcard);
  }

  private directSets(node: number): Value {
    const { graph, overlay } = this.view;
    let value: Value = NO;
    let edge = node < OWN ? graph.nodes.firstSet.get(node) : NONE;
    for (; edge !== NONE; edge = graph.edges.nextOut.get(edge)) {
      const set = graph.edges.to(edge);
      if (overlay?.isRemoved(node, set)) continue;
      const v = this.set(set);
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    if (overlay === null) return value;
    for (const set of overlay.addedTo(node)) {
      const v = this.set(set);
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    return value;
  }

  /** The subject set that `node` stands for; "no" if it stands for a plain subject. */
  private set(node: number): Value {
    const view = this.view;
    const object = view.objectOf(node);
    const member = this.plan.member(view.typeOf(object), view.relationOf(node));
    if (member === undefined) {
      this.visit();
      return NO;
    }
    if (member.step.op === 'direct' && view.setCount(node) === 0) {
      // A group without groups in it, as most are, needs neither memory nor a guard against cycles:
      // a denied check through 111 teams took 5.2 µs with them and takes 3.3 without.
      this.visit();
      return node === this.subjectNode || this.storesSubject(node, member) ? YES : NO;
    }
    return this.member(member, object);
  }

  /** The same answer as {@link directSets}, over the sets the subject is in. */
  private directFromSubject(node: number): Value {
    const { closure, view } = this;
    for (let i = 0; i < closure.size; i++) {
      this.visit();
      const set = view.findNode(closure.objectAt(i), closure.memberAt(i).relation);
      if (set !== NONE && view.hasEdge(node, set)) return YES;
    }
    return NO;
  }

  private arrow(relation: number, targets: Targets, object: number): Value {
    const view = this.view;
    const node = view.findNode(object, relation);
    if (node === NONE) return NO;
    const width = view.plainCount(node);
    if (
      width > CLOSURE_FROM_WIDTH &&
      targets.arePure &&
      view.setCount(node) === 0 &&
      this.closureWithin(width)
    ) {
      return this.arrowFromSubject(node, targets.ofType);
    }
    const { graph, overlay } = view;
    const { ofType } = targets;
    let value: Value = NO;
    // Twice the same loop, over objects and over subject sets: a generator costs more than the walk.
    for (let i = 0; i < 2 && node < OWN; i++) {
      let edge = i === 0 ? graph.nodes.firstPlain.get(node) : graph.nodes.firstSet.get(node);
      for (; edge !== NONE; edge = graph.edges.nextOut.get(edge)) {
        const to = graph.edges.to(edge);
        if (overlay?.isRemoved(node, to)) continue;
        const v = this.arrowTo(to, ofType);
        if (v === YES) return YES;
        if (v > value) value = v;
      }
    }
    if (overlay === null) return value;
    for (const to of overlay.addedTo(node)) {
      const v = this.arrowTo(to, ofType);
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    return value;
  }

  private arrowTo(node: number, targets: readonly (Member | undefined)[]): Value {
    const object = this.view.objectOf(node);
    const member = targets[this.view.typeOf(object)];
    if (member !== undefined) return this.member(member, object);
    this.visit();
    return NO;
  }

  private arrowFromSubject(node: number, targets: readonly (Member | undefined)[]): Value {
    const { closure, view } = this;
    const query = this.query;
    for (let i = 0; i < closure.size; i++) {
      this.visit();
      const member = closure.memberAt(i);
      if (targets[member.type] !== member) continue;
      const target = view.findNode(closure.objectAt(i), 0);
      if (target !== NONE && view.hasEdge(node, target)) return YES;
    }
    // `o#r` is in `o#r` even where the schema gives it no pure superset.
    const own = targets[query.subjectType];
    if (query.isPlain || own === undefined || own.relation !== query.subjectRelation) return NO;
    const target = view.findNode(query.subjectObject, 0);
    return target !== NONE && view.hasEdge(node, target) ? YES : NO;
  }

  private every(relation: number, targets: readonly (Member | undefined)[], object: number): Value {
    const view = this.view;
    const node = view.findNode(object, relation);
    if (node === NONE) return NO;
    let value: Value = YES;
    let any = false;
    for (const target of this.namedObjects(node)) {
      any = true;
      // An object of a type that lacks the name does not have it.
      const member = targets[view.typeOf(target)];
      const v = member === undefined ? NO : this.member(member, target);
      if (v === NO) return NO;
      if (v < value) value = v;
    }
    return any ? value : NO;
  }

  /** The objects that the tuples stored at `node` name; `t:x#r` counts as `t:x`. */
  private *namedObjects(node: number): Generator<number, void, undefined> {
    const { graph, overlay } = this.view;
    if (node < OWN) {
      for (const first of [graph.nodes.firstPlain.get(node), graph.nodes.firstSet.get(node)]) {
        for (let edge = first; edge !== NONE; edge = graph.edges.nextOut.get(edge)) {
          const to = graph.edges.to(edge);
          if (overlay === null || !overlay.isRemoved(node, to)) yield graph.nodes.objectOf(to);
        }
      }
    }
    if (overlay !== null) for (const to of overlay.addedTo(node)) yield this.view.objectOf(to);
  }

  private wildcard(): number {
    if (this.wildcardNode < 0) {
      const object = this.view.findObject(this.query.subjectType, '*');
      this.wildcardNode = object === NONE ? NONE : this.view.findNode(object, 0);
    }
    return this.wildcardNode;
  }

  private visit(): void {
    if (++this.visits + this.closureSteps > this.limits.walkVisits)
      throw limitReached('walkVisits', this.limits.walkVisits);
  }

  /** True once the walk is long enough to have paid for the whole closure, and it is found. */
  private closureIsComplete(): boolean {
    const visits = this.visits - this.visitsBefore;
    return visits > CLOSURE_FROM_VISITS && this.closureWithin(visits);
  }

  private closureWithin(budget: number): boolean {
    if (!this.closureStarted) {
      this.closureStarted = true;
      const { query } = this;
      this.closure.reset(this.plan, this.view, [this.subjectNode, query.isPlain ? this.wildcard() : NONE]);
      const own = query.isPlain ? undefined : this.plan.member(query.subjectType, query.subjectRelation);
      if (own !== undefined) this.closure.seed(own, query.subjectObject);
    }
    const steps = this.closure.steps;
    const complete = this.closure.advance(budget);
    this.closureSteps += this.closure.steps - steps;
    return complete;
  }
}

function sameSubject(a: Query, b: Query): boolean {
  return (
    a.subjectObject === b.subjectObject &&
    a.subjectRelation === b.subjectRelation &&
    a.subjectType === b.subjectType &&
    a.isPlain === b.isPlain
  );
}
