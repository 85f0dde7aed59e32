/** Writes down the {@link ProofGraph} of a question. */
import { must } from '../../base/assert.ts';
import { PembaError } from '../../base/errors.ts';
import type { Sliced } from '../../base/slices.ts';
import { ITSELF, NONE } from '../../graph/graph.ts';
import { WILDCARD } from '../../model/reference.ts';
import type { Rewrite } from '../../schema/compiled-schema.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { AskedObject } from '../asked-objects.ts';
import { sortFound } from '../lookup/sorted.ts';
import type { Member, Step, Targets } from '../member.ts';
import { YES } from '../memo.ts';
import { admitsSubject, admitsWildcard, freeForms } from './admitted.ts';
import { type CandidateObjects, findCandidateObjects } from './candidate-objects.ts';
import { ProofGraph, type SetRef } from './proof-graph.ts';
import type { Question } from './question.ts';
import { compiledMember, isFollowed } from './schema-facts.ts';

/**
 * The question's graph over the stored tuples and, with `withCandidates`, over those that could be written as well:
 *
 * - the subject itself, in each relation it comes across that admits it; its wildcard, where only that is admitted;
 * - in the relation of each arrow it comes across, the {@link findCandidateObjects | objects of the question};
 * - in the relations of the asked object, and in those of any arrow, the sets of these.
 *
 * A form that demands a condition or an expiry is passed over.
 */
export function* buildGraph(question: Question, withCandidates: boolean): Sliced<ProofGraph> {
  const candidates = withCandidates ? yield* findCandidateObjects(question) : { objects: [], targets: [] };
  const builder = new Builder(question, withCandidates, candidates);
  yield* builder.build();
  return builder.graph;
}

class Builder {
  readonly graph = new ProofGraph();
  private readonly question: Question;
  private readonly withCandidates: boolean;
  private readonly objects: readonly number[];
  /** Of links from the asked object. */
  private readonly targets: readonly number[];

  constructor(question: Question, withCandidates: boolean, { objects, targets }: CandidateObjects) {
    this.question = question;
    this.withCandidates = withCandidates;
    this.objects = objects;
    this.targets = [...objects, ...targets];
  }

  *build(): Sliced<void> {
    const { graph, question } = this;
    graph.set(question.query.member, question.query.object);
    for (let i = 0; i < graph.sets.length; i++) {
      const node = graph.sets[i];
      const set = must(graph.nodes[node].set, 'a set');
      const { rewrite } = compiledMember(question.plan, set.member);
      const body = this.isSubject(set)
        ? graph.add('constant', [], { holds: true })
        : yield* this.part(set.member.step, rewrite, set);
      graph.adopt(node, body);
    }
  }

  /** `o#r` is in `o#r`. */
  private isSubject({ member, object }: SetRef): boolean {
    const { subjectObject, subjectRelation } = this.question.query;
    return member.relation === subjectRelation && object === subjectObject;
  }

  private *part(step: Step, rewrite: Rewrite, set: SetRef): Sliced<number> {
    if (this.question.budget.step()) yield;
    const { graph } = this;
    const part = { ...set, rewrite };
    switch (step.op) {
      case 'direct':
        return graph.add('or', yield* this.direct(set), { part });
      case 'self': {
        const { isPlain, subjectObject } = this.question.query;
        return graph.add('constant', [], { part, holds: isPlain && set.object === subjectObject });
      }
      case 'nobody':
        return graph.add('constant', [], { part, holds: false });
      case 'name':
        return graph.add('or', [graph.set(step.member, set.object)], { part });
      case 'arrow':
        return graph.add('or', yield* this.links(step.relation, step.targets, set), { part });
      case 'every':
        return yield* this.every(step.relation, step.targets, set, rewrite);
      case 'of':
        return graph.add('or', yield* this.names(step.set, step.targets, set, rewrite), { part });
      case 'or':
      case 'and': {
        const of = rewrite.op === step.op ? rewrite.of : [];
        const children: number[] = [];
        for (let i = 0; i < step.of.length; i++) children.push(yield* this.part(step.of[i], of[i], set));
        return graph.add(step.op, children, { part });
      }
      case 'except': {
        if (rewrite.op !== 'except') throw new Error('a step that is not that of its expression');
        const from = yield* this.part(step.from, rewrite.from, set);
        const without = yield* this.part(step.without, rewrite.without, set);
        const absent = graph.add('not', [without], { part: { ...set, rewrite: rewrite.without } });
        return graph.add('and', [from, absent], { part });
      }
    }
  }

