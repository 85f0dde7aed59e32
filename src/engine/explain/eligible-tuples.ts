/**
 * The tuples that a question's graph is made of: those that are stored and, with candidates, those that could be
 * written as well:
 *
 * - the subject itself, in each relation that admits it; its wildcard, where only that is admitted;
 * - in the relation of each arrow, the {@link CandidateObjects | objects of the question};
 * - in the relations of the asked object, and in those of any arrow, the sets of these.
 *
 * What they would carry, {@link Proposals} says: what would not hold is passed over.
 */
import type { Sliced } from '../../base/slices.ts';
import { ITSELF, NONE } from '../../graph/graph.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { Member, Targets } from '../member.ts';
import { admitsSubject, admitsWildcard } from './admitted.ts';
import type { CandidateObjects } from './candidate-objects.ts';
import type { Edge } from './names.ts';
import type { SetRef } from './proof-graph.ts';
import type { Question } from './question.ts';
import { isFollowed } from './schema-facts.ts';

/** A tuple of a relation at hand that leads to a set: by its subject, and whether it is stored. */
export interface Link {
  subject: number;
  subjectRelation: number;
  isStored: boolean;
  /** The member of the subject's object that it leads to. */
  target: Member;
}

/** The same, if the object of an arrow need not have the name. */
export type LooseLink = Omit<Link, 'target'> & { target: Member | undefined };

export class EligibleTuples {
  private readonly question: Question;
  private readonly withCandidates: boolean;
  private readonly objects: readonly number[];
  /** Of links from the asked object. */
  private readonly targets: readonly number[];

  /** @param candidates none if only stored tuples are wanted */
  constructor(question: Question, candidates: CandidateObjects | undefined) {
    this.question = question;
    this.withCandidates = candidates !== undefined;
    this.objects = candidates?.objects ?? [];
    this.targets = candidates === undefined ? [] : [...candidates.objects, ...candidates.targets];
  }

  /** Those in the set's relation that name the subject, or its wildcard. */
  ofSubject({ member, object }: SetRef): { edge: Edge; isStored: boolean }[] {
    const { question, withCandidates } = this;
    const { query, names } = question;
    const edgeTo = (subject: number, subjectRelation: number): Edge => ({
      object,
      relation: member.relation,
      subject,
      subjectRelation,
    });
    const isAdmitted = withCandidates && admitsSubject(question, member);
    const found = [this.ifEligible(edgeTo(query.subjectObject, query.subjectRelation), isAdmitted)];
    if (query.isPlain && member.admitsWildcards) {
      const isWanted = withCandidates && !isAdmitted && admitsWildcard(question, member);
      found.push(this.ifEligible(edgeTo(names.wildcard, ITSELF), isWanted));
    }
    return found.filter((each) => each !== undefined);
  }

  private ifEligible(edge: Edge, isAdmitted: boolean): { edge: Edge; isStored: boolean } | undefined {
    const isStored = this.question.names.isStored(edge);
    return isStored || isAdmitted || this.isRewritable(edge) ? { edge, isStored } : undefined;
  }

  /** One that is stored and does not hold may be written anew. */
  private isRewritable(edge: Edge): boolean {
    const { names, proposals } = this.question;
    return this.withCandidates && names.grantOf(edge) !== undefined && proposals.admits(edge);
  }

  /** Those in the set's relation that name other sets. */
  *ofSets(set: SetRef): Sliced<Link[]> {
    const { query, names, plan, budget } = this.question;
    const { member, object } = set;
    if (!member.admitsSets) return [];
    const found: Link[] = [];
    for (const [subject, subjectRelation] of yield* this.stored(object, member.relation, 'setsOf')) {
      if (budget.step()) yield;
      if (subject === query.subjectObject && subjectRelation === query.subjectRelation) continue;
      const target = plan.member(names.typeOf(subject), subjectRelation);
      if (target === undefined) continue;
      const edge = { object, relation: member.relation, subject, subjectRelation };
      const isStored = !member.admitsGrants || names.isStored(edge);
      if (isStored || this.isRewritable(edge)) found.push({ subject, subjectRelation, target, isStored });
    }
    // Where an arrow may want a tuple, it counts here, too.
    if (this.withCandidates && (object === query.object || isFollowed(plan, member))) {
      yield* this.addCandidateSets(set, found);
    }
    return found;
  }

  private *addCandidateSets({ member, object }: SetRef, found: Link[]): Sliced<void> {
    const { query, names, proposals, budget, plan } = this.question;
    // What may be linked to is stored here as well.
    const isLink = object === query.object && isFollowed(plan, member);
    for (const { type, set: target } of proposals.shapesOf(member)) {
      if (target === undefined) continue;
      const subjectRelation = target.relation;
      for (const subject of isLink ? this.targets : this.objects) {
        if (budget.step()) yield;
        if (names.typeOf(subject) !== type || (subject === object && target === member)) continue;
        if (subject === query.subjectObject && subjectRelation === query.subjectRelation) continue;
        if (names.isStored({ object, relation: member.relation, subject, subjectRelation })) continue;
        found.push({ subject, subjectRelation, target, isStored: false });
      }
    }
  }

  /** Those in the relation of an arrow. */
  *ofArrow(relation: number, targets: Targets, { member, object }: SetRef): Sliced<LooseLink[]> {
    const { names, plan, proposals, budget } = this.question;
    const holder = plan.member(member.type, relation);
    const found: LooseLink[] = [];
    for (const [subject, subjectRelation] of yield* this.stored(object, relation, 'subjectsOf')) {
      if (budget.step()) yield;
      const edge = { object, relation, subject, subjectRelation };
      const isStored = holder?.admitsGrants !== true || names.isStored(edge);
      if (!isStored && !this.isRewritable(edge)) continue;
      found.push({ subject, subjectRelation, target: targets.ofType[names.typeOf(subject)], isStored });
    }
    if (!this.withCandidates || holder === undefined) return found;
    for (const { type, wildcard, set: named } of proposals.shapesOf(holder)) {
      if (wildcard) continue;
      const subjectRelation = named?.relation ?? ITSELF;
      for (const subject of object === this.question.query.object ? this.targets : this.objects) {
        if (budget.step()) yield;
        if (names.typeOf(subject) !== type) continue;
        if (names.isStored({ object, relation, subject, subjectRelation })) continue;
        found.push({ subject, subjectRelation, target: targets.ofType[type], isStored: false });
      }
    }
    return found;
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
