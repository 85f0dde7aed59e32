/**
 * Finds, from an object down the graph, every subject of a kind that may be in a set of it.
 *
 * It goes through the pairs of a member and an object that a check could come to, in three phases. What is reached by
 * stored tuples, `or`, names, arrows and sets alone is in the set for certain. What is reached below `and`, `every` and
 * left of `except` only may be. What is right of `except` puts nobody into the set, and is looked at only if there is a
 * wildcard: for the exceptions from it.
 */
import { ITSELF, NONE } from '../../graph/graph.ts';
import { WILDCARD } from '../../model/reference.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { View } from '../../view/view.ts';
import type { GrantValues } from '../grant-values.ts';
import type { Member, Step, Targets } from '../member.ts';
import { NO, YES } from '../memo.ts';
import type { Plan } from '../plan.ts';
import { HELD, NEW, Pairs, POSSIBLE } from './pairs.ts';
import type { SubjectType } from './subject-type.ts';
import type { SubjectWork } from './subject-work.ts';

/** What of the tuples of a relation is followed. */
const PLAIN = 0;
const SETS = 1;
const ALL = 2;

/** Objects that may be in a set of an object, and the floods that go on to their names. */
interface SetSearch {
  flood: SubjectFlood;
  type: number;
  listeners: { flood: SubjectFlood; name: Member; next: number; tookAll: boolean }[];
}

/** By the type of the objects, the set and whose it is: shared by all floods of one lookup. */
type SetSearches = Map<string, SetSearch>;

/** A part of what a member of an object is made of. */
interface Part {
  step: Step;
  member: Member;
  object: number;
}

export class SubjectFlood {
  /** The wildcard: {@link NEW} while it was not met, {@link POSSIBLE}, or {@link HELD} if it is in the set for certain. */
  wildcardState = NEW;
  private readonly candidates = new Pairs();
  private readonly plan: Plan;
  private readonly view: View;
  private readonly wanted: SubjectType;
  /** The number of `*` of the type; {@link NONE} if sets are wanted or no tuple holds it. */
  private readonly wildcard: number;
  private readonly work: SubjectWork;
  private readonly neighbours = new Neighbours();

  /** What is to be said of what is found now. */
  private state = HELD;
  /** The pair below which it is found, a number of {@link doubtful}; 0 if it is no use to know it. */
  private origin = 0;
  private readonly seen = new Pairs();
  // Pairs to be taken apart.
  private readonly pairMembers: Member[] = [];
  private readonly pairObjects: number[] = [];
  /** Parts of expressions below which nothing is certain, for the second phase; numbered from 1. */
  private readonly doubtful: Part[] = [];
  /** Right sides of `except`, for the third. */
  private readonly excluded: Part[] = [];
  // Nodes whose tuples are to be followed: to sets of their own, or to the targets of an arrow.
  private readonly nodes: number[] = [];
  private readonly follow: number[] = [];
  private readonly targets: (Targets | undefined)[] = [];
  /** The parts that they are followed for, where their tuples may carry conditions or expiries. */
  private readonly granted: (Part | undefined)[] = [];
  private readonly grants: GrantValues;
  private readonly searches: SetSearches;

  /** @param grants says which tuples hold */
  constructor(
    plan: Plan,
    view: View,
    wanted: SubjectType,
    work: SubjectWork,
    grants: GrantValues,
    searches: SetSearches = new Map(),
  ) {
    this.plan = plan;
    this.view = view;
    this.wanted = wanted;
    this.wildcard = wanted.relation === 0 ? view.findObject(wanted.type, WILDCARD) : NONE;
    this.work = work;
    this.grants = grants;
    this.searches = searches;
  }

  /** The objects found, or those whose wanted set was; each once; the wildcard is none of them. */
  get size(): number {
    return this.candidates.size;
  }

  /** @param i below {@link size} */
  objectAt(i: number): number {
    return this.candidates.objectOf(i + 1);
  }

  /** True if it is in the set without a doubt. */
  isCertain(i: number): boolean {
    return this.candidates.stateOf(i + 1) === HELD;
  }

  /**
   * A pair that is in the set with everybody in it, and below which the subject was met: so a check of that pair may spare
   * one of the whole set. Undefined if the subject was met only where exceptions from a wildcard are.
   */
  originOf(i: number): { member: Member; object: number } | undefined {
    const origin = this.candidates.originOf(i + 1);
    return origin === 0 ? undefined : this.doubtful[origin - 1];
  }

