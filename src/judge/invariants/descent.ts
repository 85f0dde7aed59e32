/**
 * Everybody who may be in a member of an object: from it down the graph to all subjects stored there, in instalments, so
 * that the smaller of two sides decides the cost.
 *
 * Subjects are pairs of an object and a relation: plain ones, and stored sets, each of which counts by itself too.
 */

import type { Member, Step } from '../../engine/member.ts';
import { Memo, YES } from '../../engine/memo.ts';
import { ITSELF, NONE } from '../../graph/graph.ts';
import { WILDCARD } from '../../model/reference.ts';
import { Neighbours } from '../../view/neighbours.ts';
import { EXPIRED, standingOf } from '../stored.ts';
import type { InvariantState } from './state.ts';

export class Descent {
  private readonly state: InvariantState;
  /** Whether right sides of `except` are followed as well. */
  private readonly everywhere: boolean;
  private readonly seen = new Memo();
  private readonly members: Member[] = [];
  private readonly objects: number[] = [];
  private next = 0;
  private readonly met = new Memo();
  private readonly cursor = new Neighbours();
  readonly subjectObjects: number[] = [];
  readonly subjectRelations: number[] = [];
  /** A wildcard was met: whoever is in by it alone is not among those found. */
  hasWildcard = false;
  /** `name of set` with a wildcard in the set: whoever is in `name` of any object may be in. */
  isOpen = false;
  private cost = 0;

  constructor(state: InvariantState, everywhere: boolean) {
    this.state = state;
    this.everywhere = everywhere;
  }

  /** True once all are found. */
  get isDone(): boolean {
    return this.next === this.members.length;
  }

  start(member: Member, object: number): void {
    const entry = this.seen.entry(member.index, object);
    if (this.seen.states[entry] === YES) return;
    this.seen.states[entry] = YES;
    this.members.push(member);
    this.objects.push(object);
    this.addIfStored(member, object);
  }

  /** The set that a member is, if it is a subject somewhere: it may be in the other side, too. */
  private addIfStored(member: Member, object: number): void {
    const { view } = this.state;
    const node = view.findNode(object, member.relation);
    if (node !== NONE && this.cursor.holdersOf(view, node).next() !== NONE) this.add(object, member.relation);
  }

  /** Goes on for at least `steps` steps, or to the end. */
  advance(steps: number): void {
    const until = this.cost + steps;
    while (!this.isDone && this.cost < until) {
      const member = this.members[this.next];
      const object = this.objects[this.next++];
      this.step(member.step, member, object);
    }
  }

  /** A subject that is stored, and whoever is in it if it is a set. */
  meet(node: number): void {
    const { view, plan } = this.state;
    const object = view.objectOf(node);
    const relation = view.relationOf(node);
    this.add(object, relation);
    if (relation === ITSELF) return;
    const member = plan.member(view.typeOf(object), relation);
    if (member !== undefined) this.start(member, object);
  }

  private add(object: number, relation: number): void {
    const entry = this.met.entry(relation, object);
    if (this.met.states[entry] === YES) return;
    this.met.states[entry] = YES;
    this.subjectObjects.push(object);
    this.subjectRelations.push(relation);
    if (relation === ITSELF && this.state.view.idOf(object) === WILDCARD) this.hasWildcard = true;
  }

  private take(): void {
    this.cost++;
    this.state.budget.take();
  }

  private step(step: Step, member: Member, object: number): void {
    this.take();
    switch (step.op) {
      case 'direct':
        this.direct(member, object);
        break;
      case 'self':
        this.add(object, ITSELF);
        break;
      case 'nobody':
        break;
      case 'name':
        this.start(step.member, object);
        break;
      case 'arrow':
      case 'every':
        this.arrow(step.relation, step.targets.ofType, object);
        break;
      case 'of':
        this.ofSet(step.set, step.targets.ofType, object);
        break;
      case 'or':
      case 'and':
        for (const part of step.of) this.step(part, member, object);
        break;
      case 'except':
        this.step(step.from, member, object);
        if (this.everywhere) this.step(step.without, member, object);
        break;
    }
  }

  private direct(member: Member, object: number): void {
    this.eachStored(object, member.relation, (to) => this.meet(to));
  }

  private arrow(relation: number, ofType: readonly (Member | undefined)[], object: number): void {
    const { view } = this.state;
    this.eachStored(object, relation, (to) => {
      const named = view.objectOf(to);
      const target = ofType[view.typeOf(named)];
      if (target !== undefined) this.start(target, named);
    });
  }

  private ofSet(set: Member, ofType: readonly (Member | undefined)[], object: number): void {
    const inSet = new Descent(this.state, this.everywhere);
    inSet.start(set, object);
    inSet.advance(Number.POSITIVE_INFINITY);
    this.cost += inSet.cost;
    if (inSet.hasWildcard || inSet.isOpen) this.isOpen = true;
    for (const [i, found] of inSet.subjectObjects.entries()) {
      const target = inSet.subjectRelations[i] === ITSELF ? ofType[this.state.view.typeOf(found)] : undefined;
      if (target !== undefined) this.start(target, found);
    }
  }

  private eachStored(object: number, relation: number, use: (to: number) => void): void {
    const { view, now } = this.state;
    const node = view.findNode(object, relation);
    if (node === NONE) return;
    const cursor = new Neighbours().subjectsOf(view, node);
    for (let to = cursor.next(); to !== NONE; to = cursor.next()) {
      this.take();
      if (standingOf(view, node, to, now) !== EXPIRED) use(to);
    }
  }
}
