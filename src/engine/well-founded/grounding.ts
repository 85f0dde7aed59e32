/** Writes down every sub-problem that a question can touch, each with its rule. */
import { NONE } from '../../graph/graph.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { View } from '../../view/view.ts';
import { askedQuery, possiblePairs } from '../asked-objects.ts';
import type { GrantValues } from '../grant-values.ts';
import type { PairList } from '../lookup/possible-pairs.ts';
import type { Member, Step, Targets } from '../member.ts';
import { NO, type Value, YES } from '../memo.ts';
import type { Plan } from '../plan.ts';
import type { Query } from '../query.ts';
import { both, constant, costOf, type Rule } from './rule.ts';

export interface Problem {
  member: Member;
  object: number;
  /** Who is asked about. */
  asked: Asked;
  rule: Rule;
  /** Number of steps to evaluate the rule. */
  cost: number;
}

/** The question's subject, or an object that a `name of set` asks about. */
interface Asked {
  query: Query;
  /** Problems about it, by member and object. */
  numbers: Map<Member, Map<number, number>>;
  candidates: Map<Targets, PairList>;
}

/** A part of a member of an object. */
export interface AskedPart {
  step: Step;
  member: Member;
  object: number;
}

/** A tuple that an arrow follows: whether it holds, and the rule of what it leads to. */
interface Link {
  value: Value;
  to: Rule;
}

export class Grounding {
  private readonly problems: Problem[] = [];
  private readonly plan: Plan;
  private readonly view: View;
  private readonly grants: GrantValues;
  private readonly visit: () => void;
  private readonly main: Asked;
  private readonly objects = new Map<number, Asked>();
  /** Who the problem that is being written down asks about. */
  private asked: Asked;
  private readonly neighbours = new Neighbours();

  /** @param grants says which tuples hold */
  constructor(plan: Plan, view: View, grants: GrantValues, query: Query, visit: () => void) {
    this.plan = plan;
    this.view = view;
    this.grants = grants;
    this.main = { query, numbers: new Map(), candidates: new Map() };
    this.asked = this.main;
    this.visit = visit;
  }

  /** The first problem is what the query asks for, or the part. */
  run(part: AskedPart | undefined): readonly Problem[] {
    const { member, object } = part ?? this.main.query;
    if (part === undefined) this.number(member, object);
    else this.problems.push({ member, object, asked: this.main, rule: constant(NO), cost: 1 });
    for (let i = 0; i < this.problems.length; i++) {
      const problem = this.problems[i];
      this.asked = problem.asked;
      const step = i === 0 && part !== undefined ? part.step : problem.member.step;
      const rule = this.ground(step, problem.member, problem.object);
      problem.rule = rule;
      problem.cost = costOf(rule);
    }
    return this.problems;
  }

  private number(member: Member, object: number): number {
    const { asked } = this;
    let byObject = asked.numbers.get(member);
    if (byObject === undefined) {
      byObject = new Map();
      asked.numbers.set(member, byObject);
    }
    let number = byObject.get(object);
    if (number === undefined) {
      number = this.problems.push({ member, object, asked, rule: constant(NO), cost: 1 }) - 1;
      byObject.set(object, number);
    }
    return number;
  }

  private reference(member: Member, object: number): Rule {
    this.visit();
    const { subjectRelation, subjectObject } = this.asked.query;
    if (member.relation === subjectRelation && object === subjectObject)
      return { op: 'constant', value: YES };
    return { op: 'problem', number: this.number(member, object) };
  }

  private ground(step: Step, member: Member, object: number): Rule {
    switch (step.op) {
      case 'direct':
        return this.groundDirect(member, object);
      case 'self': {
        const { isPlain, subjectObject } = this.asked.query;
        return constant(isPlain && object === subjectObject ? YES : NO);
      }
      case 'nobody':
        return constant(NO);
      case 'name':
        return this.reference(step.member, object);
      case 'arrow':
        return this.groundArrow(this.links(step.relation, step.targets, step.isGranted, object));
      case 'every':
        return this.groundEvery(this.links(step.relation, step.targets, step.isGranted, object));
      case 'of':
        return this.groundOf(step.set, step.targets, object);
      case 'or':
      case 'and':
        return { op: step.op, of: step.of.map((part) => this.operand(part, step.isLong, member, object)) };
      case 'except':
        return {
          op: 'except',
          from: this.operand(step.from, step.isLong, member, object),
          without: this.operand(step.without, step.isLong, member, object),
        };
    }
  }

