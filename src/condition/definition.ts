/** What a condition is, as the schema declares it: plain JSON, part of the compiled schema. */

/** The types of parameters that hold no others. */
export const SCALAR_TYPES = [
  'bool',
  'int',
  'uint',
  'double',
  'string',
  'bytes',
  'timestamp',
  'duration',
  'ipaddress',
  'any',
] as const;

/** The types of parameters that hold values of another type. The keys of a map are strings. */
export const CONTAINER_TYPES = ['list', 'map'] as const;

/** `int`, `list<int>`, `map<list<string>>`. */
export type ParameterType =
  | { name: (typeof SCALAR_TYPES)[number] }
  | { name: (typeof CONTAINER_TYPES)[number]; of: ParameterType };

export interface ConditionParameter {
  name: string;
  type: ParameterType;
}

export interface ConditionDefinition {
  name: string;
  /** In the order of their declaration, which means nothing. */
  parameters: ConditionParameter[];
  /** The text between the braces, as it stands there: a CEL expression of type bool. */
  expression: string;
}

/** `list<int>` */
export function formatParameterType(type: ParameterType): string {
  return 'of' in type ? `${type.name}<${formatParameterType(type.of)}>` : type.name;
}
