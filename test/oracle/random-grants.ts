/** Random conditions and expiries on schemas and tuples, and what they come to, worked out by hand. */
import type { Json } from '../../src/base/json.ts';
import type { Grant } from '../../src/model/grant.ts';
import type { Choices } from './choices.ts';
import { type Expression, namesOf, type OracleSchema } from './oracle-schema.ts';
import type { Holding } from './values-oracle.ts';

export const CONDITIONS = `
condition positive(x int, y int) { x > 0 && y > 0 }
condition either(x int, flag bool) { flag || x > 0 }
condition before(now timestamp, until timestamp) { now < until }
condition quotient(n int) { 10 / n > 1 }
`;

const NAMES = ['positive', 'either', 'before', 'quotient'];
const TIMES = ['2030-01-01T00:00:00Z', '2030-06-01T00:00:00Z', '2031-01-01T00:00:00Z'];
const PARAMETERS: Record<string, readonly Json[]> = {
  x: [0, 1],
  y: [1, 0],
  flag: [false, true],
  until: TIMES,
  n: [2, 0, 20],
};

/** By `type#relation@form`: what tuples of the form may carry; '' stands for nothing. */
export type Carried = Map<string, string[]>;

/** Decorates subject forms; `text` is what the compiler reads. */
export function withGrants(schema: OracleSchema, choices: Choices): { text: OracleSchema; carried: Carried } {
  const carried: Carried = new Map();
  const types = schema.types.map((type) => ({
    ...type,
    declarations: type.declarations.map((declaration) => {
      if (declaration.kind === 'permission') return declaration;
      const subjects = declaration.subjects.flatMap((form) => {
        const kinds = kindsOf(choices);
        for (const relation of namesOf(declaration)) carried.set(`${type.name}#${relation}@${form}`, kinds);
        return kinds.map((kind) => `${form}${kind}`);
      });
      return { ...declaration, subjects };
    }),
  }));
  return { text: { types }, carried };
}

function kindsOf(choices: Choices): string[] {
  if (choices.chance(45)) return [''];
  const conditions = choices.some(['', ...NAMES.map((name) => ` with ${name}`)], 1 + choices.below(2));
  return conditions.map((condition) => `${condition}${choices.chance(40) ? ' expires' : ''}`);
}

