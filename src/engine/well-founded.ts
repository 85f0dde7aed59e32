/**
 * Decides a question whose walk met itself through a negation.
 *
 * It writes down every sub-problem the question can touch and computes the well-founded model
 * (Van Gelder, Ross & Schlipf 1991) by the alternating fixed point: a lower bound of what holds,
 * with everything not surely absent counted as present right of `except`, and an upper bound the
 * other way round, until neither moves. On data that is stratified both bounds meet, and this is
 * the perfect model; where they do not, the check depends on its own negation and that is an error
 * that names the cycle. Nothing here depends on the order of tuples or operands.
 */
import { PembaError } from '../base/errors.ts';
import { limitReached, type Limits } from '../base/limits.ts';
import { NONE } from '../graph/graph.ts';
import { OWN } from '../view/overlay.ts';
import type { View } from '../view/view.ts';
import { NO, type Value, YES } from './memo.ts';
import type { Member, Step } from './member.ts';
import type { Plan } from './plan.ts';
import { type Query, UNMENTIONED_OBJECT, UNMENTIONED_SUBJECT } from './query.ts';

/** A step with its data written in: constants, references to problems by number, operators. */
type Ground =
  | { op: 'constant'; value: Value }
  | { op: 'problem'; number: number }
  | { op: 'or' | 'and'; of: Ground[] }
  | { op: 'except'; from: Ground; without: Ground };

interface Problem {
  member: Member;
  object: number;
  rule: Ground;
}

/** @throws PembaError NEGATION_CYCLE, LIMIT */
export function solveWellFounded(plan: Plan, view: View, query: Query, limits: Limits, visits: number): Value {
  const system = new GroundSystem(plan, view, query, limits, visits);
  return system.solve();
}

class GroundSystem {
  private readonly plan: Plan;
  private readonly view: View;
  private readonly query: Query;
  private readonly limits: Limits;
  private visits: number;
  private readonly problems: Problem[] = [];
  private readonly numbers = new Map<Member, Map<number, number>>();

  constructor(plan: Plan, view: View, query: Query, limits: Limits, visits: number) {
    this.plan = plan;
    this.view = view;
    this.query = query;
    this.limits = limits;
    this.visits = visits;
  }

  solve(): Value {
    this.number(this.query.member, this.query.object);
    for (let i = 0; i < this.problems.length; i++) {
      const { member, object } = this.problems[i];
      this.problems[i].rule = this.ground(member.step, member, object);
    }
    let lower = this.problems.map((): Value => NO);
    for (;;) {
      const upper = this.leastFixedPoint(lower);
      const next = this.leastFixedPoint(upper);
      if (next.every((value, i) => value === lower[i])) {
        if (lower[0] !== upper[0]) throw this.cycleError(lower, upper);
        return lower[0];
      }
      lower = next;
    }
  }

  /** The least values that satisfy the rules when problems right of `except` have those of `negated`. */
  private leastFixedPoint(negated: readonly Value[]): Value[] {
    const values = this.problems.map((): Value => NO);
    for (let changed = true; changed; ) {
      changed = false;
      for (let i = 0; i < values.length; i++) {
        this.visit();
        const value = evaluate(this.problems[i].rule, values, negated);
        if (value !== values[i]) {
          values[i] = value;
          changed = true;
        }
      }
    }
    return values;
  }

  private number(member: Member, object: number): number {
    let byObject = this.numbers.get(member);
    if (byObject === undefined) {
      byObject = new Map();
      this.numbers.set(member, byObject);
    }
    let number = byObject.get(object);
    if (number === undefined) {
      number = this.problems.push({ member, object, rule: { op: 'constant', value: NO } }) - 1;
      byObject.set(object, number);
    }
    return number;
  }

  private reference(member: Member, object: number): Ground {
    this.visit();
    const { subjectRelation, subjectObject } = this.query;
    if (member.relation === subjectRelation && object === subjectObject) return { op: 'constant', value: YES };
    return { op: 'problem', number: this.number(member, object) };
  }

