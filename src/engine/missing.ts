/**
 * What a conditional answer depends on: the parameters that nobody gave, of the conditions on which it hangs.
 *
 * From the question down, a part that is neither "no" nor "yes" is so because of parts of it that are neither, so only
 * those are looked into. If no parameter is missing there, a condition that has no value is to blame, and that is an error.
 */
import { PembaError } from '../base/errors.ts';
import { ITSELF, NONE } from '../graph/graph.ts';
import { WILDCARD } from '../model/reference.ts';
import { Neighbours } from '../view/neighbours.ts';
import type { View } from '../view/view.ts';
import type { AskedObject } from './asked-objects.ts';
import type { Member, Step, Targets } from './member.ts';
import { NO, UNKNOWN, type Value, YES } from './memo.ts';
import type { Plan } from './plan.ts';
import type { Query } from './query.ts';
import type { Walk } from './walk/walk.ts';

interface Pending {
  member: Member;
  object: number;
  /** Who is asked about; undefined for the question's own subject. */
  about: AskedObject | undefined;
}

/** A tuple that leads to a member of an object. */
interface Link {
  from: number;
  to: number;
  /** Whether the tuple holds, and whether the subject is in the member. */
  granted: Value;
  value: Value;
  behind: Pending | undefined;
}

/**
 * The names, sorted, each once; at least one.
 * @param walk that has just answered the query, on this plan and view, with neither yes nor no
 * @throws PembaError CONDITION_FAILED, MALFORMED_CONTEXT naming the tuple; LIMIT
 */
export function missingParameters(plan: Plan, view: View, walk: Walk, query: Query): readonly string[] {
  return new MissingParameters(plan, view, walk, query).find();
}

class MissingParameters {
  private readonly plan: Plan;
  private readonly view: View;
  private readonly walk: Walk;
  private readonly query: Query;
  private readonly names = new Set<string>();
  private readonly pending: Pending[] = [];
  private readonly seen = new Map<number, Map<Member, Set<number>>>();
  /** Of several conditions that fail, that of the first tuple in the order of their texts. */
  private failure: { tuple: string; error: PembaError } | undefined;

  /** What counts as the value of what depends on its own negation: the answer hardly ever hangs on it. */
  private ofCycles: Value = NO;

  constructor(plan: Plan, view: View, walk: Walk, query: Query) {
    this.plan = plan;
    this.view = view;
    this.walk = walk;
    this.query = query;
  }

  find(): readonly string[] {
    this.search();
    if (this.names.size === 0 && this.failure === undefined) {
      // What the answer hangs on lies behind something that depends on its own negation.
      this.ofCycles = UNKNOWN;
      this.seen.clear();
      this.search();
    }
    if (this.names.size > 0) return [...this.names].sort();
    if (this.failure === undefined) {
      throw new PembaError('INTERNAL', 'assertion failed: an answer depends on nothing');
    }
    const { tuple, error } = this.failure;
    const details = error.field === undefined ? { cause: error } : { field: error.field, cause: error };
    throw new PembaError(error.reason, `tuple \`${tuple}\`: ${error.message}`, details);
  }