/** Puts `name of set` in the place of some names. */
export function withOf(schema: OracleSchema, choices: Choices): OracleSchema {
  return {
    types: schema.types.map((type) => {
      const sets = type.declarations.flatMap((declaration) =>
        declaration.kind === 'permission'
          ? []
          : namesOf(declaration).map((set) => ({ set, forms: declaration.subjects })),
      );
      const replace = (expression: Expression): Expression => {
        switch (expression.kind) {
          case 'or':
          case 'and':
            return { kind: expression.kind, of: expression.of.map(replace) };
          case 'except':
            return { kind: 'except', from: replace(expression.from), without: replace(expression.without) };
          case 'name':
          case 'self':
          case 'arrow': {
            if (sets.length === 0 || !choices.chance(35)) return expression;
            const { set, forms } = choices.oneOf(sets);
            const form = choices.oneOf(forms).split(/[#:]/)[0];
            const names = schema.types.find(({ name }) => name === form)?.declarations.flatMap(namesOf) ?? [];
            return names.length === 0 ? expression : { kind: 'of', set, name: choices.oneOf(names) };
          }
          default:
            return expression;
        }
      };
      return {
        ...type,
        declarations: type.declarations.map((declaration) =>
          declaration.kind === 'permission'
            ? { ...declaration, expression: replace(declaration.expression) }
            : declaration,
        ),
      };
    }),
  };
}

/** What a tuple carries, of what its form allows. */
export function randomGrant(tuple: string, carried: Carried, choices: Choices): Grant {
  const at = tuple.indexOf('@', tuple.indexOf('#'));
  const [set, subject] = [tuple.slice(0, at), tuple.slice(at + 1)];
  const [object, relation] = set.split('#');
  const hash = subject.indexOf('#');
  const type = subject.slice(0, subject.indexOf(':'));
  const form = hash >= 0 ? `${type}${subject.slice(hash)}` : subject.endsWith(':*') ? subject : type;
  const kind = choices.oneOf(
    carried.get(`${object.slice(0, object.indexOf(':'))}#${relation}@${form}`) ?? [''],
  );
  const [, name] = / with (\w+)/.exec(kind) ?? [];
  const expires = kind.endsWith('expires') && choices.chance(60);
  return {
    ...(name === undefined
      ? {}
      : { condition: { name, context: randomContext(choices, 30, parametersOf(name)) } }),
    ...(expires ? { expiresAt: Date.parse(choices.oneOf(TIMES)) } : {}),
  };
}

function parametersOf(name: string): string[] {
  return { positive: ['x', 'y'], either: ['x', 'flag'], before: ['until'], quotient: ['n'] }[name] ?? [];
}

export interface Asked {
  now: number;
  context: Record<string, Json>;
}

export function randomCircumstances(choices: Choices): Asked {
  const context = randomContext(choices, 50, Object.keys(PARAMETERS));
  if (choices.chance(30)) context.now = choices.chance(30) ? null : choices.oneOf(TIMES);
  return { now: Date.parse(choices.oneOf(TIMES)), context };
}

function randomContext(choices: Choices, percent: number, names: readonly string[]): Record<string, Json> {
  const given = names.filter(() => choices.chance(percent));
  return Object.fromEntries(given.map((name) => [name, choices.oneOf(PARAMETERS[name])]));
}

/** Whether a tuple that carries this holds. */
export function holdingOf({ condition, expiresAt }: Grant, { now, context }: Asked): Holding {
  if (expiresAt !== undefined && expiresAt <= now) return { value: 0, missing: [] };
  if (condition === undefined) return { value: 2, missing: [] };
  const clock = Object.hasOwn(context, 'now') ? context.now : new Date(now).toISOString();
  const given: Record<string, Json | undefined> = {
    ...context,
    now: clock ?? undefined,
    ...condition.context,
  };
  const { x, y, flag, until, n } = given;
  switch (condition.name) {
    case 'positive':
      return kleene([x, 'x', positive(x)], [y, 'y', positive(y)], false);
    case 'either':
      return kleene([flag, 'flag', flag === true], [x, 'x', positive(x)], true);
    case 'before': {
      const missing = [
        ...(given.now === undefined ? ['now'] : []),
        ...(until === undefined ? ['until'] : []),
      ];
      if (missing.length > 0) return { value: 1, missing };
      return { value: Date.parse(given.now as string) < Date.parse(until as string) ? 2 : 0, missing: [] };
    }
    default:
      if (n === undefined) return { value: 1, missing: ['n'] };
      if (n === 0) return { value: 1, missing: [] };
      return { value: Math.trunc(10 / (n as number)) > 1 ? 2 : 0, missing: [] };
  }
}

function positive(value: Json | undefined): boolean {
  return typeof value === 'number' && value > 0;
}

/** `or` if `deciding` is true, `and` if it is false. */
function kleene(
  [a, nameOfA, holdsA]: [Json | undefined, string, boolean],
  [b, nameOfB, holdsB]: [Json | undefined, string, boolean],
  deciding: boolean,
): Holding {
  if (a !== undefined && holdsA === deciding) return { value: deciding ? 2 : 0, missing: [] };
  if (b !== undefined && holdsB === deciding) return { value: deciding ? 2 : 0, missing: [] };
  const missing = [...(a === undefined ? [nameOfA] : []), ...(b === undefined ? [nameOfB] : [])];
  if (missing.length > 0) return { value: 1, missing };
  return { value: deciding ? 0 : 2, missing: [] };
}
