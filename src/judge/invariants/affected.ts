/**
 * Which objects a change may have an effect on as far as `excludes` goes: from the changed tuples backwards, through
 * names, sets and arrows, to the members that a rule names.
 */

import type { Member } from '../../engine/member.ts';
import { Memo, YES } from '../../engine/memo.ts';
import { ITSELF, NONE } from '../../graph/graph.ts';
import { WILDCARD } from '../../model/reference.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { Excludes } from '../rules.ts';
import { type Dependencies, dependenciesOf } from './dependencies.ts';
import type { InvariantState, TouchedEdge } from './state.ts';

export interface Affected {
  rule: Excludes;
  object: number;
}

/**
 * More than there are, perhaps; never fewer. Each once.
 * @throws PembaError LIMIT
 */
export function findAffected(state: InvariantState, edges: readonly TouchedEdge[]): Affected[] {
  return new Search(state).from(edges);
}

class Search {
  private readonly state: InvariantState;
  private readonly of: Dependencies;
  private readonly seen = new Memo();
  private readonly members: Member[] = [];
  private readonly objects: number[] = [];
  private readonly containersOf = new Set<number>();
  private readonly cursor = new Neighbours();
  private readonly noted = new Map<Excludes, Set<number>>();
  private readonly found: Affected[] = [];

  constructor(state: InvariantState) {
    this.state = state;
    this.of = dependenciesOf(state.plan);
  }

  from(edges: readonly TouchedEdge[]): Affected[] {
    for (const { member, object } of edges) {
      if (this.of.tuplesMatter[member.index] !== 1) continue;
      this.reach(member, object);
      for (const by of this.of.arrowsOver[member.index]) this.reach(by, object);
    }
    for (let i = 0; i < this.members.length; i++) this.follow(this.members[i], this.objects[i]);
    return this.found;
  }

  private reach(member: Member, object: number): void {
    if (this.of.relevant[member.index] !== 1) return;
    this.state.budget.take();
    const entry = this.seen.entry(member.index, object);
    if (this.seen.states[entry] === YES) return;
    this.seen.states[entry] = YES;
    this.members.push(member);
    this.objects.push(object);
    for (const rule of this.of.sides[member.index]) this.note(rule, object);
  }

  private note(rule: Excludes, object: number): void {
    const objects = this.noted.get(rule) ?? new Set<number>();
    this.noted.set(rule, objects);
    if (objects.has(object)) return;
    objects.add(object);
    this.found.push({ rule, object });
  }

  private follow(member: Member, object: number): void {
    const { view } = this.state;
    for (const by of this.of.namedBy[member.index]) this.reach(by, object);
    const set = view.findNode(object, member.relation);
    if (set !== NONE) this.reachHolders(set);
    for (const { relation, by } of this.of.behind[member.index]) this.reachOver(relation, by, object);
    if (this.of.ofTargets[member.index].length === 0) return;
    // Whoever has the object in a set may have more in its `of`.
    this.reachContainers(object);
  }

  /** The members that hold whoever is at `node`. */
  private reachHolders(node: number): void {
    const { view, plan, budget } = this.state;
    const { cursor } = this;
    cursor.holdersOf(view, node);
    for (let from = cursor.next(); from !== NONE; from = cursor.next()) {
      budget.take();
      const object = view.objectOf(from);
      const member = plan.member(view.typeOf(object), view.relationOf(from));
      if (member !== undefined) this.reach(member, object);
    }
  }

  /** `by` of each object that stores `object`, or a set of it, in `relation`. */
  private reachOver(relation: Member, by: Member, object: number): void {
    const { view, plan, budget } = this.state;
    const type = view.typeOf(object);
    const seen = new Set<number>();
    for (const form of relation.subjects) {
      const formType = plan.types.get(form.type);
      if (formType?.number !== type) continue;
      const as = form.relation === undefined ? ITSELF : formType.members.get(form.relation)?.relation;
      if (as === undefined || seen.has(as)) continue;
      seen.add(as);
      const node = view.findNode(object, as);
      if (node === NONE) continue;
      this.cursor.holdersOf(view, node);
      for (let from = this.cursor.next(); from !== NONE; from = this.cursor.next()) {
        budget.take();
        if (view.relationOf(from) !== relation.relation) continue;
        const holder = view.objectOf(from);
        if (view.typeOf(holder) === relation.type) this.reach(by, holder);
      }
    }
  }

  /** All that has the object in it, by any way: from there `of` finds its sets. */
  private reachContainers(object: number): void {
    const { view } = this.state;
    if (this.containersOf.has(object)) return;
    this.containersOf.add(object);
    const type = view.typeOf(object);
    const own = view.findNode(object, ITSELF);
    if (own !== NONE) this.reachHolders(own);
    const all = view.findObject(type, WILDCARD);
    const wildcard = all === NONE ? NONE : view.findNode(all, ITSELF);
    if (wildcard !== NONE) this.reachHolders(wildcard);
    for (const member of this.of.selves[type] ?? []) this.reach(member, object);
  }
}