  /** The objects in whose name the subject may be, each with whether it is in the set. */
  private *names(
    set: Member,
    targets: Targets,
    { member, object }: SetRef,
    rewrite: Rewrite,
  ): Sliced<number[]> {
    const { walk, names, budget } = this.question;
    const { members, objects } = walk.candidatesFor(targets, undefined);
    const found = new Map(objects.map((each, i) => [each, members[i]]));
    for (const each of this.objects) {
      const name = targets.ofType[names.typeOf(each)];
      if (name !== undefined && names.idOf(each) !== WILDCARD) found.set(each, name);
    }
    const ways: number[] = [];
    for (const [each, name] of found) {
      if (budget.step()) yield;
      if (!this.isHeld(set, object, { type: name.type, object: each })) continue;
      const note = `${names.textOf(each)} is in ${names.textOf(object)}#${set.name}`;
      const held = this.graph.add('constant', [], { holds: true, note, part: { member, object, rewrite } });
      ways.push(this.graph.add('and', [this.graph.set(name, each), held]));
    }
    return ways;
  }

  private isHeld(set: Member, object: number, about: AskedObject): boolean {
    const { walk, budget, query } = this.question;
    const isSubject = query.isPlain && query.subjectObject === about.object;
    try {
      const before = walk.work;
      const value = walk.part({ op: 'name', member: set }, set, object, isSubject ? undefined : about);
      budget.spend(walk.work - before);
      return value === YES;
    } catch (error) {
      if (error instanceof PembaError && error.reason === 'NEGATION_CYCLE') return false;
      throw error;
    }
  }

  /** The subject, its wildcard, and the sets it may be in. */
  private *direct(set: SetRef): Sliced<number[]> {
    const { query, names, plan, budget } = this.question;
    const { member, object } = set;
    const found: number[] = [];
    const isAdmitted = this.withCandidates && admitsSubject(this.question, member);
    this.offer(found, set, query.subjectObject, query.subjectRelation, isAdmitted);
    if (query.isPlain && member.admitsWildcards) {
      this.offer(
        found,
        set,
        names.wildcard,
        ITSELF,
        this.withCandidates && !isAdmitted && admitsWildcard(this.question, member),
      );
    }
    if (!member.admitsSets) return found;
    for (const [subject, relation] of yield* this.stored(object, member.relation, 'setsOf')) {
      if (budget.step()) yield;
      if (subject === query.subjectObject && relation === query.subjectRelation) continue;
      const target = plan.member(names.typeOf(subject), relation);
      if (target === undefined) continue;
      const isStored =
        !member.admitsGrants ||
        names.isStored({ object, relation: member.relation, subject, subjectRelation: relation });
      if (isStored || this.withCandidates)
        found.push(this.link(set, member.relation, subject, relation, target, isStored));
    }
    // Where an arrow may want a tuple, it counts here, too.
    if (this.withCandidates && (object === query.object || isFollowed(plan, member))) {
      yield* this.candidateSets(set, found);
    }
    return found;
  }

  /** The tuple of the subject, or of its wildcard, if it is stored or may be. */
  private offer(
    found: number[],
    set: SetRef,
    subject: number,
    subjectRelation: number,
    isAdmitted: boolean,
  ): void {
    const edge = { object: set.object, relation: set.member.relation, subject, subjectRelation };
    const { names } = this.question;
    const isStored = names.isStored(edge);
    // One that is stored and does not hold would have to be written anew.
    if (isStored || isAdmitted || (this.withCandidates && names.whyNot(edge) !== undefined))
      found.push(this.graph.tuple(edge, isStored));
  }

  private *candidateSets(set: SetRef, found: number[]): Sliced<void> {
    const { query, names, plan, budget } = this.question;
    const { member, object } = set;
    // What may be linked to is stored here as well.
    const isLink = object === query.object && isFollowed(plan, member);
    for (const form of freeForms(member)) {
      if (form.relation === undefined) continue;
      const type = must(plan.types.get(form.type), form.type);
      const target = must(type.members.get(form.relation), form.relation);
      for (const subject of isLink ? this.targets : this.objects) {
        if (budget.step()) yield;
        if (names.typeOf(subject) !== type.number || (subject === object && target === member)) continue;
        if (subject === query.subjectObject && target.relation === query.subjectRelation) continue;
        const edge = { object, relation: member.relation, subject, subjectRelation: target.relation };
        if (names.isStored(edge)) continue;
        found.push(this.link(set, member.relation, subject, target.relation, target, false));
      }
    }
  }

