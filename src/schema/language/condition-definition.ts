import {
  CONTAINER_TYPES,
  type ConditionDefinition,
  SCALAR_TYPES,
  type ParameterType as Type,
} from '../../condition/definition.ts';
import type { Condition, ParameterType } from './generated/ast.ts';

/** What a condition declares; undefined if a parameter has no type that there is. */
export function definitionOf({ name, parameters, body }: Condition): ConditionDefinition | undefined {
  const types = parameters.map(({ type }) => parameterTypeOf(type));
  if (body === undefined || types.includes(undefined)) return undefined;
  return {
    name,
    parameters: parameters.map((parameter, i) => ({ name: parameter.name, type: types[i] as Type })),
    expression: body.slice(1, -1),
  };
}

/** `int`, `list<int>`, `map<any>`; undefined if there is no such type. */
function parameterTypeOf(type: ParameterType | undefined): Type | undefined {
  const parts = type?.arguments ?? [];
  const scalar = SCALAR_TYPES.find((name) => name === type?.name);
  if (scalar !== undefined) return parts.length === 0 ? { name: scalar } : undefined;
  const container = CONTAINER_TYPES.find((name) => name === type?.name);
  const of = parts.length === 1 ? parameterTypeOf(parts[0]) : undefined;
  return container === undefined || of === undefined ? undefined : { name: container, of };
}
