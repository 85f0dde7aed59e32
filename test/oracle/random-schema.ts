/**
 * Random schemas in which everything the language has meets everything else: recursion through
 * names, arrows and sets, `except` and `every` across them, sets of permissions, wildcards, ladders.
 * What the compiler refuses is left out by construction.
 */
import type { Choices } from './choices.ts';
import {
  type Declaration,
  type Expression,
  namesOf,
  type OracleSchema,
  type OracleType,
} from './oracle-schema.ts';

const TYPES = ['user', 'team', 'folder', 'doc', 'org'];
// Types share names, so that arrows find them at several types.
const RELATIONS = ['member', 'parent', 'viewer'];
const RUNGS = ['lead', 'staff', 'guest'];
const PERMISSIONS = ['view', 'edit', 'own'];

export function randomSchema(choices: Choices): OracleSchema {
  const types = TYPES.slice(0, 2 + choices.below(4)).map((name) => ({
    name,
    declarations: skeleton(choices),
  }));
  // A type without any relation can hold nothing; give the last one at least one.
  const last = types[types.length - 1];
  if (last.declarations.length === 0)
    last.declarations.push({ kind: 'relation', name: RELATIONS[0], subjects: [] });
  const filling = new Filling(choices, types);
  for (const type of types) filling.fillSubjects(type);
  for (const type of types) filling.fillExpressions(type);
  return { types };
}

/** Names only: which relations, rungs and permissions a type has. */
function skeleton(choices: Choices): Declaration[] {
  const declarations: Declaration[] = choices
    .some(RELATIONS, choices.below(4))
    .map((name) => ({ kind: 'relation', name, subjects: [] }));
  if (choices.chance(30)) {
    declarations.push({ kind: 'roles', rungs: RUNGS.slice(0, 2 + choices.below(2)), subjects: [] });
  }
  const permissions = choices.some(PERMISSIONS, choices.below(4));
  for (const name of permissions)
    declarations.push({ kind: 'permission', name, expression: { kind: 'self' } });
  return declarations;
}

class Filling {
  private readonly choices: Choices;
  private readonly types: OracleType[];

  constructor(choices: Choices, types: OracleType[]) {
    this.choices = choices;
    this.types = types;
  }

  fillSubjects(type: OracleType): void {
    for (const declaration of type.declarations) {
      if (declaration.kind === 'permission') continue;
      const forms = new Set<string>();
      for (let i = 1 + this.choices.below(3); i > 0; i--) forms.add(this.subjectForm());
      declaration.subjects = [...forms];
    }
  }

  private subjectForm(): string {
    const type = this.choices.oneOf(this.types);
    const names = type.declarations.flatMap(namesOf);
    if (names.length > 0 && this.choices.chance(45)) return `${type.name}#${this.choices.oneOf(names)}`;
    return this.choices.chance(15) ? `${type.name}:*` : type.name;
  }

  fillExpressions(type: OracleType): void {
    // Either names may run in rings and stay out of negative positions, or the other way round.
    const mayRing = this.choices.chance(30);
    type.declarations.forEach((declaration, i) => {
      const earlier = type.declarations.slice(0, i).flatMap(namesOf);
      const names = mayRing ? type.declarations.flatMap(namesOf) : earlier;
      const scope = new Scope(this.choices, this.types, type, names, mayRing ? [] : earlier);
      if (declaration.kind === 'permission') declaration.expression = scope.expression(2, false);
      if (declaration.kind === 'relation' && this.choices.chance(25)) {
        declaration.expression = new RelationScope(scope).expression();
      }
    });
  }
}

interface Path {
  relation: string;
  name: string;
}

/** What an expression of one member may name. */
class Scope {
  readonly choices: Choices;
  private readonly names: string[];
  /** Names of the same type allowed right of `except`. */
  private readonly negativeNames: string[];
  private readonly arrows: Path[];
  private readonly everies: Path[];

  constructor(
    choices: Choices,
    types: OracleType[],
    type: OracleType,
    names: string[],
    negativeNames: string[],
  ) {
    this.choices = choices;
    this.names = names;
    this.negativeNames = negativeNames;
    this.arrows = type.declarations.flatMap((declaration) => {
      if (declaration.kind === 'permission' || declaration.subjects.some((form) => form.endsWith(':*')))
        return [];
      const subjectTypes = new Set(declaration.subjects.map((form) => form.split('#')[0]));
      const targets = types
        .filter(({ name }) => subjectTypes.has(name))
        .flatMap((t) => t.declarations.flatMap(namesOf));
      return namesOf(declaration).flatMap((relation) =>
        [...new Set(targets)].map((name) => ({ relation, name })),
      );
    });
    // The relation of an `every` counts as a negative position.
    this.everies = this.arrows.filter(({ relation }) => negativeNames.includes(relation));
  }

  expression(depth: number, isNegative: boolean): Expression {
    if (depth === 0 || this.choices.chance(35)) return this.leaf(isNegative);
    switch (this.choices.oneOf(['or', 'or', 'and', 'except', 'except'] as const)) {
      case 'or':
        return { kind: 'or', of: this.parts(depth - 1, isNegative) };
      case 'and':
        return { kind: 'and', of: this.parts(depth - 1, isNegative) };
      case 'except':
        return {
          kind: 'except',
          from: this.expression(depth - 1, isNegative),
          without: this.expression(depth - 1, true),
        };
    }
  }

  private parts(depth: number, isNegative: boolean): Expression[] {
    return Array.from({ length: 2 + this.choices.below(2) }, () => this.expression(depth, isNegative));
  }

  private leaf(isNegative: boolean): Expression {
    const names = isNegative ? this.negativeNames : this.names;
    const kind = this.choices.below(10);
    if (kind < 4 && names.length > 0) return { kind: 'name', name: this.choices.oneOf(names) };
    if (kind < 8 && this.arrows.length > 0) return { kind: 'arrow', ...this.choices.oneOf(this.arrows) };
    if (kind === 8 && this.everies.length > 0) return { kind: 'every', ...this.choices.oneOf(this.everies) };
    return { kind: this.choices.chance(15) ? 'nobody' : 'self' };
  }
}

/** A relation with `=`: mostly with `direct`, sometimes without, so that it ignores its tuples. */
class RelationScope {
  private readonly scope: Scope;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  expression(): Expression {
    const other = this.scope.expression(1, false);
    switch (this.scope.choices.below(8)) {
      case 0:
        return other;
      case 1:
        return { kind: 'except', from: { kind: 'direct' }, without: this.scope.expression(1, true) };
      case 2:
        return { kind: 'except', from: other, without: { kind: 'direct' } };
      case 3:
        return { kind: 'and', of: [{ kind: 'direct' }, other] };
      default:
        return { kind: 'or', of: [{ kind: 'direct' }, other] };
    }
  }
}
