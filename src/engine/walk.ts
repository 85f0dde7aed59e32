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
 * `name of set` asks about other subjects than that of the question: whether an object is in the set. They share the
 * memory and the components, each member being counted anew for each of them.
 *
 * One walk object serves one check or batch after the other. It must run without awaiting.
 */
import type { PembaError } from '../base/errors.ts';
import { type Limits, limitReached } from '../base/limits.ts';
import { ITSELF, NONE } from '../graph/graph.ts';
import { OWN } from '../view/overlay.ts';
import type { View } from '../view/view.ts';
import { type AskedObject, askedQuery, possiblePairs } from './asked-objects.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from './circumstances.ts';
import { SubjectClosure } from './closure.ts';
import { GrantValues } from './grant-values.ts';
import { assertCountable, type PairList } from './lookup/possible-pairs.ts';
import type { Member, Step, Targets } from './member.ts';
import { FORGOTTEN, Memo, NO, OPEN, PROVISIONAL, type Value, YES } from './memo.ts';
import type { Plan } from './plan.ts';
import type { Query } from './query.ts';
import { type Hooks, solveWellFounded } from './well-founded.ts';

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

/** A subject that is asked about, and what is known of it alone. */
interface Subject {
  query: Query;
  node: number;
  wildcardNode: number;
  closure: SubjectClosure | undefined;
  closureStarted: boolean;
  /** What is added to the index of a member that is asked about it. */
  offset: number;
  /** For `name of set`: the objects whose names it may be in. */
  candidates: Map<Targets, PairList> | undefined;
}