  private search(): void {
    const { member, object } = this.query;
    this.goTo(member, object, undefined);
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop()) {
      this.lookInto(next.member.step, next);
    }
  }

  private goTo(member: Member, object: number, about: AskedObject | undefined): void {
    const key = about?.object ?? -1;
    let members = this.seen.get(key);
    if (members === undefined) {
      members = new Map();
      this.seen.set(key, members);
    }
    const objects = members.get(member);
    if (objects?.has(object)) return;
    if (objects === undefined) members.set(member, new Set([object]));
    else objects.add(object);
    this.pending.push({ member, object, about });
  }

  private lookIntoIfUnknown(step: Step, at: Pending): void {
    if (this.valueOf(step, at) === UNKNOWN) this.lookInto(step, at);
  }

  /** {@link ofCycles} if it depends on its own negation. */
  private valueOf(step: Step, { member, object, about }: Pending): Value {
    try {
      return this.walk.part(step, member, object, about);
    } catch (error) {
      if (error instanceof PembaError && error.reason === 'NEGATION_CYCLE') return this.ofCycles;
      throw error;
    }
  }

  private valueOfSet(at: Pending): Value {
    return this.valueOf({ op: 'name', member: at.member }, at);
  }

  private lookInto(step: Step, at: Pending): void {
    switch (step.op) {
      case 'self':
      case 'nobody':
        return;
      case 'name':
        this.goTo(step.member, at.object, at.about);
        return;
      case 'direct':
        this.lookIntoTuples(at);
        return;
      case 'arrow':
        for (const link of this.linksOf(step.relation, step.targets, at)) this.lookBehind(link);
        return;
      case 'every':
        this.lookIntoEvery(this.linksOf(step.relation, step.targets, at));
        return;
      case 'of':
        this.lookIntoNames(step.set, step.targets, at);
        return;
      case 'or':
      case 'and':
        for (const part of step.of) this.lookIntoIfUnknown(part, at);
        return;
      case 'except':
        this.lookIntoIfUnknown(step.from, at);
        this.lookIntoIfUnknown(step.without, at);
    }
  }

  private lookIntoTuples(at: Pending): void {
    const { view } = this;
    const node = view.findNode(at.object, at.member.relation);
    if (node === NONE) return;
    const { subjectObject, subjectRelation, subjectType, isPlain } = this.subjectOf(at);
    const subject = view.findNode(subjectObject, subjectRelation);
    this.noteStored(node, subject);
    const wildcard = isPlain ? view.findObject(subjectType, WILDCARD) : NONE;
    if (wildcard !== NONE) this.noteStored(node, view.findNode(wildcard, ITSELF));
    if (!at.member.admitsSets) return;
    const neighbours = new Neighbours().setsOf(view, node);
    for (let to = neighbours.next(); to !== NONE; to = neighbours.next()) {
      const target = this.plan.member(view.typeOf(view.objectOf(to)), view.relationOf(to));
      if (target !== undefined && to !== subject) this.lookBehind(this.linkOf(node, to, target, at));
    }
  }

  private noteStored(from: number, to: number): void {
    if (to !== NONE && this.view.hasEdge(from, to)) this.noteGrant(from, to);
  }

  private linksOf(relation: number, targets: Targets, at: Pending): Link[] {
    const { view } = this;
    const node = view.findNode(at.object, relation);
    if (node === NONE) return [];
    const links: Link[] = [];
    const neighbours = new Neighbours().subjectsOf(view, node);
    for (let to = neighbours.next(); to !== NONE; to = neighbours.next()) {
      links.push(this.linkOf(node, to, targets.ofType[view.typeOf(view.objectOf(to))], at));
    }
    return links;
  }

  private linkOf(from: number, to: number, target: Member | undefined, { about }: Pending): Link {
    const granted = this.walk.grants.valueOf(this.view.grantOf(from, to));
    const behind =
      target === undefined ? undefined : { member: target, object: this.view.objectOf(to), about };
    return { from, to, granted, behind, value: behind === undefined ? NO : this.valueOfSet(behind) };
  }

  /** That a tuple holds and leads to a member that does. */
  private lookBehind(link: Link): void {
    if (Math.min(link.granted, link.value) === UNKNOWN) this.note(link);
  }

  /** That some tuple holds and leads to a member that does, and that all that hold do. */
  private lookIntoEvery(links: readonly Link[]): void {
    const some = Math.max(...links.map(({ granted, value }) => Math.min(granted, value)));
    for (const link of links) {
      const [isOfSome, isOfAll] = [
        Math.min(link.granted, link.value) === UNKNOWN,
        Math.max(YES - link.granted, link.value) === UNKNOWN,
      ];
      if (isOfAll || (isOfSome && some === UNKNOWN)) this.note(link);
    }
  }

  private note({ from, to, granted, behind, value }: Link): void {
    if (granted === UNKNOWN) this.noteGrant(from, to);
    if (value === UNKNOWN && behind !== undefined) this.goTo(behind.member, behind.object, behind.about);
  }

  private lookIntoNames(set: Member, targets: Targets, at: Pending): void {
    const { members, objects } = this.walk.candidatesFor(targets, at.about);
    for (const [i, member] of members.entries()) {
      const object = { type: member.type, object: objects[i] };
      const named = { member, object: objects[i], about: at.about };
      const held = { member: set, object: at.object, about: this.isQuestions(object) ? undefined : object };
      const values = [this.valueOfSet(named), this.valueOfSet(held)];
      if (Math.min(...values) !== UNKNOWN) continue;
      if (values[0] === UNKNOWN) this.goTo(named.member, named.object, named.about);
      if (values[1] === UNKNOWN) this.goTo(held.member, held.object, held.about);
    }
  }

  private isQuestions({ object }: AskedObject): boolean {
    return this.query.isPlain && this.query.subjectObject === object;
  }

  private subjectOf({
    about,
  }: Pending): Pick<Query, 'subjectObject' | 'subjectRelation' | 'subjectType' | 'isPlain'> {
    if (about === undefined) return this.query;
    return { subjectObject: about.object, subjectRelation: ITSELF, subjectType: about.type, isPlain: true };
  }

  private noteGrant(from: number, to: number): void {
    const grant = this.view.grantOf(from, to);
    if (grant === undefined) return;
    const outcome = this.walk.grants.outcomeOf(grant);
    if (outcome instanceof PembaError) this.noteFailure(from, to, outcome);
    else if (typeof outcome === 'object') for (const name of outcome.missing) this.names.add(name);
  }

  private noteFailure(from: number, to: number, error: PembaError): void {
    const tuple = `${this.textOf(from)}@${this.textOf(to)}`;
    if (this.failure === undefined || tuple < this.failure.tuple) this.failure = { tuple, error };
  }

  private textOf(node: number): string {
    const { view } = this;
    const object = view.objectOf(node);
    const relation = view.relationOf(node);
    const text = `${view.graph.types.name(view.typeOf(object))}:${view.idOf(object)}`;
    return relation === ITSELF ? text : `${text}#${view.graph.relations.name(relation)}`;
  }
}
