/** Checks a derivation step by step against a schema as the oracle has it, sharing no code with what made it. */
import { assert } from 'vitest';
import type { Reason } from '../../src/engine/explain/explain.ts';
import { formatTuple } from '../../src/model/tuple.ts';
import type { Oracle } from './oracle.ts';
import { type Expression, namesOf, type OracleSchema } from './oracle-schema.ts';

/** Kleene's values. */
const VALUES = { denied: 0, 'negation cycle': 1, allowed: 2 };

export interface DerivedWorld {
  schema: OracleSchema;
  /** What is true, with the changes of a miss if the derivation is a miss's. */
  tuples: ReadonlySet<string>;
  /** What is stored. */
  stored: ReadonlySet<string>;
  oracle: Oracle;
  subject: string;
}

export class DerivationChecker {
  private readonly world: DerivedWorld;
  private readonly reasons: readonly Reason[];

  constructor(world: DerivedWorld, reasons: readonly Reason[]) {
    this.world = world;
    this.reasons = reasons;
  }

  /** Fails unless the first step says that the subject is in `set`, and every step follows from later ones and its tuple. */
  check(set: string): void {
    assert(this.reasons[0]?.set === set && !this.reasons[0].isAbsent, `the first step is about ${set}`);
    const needed = new Set([0]);
    this.reasons.forEach((reason, i) => {
      assert(needed.has(i), `step ${i} is needed`);
      for (const because of reason.because) {
        assert(because > i && because < this.reasons.length, `step ${i} follows from a later one`);
        needed.add(because);
      }
      if (reason.tuple !== undefined) {
        const tuple = formatTuple(reason.tuple);
        assert(this.world.tuples.has(tuple), `${tuple} is there`);
        assert(
          reason.isMissing === !this.world.stored.has(tuple),
          `${tuple} is told apart from what is stored`,
        );
      }
      if (reason.set !== '' && !reason.isAbsent)
        assert(this.followsAsSet(reason), `step ${i}: ${reason.set} follows`);
    });
  }

  private followsAsSet(reason: Reason): boolean {
    const { subject } = this.world;
    if (reason.expression === '') return reason.set === subject && reason.because.length === 0;
    const [object, member] = reason.set.split('#');
    return alternatives(this.expressionOf(object, member)).some(
      (part) => sameText(part, reason.expression) && this.follows(part, object, member, reason),
    );
  }

  private follows(part: Expression, object: string, member: string, reason: Reason): boolean {
    const { because } = reason;
    const tuple = reason.tuple === undefined ? undefined : formatTuple(reason.tuple);
    switch (part.kind) {
      case 'direct':
        return this.followsDirectly(`${object}#${member}@`, tuple, because);
      case 'name':
        return tuple === undefined && because.length === 1 && this.says(because[0], `${object}#${part.name}`);
      case 'arrow': {
        const prefix = `${object}#${part.relation}@`;
        if (tuple === undefined || !tuple.startsWith(prefix) || because.length !== 1) return false;
        return this.says(because[0], `${tuple.slice(prefix.length).split('#')[0]}#${part.name}`);
      }
      case 'every': {
        const prefix = `${object}#${part.relation}@`;
        const links = [...this.world.tuples].filter((each) => each.startsWith(prefix)).sort();
        const covered = because.map((i) => {
          const link = this.reasons[i];
          assert(this.follows({ ...part, kind: 'arrow' }, object, member, link), 'a link of `every`');
          return link.tuple === undefined ? '' : formatTuple(link.tuple);
        });
        return links.length > 0 && covered.sort().join() === links.join();
      }
      case 'self':
        return tuple === undefined && because.length === 0 && object === this.world.subject;
      case 'nobody':
      case 'of':
        return false;
      case 'and':
        return (
          because.length === part.of.length &&
          part.of.every((operand, i) => this.proves(because[i], operand, object, member))
        );
      case 'except':
        return (
          because.length === 2 &&
          this.proves(because[0], part.from, object, member) &&
          this.isAbsent(because[1], part.without, object, member)
        );
      case 'or':
        return false;
    }
  }

  private followsDirectly(prefix: string, tuple: string | undefined, because: readonly number[]): boolean {
    if (tuple === undefined || !tuple.startsWith(prefix)) return false;
    const stored = tuple.slice(prefix.length);
    const { subject } = this.world;
    if (because.length === 1) return this.says(because[0], stored);
    const isPlain = !subject.includes('#') && !subject.endsWith(':*');
    return (
      because.length === 0 && (stored === subject || (isPlain && stored === `${subject.split(':')[0]}:*`))
    );
  }

  private proves(at: number, operand: Expression, object: string, member: string): boolean {
    return alternatives(operand).some((part) => {
      if (part.kind === 'name') return this.says(at, `${object}#${part.name}`);
      const reason = this.reasons[at];
      return (
        reason.set === '' &&
        !reason.isAbsent &&
        sameText(part, reason.expression) &&
        this.follows(part, object, member, reason)
      );
    });
  }

