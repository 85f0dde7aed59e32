/**
 * What the right answers are, computed in the plainest way from the language's meaning: every
 * relation and permission of every object is a set of subjects, and these sets are the least ones
 * that satisfy the schema. It shares no code with the engine, and does everything the slow way.
 *
 * Negation: the well-founded model, by the alternating fixed point. `lower` holds what surely holds,
 * `upper` what is not surely absent; a subject that stays in between depends on its own negation.
 */
import { type Expression, namesOf, type OracleSchema } from './oracle-schema.ts';

export type OracleAnswer = 'allowed' | 'denied' | 'negation cycle';

/** `object#member` to the subjects that are in it. */
type Sets = Map<string, Set<string>>;

/** A rule as the oracle reads it: `direct` says whose tuples, and right of `except` stands a name. */
type Rule =
  | { kind: 'stored'; relation: string }
  | { kind: 'self' | 'nobody' }
  | { kind: 'name'; name: string }
  | { kind: 'arrow' | 'every'; relation: string; name: string }
  | { kind: 'or' | 'and'; of: Rule[] }
  | { kind: 'except'; from: Rule; withoutName: string };

export class Oracle {
  /** By type, then member. */
  private readonly rules = new Map<string, Map<string, Rule>>();
  /** By `object#relation`: the subjects stored there. */
  private readonly stored = new Map<string, string[]>();
  private readonly objects: string[];
  private readonly subjects: string[];
  private readonly lower: Sets;
  private readonly upper: Sets;

  /**
   * Works everything out at once.
   * @param tuples `object#relation@subject`
   * @param objects what {@link check} will be asked about, beside the objects that tuples mention
   * @param subjects what it will be asked for
   */
  constructor(schema: OracleSchema, tuples: Iterable<string>, objects: string[], subjects: string[]) {
    for (const type of schema.types) this.rules.set(type.name, rulesOf(type.declarations));
    const mentioned = new Set(objects);
    for (const tuple of tuples) {
      const at = tuple.indexOf('@', tuple.indexOf('#'));
      const [set, subject] = [tuple.slice(0, at), tuple.slice(at + 1)];
      this.stored.set(set, [...(this.stored.get(set) ?? []), subject]);
      mentioned.add(objectOf(set));
      if (!isWildcard(subject)) mentioned.add(objectOf(subject));
    }
    this.objects = [...mentioned];
    this.subjects = subjects;

    let lower = this.nothing();
    for (;;) {
      const upper = this.leastSets(lower);
      const next = this.leastSets(upper);
      if (sameSets(next, lower)) {
        this.lower = lower;
        this.upper = upper;
        return;
      }
      lower = next;
    }
  }

  check(object: string, member: string, subject: string): OracleAnswer {
    const set = `${object}#${member}`;
    if (this.lower.get(set)?.has(subject)) return 'allowed';
    return this.upper.get(set)?.has(subject) ? 'negation cycle' : 'denied';
  }

  private nothing(): Sets {
    const sets: Sets = new Map();
    for (const object of this.objects) {
      for (const member of this.rulesFor(object).keys()) sets.set(`${object}#${member}`, new Set());
    }
    return sets;
  }

  /** The least sets that satisfy all rules, where what stands right of `except` is as in `absent`. */
  private leastSets(absent: Sets): Sets {
    const sets = this.nothing();
    for (let changed = true; changed; ) {
      changed = false;
      for (const object of this.objects) {
        for (const [member, rule] of this.rulesFor(object)) {
          const name = `${object}#${member}`;
          const members = this.membersOf(rule, object, sets, absent);
          members.add(name);
          if (members.size !== sets.get(name)?.size) changed = true;
          sets.set(name, members);
        }
      }
    }
    return sets;
  }

