/**
 * The (member, object) pairs that a subject may be in: all of those it is in, and others, for nothing is checked on the way.
 *
 * It goes backwards from the subject as `resource-search.ts` does. For `name of set` it needs to know which objects may be
 * in the set, so it goes backwards from those objects as well, as subjects of their own; all of it is one least fixed
 * point, so that an `of` may lead back to itself.
 */
import { PembaError } from '../../base/errors.ts';
import { ITSELF, NONE } from '../../graph/graph.ts';
import { WILDCARD } from '../../model/reference.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { View } from '../../view/view.ts';
import type { Member } from '../member.ts';
import type { Plan } from '../plan.ts';
import type { Query } from '../query.ts';
import { NEW, Pairs } from './pairs.ts';
import type { OfUse } from './uses.ts';
import type { Ways } from './ways.ts';

export type PossibleSubject = Pick<Query, 'subjectType' | 'subjectObject' | 'subjectRelation' | 'isPlain'>;

/** Pairs side by side. */
export interface PairList {
  members: Member[];
  objects: number[];
}

const MET = 1;

/** Subject and member are counted in one number of 32 bits. @throws PembaError LIMIT */
export function assertCountable(subject: number, plan: Plan): void {
  if ((subject + 1) * plan.members.length < 2 ** 32) return;
  throw new PembaError('LIMIT', 'a `name of set` of the schema leads to more objects than can be looked at');
}

/** Those who wait for the objects that a subject may be in by a member: another subject, and what it is in then. */
type Waiting = Map<number, { subject: number; by: Member }[]>;

export class PossiblePairs {
  private readonly plan: Plan;
  private readonly view: View;
  private readonly ways: Ways;
  private readonly isWanted: (member: Member) => boolean;
  private readonly visit: () => void;

  private readonly subjects: PossibleSubject[] = [];
  /** By object: the place among the subjects of the object itself. */
  private readonly places = new Map<number, number>();
  private readonly waiting: Waiting[] = [];
  /** By subject, by member: the objects met, for members that are the set of some `of`. */
  private readonly met: Map<number, number[]>[] = [];
  private readonly pairs = new Pairs();
  private next = 1;
  private readonly holders = new Neighbours();

  /**
   * @param ways to what is wanted
   * @param visit called for each step of work
   */
  constructor(plan: Plan, view: View, ways: Ways, isWanted: (member: Member) => boolean, visit: () => void) {
    this.plan = plan;
    this.view = view;
    this.ways = ways;
    this.isWanted = isWanted;
    this.visit = visit;
  }

  /** The wanted pairs that the subject may be in. */
  of(subject: PossibleSubject): PairList {
    this.addSubject(subject);
    const found: PairList = { members: [], objects: [] };
    for (; this.next <= this.pairs.size; this.next++) {
      const key = this.pairs.memberOf(this.next);
      const object = this.pairs.objectOf(this.next);
      const count = this.plan.members.length;
      const place = Math.floor(key / count);
      const member = this.plan.members[key % count];
      this.goOn(place, member, object);
      if (place > 0 || !this.isWanted(member)) continue;
      found.members.push(member);
      found.objects.push(object);
    }
    return found;
  }

  private addSubject(subject: PossibleSubject): number {
    const place = this.subjects.push(subject) - 1;
    assertCountable(place, this.plan);
    const { subjectType, subjectObject, subjectRelation, isPlain } = subject;
    if (isPlain) this.places.set(subjectObject, place);
    this.waiting.push(new Map());
    this.met.push(new Map());
    const own = this.plan.member(subjectType, subjectRelation);
    if (own !== undefined) this.reach(place, own, subjectObject);
    this.followNode(place, subjectObject, subjectRelation, undefined);
    if (!isPlain) return place;
    for (const use of this.ways.uses.selves[subjectType] ?? []) this.reach(place, use.by, subjectObject);
    const wildcard = this.view.findObject(subjectType, WILDCARD);
    if (wildcard !== NONE) this.followNode(place, wildcard, ITSELF, undefined);
    return place;
  }

  private goOn(place: number, member: Member, object: number): void {
    const { uses, nodes } = this.ways;
    const of = uses.of[member.index];
    this.visit();
    for (const use of of.named) this.reach(place, use.by, object);
    for (const relation of nodes[member.index] ?? []) this.followNode(place, object, relation, member);
    for (const use of of.ofNames) this.join(place, use, member, object);
    if (!of.isOfSet) return;
    this.metBy(place, member).push(object);
    for (const { subject, by } of this.waiting[place].get(member.index) ?? [])
      this.reach(subject, by, object);
  }

  /** The subject may be in a `name` of the object: then in all that hold `name of set`, where the object may be in the set. */
  private join(subject: number, { by, set }: OfUse, name: Member, object: number): void {
    if (this.ways.lead[by.index] === 0) return;
    const place =
      this.places.get(object) ??
      this.addSubject({
        subjectType: name.type,
        subjectObject: object,
        subjectRelation: ITSELF,
        isPlain: true,
      });
    const waiters = this.waiting[place].get(set.index);
    if (waiters === undefined) this.waiting[place].set(set.index, [{ subject, by }]);
    else waiters.push({ subject, by });
    for (const met of this.metBy(place, set)) {
      this.visit();
      this.reach(subject, by, met);
    }
  }

  private metBy(place: number, member: Member): number[] {
    let objects = this.met[place].get(member.index);
    if (objects === undefined) {
      objects = [];
      this.met[place].set(member.index, objects);
    }
    return objects;
  }

  /** What stores a node that stands for the subject (`member` undefined), or for all in a pair. */
  private followNode(place: number, object: number, relation: number, member: Member | undefined): void {
    const { view } = this;
    const node = view.findNode(object, relation);
    if (node === NONE) return;
    const isSubject = member === undefined || member.relation === relation;
    this.holders.holdersOf(view, node);
    for (let holder = this.holders.next(); holder !== NONE; holder = this.holders.next()) {
      this.visit();
      this.follow(place, holder, isSubject, member);
    }
  }

  private follow(place: number, holder: number, isSubject: boolean, member: Member | undefined): void {
    const object = this.view.objectOf(holder);
    const relation = this.plan.member(this.view.typeOf(object), this.view.relationOf(holder));
    if (relation === undefined) return;
    const uses = this.ways.uses.of[relation.index];
    if (isSubject && uses.stored !== undefined) this.reach(place, uses.stored.by, object);
    if (member === undefined) return;
    for (const use of uses.arrows?.get(member.relation) ?? []) this.reach(place, use.by, object);
  }

  private reach(place: number, member: Member, object: number): void {
    if (this.ways.lead[member.index] === 0) return;
    const row = this.pairs.row(object, place * this.plan.members.length + member.index);
    if (this.pairs.stateOf(row) === NEW) this.pairs.setState(row, MET);
  }
}