  private says(at: number, set: string): boolean {
    return this.reasons[at].set === set && !this.reasons[at].isAbsent;
  }

  private isAbsent(at: number, without: Expression, object: string, member: string): boolean {
    const { isAbsent, set, because, expression } = this.reasons[at];
    assert(set === (without.kind === 'name' ? `${object}#${without.name}` : ''), 'the absent set is named');
    assert(sameText(without, expression), 'the absent part is named');
    return isAbsent && because.length === 0 && this.value(without, object, member) === VALUES.denied;
  }

  private value(part: Expression, object: string, member: string): number {
    const { oracle, subject } = this.world;
    const valueIn = (set: string): number => {
      const [of, name] = set.split('#');
      if (!this.hasMember(of, name)) return VALUES.denied;
      return VALUES[oracle.check(of, name, subject)];
    };
    switch (part.kind) {
      case 'direct':
        return Math.max(
          0,
          ...this.subjectsAt(object, member).map((stored) => {
            const isPlain = !subject.includes('#') && !subject.endsWith(':*');
            if (stored === subject || (isPlain && stored === `${subject.split(':')[0]}:*`))
              return VALUES.allowed;
            return stored.includes('#') ? valueIn(stored) : VALUES.denied;
          }),
        );
      case 'name':
        return valueIn(`${object}#${part.name}`);
      case 'arrow':
      case 'every': {
        const values = this.subjectsAt(object, part.relation).map((stored) =>
          valueIn(`${stored.split('#')[0]}#${part.name}`),
        );
        if (part.kind === 'arrow') return Math.max(0, ...values);
        return values.length === 0 ? VALUES.denied : Math.min(...values);
      }
      case 'self':
        return object === subject ? VALUES.allowed : VALUES.denied;
      case 'nobody':
      case 'of':
        return VALUES.denied;
      case 'or':
        return Math.max(...part.of.map((each) => this.value(each, object, member)));
      case 'and':
        return Math.min(...part.of.map((each) => this.value(each, object, member)));
      case 'except':
        return Math.min(this.value(part.from, object, member), 2 - this.value(part.without, object, member));
    }
  }

  private subjectsAt(object: string, relation: string): string[] {
    const prefix = `${object}#${relation}@`;
    return [...this.world.tuples]
      .filter((each) => each.startsWith(prefix))
      .map((each) => each.slice(prefix.length));
  }

  private hasMember(object: string, name: string): boolean {
    return this.typeOf(object).declarations.some((declaration) => namesOf(declaration).includes(name));
  }

  private typeOf(object: string): OracleSchema['types'][number] {
    const type = this.world.schema.types.find(({ name }) => object.startsWith(`${name}:`));
    assert(type !== undefined, `the type of ${object}`);
    return type;
  }

  private expressionOf(object: string, member: string): Expression {
    const declaration = this.typeOf(object).declarations.find((each) => namesOf(each).includes(member));
    assert(declaration !== undefined, `a declaration of ${member}`);
    if (declaration.kind !== 'roles') return flat(declaration.expression ?? { kind: 'direct' });
    const above = declaration.rungs[declaration.rungs.indexOf(member) - 1];
    if (above === undefined) return { kind: 'direct' };
    return { kind: 'or', of: [{ kind: 'direct' }, { kind: 'name', name: above }] };
  }
}

function alternatives(expression: Expression): Expression[] {
  return expression.kind === 'or' ? expression.of.flatMap(alternatives) : [expression];
}

/** `(a or b) or c` is `a or b or c`. */
function flat(expression: Expression): Expression {
  switch (expression.kind) {
    case 'or':
    case 'and':
      return {
        kind: expression.kind,
        of: expression.of.map(flat).flatMap((part) => (part.kind === expression.kind ? part.of : [part])),
      };
    case 'except':
      return { kind: 'except', from: flat(expression.from), without: flat(expression.without) };
    default:
      return expression;
  }
}

function sameText(expression: Expression, text: string): boolean {
  return bare(textOf(expression)) === bare(text);
}

function bare(text: string): string {
  return text.replace(/[()]/g, '');
}

function textOf(expression: Expression): string {
  switch (expression.kind) {
    case 'name':
      return expression.name;
    case 'arrow':
      return `${expression.relation}.${expression.name}`;
    case 'every':
      return `every ${expression.relation}.${expression.name}`;
    case 'of':
      return `${expression.name} of ${expression.set}`;
    case 'or':
    case 'and':
      return expression.of.map(textOf).join(` ${expression.kind} `);
    case 'except':
      return `${textOf(expression.from)} except ${textOf(expression.without)}`;
    default:
      return expression.kind;
  }
}
