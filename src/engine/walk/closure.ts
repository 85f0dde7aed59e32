/**
 * The sets a subject is in, found from the subject's side: Zanzibar's Leopard index, computed on
 * demand and as far as it pays.
 *
 * A check of a document that ten thousand groups may read, for a user of three groups, should
 * cost three and not ten thousand. Only pure members (see `purity.ts`) that something asks for
 * are followed, and those named by them, so the closure holds groups and not every document the
 * subject can reach. It
 * proceeds in instalments, so that its cost can be kept proportional to the walk it may replace.
 */
import { truncate } from '../../base/truncate.ts';
import { NONE } from '../../graph/graph.ts';
import { OWN } from '../../view/overlay.ts';
import type { View } from '../../view/view.ts';
import type { Member } from '../member.ts';
import { Memo, YES } from '../memo.ts';
import type { Plan } from '../plan.ts';

export class SubjectClosure {
  private readonly reached = new Memo();
  private readonly members: Member[] = [];
  private readonly objects: number[] = [];
  /** Nodes whose incoming edges are still to be followed, from `nextNode` on. */
  private readonly nodes: number[] = [];
  private nextNode = 0;
  private nextEdge = NONE;
  /** Pairs found whose member others name, so that those are still to be reached, from `nextNamed` on. */
  private readonly namedMembers: Member[] = [];
  private readonly namedObjects: number[] = [];
  private nextNamed = 0;
  private nextHolder = 0;
  /** Steps taken since the last reset. */
  steps = 0;
  private plan!: Plan;
  private view!: View;

  /** True once the closure is whole: then what it lacks, the subject is not in. */
  complete = false;

  /** Starts anew for the subjects standing at `nodes` (the subject, and its type's wildcard). */
  reset(plan: Plan, view: View, nodes: readonly number[]): void {
    this.plan = plan;
    this.view = view;
    this.reached.clear();
    truncate(this.members, 0);
    truncate(this.objects, 0);
    truncate(this.nodes, 0);
    for (const node of nodes) if (node !== NONE) this.nodes.push(node);
    this.nextNode = 0;
    this.nextEdge = NONE;
    truncate(this.namedMembers, 0);
    truncate(this.namedObjects, 0);
    this.nextNamed = 0;
    this.nextHolder = 0;
    this.steps = 0;
    this.complete = false;
  }

  /** The set `member` of `object` is known to hold the subject. */
  seed(member: Member, object: number): void {
    if (member.isSoughtThrough) this.reach(member, object);
  }

  /** Number of (member, object) pairs found so far. */
  get size(): number {
    return this.members.length;
  }

  memberAt(i: number): Member {
    return this.members[i];
  }

  objectAt(i: number): number {
    return this.objects[i];
  }

  has(member: Member, object: number): boolean {
    return this.reached.states[this.reached.entry(member.index, object)] === YES;
  }

  /** Works on until `budget` steps have been taken in all. @returns {@link complete} */
  advance(budget: number): boolean {
    while (!this.complete && this.steps < budget) this.step(budget);
    return this.complete;
  }

  private step(budget: number): void {
    if (this.nextNamed < this.namedMembers.length) {
      this.nameHolders(budget);
      return;
    }
    if (this.nextNode === this.nodes.length) {
      this.complete = true;
      return;
    }
    const node = this.nodes[this.nextNode];
    const { overlay, graph } = this.view;
    if (node < OWN) {
      let edge = this.nextEdge === NONE ? graph.nodes.firstIn.get(node) : this.nextEdge;
      for (; edge !== NONE && this.steps < budget; edge = graph.edges.nextIn.get(edge)) {
        this.steps++;
        const from = graph.edges.from(edge);
        if (overlay === null || !overlay.isRemoved(from, node)) this.follow(from);
      }
      this.nextEdge = edge;
      if (edge !== NONE) return;
    }
    if (overlay !== null) for (const from of overlay.addedFrom(node)) this.follow(from);
    this.steps++;
    this.nextEdge = NONE;
    this.nextNode++;
  }

  /** Who is in a set is in all that name it. */
  private nameHolders(budget: number): void {
    const object = this.namedObjects[this.nextNamed];
    const holders = this.namedMembers[this.nextNamed].namedBy;
    for (; this.nextHolder < holders.length && this.steps < budget; this.nextHolder++) {
      this.steps++;
      this.reach(holders[this.nextHolder], object);
    }
    if (this.nextHolder < holders.length) return;
    this.nextHolder = 0;
    this.nextNamed++;
  }

  /** The subject is stored at `node`: it is in all members that take what is stored there. */
  private follow(node: number): void {
    const object = this.view.objectOf(node);
    const member = this.plan.member(this.view.typeOfNode(node), this.view.relationOf(node));
    if (member?.isPureDirect && member.isSoughtThrough) this.reach(member, object);
  }

  private reach(member: Member, object: number): void {
    const entry = this.reached.entry(member.index, object);
    if (this.reached.states[entry] === YES) return;
    this.reached.states[entry] = YES;
    if (member.namedBy.length > 0) {
      this.namedMembers.push(member);
      this.namedObjects.push(object);
    }
    if (!member.isAskedFor) return;
    this.members.push(member);
    this.objects.push(object);
    const node = this.view.findNode(object, member.relation);
    if (node !== NONE) this.nodes.push(node);
  }
}
