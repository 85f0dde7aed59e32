/**
 * Searches backwards through the graph, from a subject to all objects on which it has a member.
 *
 * It goes from pair to pair, a pair being (member, object) with the subject in it: to those whose member names, asks
 * over an arrow, or stores as a set, what is known to hold. Where that suffices (`or`), the next pair holds as well. Where it
 * does not (`and`, `except`, `every`), the next pair is checked by the walk first, so that the search never goes on from
 * what does not hold, and a group that somebody is suspended in costs one check and not one for each object behind it.
 *
 * Nothing is missed. What holds in the well-founded model has a derivation of finite length, in which each pair rests on
 * pairs with shorter ones: on one of the operands of an `or`, on all of an `and`, on all objects of an `every`, on the left
 * side of an `except`. So from each pair that holds there is a chain of pairs that hold, down to a tuple that stores the
 * subject, through the leaves chosen by `sought.ts`; by induction on it, every link is met, and found to hold. What stands
 * right of an `except` is no link of it, and is looked at by the walk alone. The order in which pairs are met
 * does not matter. Of a pair that is neither known to hold nor not to (its check ends in an error) the same is
 * true of upper bounds: the search goes on from it, doubting all that is met, and fails if it is of the asked member.
 */
import { type Limits, limitReached } from '../../base/limits.ts';
import { ITSELF, NONE } from '../../graph/graph.ts';
import { WILDCARD } from '../../model/reference.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { View } from '../../view/view.ts';
import type { Circumstances } from '../circumstances.ts';
import type { Member } from '../member.ts';
import { NO, YES } from '../memo.ts';
import type { Plan } from '../plan.ts';
import type { Query } from '../query.ts';
import { PairChecks } from './pair-checks.ts';
import { ABSENT, DOUBTED, HELD, NEW, Pairs, POSSIBLE } from './pairs.ts';
import { SetHolders } from './set-holders.ts';
import type { MemberUses, Use } from './uses.ts';
import type { Ways } from './ways.ts';
import { Worklist } from './worklist.ts';

/** "No pair": the subject itself, where the search begins. */
const SUBJECT = 0;

/** About what a pair takes: four columns, its place in the hash table, and in up to three lists. */
const PAIR_BYTES = 40;

export class ResourceSearch {
  private readonly plan: Plan;
  private readonly view: View;
  private readonly asked: Member;
  private readonly ways: Ways;
  private readonly limits: Limits;
  private readonly checks: PairChecks;
  private readonly setHolders: SetHolders;

  private readonly pairs = new Pairs();
  /** Rows to go on from. */
  private readonly met = new Worklist();
  /** Rows to be checked; only when there are none to go on from, for many turn out to hold without. */
  private readonly doubted = new Worklist();
  /** Rows of the asked member that hold, or may. */
  private readonly results = new Worklist();

  /** Where the search goes on from: the row, its member (none for the subject), and whether it is known to hold. */
  private row = SUBJECT;
  private member: Member | undefined;
  private holds = true;
  /** The nodes that stand for it; from `nextNode` on they are still to be looked at. */
  private readonly nodes: number[] = [];
  private nextNode = 0;
  /** The node whose holders are looked at. */
  private node = NONE;
  /** Goes through those who store the node before. */
  private readonly holders = new Neighbours();
  private hasHolders = false;
  /** Whoever is stored there holds all that are in the pair, so it is not only an object behind an arrow. */
  private isSubject = true;

  /** Edges, pairs and steps of checks so far. */
  private steps = 0;

  /** @param query for the asked member; its object does not matter */
  constructor(
    plan: Plan,
    view: View,
    query: Query,
    ways: Ways,
    limits: Limits,
    circumstances: Circumstances,
  ) {
    this.plan = plan;
    this.view = view;
    this.asked = query.member;
    this.ways = ways;
    this.limits = limits;
    this.checks = new PairChecks(plan, view, query, limits, circumstances);
    this.setHolders = new SetHolders(plan, view, () => this.countStep());
    this.begin(query);
  }

  /** How many results there are so far. */
  get resultCount(): number {
    return this.results.length;
  }

  /** Of the pairs it has met. */
  get byteLength(): number {
    return this.pairs.size * PAIR_BYTES;
  }

  resultAt(i: number): { object: number; isKnown: boolean } {
    const row = this.results.at(i);
    return { object: this.pairs.objectOf(row), isKnown: this.pairs.stateOf(row) === HELD };
  }

  /** What a result that is not known depends on. @throws PembaError CONDITION_FAILED, MALFORMED_CONTEXT, LIMIT */
  missingAt(i: number): readonly string[] {
    const missing = this.checks.missing(this.resultAt(i).object);
    this.steps += this.checks.work;
    this.assertWithinLimit();
    return missing;
  }

  private assertWithinLimit(): void {
    const { lookupSteps } = this.limits;
    if (this.steps > lookupSteps) throw limitReached('lookupSteps', lookupSteps);
  }

  /**
   * Works on for `count` steps or a check more.
   * @returns true once everything is found
   * @throws PembaError LIMIT, NEGATION_CYCLE
   */
  advance(count: number): boolean {
    const until = this.steps + count;
    while (this.steps < until) {
      if (this.hasHolders) this.followHolders(until);
      else if (this.nextNode < this.nodes.length) this.openNode();
      else if (!this.met.isDone) this.goOnFrom(this.met.take());
      else if (!this.doubted.isDone) this.decide(this.doubted.take());
      else return true;
      this.assertWithinLimit();
    }
    return false;
  }

