/**
 * As `oracle.ts`, for the whole language: sets with three values, for tuples that carry conditions and expiries, and
 * `name of set`. It shares no code with the engine, and knows of a tuple only whether it holds: 2, perhaps: 1, or not: 0.
 */
import { type Declaration, type Expression, namesOf, type OracleSchema } from './oracle-schema.ts';

export type Value = 0 | 1 | 2;

/** A rule as the oracle reads it: `direct` says whose tuples, and right of `except` stands a name. */
type Rule =
  | { kind: 'stored'; relation: string }
  | { kind: 'self' | 'nobody' }
  | { kind: 'name'; name: string }
  | { kind: 'arrow' | 'every'; relation: string; name: string }
  | { kind: 'of'; set: string; name: string }
  | { kind: 'or' | 'and'; of: Rule[] }
  | { kind: 'except'; from: Rule; without: Rule };

/** Whether a tuple holds. Of one that perhaps does: the parameters that are missing; none if its condition fails. */
export interface Holding {
  value: Value;
  missing: readonly string[];
}

export type ValuesAnswer =
  | 'allowed'
  | 'denied'
  | 'negation cycle'
  | 'condition failed'
  | `conditional ${string}`;

/** `object#member@subject` to its value; what is not in it is 0. */
type Values = Map<string, Value>;

interface Link {
  subject: string;
  holding: Holding;
}

export class ValuesOracle {
  private readonly rules = new Map<string, Map<string, Rule>>();
  private readonly stored = new Map<string, Link[]>();
  private readonly objects: string[];
  private readonly subjects: string[];
  private lower: Values = new Map();
  private upper: Values = new Map();

  constructor(
    schema: OracleSchema,
    tuples: ReadonlyMap<string, Holding>,
    objects: string[],
    subjects: string[],
  ) {
    for (const { name, declarations } of schema.types) this.rules.set(name, rulesOf(declarations));
    const mentioned = new Set(objects);
    for (const [tuple, holding] of tuples) {
      const at = tuple.indexOf('@', tuple.indexOf('#'));
      const [set, subject] = [tuple.slice(0, at), tuple.slice(at + 1)];
      this.stored.set(set, [...(this.stored.get(set) ?? []), { subject, holding }]);
      mentioned.add(objectOf(set));
      if (!subject.endsWith(':*')) mentioned.add(objectOf(subject));
    }
    this.objects = [...mentioned];
    // For `name of set` objects are asked about as well.
    this.subjects = [...new Set([...subjects, ...this.objects])];
    for (;;) {
      this.upper = this.least(this.lower);
      const next = this.least(this.upper);
      if (same(next, this.lower)) return;
      this.lower = next;
    }
  }

  check(object: string, member: string, subject: string): ValuesAnswer {
    const value = this.lower.get(`${object}#${member}@${subject}`) ?? 0;
    if (value !== (this.upper.get(`${object}#${member}@${subject}`) ?? 0)) return 'negation cycle';
    if (value !== 1) return value === 2 ? 'allowed' : 'denied';
    const { names, hasFailed } = this.missing(object, member, subject, 0);
    if (names.length > 0) return `conditional ${names.join()}`;
    if (hasFailed) return 'condition failed';
    // What it hangs on lies behind something that depends on its own negation.
    const behind = this.missing(object, member, subject, 1);
    return behind.names.length === 0 ? 'condition failed' : `conditional ${behind.names.join()}`;
  }

  private least(absent: Values): Values {
    const values: Values = new Map();
    for (let changed = true; changed; ) {
      changed = false;
      for (const object of this.objects) {
        for (const [member, rule] of this.rules.get(typeOf(object)) ?? []) {
          for (const subject of this.subjects) {
            const name = `${object}#${member}@${subject}`;
            const value =
              subject === `${object}#${member}`
                ? 2
                : this.value(rule, object, member, subject, values, absent);
            if (value === (values.get(name) ?? 0)) continue;
            values.set(name, value);
            changed = true;
          }
        }
      }
    }
    return values;
  }

