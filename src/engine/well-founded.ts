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
import { Neighbours } from '../view/neighbours.ts';
import type { View } from '../view/view.ts';
import { askedQuery, possiblePairs } from './asked-objects.ts';
import type { GrantValues } from './grant-values.ts';
import type { PairList } from './lookup/possible-pairs.ts';
import type { Member, Step, Targets } from './member.ts';
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
  /** Who is asked about. */
  asked: Asked;
  rule: Ground;
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

/** @param asked whom it is about */
export type Know = (asked: Query, member: Member, object: number, value: Value) => void;

export interface Hooks {
  visit: () => void;
  know: Know;
}

/** A part of a member of an object. */
export interface AskedPart {
  step: Step;
  member: Member;
  object: number;
}

/**
 * @param grants says which tuples hold
 * @param hooks `visit` is called for each step of work, so that it counts towards the walk's limit; `know` is told of
 *   everything that was decided on the way
 * @param part asks for it and not for the member that the query names
 * @throws PembaError NEGATION_CYCLE, LIMIT
 */
export function solveWellFounded(
  plan: Plan,
  view: View,
  grants: GrantValues,
  query: Query,
  { visit, know }: Hooks,
  part?: AskedPart,
): Value {
  const system = new GroundSystem(plan, view, grants, query, visit);
  const value = system.solve(part);
  system.tell(know);
  return value;
}

class GroundSystem {
  private readonly plan: Plan;
  private readonly view: View;
  private readonly grants: GrantValues;
  private readonly visit: () => void;
  private readonly problems: Problem[] = [];
  private readonly main: Asked;
  private readonly objects = new Map<number, Asked>();
  /** Who the problem that is being written down asks about. */
  private asked: Asked;
  private readonly neighbours = new Neighbours();
  /** By problem, once solved; undefined of those that depend on their own negation. */
  private values: (Value | undefined)[] = [];

  constructor(plan: Plan, view: View, grants: GrantValues, query: Query, visit: () => void) {
    this.plan = plan;
    this.view = view;
    this.grants = grants;
    this.main = { query, numbers: new Map(), candidates: new Map() };
    this.asked = this.main;
    this.visit = visit;
  }

  solve(part: AskedPart | undefined): Value {
    const { member, object } = part ?? this.main.query;
    if (part === undefined) this.number(member, object);
    else this.problems.push({ member, object, asked: this.main, rule: constant(NO), cost: 1 });
    for (let i = 0; i < this.problems.length; i++) {
      const problem = this.problems[i];
      this.asked = problem.asked;
      const step = i === 0 && part !== undefined ? part.step : problem.member.step;
      const rule = this.ground(step, problem.member, problem.object);
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
      this.values = lower.map((value, number) => (value === upper[number] ? value : undefined));
      // The first is no whole member then.
      if (part !== undefined) this.values[0] = undefined;
      return lower[0];
    }
  }

  tell(know: Know): void {
    this.values.forEach((value, number) => {
      const { asked, member, object } = this.problems[number];
      if (value !== undefined) know(asked.query, member, object, value);
    });
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

  private reference(member: Member, object: number): Ground {
    this.visit();
    const { subjectRelation, subjectObject } = this.asked.query;
    if (member.relation === subjectRelation && object === subjectObject)
      return { op: 'constant', value: YES };
    return { op: 'problem', number: this.number(member, object) };
  }

  private ground(step: Step, member: Member, object: number): Ground {
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
      case 'every': {
        const links = this.storedNodes(object, step.relation, step.isGranted).map(({ node, value }) => {
          const named = this.view.objectOf(node);
          const target = step.targets.ofType[this.view.typeOf(named)];
          return { value, to: target === undefined ? constant(NO) : this.reference(target, named) };
        });
        const some: Ground = { op: 'or', of: links.map(({ value, to }) => both(value, to)) };
        if (step.op === 'arrow') return some;
        // A tuple that may hold need not lead to what has the name if it does not hold.
        const all = links.map(
          ({ value, to }): Ground =>
            value === YES ? to : { op: 'or', of: [constant((YES - value) as Value), to] },
        );
        return { op: 'and', of: [some, ...all] };
      }
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

  private operand(step: Step, isLong: boolean, member: Member, object: number): Ground {
    if (isLong) this.visit();
    return this.ground(step, member, object);
  }

  private groundDirect(member: Member, object: number): Ground {
    const { view } = this;
    const { query } = this.asked;
    const of: Ground[] = [];
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

  /** Over the objects whose name the subject may be in: that it is, and that they are in the set. */
  private groundOf(set: Member, targets: Targets, object: number): Ground {
    const { asked } = this;
    let found = asked.candidates.get(targets);
    if (found === undefined) {
      found = possiblePairs(this.plan, this.view, targets, asked.query, this.visit);
      asked.candidates.set(targets, found);
    }
    const of: Ground[] = [];
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

function constant(value: Value): Ground {
  return { op: 'constant', value };
}

/** What holds if a tuple of this value does, and `rule`. */
function both(value: Value, rule: Ground): Ground {
  return value === YES ? rule : { op: 'and', of: [constant(value), rule] };
}