  /** Finds them. @throws PembaError LIMIT */
  *run(member: Member, object: number): Generator<void, void, void> {
    this.reach(member, object);
    yield* this.drain();
    this.state = POSSIBLE;
    for (this.origin = 1; this.origin <= this.doubtful.length; this.origin++) {
      yield* this.takePart(this.doubtful[this.origin - 1]);
    }
    if (this.wildcardState !== POSSIBLE) return;
    this.origin = 0;
    for (let part = this.excluded.pop(); part !== undefined; part = this.excluded.pop()) {
      yield* this.takePart(part);
    }
  }

  private *takePart({ step, member, object }: Part): Generator<void, void, void> {
    this.take(step, member, object);
    yield* this.drain();
    if (this.work.isSliceOver()) yield;
  }

  /** What this flood has to go on from, and then what those do that look for objects in sets. */
  private *drain(): Generator<void, void, void> {
    yield* this.drainOwn();
    for (let isDone = false; !isDone; ) {
      isDone = true;
      // More may come to be while it goes on.
      for (const search of this.searches.values()) {
        yield* search.flood.drainOwn();
        for (const listener of search.listeners) {
          const { flood, name } = listener;
          if (!listener.tookAll && search.flood.wildcardState !== NEW) {
            listener.tookAll = true;
            yield* flood.reachAll(name);
            isDone = false;
          }
          for (; listener.next < search.flood.size; listener.next++) {
            flood.reach(name, search.flood.objectAt(listener.next));
            isDone = false;
            this.work.count(1);
          }
        }
      }
      if (!isDone) yield* this.drainOwn();
    }
  }

  /** Everybody in the name of any object may be in the set: a wildcard stands for all of them. */
  private *reachAll(name: Member): Generator<void, void, void> {
    // Those that no tuple mentions as well, where the name holds the object itself.
    if (this.wanted.relation === ITSELF && name.type === this.wanted.type && this.wildcardState === NEW) {
      this.wildcardState = POSSIBLE;
    }
    for (const object of this.view.objectsOf(name.type)) {
      this.reach(name, object);
      this.work.count(1);
      if (this.work.isSliceOver()) yield;
    }
  }

  private *drainOwn(): Generator<void, void, void> {
    for (;;) {
      const node = this.nodes.pop();
      if (node !== undefined) {
        yield* this.followNode(node, this.follow.pop() as number, this.targets.pop(), this.granted.pop());
        continue;
      }
      const member = this.pairMembers.pop();
      if (member === undefined) return;
      this.take(member.step, member, this.pairObjects.pop() as number);
      if (this.work.isSliceOver()) yield;
    }
  }

  private reach(member: Member, object: number): void {
    const row = this.seen.row(object, member.index);
    if (this.seen.stateOf(row) !== NEW) return;
    this.seen.setState(row, HELD);
    // `o#r` is in `o#r`.
    this.meet(member.type, member.relation, object);
    this.pairMembers.push(member);
    this.pairObjects.push(object);
  }

  private meet(type: number, relation: number, object: number): void {
    if (relation !== this.wanted.relation || type !== this.wanted.type) return;
    // What is certain comes first, and is not doubted afterwards.
    if (object === this.wildcard) {
      if (this.wildcardState === NEW) this.wildcardState = this.state;
      return;
    }
    const row = this.candidates.row(object, relation);
    if (this.candidates.stateOf(row) !== NEW) return;
    this.candidates.setState(row, this.state);
    this.candidates.setOrigin(row, this.origin);
  }

