/**
 * The lowest layer of a walk: whom it asks about, and what is decided from the subject's side.
 *
 * `name of set` asks about other subjects than that of the question: whether an object is in the set. What the walk looks
 * at all the time stands on the walk itself, as that of the subject it asks about now, and is exchanged with the subject.
 */
import { type Limits, limitReached } from '../../base/limits.ts';
import { ITSELF, NONE } from '../../graph/graph.ts';
import type { View } from '../../view/view.ts';
import { askedQuery, possiblePairs } from '../asked-objects.ts';
import { assertCountable, type PairList } from '../lookup/possible-pairs.ts';
import type { Member, Targets } from '../member.ts';
import { NO, type Value, YES } from '../memo.ts';
import type { Plan } from '../plan.ts';
import { nodeOfSubject, type Query } from '../query.ts';
import { SubjectClosure } from './closure.ts';

/** Steps after which the subject's side is looked at, too. */
const CLOSURE_FROM_VISITS = 64;

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

export abstract class SubjectSide {
  protected readonly limits: Limits;
  protected plan!: Plan;
  protected view!: View;

  /** Who is asked about now, and what is looked at all the time of it. */
  private subject!: Subject;
  protected query!: Query;
  protected subjectNode = NONE;
  protected offset = 0;
  /** The node of `type:*` for a plain subject; -1 while not looked up. */
  private wildcardNode = -1;
  protected closure: SubjectClosure | undefined;
  private closureStarted = false;

  /** The question's subject, and the objects that were asked about for `name of set`. */
  protected readonly main: Subject = {
    query: undefined as unknown as Query,
    node: NONE,
    wildcardNode: NONE,
    closure: undefined,
    closureStarted: false,
    offset: 0,
    candidates: undefined,
  };
  private readonly objects = new Map<number, Subject>();
  /** That of the question's subject, kept from question to question. */
  private mainClosure = new SubjectClosure();

  protected visits = 0;
  /** Work done from the subject's side; counts towards the limit, but not towards paying for more of it. */
  private closureSteps = 0;
  /** What {@link visits} was when the present subject's questions began. */
  private visitsBefore = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Work since it was last counted anew. */
  get work(): number {
    return this.visits + this.closureSteps;
  }

  protected countAnew(): void {
    this.visits = 0;
    this.closureSteps = 0;
    this.visitsBefore = 0;
  }

  /** The question's subject is that of `query`; not while another one is entered. */
  protected isAbout(query: Query): boolean {
    return this.query !== undefined && sameSubject(this.query, query);
  }

  /** Asks about nobody. */
  protected dropSubject(): void {
    this.subjectNode = NONE;
    this.query = undefined as unknown as Query;
  }

  /** Makes it the question's subject, once all others are forgotten. */
  protected changeSubject(query: Query): void {
    this.visitsBefore = this.visits;
    this.closureStarted = false;
    this.closure = this.mainClosure;
    this.subjectNode = nodeOfSubject(this.view, query);
    this.wildcardNode = query.isPlain ? -1 : NONE;
    this.offset = 0;
    const { main } = this;
    main.query = query;
    main.node = this.subjectNode;
    main.wildcardNode = this.wildcardNode;
    main.closure = this.mainClosure;
    main.closureStarted = false;
    main.candidates = undefined;
    this.subject = main;
  }

  /** Forgets the other subjects, and where a `name of set` may lead. */
  protected forgetSubjects(): void {
    if (this.objects.size > 0) this.objects.clear();
    this.main.candidates = undefined;
  }

  /** For when the stack ended in the midst of what was done to it. */
  protected dropClosure(): void {
    this.mainClosure = new SubjectClosure();
    this.closure = this.mainClosure;
    this.main.closure = this.mainClosure;
    this.closureStarted = false;
  }

  /** Asks about an object from now on. @returns the subject to go back to */
  protected enter(type: number, object: number): Subject {
    const before = this.subject;
    const { query } = this.main;
    const isMain = query.isPlain && query.subjectObject === object;
    this.leave(isMain ? this.main : (this.objects.get(object) ?? this.addObject(type, object)));
    return before;
  }

  /** Asks about the subject of `query`, the question's or an object, from now on. @returns the subject to go back to */
  protected enterSubject(query: Query): Subject {
    if (!sameSubject(query, this.main.query)) return this.enter(query.subjectType, query.subjectObject);
    const before = this.subject;
    this.leave(this.main);
    return before;
  }

  /** Asks about `next` again, as before {@link enter}. */
  protected leave(next: Subject): void {
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

  /** The members behind a `name of`, each with an object, that the present subject may be in. */
  protected candidates(targets: Targets): PairList {
    const { subject } = this;
    subject.candidates ??= new Map();
    let found = subject.candidates.get(targets);
    if (found === undefined) {
      found = possiblePairs(this.plan, this.view, targets, this.query, () => this.visit());
      subject.candidates.set(targets, found);
    }
    return found;
  }

  protected wildcard(): number {
    if (this.wildcardNode < 0) {
      const object = this.view.findObject(this.query.subjectType, '*');
      this.wildcardNode = object === NONE ? NONE : this.view.findNode(object, 0);
    }
    return this.wildcardNode;
  }

  protected visit(): void {
    if (++this.visits + this.closureSteps > this.limits.walkVisits)
      throw limitReached('walkVisits', this.limits.walkVisits);
  }

  /** True once the walk is long enough to have paid for the whole closure, and it is found. */
  protected closureIsComplete(): boolean {
    const visits = this.visits - this.visitsBefore;
    return visits > CLOSURE_FROM_VISITS && this.closureWithin(visits);
  }

  protected closureWithin(budget: number): boolean {
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

  /**
   * A set in which the subject itself is stored, and which takes what is stored, is among the `width` sets that are stored at
   * `node`. "No" may mean that it was not looked for: under an overlay, and where the subject is stored in so many that it
   * would take longer to ask each than to walk through those at `node`.
   */
  protected storesSetWithSubject(node: number, width: number): boolean {
    const { graph, overlay } = this.view;
    if (overlay !== null || this.subjectNode === NONE) return false;
    if (graph.nodes.inCounts.get(this.subjectNode) > width / 2) return false;
    // Not counted as work: they are half as many as the sets at most, and each of those is, if this finds nothing.
    for (let e = graph.nodes.firstIn.get(this.subjectNode); e !== NONE; e = graph.edges.nextInOf(e)) {
      const set = graph.edges.from(e);
      if (!graph.hasEdge(node, set)) continue;
      if (this.plan.member(graph.nodes.typeOf(set), graph.nodes.relationOf(set))?.isPureDirect) return true;
    }
    return false;
  }

  /** A set that the subject is in is stored at `node`; only if {@link closureWithin} said so. */
  protected storesSetOfSubject(node: number): Value {
    const { view } = this;
    const closure = this.closure as SubjectClosure;
    for (let i = 0; i < closure.size; i++) {
      this.visit();
      const set = view.findNode(closure.objectAt(i), closure.memberAt(i).relation);
      if (set !== NONE && view.hasEdge(node, set)) return YES;
    }
    return NO;
  }

  /** An object on which the subject has the name of `targets` is stored at `node`; likewise. */
  protected storesObjectOfSubject(node: number, targets: readonly (Member | undefined)[]): Value {
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
}

function sameSubject(a: Query, b: Query): boolean {
  return (
    a.subjectObject === b.subjectObject &&
    a.subjectRelation === b.subjectRelation &&
    a.subjectType === b.subjectType &&
    a.isPlain === b.isPlain
  );
}
