/** Between JSON and `google.protobuf.Struct` as proto-loader takes and gives it. */
import { badRequest } from './numbers.ts';

/**
 * @param name of the field, for the message
 * @throws ServiceError BAD_REQUEST for what JSON has no form for
 */
export function toWireStruct(fields: Readonly<Record<string, unknown>>, name: string): object {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw badRequest(`${name}: ${String(fields)} is no JSON object`);
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    fields: Object.fromEntries(entries.map(([key, value]) => [key, toWireValue(value, `${name}.${key}`)])),
  };
}

function toWireValue(value: unknown, name: string): object {
  if (value === null) return { nullValue: 'NULL_VALUE' };
  if (Array.isArray(value)) return { listValue: { values: value.map((each) => toWireValue(each, name)) } };
  switch (typeof value) {
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return { numberValue: value };
    case 'string':
      return { stringValue: value };
    case 'object':
      // As JSON.stringify does it: of a Date its text.
      return 'toJSON' in value && typeof value.toJSON === 'function'
        ? toWireValue(value.toJSON(), name)
        : { structValue: toWireStruct(value as Record<string, unknown>, name) };
    default:
      throw badRequest(`${name}: it is a ${typeof value}, which JSON has no form for`);
  }
}

/** `google.protobuf.Value` as proto-loader gives it. */
interface WireValue {
  kind?: string;
  boolValue?: boolean;
  numberValue?: number;
  stringValue?: string;
  listValue?: { values: WireValue[] };
  structValue?: WireStruct;
}

/** `google.protobuf.Struct` as proto-loader gives it. */
export interface WireStruct {
  fields: Record<string, WireValue>;
}

export function fromWireStruct({ fields }: WireStruct): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fromWireValue(value)]));
}

function fromWireValue(value: WireValue): unknown {
  if (value.structValue !== undefined) return fromWireStruct(value.structValue);
  if (value.listValue !== undefined) return value.listValue.values.map(fromWireValue);
  return value.stringValue ?? value.numberValue ?? value.boolValue ?? null;
}
