/**
 * The layer of a flood that goes over stored tuples: from members of objects to the subjects, the sets and the objects that
 * are stored there.
 */
import { NONE } from '../../graph/graph.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { View } from '../../view/view.ts';
import type { GrantValues } from '../grant-values.ts';
import type { Member, Step, Targets } from '../member.ts';
import { NO, YES } from '../memo.ts';
import type { Plan } from '../plan.ts';
import { MetSubjects } from './met-subjects.ts';
import { HELD, NEW, Pairs } from './pairs.ts';
import type { SubjectType } from './subject-type.ts';
import type { SubjectWork } from './subject-work.ts';

/** What of the tuples of a relation is followed. */
const PLAIN = 0;
const SETS = 1;
const ALL = 2;

/** A part of what a member of an object is made of. */
export interface Part {
  step: Step;
  member: Member;
  object: number;
}

export abstract class TupleFlood {
  readonly met: MetSubjects;
  protected readonly plan: Plan;
  protected readonly view: View;
  protected readonly wanted: SubjectType;
  protected readonly work: SubjectWork;
  protected readonly grants: GrantValues;

  /** What is to be said of what is met now. */
  protected state = HELD;
  /** The pair below which it is met, a number of {@link doubtful}; 0 if it is no use to know it. */
  protected origin = 0;
  /** Parts of expressions below which nothing is certain; numbered from 1. */
  protected readonly doubtful: Part[] = [];

  private readonly seen = new Pairs();
  // Pairs to be taken apart.
  private readonly pairMembers: Member[] = [];
  private readonly pairObjects: number[] = [];
  // Nodes whose tuples are to be followed: to sets of their own, or to the targets of an arrow.
  private readonly nodes: number[] = [];
  private readonly follow: number[] = [];
  private readonly targets: (Targets | undefined)[] = [];
  /** The parts that they are followed for, where their tuples may carry conditions or expiries. */
  private readonly granted: (Part | undefined)[] = [];
  private readonly neighbours = new Neighbours();

  /** @param grants says which tuples hold */
  constructor(plan: Plan, view: View, wanted: SubjectType, work: SubjectWork, grants: GrantValues) {
    this.plan = plan;
    this.view = view;
    this.wanted = wanted;
    this.met = new MetSubjects(view, wanted);
    this.work = work;
    this.grants = grants;
  }

  /** Takes an expression apart, of which nothing but the schema is looked at. */
  protected abstract take(step: Step, member: Member, object: number): void;

  /** Everybody in the member of the object is met, or will be. */
  reach(member: Member, object: number): void {
    const row = this.seen.row(object, member.index);
    if (this.seen.stateOf(row) !== NEW) return;
    this.seen.setState(row, HELD);
    // `o#r` is in `o#r`.
    this.meet(member.type, member.relation, object);
    this.pairMembers.push(member);
    this.pairObjects.push(object);
  }

  protected meet(type: number, relation: number, object: number): void {
    this.met.meet(type, relation, object, this.state, this.origin);
  }

  /** Goes on from all that was reached. */
  *drainOwn(): Generator<void, void, void> {
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

  /** What is stored in the member itself. Lists that can hold nothing of interest are not gone through. */
  protected followDirect(step: Step, member: Member, object: number): void {
    const { wanted } = this;
    const plain = wanted.relation === 0 && holdsObjectsOf(member, wanted.name);
    const granted = member.admitsGrants ? { step, member, object } : undefined;
    const { relation } = member;
    if (plain) this.followLater(object, relation, member.admitsSets ? ALL : PLAIN, undefined, granted);
    else if (member.admitsSets) this.followLater(object, relation, SETS, undefined, granted);
  }

  /** The members of `targets` of the objects that are stored in the relation. */
  protected followTargets(
    step: Extract<Step, { targets: Targets; relation: number }>,
    member: Member,
    object: number,
  ): void {
    const granted = step.isGranted ? { step, member, object } : undefined;
    this.followLater(object, step.relation, ALL, step.targets, granted);
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