  private ground(step: Step, member: Member, object: number): Ground {
    switch (step.op) {
      case 'direct':
        return this.groundDirect(member, object);
      case 'self':
        return constant(this.query.isPlain && object === this.query.subjectObject);
      case 'nobody':
        return constant(false);
      case 'name':
        return this.reference(step.member, object);
      case 'arrow':
      case 'every': {
        const of = this.storedNodes(object, step.relation).map((node): Ground => {
          const named = this.view.objectOf(node);
          const target = step.targets[this.view.typeOf(named)];
          return target === undefined ? constant(false) : this.reference(target, named);
        });
        if (step.op === 'every' && of.length === 0) return constant(false);
        return { op: step.op === 'arrow' ? 'or' : 'and', of };
      }
      case 'or':
      case 'and':
        return { op: step.op, of: step.of.map((part) => this.ground(part, member, object)) };
      case 'except':
        return {
          op: 'except',
          from: this.ground(step.from, member, object),
          without: this.ground(step.without, member, object),
        };
    }
  }

  private groundDirect(member: Member, object: number): Ground {
    const { view, query } = this;
    const of = this.storedNodes(object, member.relation).map((node): Ground => {
      const subject = view.objectOf(node);
      const relation = view.relationOf(node);
      if (subject === query.subjectObject && relation === query.subjectRelation) return constant(true);
      const type = view.typeOf(subject);
      if (relation === 0) return constant(query.isPlain && type === query.subjectType && view.idOf(subject) === '*');
      const set = this.plan.member(type, relation);
      return set === undefined ? constant(false) : this.reference(set, subject);
    });
    return { op: 'or', of };
  }

  /** The nodes of all subjects stored at (object, relation). */
  private storedNodes(object: number, relation: number): number[] {
    const { graph, overlay } = this.view;
    const node = this.view.findNode(object, relation);
    if (node === NONE) return [];
    const stored: number[] = [];
    if (node < OWN) {
      for (const first of [graph.nodes.firstPlain.get(node), graph.nodes.firstSet.get(node)]) {
        for (let edge = first; edge !== NONE; edge = graph.edges.nextOut.get(edge)) {
          this.visit();
          const to = graph.edges.to(edge);
          if (overlay === null || !overlay.isRemoved(node, to)) stored.push(to);
        }
      }
    }
    if (overlay !== null) stored.push(...overlay.addedTo(node));
    return stored;
  }

  private cycleError(lower: readonly Value[], upper: readonly Value[]): PembaError {
    const open = (number: number): boolean => lower[number] !== upper[number];
    const path: number[] = [0];
    for (;;) {
      const rule = this.problems[path[path.length - 1]].rule;
      const next = references(rule).find(open);
      if (next === undefined) break;
      const at = path.indexOf(next);
      if (at >= 0) {
        path.splice(0, at);
        path.push(next);
        break;
      }
      path.push(next);
    }
    const names = path.map((number) => `\`${this.name(this.problems[number])}\``);
    return new PembaError(
      'NEGATION_CYCLE',
      `the check depends on its own negation: ${names.join(' -> ')}; remove a tuple of this cycle, or the \`except\` from the schema`,
    );
  }

  private name(problem: Problem): string {
    const { object, member } = problem;
    const known = object !== UNMENTIONED_OBJECT && object !== UNMENTIONED_SUBJECT;
    return `${member.typeName}:${known ? this.view.idOf(object) : '…'}#${member.name}`;
  }

  private visit(): void {
    if (++this.visits > this.limits.walkVisits) throw limitReached('walkVisits', this.limits.walkVisits);
  }
}

/** The rule's value with `values` left of `except` and `negated` right of it (and so on inwards). */
function evaluate(rule: Ground, values: readonly Value[], negated: readonly Value[]): Value {
  switch (rule.op) {
    case 'constant':
      return rule.value;
    case 'problem':
      return values[rule.number];
    case 'or':
      return rule.of.reduce<Value>((max, part) => Math.max(max, evaluate(part, values, negated)) as Value, NO);
    case 'and':
      return rule.of.reduce<Value>((min, part) => Math.min(min, evaluate(part, values, negated)) as Value, YES);
    case 'except': {
      const from = evaluate(rule.from, values, negated);
      return Math.min(from, YES - evaluate(rule.without, negated, values)) as Value;
    }
  }
}

function references(rule: Ground): number[] {
  switch (rule.op) {
    case 'constant':
      return [];
    case 'problem':
      return [rule.number];
    case 'or':
    case 'and':
      return rule.of.flatMap(references);
    case 'except':
      return [...references(rule.from), ...references(rule.without)];
  }
}

function constant(holds: boolean): Ground {
  return { op: 'constant', value: holds ? YES : NO };
}