  /** What the subject is in without any other pair. */
  private begin({ subjectType, subjectObject, subjectRelation, isPlain }: Query): void {
    const own = this.plan.member(subjectType, subjectRelation);
    // A set is in itself, and from there in all that store it.
    if (own !== undefined) this.meet({ by: own, suffices: true }, subjectObject);
    else this.addNode(subjectObject, ITSELF);
    if (!isPlain) return;
    for (const use of this.ways.uses.selves[subjectType] ?? []) this.meet(use, subjectObject);
    const wildcard = this.view.findObject(subjectType, WILDCARD);
    if (wildcard !== NONE) this.addNode(wildcard, ITSELF);
  }

  private addNode(object: number, relation: number): void {
    this.steps++;
    const node = this.view.findNode(object, relation);
    if (node !== NONE) this.nodes.push(node);
  }

  /** Meets the members that name the pair, and finds the nodes that stand for it. */
  private goOnFrom(row: number): void {
    const { pairs, ways } = this;
    const index = pairs.memberOf(row);
    const object = pairs.objectOf(row);
    this.row = row;
    this.member = this.plan.members[index];
    this.holds = pairs.stateOf(row) === HELD;
    this.nodes.length = 0;
    this.nextNode = 0;
    this.steps++;
    for (const use of ways.uses.of[index].named) this.meet(use, object);
    for (const { by, set } of ways.uses.of[index].ofNames) this.meetHolders(by, set, object);
    for (const relation of ways.nodes[index] ?? []) this.addNode(object, relation);
  }

  /** Who is in a name of the object is in `by` of all that have the object in `set`. */
  private meetHolders(by: Member, set: Member, object: number): void {
    if (this.ways.lead[by.index] === 0) return;
    const { type } = this.member as Member;
    for (const holder of this.setHolders.of(set, { type, object })) {
      this.meet({ by, suffices: false }, holder);
    }
  }

  private countStep(): void {
    this.steps++;
    this.assertWithinLimit();
  }

  private openNode(): void {
    const node = this.nodes[this.nextNode++];
    this.node = node;
    this.isSubject = this.member === undefined || this.member.relation === this.view.relationOf(node);
    this.holders.holdersOf(this.view, node);
    this.hasHolders = true;
    this.steps++;
  }

  private followHolders(until: number): void {
    while (this.steps < until) {
      const holder = this.holders.next();
      if (holder === NONE) {
        this.hasHolders = false;
        return;
      }
      this.steps++;
      this.follow(holder);
    }
  }

  /** The tuples stored at `holder` name the pair's object, or the set of all in the pair. */
  private follow(holder: number): void {
    const { view, member } = this;
    const object = view.objectOf(holder);
    const relation = this.plan.member(view.typeOfNode(holder), view.relationOf(holder));
    if (relation === undefined) return;
    const uses = this.ways.uses.of[relation.index];
    const granted = relation.admitsGrants ? this.checks.grants.valueOf(view.grantOf(holder, this.node)) : YES;
    if (granted === NO) return;
    const held = this.holds;
    this.holds = held && granted === YES;
    this.meetUses(uses, member, object);
    this.holds = held;
  }

  private meetUses(uses: MemberUses, member: Member | undefined, object: number): void {
    if (this.isSubject && uses.stored !== undefined) this.meet(uses.stored, object);
    if (member === undefined) return;
    const arrows = uses.arrows?.get(member.relation);
    if (arrows !== undefined) for (const use of arrows) this.meet(use, object);
  }

  private meet({ by, suffices }: Use, object: number): void {
    this.steps++;
    if (this.ways.lead[by.index] === 0) return;
    const row = this.pairs.row(object, by.index);
    const state = this.pairs.stateOf(row);
    if (suffices && this.holds) {
      if (state !== HELD) this.goOnLater(row, HELD, state);
    } else if (state === NEW) {
      this.pairs.setState(row, DOUBTED);
      this.pairs.setOrigin(row, this.row);
      this.doubted.push(row);
    }
  }

  private goOnLater(row: number, state: number, before: number): void {
    this.pairs.setState(row, state);
    this.met.push(row);
    if (before !== POSSIBLE && this.pairs.memberOf(row) === this.asked.index) this.results.push(row);
  }

  private decide(row: number): void {
    const { pairs } = this;
    if (pairs.stateOf(row) !== DOUBTED) return;
    const origin = pairs.originOf(row);
    const isFromHeld = origin !== SUBJECT && pairs.stateOf(origin) === HELD;
    const value = this.checks.check(this.pairOf(row), isFromHeld ? this.pairOf(origin) : undefined);
    this.steps += 1 + this.checks.work;
    if (value === NO) pairs.setState(row, ABSENT);
    else this.goOnLater(row, value === YES ? HELD : POSSIBLE, DOUBTED);
  }

  private pairOf(row: number): { member: Member; object: number } {
    return { member: this.plan.members[this.pairs.memberOf(row)], object: this.pairs.objectOf(row) };
  }
}