  private operand(step: Step, isLong: boolean, member: Member, object: number): Rule {
    if (isLong) this.visit();
    return this.ground(step, member, object);
  }

  private groundDirect(member: Member, object: number): Rule {
    const { view } = this;
    const { query } = this.asked;
    const of: Rule[] = [];
    for (const { node, value } of this.storedNodes(object, member.relation, member.admitsGrants)) {
      const subject = view.objectOf(node);
      const relation = view.relationOf(node);
      const type = view.typeOf(subject);
      const isSubject = subject === query.subjectObject && relation === query.subjectRelation;
      const isWildcard =
        relation === 0 && query.isPlain && type === query.subjectType && view.idOf(subject) === '*';
      if (isSubject || isWildcard) {
        if (value === YES) return constant(YES);
        of.push(constant(value));
        continue;
      }
      const set = relation === 0 ? undefined : this.plan.member(type, relation);
      if (set !== undefined) of.push(both(value, this.reference(set, subject)));
    }
    return { op: 'or', of };
  }

  /** Some tuple holds and leads to what has the name. */
  private groundArrow(links: readonly Link[]): Rule {
    return { op: 'or', of: links.map(({ value, to }) => both(value, to)) };
  }

  /** Likewise, and all do; one that may hold need not lead to what has the name if it does not hold. */
  private groundEvery(links: readonly Link[]): Rule {
    const all = links.map(
      ({ value, to }): Rule =>
        value === YES ? to : { op: 'or', of: [constant((YES - value) as Value), to] },
    );
    return { op: 'and', of: [this.groundArrow(links), ...all] };
  }

  private links(relation: number, targets: Targets, isGranted: boolean, object: number): Link[] {
    return this.storedNodes(object, relation, isGranted).map(({ node, value }) => {
      const named = this.view.objectOf(node);
      const target = targets.ofType[this.view.typeOf(named)];
      // An object of a type that lacks the name does not have it.
      return { value, to: target === undefined ? constant(NO) : this.reference(target, named) };
    });
  }

  /** Over the objects whose name the subject may be in: that it is, and that they are in the set. */
  private groundOf(set: Member, targets: Targets, object: number): Rule {
    const { asked } = this;
    let found = asked.candidates.get(targets);
    if (found === undefined) {
      found = possiblePairs(this.plan, this.view, targets, asked.query, this.visit);
      asked.candidates.set(targets, found);
    }
    const of: Rule[] = [];
    for (const [i, member] of found.members.entries()) {
      const named = this.reference(member, found.objects[i]);
      this.asked = this.askedObject(member, found.objects[i]);
      const inSet = this.reference(set, object);
      this.asked = asked;
      of.push({ op: 'and', of: [named, inSet] });
    }
    return { op: 'or', of };
  }

  private askedObject({ type }: Member, object: number): Asked {
    const { query } = this.main;
    if (query.isPlain && query.subjectObject === object) return this.main;
    let asked = this.objects.get(object);
    if (asked === undefined) {
      asked = {
        query: askedQuery(query.member, { type, object }),
        numbers: new Map(),
        candidates: new Map(),
      };
      this.objects.set(object, asked);
    }
    return asked;
  }

  /** The nodes of all subjects stored at (object, relation) by tuples that hold, or may. */
  private storedNodes(
    object: number,
    relation: number,
    isGranted: boolean,
  ): { node: number; value: Value }[] {
    const { view, neighbours, grants } = this;
    const from = view.findNode(object, relation);
    if (from === NONE) return [];
    const stored: { node: number; value: Value }[] = [];
    neighbours.subjectsOf(view, from);
    for (let node = neighbours.next(); node !== NONE; node = neighbours.next()) {
      this.visit();
      const value = isGranted ? grants.valueOf(view.grantOf(from, node)) : YES;
      if (value !== NO) stored.push({ node, value });
    }
    return stored;
  }
}
