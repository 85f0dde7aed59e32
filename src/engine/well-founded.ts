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
import { NONE } from '../graph/graph.ts';
import { OWN } from '../view/overlay.ts';
import type { View } from '../view/view.ts';
import type { Member, Step } from './member.ts';
import { NO, type Value, YES } from './memo.ts';
import { findNegationCycle, type Reference } from './negation-cycle.ts';
import type { Plan } from './plan.ts';
import { type Query, UNMENTIONED_OBJECT, UNMENTIONED_SUBJECT } from './query.ts';

/** How many members of a cycle an error names at its start, and at its end with the closing one. */
const NAMED_FIRST = 5;
const NAMED_LAST = 5;
/** Characters of an id in an error, as in `quoted` of `model/reference.ts`. */
const ID_LENGTH = 80;

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
  /** Number of steps to evaluate the rule. */
  cost: number;
}

/**
 * @param visit called for each step of work, so that it counts towards the walk's limit
 * @throws PembaError NEGATION_CYCLE, LIMIT
 */
export function solveWellFounded(plan: Plan, view: View, query: Query, visit: () => void): Value {
  const system = new GroundSystem(plan, view, query, visit);
  return system.solve();
}

class GroundSystem {
  private readonly plan: Plan;
  private readonly view: View;
  private readonly query: Query;
  private readonly visit: () => void;
  private readonly problems: Problem[] = [];
  private readonly numbers = new Map<Member, Map<number, number>>();

  constructor(plan: Plan, view: View, query: Query, visit: () => void) {
    this.plan = plan;
    this.view = view;
    this.query = query;
    this.visit = visit;
  }

  solve(): Value {
    this.number(this.query.member, this.query.object);
    for (let i = 0; i < this.problems.length; i++) {
      const { member, object } = this.problems[i];
      const rule = this.ground(member.step, member, object);
      this.problems[i].rule = rule;
      this.problems[i].cost = costOf(rule);
    }
    let lower = this.problems.map((): Value => NO);
    let upper = this.problems.map((): Value => YES);
    for (;;) {
      const nextUpper = this.leastFixedPoint(lower, upper);
      const nextLower = this.leastFixedPoint(nextUpper, lower);
      const done = sameValues(nextLower, lower) && sameValues(nextUpper, upper);
      lower = nextLower;
      upper = nextUpper;
      if (!done) continue;
      if (lower[0] !== upper[0]) throw this.cycleError(lower, upper);
      return lower[0];
    }
  }