  /** Left of `except` by `values`, right of it by `absent`. */
  private value(
    rule: Rule,
    object: string,
    member: string,
    subject: string,
    values: Values,
    absent: Values,
  ): Value {
    const of = (part: Rule): Value => this.value(part, object, member, subject, values, absent);
    const at = (set: string, who = subject): Value => values.get(`${set}@${who}`) ?? 0;
    switch (rule.kind) {
      case 'self':
        return subject === object ? 2 : 0;
      case 'nobody':
        return 0;
      case 'name':
        return at(`${object}#${rule.name}`);
      case 'stored':
        return most(
          this.links(object, rule.relation).map((link) =>
            both(link.holding.value, this.stands(link, subject, values)),
          ),
        );
      case 'arrow':
        return most(
          this.links(object, rule.relation).map(({ subject: to, holding }) =>
            both(holding.value, at(`${objectOf(to)}#${rule.name}`)),
          ),
        );
      case 'every': {
        const links = this.links(object, rule.relation).map(
          (link) => [link.holding.value, at(`${objectOf(link.subject)}#${rule.name}`)] as const,
        );
        return both(
          most(links.map(([holds, value]) => both(holds, value))),
          fewest(links.map(([holds, value]) => most([(2 - holds) as Value, value]))),
        );
      }
      case 'of':
        return most(
          this.objects.map((each) => both(at(`${each}#${rule.name}`), at(`${object}#${rule.set}`, each))),
        );
      case 'or':
        return most(rule.of.map(of));
      case 'and':
        return fewest(rule.of.map(of));
      case 'except': {
        // It has a name of its own; see below.
        const without = (rule.without as { name: string }).name;
        const excluded = absent.get(`${object}#${without}@${subject}`) ?? 0;
        return both(of(rule.from), (2 - excluded) as Value);
      }
    }
  }

  private stands({ subject: stored }: Link, subject: string, values: Values): Value {
    if (stored === subject) return 2;
    if (stored.endsWith(':*')) return isObject(subject) && typeOf(subject) === typeOf(stored) ? 2 : 0;
    return stored.includes('#') ? (values.get(`${stored}@${subject}`) ?? 0) : 0;
  }

  private links(object: string, relation: string): Link[] {
    return this.stored.get(`${object}#${relation}`) ?? [];
  }