  private membersOf(rule: Rule, object: string, sets: Sets, absent: Sets): Set<string> {
    switch (rule.kind) {
      case 'stored':
        return union(this.storedAt(object, rule.relation).map((subject) => this.everybodyIn(subject, sets)));
      case 'self':
        return new Set([object]);
      case 'nobody':
        return new Set();
      case 'name':
        return new Set(sets.get(`${object}#${rule.name}`));
      case 'arrow':
        return union(this.namedIn(object, rule).map((set) => sets.get(set) ?? new Set()));
      case 'every': {
        const all = this.namedIn(object, rule).map((set) => sets.get(set) ?? new Set<string>());
        return all.length === 0 ? new Set() : intersection(all);
      }
      case 'or':
        return union(rule.of.map((part) => this.membersOf(part, object, sets, absent)));
      case 'and':
        return intersection(rule.of.map((part) => this.membersOf(part, object, sets, absent)));
      case 'except': {
        const from = this.membersOf(rule.from, object, sets, absent);
        for (const subject of absent.get(`${object}#${rule.withoutName}`) ?? []) from.delete(subject);
        return from;
      }
    }
  }

  /** A stored subject stands for itself, a set for all in it too, a wildcard for all objects of its type too. */
  private everybodyIn(subject: string, sets: Sets): Set<string> {
    const everybody = new Set([subject, ...(sets.get(subject) ?? [])]);
    if (isWildcard(subject)) {
      for (const asked of this.subjects)
        if (isObject(asked) && typeOf(asked) === typeOf(subject)) everybody.add(asked);
    }
    return everybody;
  }

  private storedAt(object: string, relation: string): string[] {
    return this.stored.get(`${object}#${relation}`) ?? [];
  }

  /** `x#name` for each object `x` that the relation names, whether `x` has such a member or not. */
  private namedIn(object: string, { relation, name }: { relation: string; name: string }): string[] {
    return this.storedAt(object, relation).map((subject) => `${objectOf(subject)}#${name}`);
  }

  private rulesFor(object: string): Map<string, Rule> {
    return this.rules.get(typeOf(object)) ?? new Map();
  }
}

function rulesOf(declarations: OracleSchema['types'][number]['declarations']): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  for (const declaration of declarations) {
    if (declaration.kind === 'roles') {
      declaration.rungs.forEach((rung, i) => {
        const direct: Rule = { kind: 'stored', relation: rung };
        rules.set(
          rung,
          i === 0 ? direct : { kind: 'or', of: [direct, { kind: 'name', name: declaration.rungs[i - 1] }] },
        );
      });
      continue;
    }
    const [name] = namesOf(declaration);
    rules.set(name, ruleOf(declaration.expression ?? { kind: 'direct' }, name, rules));
  }
  return rules;
}

/** What stands right of an `except` gets a hidden name, so that it means what it would under a name. */
function ruleOf(expression: Expression, member: string, rules: Map<string, Rule>): Rule {
  switch (expression.kind) {
    case 'direct':
      return { kind: 'stored', relation: member };
    case 'or':
    case 'and':
      return { kind: expression.kind, of: expression.of.map((part) => ruleOf(part, member, rules)) };
    case 'except': {
      const withoutName = `${member} without ${rules.size}`;
      rules.set(withoutName, { kind: 'nobody' });
      rules.set(withoutName, ruleOf(expression.without, member, rules));
      return { kind: 'except', from: ruleOf(expression.from, member, rules), withoutName };
    }
    case 'of':
      throw new Error('this oracle knows no `of`; `values-oracle.ts` does');
    default:
      return expression;
  }
}

function typeOf(reference: string): string {
  return reference.slice(0, reference.indexOf(':'));
}

/** `t:x` of `t:x` and of `t:x#r`. */
function objectOf(reference: string): string {
  const hash = reference.indexOf('#');
  return hash < 0 ? reference : reference.slice(0, hash);
}

function isWildcard(subject: string): boolean {
  return subject === `${typeOf(subject)}:*`;
}

function isObject(subject: string): boolean {
  return !subject.includes('#') && !isWildcard(subject);
}

function union(sets: Iterable<string>[]): Set<string> {
  const all = new Set<string>();
  for (const set of sets) for (const subject of set) all.add(subject);
  return all;
}

function intersection([first, ...others]: Set<string>[]): Set<string> {
  return new Set([...first].filter((subject) => others.every((set) => set.has(subject))));
}

function sameSets(a: Sets, b: Sets): boolean {
  return [...a].every(
    ([name, set]) => set.size === b.get(name)?.size && [...set].every((s) => b.get(name)?.has(s)),
  );
}
