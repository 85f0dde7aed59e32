/**
 * `require a excludes b`: nobody is effectively in both, whatever the clock says and whatever parameters are given.
 *
 * So every grant that carries something counts as unknown, and who may be in a side is in it. Sets and wildcards count
 * as subjects too: one stored on both sides is refused, whoever is in it.
 */
import { limitReached } from '../../base/limits.ts';
import type { Member } from '../../engine/member.ts';
import { NO } from '../../engine/memo.ts';
import type { Query } from '../../engine/query.ts';
import { ITSELF } from '../../graph/graph.ts';
import { WILDCARD } from '../../model/reference.ts';
import type { Excludes } from '../rules.ts';
import { hasOwnTuples } from '../stored.ts';
import type { Violation } from '../violation.ts';
import { type Affected, findAffected } from './affected.ts';
import { dependenciesOf } from './dependencies.ts';
import { Descent } from './descent.ts';
import { PossibleWalk } from './possible-walk.ts';
import type { InvariantState, TouchedEdge } from './state.ts';

/** If no more subjects than these may be new anywhere, they are asked for, and not those of each object. */
const FEW_SUBJECTS = 1_000;
const FIRST_INSTALMENT = 16;

interface Subject {
  object: number;
  relation: number;
}

export class ExcludesCheck {
  private readonly state: InvariantState;
  private readonly walk: PossibleWalk;

  constructor(state: InvariantState) {
    this.state = state;
    this.walk = new PossibleWalk(state);
  }

  /** @throws PembaError LIMIT, NEGATION_CYCLE */
  checkChanges(edges: readonly TouchedEdge[]): Violation | undefined {
    return this.checkAffected(edges) ?? this.checkSelves(edges);
  }

  /** With its first tuple an object has obligations, and `self` may have been in both sides before. */
  private checkSelves(edges: readonly TouchedEdge[]): Violation | undefined {
    const { selves } = dependenciesOf(this.state.plan);
    for (const { object, member } of edges) {
      if (selves[member.type] === undefined) continue;
      for (const rule of this.state.rules.excludes) {
        if (rule.left.type !== member.type || !this.hasObligations(rule, object)) continue;
        const found = this.checkSubjects([{ rule, object }], [{ object, relation: ITSELF }]);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  private checkAffected(edges: readonly TouchedEdge[]): Violation | undefined {
    const affected = findAffected(this.state, edges).filter(({ rule, object }) =>
      this.hasObligations(rule, object),
    );
    if (affected.length === 0) return undefined;
    const changed = this.changedSubjects(edges);
    if (changed !== undefined) return this.checkSubjects(affected, changed);
    for (const { rule, object } of affected) {
      const found = this.checkObject(rule, object);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Looks for anybody who is in both sides of one object. */
  checkObject(rule: Excludes, object: number): Violation | undefined {
    if (rule.left === rule.right)
      return this.checkSubjects([{ rule, object }], this.allOf(rule.left, object));
    return this.checkSubjects([{ rule, object }], this.smallerSide(rule, object));
  }

  private hasObligations({ left }: Excludes, object: number): boolean {
    const type = this.state.rules.types[left.type];
    return type !== undefined && hasOwnTuples(this.state.view, type.plan, object);
  }

  private checkSubjects(affected: readonly Affected[], subjects: readonly Subject[]): Violation | undefined {
    for (const subject of subjects) {
      for (const { rule, object } of affected) {
        if (this.isIn(rule.left, object, subject) && this.isIn(rule.right, object, subject)) {
          return violation(rule, object, subject);
        }
      }
    }
    return undefined;
  }

  private isIn(member: Member, object: number, subject: Subject): boolean {
    const { view } = this.state;
    const query: Query = {
      member,
      object,
      subjectType: view.typeOf(subject.object),
      subjectObject: subject.object,
      subjectRelation: subject.relation,
      isPlain: subject.relation === ITSELF && view.idOf(subject.object) !== WILDCARD,
    };
    return this.walk.check(query) !== NO;
  }

  /** Whoever may be in a set in which they were not before; undefined if that cannot be told, or they are many. */
  private changedSubjects(edges: readonly TouchedEdge[]): Subject[] | undefined {
    const { view, plan } = this.state;
    const of = dependenciesOf(plan);
    if (!of.isLocal) return undefined;
    const descent = new Descent(this.state, true);
    for (const { member, to } of edges) {
      if (of.tuplesMatter[member.index] !== 1) continue;
      if (of.relevant[member.index] === 1) descent.meet(to);
      const named = view.objectOf(to);
      for (const ofType of of.targetsOver[member.index]) {
        const target = ofType[view.typeOf(named)];
        if (target !== undefined) descent.start(target, named);
      }
    }
    descent.advance(FEW_SUBJECTS * 10);
    if (!descent.isDone || descent.hasWildcard || descent.subjectObjects.length > FEW_SUBJECTS)
      return undefined;
    return subjectsOf(descent);
  }

  /** All who may be in one of the sides, whichever is known first. */
  private smallerSide({ left, right }: Excludes, object: number): Subject[] {
    const sides = [left, right].map((member) => {
      const descent = new Descent(this.state, false);
      descent.start(member, object);
      return descent;
    });
    for (let steps = FIRST_INSTALMENT; ; steps *= 2) {
      for (const side of sides) {
        side.advance(steps);
        if (side.isDone && !side.hasWildcard && !side.isOpen) return subjectsOf(side);
      }
      if (!sides.every((side) => side.isDone)) continue;
      // Nothing tells who is in `name` of all objects there are.
      if (sides.some((side) => side.isOpen))
        throw limitReached('invariantSteps', this.state.limits.invariantSteps);
      // A wildcard stands for all; so those of both sides are asked for, and the wildcard itself. Who is excepted from an
      // exception differs from all others, too.
      return [left, right].flatMap((member) => this.allOf(member, object));
    }
  }

  private allOf(member: Member, object: number): Subject[] {
    const descent = new Descent(this.state, true);
    descent.start(member, object);
    descent.advance(Number.POSITIVE_INFINITY);
    return subjectsOf(descent);
  }
}

function subjectsOf({ subjectObjects, subjectRelations }: Descent): Subject[] {
  return subjectObjects.map((object, i) => ({ object, relation: subjectRelations[i] }));
}

function violation({ text, source }: Excludes, object: number, subject: Subject): Violation {
  return {
    reason: 'INVARIANT_REQUIRE',
    rule: text,
    source,
    what: (names) =>
      `${names.subject(subject.object, subject.relation)} would be in both sides on ${names.object(object)}`,
  };
}