export class Walk {
  private readonly limits: Limits;
  private memo = new Memo();
  /** That of the question's subject, kept from question to question. */
  private mainClosure = new SubjectClosure();
  private closure: SubjectClosure | undefined;
  /** What tuples carry, as this walk's circumstances make it. */
  readonly grants = new GrantValues();
  /** The question's subject, and the objects that were asked about for `name of set`. */
  private main!: Subject;
  private subject!: Subject;
  private readonly objects = new Map<number, Subject>();
  private offset = 0;
  private readonly hooks: Hooks = {
    visit: () => this.visit(),
    know: (asked, member, object, value) => this.remember(asked, member, object, value),
  };
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
  begin(plan: Plan, view: View, circumstances: Circumstances = NO_CIRCUMSTANCES): void {
    this.plan = plan;
    this.view = view;
    if (plan.admitsGrants) this.grants.begin(plan, circumstances);
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
    if (this.memo.size > KEPT_SUB_PROBLEMS) this.forget();
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

  private start(): void {
    this.depth = 0;
    this.opened = 0;
    this.low = NO_ANCESTOR;
    this.negationOrder = 0;
    this.provisional.length = 0;
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
    const before = this.subject;
    if (sameSubject(asked, this.main.query)) this.take(this.main);
    else this.enter(asked.subjectType, asked.subjectObject);
    this.memo.states[this.memo.entry(member.index + this.offset, object)] = value;
    this.take(before);
  }

  private forget(): void {
    this.memo.clear();
    if (this.objects.size > 0) this.objects.clear();
    if (this.main !== undefined) this.main.candidates = undefined;
  }

  /** The stack may have ended in the midst of any change, so nothing that was begun is kept. */
  private stackEnded(): PembaError {
    this.memo = new Memo();
    this.mainClosure = new SubjectClosure();
    this.closure = this.mainClosure;
    this.main.closure = this.mainClosure;
    this.closureStarted = false;
    return limitReached('walkDepth', this.depth);
  }

  private changeSubject(query: Query): void {
    this.forget();
    this.visitsBefore = this.visits;
    this.closureStarted = false;
    this.closure = this.mainClosure;
    this.subjectNode = this.view.findNode(query.subjectObject, query.subjectRelation);
    this.wildcardNode = query.isPlain ? -1 : NONE;
    this.offset = 0;
    this.main = {
      query,
      node: this.subjectNode,
      wildcardNode: this.wildcardNode,
      closure: this.mainClosure,
      closureStarted: false,
      offset: 0,
      candidates: undefined,
    };
    this.subject = this.main;
  }

  /** Asks about an object from now on. @returns the subject to go back to */
  private enter(type: number, object: number): Subject {
    const before = this.subject;
    const { query } = this.main;
    const isMain = query.isPlain && query.subjectObject === object;
    this.take(isMain ? this.main : (this.objects.get(object) ?? this.addObject(type, object)));
    return before;
  }

  private leave(before: Subject): void {
    this.take(before);
  }

  private take(next: Subject): void {
    const before = this.subject;
    if (next === before) return;
    before.wildcardNode = this.wildcardNode;
    before.closureStarted = this.closureStarted;
    before.closure = this.closure;
    this.subject = next;
    this.query = next.query;
    this.subjectNode = next.node;
    this.wildcardNode = next.wildcardNode;
    this.closure = next.closure;
    this.closureStarted = next.closureStarted;
    this.offset = next.offset;
  }

  private addObject(type: number, object: number): Subject {
    const place = this.objects.size + 1;
    assertCountable(place, this.plan);
    const added: Subject = {
      query: askedQuery(this.main.query.member, { type, object }),
      node: this.view.findNode(object, ITSELF),
      wildcardNode: -1,
      closure: undefined,
      closureStarted: false,
      offset: place * this.plan.members.length,
      candidates: undefined,
    };
    this.objects.set(object, added);
    return added;
  }

  private member(member: Member, object: number): Value {
    const query = this.query;
    if (member.relation === query.subjectRelation && object === query.subjectObject) return YES;
    this.visit();
    if (member.isLeaf) return this.leaf(member, object);
    if (member.isPure && member.isAskedFor && this.closureIsComplete()) {
      return this.closure?.has(member, object) ? YES : NO;
    }
    const entry = this.memo.entry(member.index + this.offset, object);
    const state = this.memo.states[entry];
    if (state <= YES) return state as Value;
    if (state === OPEN || state === PROVISIONAL) return this.touch(entry, state);
    return this.open(entry, member, object);
  }

  /** Leaves name only leaves and never in a ring, so that what is remembered of one is final. */
  private leaf(member: Member, object: number): Value {
    if (!member.isRemembered) return this.step(member.step, member, object);
    const entry = this.memo.entry(member.index + this.offset, object);
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
      if (value !== NO) {
        // What is inside was computed under a "no" of this one.
        for (let i = firstInside; i < provisional.length; i++) memo.states[provisional[i]] = FORGOTTEN;
        provisional.length = firstInside;
      }
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

  /** The tuples stored at `object#member`: the subject itself, its wildcard, the sets it may be in. */
  private direct(member: Member, object: number): Value {
    const node = this.view.findNode(object, member.relation);
    if (node === NONE) return NO;
    if (member.admitsGrants) return this.directGranted(node, member);
    if (this.storesSubject(node, member)) return YES;
    if (!member.admitsSets) return NO;
    if (!this.view.hasSets(node)) return NO;
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

  /** As {@link direct}, with a look at what each tuple carries. */
  private directGranted(node: number, member: Member): Value {
    let value: Value = NO;
    if (this.subjectNode !== NONE) {
      value = this.edge(node, this.subjectNode);
      if (value === YES) return YES;
    }
    if (member.admitsWildcards && this.query.isPlain) {
      const wildcard = this.wildcard();
      const v = wildcard === NONE ? NO : this.edge(node, wildcard);
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    if (!member.admitsSets) return value;
    for (const to of this.storedNodes(node)) {
      if (this.view.relationOf(to) === ITSELF || to === this.subjectNode) continue;
      const granted = this.edge(node, to);
      if (granted === NO) continue;
      const v = Math.min(granted, this.set(to)) as Value;
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    return value;
  }

  /** Whether a tuple is there and, going by what it carries, holds. */
  private edge(from: number, to: number): Value {
    const { view } = this;
    return view.hasEdge(from, to) ? this.grants.valueOf(view.grantOf(from, to)) : NO;
  }

  private directSets(node: number): Value {
    const { graph, overlay } = this.view;
    let value: Value = NO;
    let edge = node < OWN ? graph.nodes.firstSetOf(node) : NONE;
    for (; edge !== NONE; edge = graph.edges.nextOutOf(edge)) {
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
    const member = this.plan.member(view.typeOfNode(node), view.relationOf(node));
    if (member === undefined) {
      this.visit();
      return NO;
    }
    if (member.step.op === 'direct' && !view.hasSets(node)) {
      // A group without groups in it, as most are, needs neither memory nor a guard against cycles:
      // a denied check through 111 teams took 5.2 µs with them and takes 3.3 without.
      this.visit();
      if (node === this.subjectNode) return YES;
      if (member.admitsGrants) return this.directGranted(node, member);
      return this.storesSubject(node, member) ? YES : NO;
    }
    return this.member(member, object);
  }

  /** The same answer as {@link directSets}, over the sets the subject is in. */
  private directFromSubject(node: number): Value {
    const { view } = this;
    const closure = this.closure as SubjectClosure;
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
      let edge = i === 0 ? graph.nodes.firstPlainOf(node) : graph.nodes.firstSetOf(node);
      for (; edge !== NONE; edge = graph.edges.nextOutOf(edge)) {
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
    const member = targets[this.view.typeOfNode(node)];
    if (member !== undefined) return this.member(member, object);
    this.visit();
    return NO;
  }

  private arrowFromSubject(node: number, targets: readonly (Member | undefined)[]): Value {
    const { view } = this;
    const closure = this.closure as SubjectClosure;
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

  /** As {@link arrow}, with a look at what each tuple carries. */
  private arrowGranted(relation: number, targets: readonly (Member | undefined)[], object: number): Value {
    const node = this.view.findNode(object, relation);
    if (node === NONE) return NO;
    let value: Value = NO;
    for (const to of this.storedNodes(node)) {
      const granted = this.edge(node, to);
      if (granted === NO) continue;
      const v = Math.min(granted, this.arrowTo(to, targets)) as Value;
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    return value;
  }

  /**
   * As {@link every}, with a look at what each tuple carries: some tuple holds and leads to an object that has the
   * name, and each that holds does.
   */
  private everyGranted(relation: number, targets: readonly (Member | undefined)[], object: number): Value {
    const node = this.view.findNode(object, relation);
    if (node === NONE) return NO;
    let some: Value = NO;
    let all: Value = YES;
    for (const to of this.storedNodes(node)) {
      const granted = this.edge(node, to);
      if (granted === NO) continue;
      const v = this.arrowTo(to, targets);
      some = Math.max(some, Math.min(granted, v)) as Value;
      all = Math.min(all, Math.max(YES - granted, v)) as Value;
      if (all === NO) return NO;
    }
    return Math.min(some, all) as Value;
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

  /** The members behind a `name of`, each with an object, that the present subject may be in. */
  private candidates(targets: Targets): PairList {
    const { subject } = this;
    subject.candidates ??= new Map();
    let found = subject.candidates.get(targets);
    if (found === undefined) {
      found = possiblePairs(this.plan, this.view, targets, this.query, () => this.visit());
      subject.candidates.set(targets, found);
    }
    return found;
  }

  private every(relation: number, targets: readonly (Member | undefined)[], object: number): Value {
    const view = this.view;
    const node = view.findNode(object, relation);
    if (node === NONE) return NO;
    let value: Value = YES;
    let any = false;
    for (const to of this.storedNodes(node)) {
      any = true;
      const target = view.objectOf(to);
      // An object of a type that lacks the name does not have it.
      const member = targets[view.typeOf(target)];
      const v = member === undefined ? NO : this.member(member, target);
      if (v === NO) return NO;
      if (v < value) value = v;
    }
    return any ? value : NO;
  }

  /** The nodes of the subjects stored at `node`. */
  private *storedNodes(node: number): Generator<number, void, undefined> {
    const { graph, overlay } = this.view;
    if (node < OWN) {
      for (const first of [graph.nodes.firstPlainOf(node), graph.nodes.firstSetOf(node)]) {
        for (let edge = first; edge !== NONE; edge = graph.edges.nextOutOf(edge)) {
          const to = graph.edges.to(edge);
          if (overlay === null || !overlay.isRemoved(node, to)) yield to;
        }
      }
    }
    if (overlay !== null) yield* overlay.addedTo(node);
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
      this.closure ??= new SubjectClosure();
      const { query } = this;
      this.closure.reset(this.plan, this.view, [this.subjectNode, query.isPlain ? this.wildcard() : NONE]);
      const own = query.isPlain ? undefined : this.plan.member(query.subjectType, query.subjectRelation);
      if (own !== undefined) this.closure.seed(own, query.subjectObject);
    }
    const closure = this.closure as SubjectClosure;
    const steps = closure.steps;
    const complete = closure.advance(budget);
    this.closureSteps += closure.steps - steps;
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