  /** Takes an expression apart, of which nothing but the schema is looked at. */
  private take(step: Step, member: Member, object: number): void {
    this.work.count(1);
    switch (step.op) {
      case 'direct':
        this.takeDirect(step, member, object);
        break;
      case 'self':
        this.meet(member.type, 0, object);
        break;
      case 'nobody':
        break;
      case 'name':
        this.reach(step.member, object);
        break;
      case 'arrow':
        this.followLater(
          object,
          step.relation,
          ALL,
          step.targets,
          step.isGranted ? { step, member, object } : undefined,
        );
        break;
      case 'of':
        if (!this.putOff(step, member, object)) this.listen(step.set, step.targets, object);
        break;
      case 'or':
        for (const part of step.of) this.take(part, member, object);
        break;
      case 'every':
        if (!this.putOff(step, member, object)) {
          this.followLater(
            object,
            step.relation,
            ALL,
            step.targets,
            step.isGranted ? { step, member, object } : undefined,
          );
        }
        break;
      case 'and':
        if (this.putOff(step, member, object)) break;
        for (const part of step.of) this.take(part, member, object);
        break;
      case 'except':
        if (this.putOff(step, member, object)) break;
        this.take(step.from, member, object);
        this.excluded.push({ step: step.without, member, object });
        break;
    }
  }

  /** Puts a step that does not let in all whom its parts let in off to the second phase, unless this is it. */
  private putOff(step: Step, member: Member, object: number): boolean {
    if (this.state !== HELD) return false;
    this.doubtful.push({ step, member, object });
    return true;
  }

  /** Lists that can hold nothing of interest are not gone through. */
  private takeDirect(step: Step, member: Member, object: number): void {
    const { wanted } = this;
    const plain = wanted.relation === 0 && holdsObjectsOf(member, wanted.name);
    const granted = member.admitsGrants ? { step, member, object } : undefined;
    const { relation } = member;
    if (plain) this.followLater(object, relation, member.admitsSets ? ALL : PLAIN, undefined, granted);
    else if (member.admitsSets) this.followLater(object, relation, SETS, undefined, granted);
  }

  /** Everybody in the names of the objects that are, or come to be, in the set. */
  private listen(set: Member, targets: Targets, object: number): void {
    for (const name of targets.members) {
      const key = `${name.type} ${set.index} ${object}`;
      let search = this.searches.get(key);
      if (search === undefined) {
        const wanted = { type: name.type, name: name.typeName, relation: ITSELF };
        const flood = new SubjectFlood(this.plan, this.view, wanted, this.work, this.grants, this.searches);
        flood.state = POSSIBLE;
        search = { flood, type: name.type, listeners: [] };
        this.searches.set(key, search);
        flood.reach(set, object);
      }
      search.listeners.push({ flood: this, name, next: 0, tookAll: false });
    }
  }

  private followLater(
    object: number,
    relation: number,
    follow: number,
    targets: Targets | undefined,
    granted: Part | undefined,
  ): void {
    const node = this.view.findNode(object, relation);
    if (node === NONE) return;
    this.nodes.push(node);
    this.follow.push(follow);
    this.targets.push(targets);
    this.granted.push(granted);
  }

  private *followNode(
    node: number,
    follow: number,
    targets: Targets | undefined,
    granted: Part | undefined,
  ): Generator<void, void, void> {
    const { view, neighbours, work } = this;
    let isDoubtful = false;
    if (follow === PLAIN) neighbours.plainOf(view, node);
    else if (follow === SETS) neighbours.setsOf(view, node);
    else neighbours.subjectsOf(view, node);
    for (let next = neighbours.next(); next !== NONE; next = neighbours.next()) {
      const value = granted === undefined ? YES : this.grants.valueOf(view.grantOf(node, next));
      if (value !== YES && value !== NO && this.state === HELD) isDoubtful = true;
      else if (value !== NO && targets === undefined) this.meetStored(next);
      else if (value !== NO && targets !== undefined) this.goTo(next, targets);
      work.count(1);
      if (work.isSliceOver()) yield;
    }
    // It is taken up again where nothing is certain.
    if (isDoubtful && granted !== undefined) this.doubtful.push(granted);
  }

  private meetStored(node: number): void {
    const { view } = this;
    const object = view.objectOf(node);
    const relation = view.relationOf(node);
    const type = view.typeOf(object);
    this.meet(type, relation, object);
    if (relation === 0) return;
    const set = this.plan.member(type, relation);
    if (set !== undefined) this.reach(set, object);
  }

  private goTo(node: number, targets: Targets): void {
    const object = this.view.objectOf(node);
    const member = targets.ofType[this.view.typeOf(object)];
    if (member !== undefined) this.reach(member, object);
  }
}

/** Objects of the type, or its wildcard, may be stored in the member. */
function holdsObjectsOf(member: Member, type: string): boolean {
  for (const form of member.subjects) if (form.type === type && form.relation === undefined) return true;
  return false;
}
