/** Writes down the {@link ProofGraph} of a question. */
import { must } from '../../base/assert.ts';
import type { Sliced } from '../../base/slices.ts';
import type { Rewrite } from '../../schema/compiled-schema.ts';
import { sortFound } from '../lookup/sorted.ts';
import type { Member, Step, Targets } from '../member.ts';
import { findCandidateObjects } from './candidate-objects.ts';
import { EligibleTuples, type Link, type LooseLink } from './eligible-tuples.ts';
import { heldNames } from './held-names.ts';
import { ProofGraph, type SetRef } from './proof-graph.ts';
import type { Question } from './question.ts';
import { compiledMember } from './schema-facts.ts';

/**
 * The question's graph over the stored tuples and, with `withCandidates`, over those that could be written as well; see
 * {@link EligibleTuples}.
 */
export function* buildGraph(question: Question, withCandidates: boolean): Sliced<ProofGraph> {
  const candidates = withCandidates ? yield* findCandidateObjects(question) : undefined;
  const tuples = new EligibleTuples(question, candidates);
  const builder = new Builder(question, tuples, candidates?.objects ?? []);
  yield* builder.build();
  return builder.graph;
}

class Builder {
  readonly graph = new ProofGraph();
  private readonly question: Question;
  private readonly tuples: EligibleTuples;
  /** Objects that are looked at although no tuple leads to them. */
  private readonly objects: readonly number[];

  constructor(question: Question, tuples: EligibleTuples, objects: readonly number[]) {
    this.question = question;
    this.tuples = tuples;
    this.objects = objects;
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
        return graph.add('or', yield* this.arrow(step.relation, step.targets, set), { part });
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
    const { names } = this.question;
    const ways: number[] = [];
    for (const [each, name] of yield* heldNames(this.question, set, targets, object, this.objects)) {
      const note = `${names.textOf(each)} is in ${names.textOf(object)}#${set.name}`;
      const held = this.graph.add('constant', [], { holds: true, note, part: { member, object, rewrite } });
      ways.push(this.graph.add('and', [this.graph.set(name, each), held]));
    }
    return ways;
  }

  /** The subject, its wildcard, and the sets it may be in. */
  private *direct(set: SetRef): Sliced<number[]> {
    const found: number[] = [];
    for (const { edge, isStored } of this.tuples.ofSubject(set)) found.push(this.graph.tuple(edge, isStored));
    for (const link of yield* this.tuples.ofSets(set)) found.push(this.link(set, set.member.relation, link));
    return found;
  }

  /** The tuples in the relation of an arrow, each with the target's set it leads to. */
  private links(relation: number, set: SetRef, links: readonly LooseLink[]): number[] {
    const found: number[] = [];
    for (const { target, ...link } of links) {
      if (target !== undefined) found.push(this.link(set, relation, { ...link, target }));
    }
    return found;
  }

  private *arrow(relation: number, targets: Targets, set: SetRef): Sliced<number[]> {
    return this.links(relation, set, yield* this.tuples.ofArrow(relation, targets, set));
  }

  /** There is a link, and each that is there leads to a set that the subject is in. */
  private *every(relation: number, targets: Targets, set: SetRef, rewrite: Rewrite): Sliced<number> {
    const { graph } = this;
    const { names } = this.question;
    const relationName = this.question.view.graph.relations.name(relation);
    const links = yield* this.tuples.ofArrow(relation, targets, set);
    // The numbers are those that an arrow would give: of what is equally good, the lower ones are taken.
    this.links(relation, set, links);
    const { relations } = this.question.view.graph;
    const identified: ({ id: string } & LooseLink)[] = [];
    for (const link of links) {
      if (this.question.budget.step()) yield;
      identified.push({
        ...link,
        id: `${names.textOf(link.subject)}\0${relations.name(link.subjectRelation)}`,
      });
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

  private link(set: SetRef, relation: number, { target, isStored, subject, subjectRelation }: Link): number {
    const tuple = this.graph.tuple({ object: set.object, relation, subject, subjectRelation }, isStored);
    return this.graph.add('and', [tuple, this.graph.set(target, subject)]);
  }
}