  /** The tuples in the relation of an arrow, each with the target's set it leads to. */
  private *links(relation: number, targets: Targets, set: SetRef, into?: LinkEnds): Sliced<number[]> {
    const { names, plan } = this.question;
    const found: number[] = [];
    const collect = (subject: number, subjectRelation: number, isStored: boolean): void => {
      const target = targets.ofType[names.typeOf(subject)];
      if (target === undefined && into === undefined) return;
      if (target !== undefined)
        found.push(this.link(set, relation, subject, subjectRelation, target, isStored));
      into?.push({ subject, subjectRelation, target, isStored });
    };
    const holder = plan.member(set.member.type, relation);
    for (const [subject, subjectRelation] of yield* this.stored(set.object, relation, 'subjectsOf')) {
      if (this.question.budget.step()) yield;
      const isStored =
        holder?.admitsGrants !== true ||
        names.isStored({ object: set.object, relation, subject, subjectRelation });
      if (isStored || this.withCandidates) collect(subject, subjectRelation, isStored);
    }
    if (!this.withCandidates || holder === undefined) return found;
    for (const form of freeForms(holder)) {
      if (form.wildcard) continue;
      const type = must(plan.types.get(form.type), form.type);
      const subjectRelation =
        form.relation === undefined ? ITSELF : must(type.members.get(form.relation), form.relation).relation;
      for (const subject of set.object === this.question.query.object ? this.targets : this.objects) {
        if (this.question.budget.step()) yield;
        if (names.typeOf(subject) !== type.number) continue;
        if (names.isStored({ object: set.object, relation, subject, subjectRelation })) continue;
        collect(subject, subjectRelation, false);
      }
    }
    return found;
  }

  /** There is a link, and each that is there leads to a set that the subject is in. */
  private *every(relation: number, targets: Targets, set: SetRef, rewrite: Rewrite): Sliced<number> {
    const { graph } = this;
    const { names } = this.question;
    const relationName = this.question.view.graph.relations.name(relation);
    const ends: LinkEnds = [];
    yield* this.links(relation, targets, set, ends);
    const { relations } = this.question.view.graph;
    const identified: ({ id: string } & LinkEnds[number])[] = [];
    for (const end of ends) {
      if (this.question.budget.step()) yield;
      identified.push({ ...end, id: `${names.textOf(end.subject)}\0${relations.name(end.subjectRelation)}` });
    }
    const tuples: number[] = [];
    const all: number[] = [];
    for (const { subject, subjectRelation, target, isStored } of yield* sortFound(identified)) {
      if (this.question.budget.step()) yield;
      const tuple = graph.tuple({ object: set.object, relation, subject, subjectRelation }, isStored);
      tuples.push(tuple);
      const absent = graph.add('not', [tuple]);
      // An object of a type that lacks the name does not have it.
      const ways = [absent];
      if (target !== undefined) {
        const link: Rewrite = { op: 'arrow', relation: relationName, name: target.name };
        ways.push(graph.add('and', [tuple, graph.set(target, subject)], { part: { ...set, rewrite: link } }));
      }
      all.push(graph.add('or', ways));
    }
    const some = graph.add('or', tuples, { isFree: true });
    return graph.add('and', [some, ...all], { part: { ...set, rewrite } });
  }

  private link(
    set: SetRef,
    relation: number,
    subject: number,
    subjectRelation: number,
    target: Member,
    isStored: boolean,
  ): number {
    const tuple = this.graph.tuple({ object: set.object, relation, subject, subjectRelation }, isStored);
    return this.graph.add('and', [tuple, this.graph.set(target, subject)]);
  }

  /** What is stored at `object#relation`, each once, as object and relation. */
  private *stored(
    object: number,
    relation: number,
    kind: 'subjectsOf' | 'setsOf',
  ): Sliced<[number, number][]> {
    const { view, budget } = this.question;
    const node = view.findNode(object, relation);
    if (node === NONE) return [];
    const found = new Map<number, [number, number]>();
    const cursor = new Neighbours();
    cursor[kind](view, node);
    for (let at = cursor.next(); at !== NONE; at = cursor.next()) {
      found.set(at, [view.objectOf(at), view.relationOf(at)]);
      if (budget.step()) yield;
    }
    return [...found.values()];
  }
}

type LinkEnds = { subject: number; subjectRelation: number; target: Member | undefined; isStored: boolean }[];
