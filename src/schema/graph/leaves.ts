/** Where the parts of an expression lead. */
import type {
  ClauseExpression,
  CompiledMember,
  CompiledSchema,
  CompiledType,
  Leaf,
} from '../compiled-schema.ts';

/** A part of an expression that names other members. */
export interface Link {
  leaf: Extract<Leaf, { op: 'name' | 'arrow' | 'every' | 'of' }>;
  /** What it leads to, as `type#member`. */
  targets: string[];
  /** It stands right of `except`. */
  isNegative: boolean;
}

export class SchemaLinks {
  readonly #types: ReadonlyMap<string, CompiledType>;

  constructor({ types }: CompiledSchema) {
    this.#types = new Map(types.map((type) => [type.name, type]));
  }

  /** In the order in which they are written. */
  of(type: CompiledType, expression: ClauseExpression, isNegative = false): Link[] {
    switch (expression.op) {
      case 'or':
      case 'and':
        return expression.of.flatMap((part) => this.of(type, part, isNegative));
      case 'except':
        return [...this.of(type, expression.from, isNegative), ...this.of(type, expression.without, true)];
      case 'name':
        return [{ leaf: expression, targets: [`${type.name}#${expression.name}`], isNegative }];
      case 'arrow':
      case 'every': {
        const types = new Set(this.#member(type, expression.relation)?.subjects.map((form) => form.type));
        return [{ leaf: expression, targets: this.#having(types, expression.name), isNegative }];
      }
      case 'of': {
        const types = this.#typesIn(type.name, expression.set, new Set());
        return [{ leaf: expression, targets: this.#having(types, expression.name), isNegative }];
      }
      default:
        return [];
    }
  }

  #member(type: CompiledType | undefined, name: string): CompiledMember | undefined {
    return type?.members.find((member) => member.name === name);
  }

  #having(types: Iterable<string>, name: string): string[] {
    return [...types]
      .filter((type) => this.#member(this.#types.get(type), name) !== undefined)
      .map((type) => `${type}#${name}`);
  }

  /** The types of objects that can be in a set, or more: `and` and `except` are not looked at. */
  #typesIn(typeName: string, name: string, seen: Set<string>): Set<string> {
    const type = this.#types.get(typeName);
    const member = this.#member(type, name);
    const key = `${typeName}#${name}`;
    if (type === undefined || member === undefined || seen.has(key)) return new Set();
    seen.add(key);
    const found = new Set<string>();
    const addAll = (more: Iterable<string>): void => {
      for (const each of more) found.add(each);
    };
    if (saysSelf(member.rewrite)) found.add(typeName);
    for (const form of member.subjects) {
      if (form.relation === undefined) found.add(form.type);
      else addAll(this.#typesIn(form.type, form.relation, seen));
    }
    for (const { targets } of this.of(type, member.rewrite)) {
      for (const target of targets) {
        const [targetType, targetName] = target.split('#');
        addAll(this.#typesIn(targetType, targetName, seen));
      }
    }
    return found;
  }
}

function saysSelf(expression: ClauseExpression): boolean {
  switch (expression.op) {
    case 'or':
    case 'and':
      return expression.of.some(saysSelf);
    case 'except':
      return saysSelf(expression.from);
    default:
      return expression.op === 'self';
  }
}