  /**
   * The parameters on which it hangs: of the tuples that perhaps hold, below parts that perhaps hold.
   * @param undecided what counts as the value of what depends on its own negation
   */
  private missing(
    object: string,
    member: string,
    subject: string,
    undecided: Value,
  ): { names: string[]; hasFailed: boolean } {
    const names = new Set<string>();
    let hasFailed = false;
    const seen = new Set<string>();
    const go = (o: string, m: string, s: string): void => {
      const name = `${o}#${m}@${s}`;
      if (seen.has(name)) return;
      seen.add(name);
      const rule = this.rules.get(typeOf(o))?.get(m);
      if (rule !== undefined) look(rule, o, m, s);
    };
    const note = ({ holding }: Link): void => {
      if (holding.value === 1 && holding.missing.length === 0) hasFailed = true;
      for (const each of holding.missing) names.add(each);
    };
    const final = (set: string, s: string): Value => {
      const [low, high] = [this.lower.get(`${set}@${s}`) ?? 0, this.upper.get(`${set}@${s}`) ?? 0];
      return low === high ? low : undecided;
    };
    const part = (rule: Rule, o: string, m: string, s: string): Value => {
      const low = this.value(rule, o, m, s, this.lower, this.upper);
      return low === this.value(rule, o, m, s, this.upper, this.lower) ? low : undecided;
    };
    const goIfPerhaps = (set: string, s: string): void => {
      const hash = set.indexOf('#');
      if (final(set, s) === 1) go(set.slice(0, hash), set.slice(hash + 1), s);
    };
    const look = (rule: Rule, o: string, m: string, s: string): void => {
      switch (rule.kind) {
        case 'name':
          go(o, rule.name, s);
          break;
        case 'stored':
          for (const link of this.links(o, rule.relation)) {
            const value =
              link.subject.includes('#') && link.subject !== s
                ? final(link.subject, s)
                : this.stands(link, s, this.lower);
            if (both(link.holding.value, value) !== 1) continue;
            note(link);
            if (value === 1) goIfPerhaps(link.subject, s);
          }
          break;
        case 'arrow':
        case 'every': {
          const links = this.links(o, rule.relation).map((link) => {
            const set = `${objectOf(link.subject)}#${rule.name}`;
            return { link, set, holds: link.holding.value, value: final(set, s) };
          });
          const some = most(links.map(({ holds, value }) => both(holds, value)));
          for (const { link, set, holds, value } of links) {
            const isOfSome = both(holds, value) === 1 && (rule.kind === 'arrow' || some === 1);
            const isOfAll = rule.kind === 'every' && most([(2 - holds) as Value, value]) === 1;
            if (!isOfSome && !isOfAll) continue;
            note(link);
            goIfPerhaps(set, s);
          }
          break;
        }
        case 'of':
          for (const each of this.objects) {
            const [named, held] = [final(`${each}#${rule.name}`, s), final(`${o}#${rule.set}`, each)];
            if (both(named, held) !== 1) continue;
            goIfPerhaps(`${each}#${rule.name}`, s);
            goIfPerhaps(`${o}#${rule.set}`, each);
          }
          break;
        case 'or':
        case 'and':
          for (const each of rule.of) if (part(each, o, m, s) === 1) look(each, o, m, s);
          break;
        case 'except':
          for (const each of [rule.from, rule.without]) if (part(each, o, m, s) === 1) look(each, o, m, s);
          break;
      }
    };
    go(object, member, subject);
    return { names: [...names].sort(), hasFailed };
  }
}

function rulesOf(declarations: readonly Declaration[]): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  for (const declaration of declarations) {
    if (declaration.kind === 'roles') {
      declaration.rungs.forEach((rung, i) => {
        const above: Rule = { kind: 'name', name: declaration.rungs[i - 1] };
        rules.set(rung, i === 0 ? stored(rung) : { kind: 'or', of: [stored(rung), above] });
      });
    } else {
      const [name] = namesOf(declaration);
      rules.set(name, ruleOf(declaration.expression ?? { kind: 'direct' }, name, rules));
    }
  }
  return rules;
}

/** What stands right of an `except` gets a hidden name, so that it means what it would under a name. */
function ruleOf(expression: Expression, member: string, rules: Map<string, Rule>): Rule {
  switch (expression.kind) {
    case 'direct':
      return stored(member);
    case 'or':
    case 'and':
      return { kind: expression.kind, of: expression.of.map((part) => ruleOf(part, member, rules)) };
    case 'except': {
      const name = `${member} without ${rules.size}`;
      rules.set(name, { kind: 'nobody' });
      rules.set(name, ruleOf(expression.without, member, rules));
      return {
        kind: 'except',
        from: ruleOf(expression.from, member, rules),
        without: { kind: 'name', name },
      };
    }
    default:
      return expression;
  }
}

function stored(relation: string): Rule {
  return { kind: 'stored', relation };
}

function most(values: readonly Value[]): Value {
  return Math.max(0, ...values) as Value;
}

function fewest(values: readonly Value[]): Value {
  return Math.min(2, ...values) as Value;
}

function both(a: Value, b: Value): Value {
  return Math.min(a, b) as Value;
}

function same(a: Values, b: Values): boolean {
  const isIn = (x: Values, y: Values): boolean =>
    [...x].every(([name, value]) => value === (y.get(name) ?? 0));
  return isIn(a, b) && isIn(b, a);
}

function typeOf(reference: string): string {
  return reference.slice(0, reference.indexOf(':'));
}

function objectOf(reference: string): string {
  const hash = reference.indexOf('#');
  return hash < 0 ? reference : reference.slice(0, hash);
}

function isObject(subject: string): boolean {
  return !subject.includes('#') && !subject.endsWith(':*');
}