  /**
   * The least values that satisfy the rules when problems right of `except` have those of `negated`,
   * and right of an `except` within that, those of `before`.
   */
  private leastFixedPoint(negated: readonly Value[], before: readonly Value[]): Value[] {
    const values = this.problems.map((): Value => NO);
    for (let changed = true; changed; ) {
      changed = false;
      // From the back: what a problem refers to was mostly numbered after it, so that values
      // travel up a whole chain in one round.
      for (let i = values.length - 1; i >= 0; i--) {
        for (let cost = this.problems[i].cost; cost > 0; cost--) this.visit();
        const value = evaluate(this.problems[i].rule, values, negated, before);
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
      number = this.problems.push({ member, object, rule: constant(false), cost: 1 }) - 1;
      byObject.set(object, number);
    }
    return number;
  }

  private reference(member: Member, object: number): Ground {
    this.visit();
    const { subjectRelation, subjectObject } = this.query;
    if (member.relation === subjectRelation && object === subjectObject)
      return { op: 'constant', value: YES };
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
          const target = step.targets.ofType[this.view.typeOf(named)];
          return target === undefined ? constant(false) : this.reference(target, named);
        });
        if (step.op === 'every' && of.length === 0) return constant(false);
        return { op: step.op === 'arrow' ? 'or' : 'and', of };
      }
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

  private operand(step: Step, isLong: boolean, member: Member, object: number): Ground {
    if (isLong) this.visit();
    return this.ground(step, member, object);
  }

  private groundDirect(member: Member, object: number): Ground {
    const { view, query } = this;
    const of: Ground[] = [];
    for (const node of this.storedNodes(object, member.relation)) {
      const subject = view.objectOf(node);
      const relation = view.relationOf(node);
      if (subject === query.subjectObject && relation === query.subjectRelation) return constant(true);
      const type = view.typeOf(subject);
      if (relation === 0) {
        if (query.isPlain && type === query.subjectType && view.idOf(subject) === '*') return constant(true);
        continue;
      }
      const set = this.plan.member(type, relation);
      if (set !== undefined) of.push(this.reference(set, subject));
    }
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
    if (overlay !== null) for (const to of overlay.addedTo(node)) stored.push(to);
    return stored;
  }

  private cycleError(lower: readonly Value[], upper: readonly Value[]): PembaError {
    const isOpen = (number: number): boolean => lower[number] !== upper[number];
    const references = this.problems.map(({ rule }, number) =>
      isOpen(number) ? referencesOf(rule, false).filter(({ to }) => isOpen(to)) : [],
    );
    const path = findNegationCycle(references);
    const name = (number: number): string => `\`${this.name(this.problems[number])}\``;
    const names =
      path.length <= NAMED_FIRST + NAMED_LAST
        ? path.map(name)
        : [
            ...path.slice(0, NAMED_FIRST).map(name),
            `… ${path.length - NAMED_FIRST - NAMED_LAST} more …`,
            ...path.slice(-NAMED_LAST).map(name),
          ];
    return new PembaError(
      'NEGATION_CYCLE',
      `the check depends on its own negation: ${names.join(' -> ')}; remove a tuple of this cycle, or the \`except\` from the schema`,
    );
  }

  private name(problem: Problem): string {
    const { object, member } = problem;
    const known = object !== UNMENTIONED_OBJECT && object !== UNMENTIONED_SUBJECT;
    return `${member.typeName}:${known ? shortened(this.view.idOf(object)) : '…'}#${member.name}`;
  }
}

/**
 * The rule's value with `values` left of `except` and `negated` right of it. Both sides of an `except` in there are
 * taken from what is known already, never from the `values` being computed: so a rule means the same
 * whether the right side is written out or stands under a name of its own.
 */
function evaluate(
  rule: Ground,
  values: readonly Value[],
  negated: readonly Value[],
  before: readonly Value[],
): Value {
  switch (rule.op) {
    case 'constant':
      return rule.value;
    case 'problem':
      return values[rule.number];
    case 'or':
      return rule.of.reduce<Value>(
        (max, part) => Math.max(max, evaluate(part, values, negated, before)) as Value,
        NO,
      );
    case 'and':
      return rule.of.reduce<Value>(
        (min, part) => Math.min(min, evaluate(part, values, negated, before)) as Value,
        YES,
      );
    case 'except': {
      const from = evaluate(rule.from, values, negated, before);
      return Math.min(from, YES - evaluate(rule.without, negated, before, negated)) as Value;
    }
  }
}

function shortened(id: string): string {
  if (id.length <= ID_LENGTH) return id;
  return `${id.slice(0, ID_LENGTH - 3).replace(/[\ud800-\udbff]$/, '')}…`;
}

function sameValues(a: readonly Value[], b: readonly Value[]): boolean {
  return a.every((value, i) => value === b[i]);
}

function referencesOf(rule: Ground, negative: boolean): Reference[] {
  switch (rule.op) {
    case 'constant':
      return [];
    case 'problem':
      return [{ to: rule.number, negative }];
    case 'or':
    case 'and':
      return rule.of.flatMap((part) => referencesOf(part, negative));
    case 'except':
      return [...referencesOf(rule.from, negative), ...referencesOf(rule.without, true)];
  }
}

function costOf(rule: Ground): number {
  switch (rule.op) {
    case 'constant':
    case 'problem':
      return 1;
    case 'or':
    case 'and':
      return rule.of.reduce((sum, part) => sum + costOf(part), 1);
    case 'except':
      return 1 + costOf(rule.from) + costOf(rule.without);
  }
}

function constant(holds: boolean): Ground {
  return { op: 'constant', value: holds ? YES : NO };
}
