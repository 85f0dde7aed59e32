/** How to get past each field of a message, for the search for strings that are not UTF-8. */
import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { Reader } from 'protobufjs/minimal.js';

/** By field number. */
export type MessagePlan = ReadonlyMap<number, FieldPlan>;

export type FieldPlan = { name: string; repeated: boolean } & ValuePlan;

type ValuePlan =
  | { kind: 'string' }
  | { kind: 'bytes' }
  | { kind: 'scalar'; read: ScalarMethod }
  | { kind: 'message'; message: DescMessage }
  | { kind: 'entry'; entry: MessagePlan };

/** The method of the reader for each scalar type. */
const SCALAR_METHODS = {
  [ScalarType.DOUBLE]: 'double',
  [ScalarType.FLOAT]: 'float',
  [ScalarType.INT64]: 'int64',
  [ScalarType.UINT64]: 'uint64',
  [ScalarType.SINT64]: 'sint64',
  [ScalarType.FIXED64]: 'fixed64',
  [ScalarType.SFIXED64]: 'sfixed64',
  [ScalarType.INT32]: 'int32',
  [ScalarType.UINT32]: 'uint32',
  [ScalarType.SINT32]: 'sint32',
  [ScalarType.FIXED32]: 'fixed32',
  [ScalarType.SFIXED32]: 'sfixed32',
  [ScalarType.BOOL]: 'bool',
} as const satisfies Partial<Record<ScalarType, keyof Reader>>;

type ScalarMethod = (typeof SCALAR_METHODS)[keyof typeof SCALAR_METHODS];

const plans = new WeakMap<DescMessage, MessagePlan>();

/** The plan of a proto3 message. Made when first asked for, as messages may contain themselves. */
export function planOf(message: DescMessage): MessagePlan {
  let plan = plans.get(message);
  if (plan === undefined) {
    plan = new Map(message.fields.map((field) => [field.number, planOfField(field)]));
    plans.set(message, plan);
  }
  return plan;
}

function planOfField(field: DescField): FieldPlan {
  const { name } = field;
  switch (field.fieldKind) {
    case 'map':
      return { name, repeated: true, kind: 'entry', entry: planOfEntry(field) };
    case 'list':
      return { name, repeated: true, ...planOfValue(field) };
    default:
      return { name, repeated: false, ...planOfValue(field) };
  }
}

/** The entries of a map are messages of two fields. */
function planOfEntry(map: DescField & { fieldKind: 'map' }): MessagePlan {
  return new Map<number, FieldPlan>([
    [1, { name: 'key', repeated: false, ...planOfScalar(map.mapKey) }],
    [2, { name: 'value', repeated: false, ...planOfValue(map) }],
  ]);
}

/** The value of a field, an element of a list or a value of a map: exactly one of the three is there. */
function planOfValue(value: {
  message?: DescMessage | undefined;
  enum?: DescEnum | undefined;
  scalar?: ScalarType | undefined;
}): ValuePlan {
  if (value.message !== undefined) return { kind: 'message', message: value.message };
  return planOfScalar(value.scalar ?? ScalarType.INT32);
}

function planOfScalar(type: ScalarType): ValuePlan {
  switch (type) {
    case ScalarType.STRING:
      return { kind: 'string' };
    case ScalarType.BYTES:
      return { kind: 'bytes' };
    default:
      return { kind: 'scalar', read: SCALAR_METHODS[type] };
  }
}
