/** Between the messages on the wire and our own values. */
import { PembaError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { LEVELS, type Level } from '../model/credential.ts';
import type { Grant } from '../model/grant.ts';
import {
  formatObject,
  formatSubject,
  type ObjectRef,
  parseObject,
  parseRelation,
  parseSubject,
} from '../model/reference.ts';
import { bareTuple, type Tuple } from '../model/tuple.ts';
import { type Operation, type Precondition, parseTupleFilter, type Update } from '../model/write.ts';
import type { Consistency } from '../service/consistency.ts';
import type {
  WireConsistency,
  WireGrantedSubject,
  WireParts,
  WireStruct,
  WireTimestamp,
  WireTuple,
  WireValue,
  WriteRequest,
} from './wire.ts';

/** The earliest and latest second of a timestamp: years 1 to 9999. */
const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;

const MINIMIZE_LATENCY: Consistency = { mode: 'minimize_latency' };

/** @throws PembaError MISSING_FIELD, MALFORMED_REQUEST */
export function toConsistency(wire: WireConsistency | null): Consistency {
  switch (wire?.mode) {
    case undefined:
      return MINIMIZE_LATENCY;
    case 'minimizeLatency':
      return wire?.minimizeLatency === true ? MINIMIZE_LATENCY : mustBeTrue('minimize_latency');
    case 'fullyConsistent':
      return wire?.fullyConsistent === true ? { mode: 'fully_consistent' } : mustBeTrue('fully_consistent');
    case 'atLeastAsFresh':
      return { mode: 'at_least_as_fresh', zookie: wire?.atLeastAsFresh ?? '' };
    case 'atExactSnapshot':
      return { mode: 'at_exact_snapshot', zookie: wire?.atExactSnapshot ?? '' };
    case 'atExactTime':
      return {
        mode: 'at_exact_time',
        timeMs: toMilliseconds(wire?.atExactTime, 'consistency.at_exact_time'),
      };
  }
}

function mustBeTrue(mode: string): never {
  const field = `consistency.${mode}`;
  throw new PembaError('MALFORMED_REQUEST', `${field}: false says nothing; set it to true or leave it out`, {
    field,
  });
}

/** @throws PembaError MALFORMED_REQUEST */
export function toMilliseconds(time: WireTimestamp | null | undefined, field: string): number {
  const { seconds, nanos } = time ?? { seconds: 0, nanos: 0 };
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS || nanos < 0 || nanos > 999_999_999) {
    throw new PembaError(
      'MALFORMED_REQUEST',
      `${field}: ${seconds} seconds and ${nanos} nanos is no time of the years 1 to 9999`,
      {
        field,
      },
    );
  }
  return seconds * 1000 + Math.floor(nanos / 1_000_000);
}

export function fromMilliseconds(ms: number): WireTimestamp {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: (ms - seconds * 1000) * 1_000_000 };
}

/** @throws PembaError MISSING_FIELD, MALFORMED_REFERENCE */
function toTuple(wire: WireTuple | null, field: string): Tuple {
  if (wire === null)
    throw new PembaError('MISSING_FIELD', `${field} is missing; name its object, relation and subject`, {
      field,
    });
  const missing = missingPart(wire, `${field}.`);
  if (missing !== undefined) throw missing;
  return {
    object: parseObject(wire.object, `${field}.object`),
    relation: parseRelation(wire.relation, `${field}.relation`),
    subject: parseSubject(wire.subject, `${field}.subject`),
    ...toGrant(wire, field),
  };
}

/** @throws PembaError MISSING_FIELD, MALFORMED_REFERENCE, MALFORMED_REQUEST */
function toGrant({ condition, expiresAt }: Omit<WireTuple, keyof WireParts>, field: string): Grant {
  const at = `${field}.condition`;
  if (condition?.name === '')
    throw new PembaError('MISSING_FIELD', `${at}.name is missing; send the name of a condition`, {
      field: `${at}.name`,
    });
  return {
    ...(condition == null
      ? {}
      : {
          condition: {
            name: parseRelation(condition.name, `${at}.name`, 'condition'),
            context: toContext(condition.context, `${at}.context`) ?? {},
          },
        }),
    ...(expiresAt == null ? {} : { expiresAt: toMilliseconds(expiresAt, `${field}.expires_at`) }),
  };
}

/** @throws PembaError MISSING_FIELD, MALFORMED_REFERENCE, MALFORMED_REQUEST */
export function toSubjectTuple(wire: WireGrantedSubject, field: string): Pick<Tuple, 'subject'> & Grant {
  if (wire.subject === '')
    throw new PembaError('MISSING_FIELD', `${field}.subject is missing; send ${SUBJECT_FORM}`, {
      field: `${field}.subject`,
    });
  return { subject: parseSubject(wire.subject, `${field}.subject`), ...toGrant(wire, field) };
}

const SUBJECT_FORM = '`type:id`, `type:id#relation` or `type:*`';

const PARTS: [keyof WireParts, string][] = [
  ['object', '`type:id`'],
  ['relation', 'the name of one'],
  ['subject', SUBJECT_FORM],
];

/** What to say if a part of a tuple or question is empty; `prefix` is where it stands, such as `items[3].` */
export function missingPart(wire: WireParts, prefix: string): PembaError | undefined {
  if (wire.object !== '' && wire.relation !== '' && wire.subject !== '') return undefined;
  const [part, form] = PARTS.find(([name]) => wire[name] === '') ?? PARTS[0];
  const field = `${prefix}${part}`;
  return new PembaError('MISSING_FIELD', `${field} is missing; send ${form}`, { field });
}

export function fromTuple(tuple: Tuple): WireTuple {
  const { condition, expiresAt } = tuple;
  return {
    object: formatObject(tuple.object),
    relation: tuple.relation,
    subject: formatSubject(tuple.subject),
    condition:
      condition === undefined ? null : { name: condition.name, context: objectToStruct(condition.context) },
    expiresAt: expiresAt === undefined ? null : fromMilliseconds(expiresAt),
  };
}

const NO_TUPLES: readonly Tuple[] = [];

export function toContextualTuples(wire: readonly WireTuple[]): readonly Tuple[] {
  if (wire.length === 0) return NO_TUPLES;
  return wire.map((tuple, i) => toTuple(tuple, `contextual_tuples[${i}]`));
}

const OPERATIONS: Record<string, Operation> = {
  OPERATION_CREATE: 'create',
  OPERATION_TOUCH: 'touch',
  OPERATION_DELETE: 'delete',
};

export function toUpdates(wire: WriteRequest['updates']): Update[] {
  return wire.map(({ operation: name, tuple: sent }, i) => {
    const field = `updates[${i}]`;
    const operation = oneOf(OPERATIONS, name, `${field}.operation`);
    const tuple = toTuple(sent, `${field}.tuple`);
    // A tuple is deleted whatever it carries.
    return { operation, tuple: operation === 'delete' ? bareTuple(tuple) : tuple };
  });
}

const CONDITIONS: Record<string, Precondition['condition']> = {
  CONDITION_MUST_EXIST: 'must_exist',
  CONDITION_MUST_NOT_EXIST: 'must_not_exist',
};

export function toPreconditions(wire: WriteRequest['preconditions']): Precondition[] {
  return wire.map(({ condition, filter }, i) => {
    const field = `preconditions[${i}]`;
    return {
      condition: oneOf(CONDITIONS, condition, `${field}.condition`),
      filter: parseTupleFilter(filter ?? { object: '', relation: '', subject: '' }, `${field}.filter`),
    };
  });
}

/** The value an enum's name stands for. @throws PembaError MISSING_FIELD, MALFORMED_REQUEST */
export function oneOf<T>(values: Record<string, T>, name: string | number, field: string): T {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined) return value;
  const known = Object.keys(values).join(', ');
  // The number of one that this version does not know is left as a number.
  const reason = String(name).endsWith('_UNSPECIFIED') ? 'MISSING_FIELD' : 'MALFORMED_REQUEST';
  throw new PembaError(reason, `${field}: \`${name}\` is not one of ${known}`, { field });
}

/** `type:id`, or nothing. @throws PembaError MALFORMED_REFERENCE */
export function toActor(text: string): ObjectRef | undefined {
  return text === '' ? undefined : parseObject(text, 'actor');
}

const LEVEL_NAMES = Object.fromEntries(
  LEVELS.map((level) => [`LEVEL_${level.toUpperCase()}`, level]),
) as Record<string, Level>;

export function toLevel(name: string): Level {
  return oneOf(LEVEL_NAMES, name, 'level');
}

export function fromLevel(level: Level): string {
  return `LEVEL_${level.toUpperCase()}`;
}

/** A Struct as JSON; undefined if there is none. */
export function structToJson(struct: WireStruct | null): string | undefined {
  return struct === null ? undefined : JSON.stringify(structToObject(struct, 'metadata'));
}

/** In the order of names: a map travels in any order, and the same one sent again must look the same. */
function structToObject({ fields }: WireStruct, field: string): Record<string, Json> {
  const entries = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, value]) => [name, toPlain(value, field)]));
}

/**
 * Values for the parameters of conditions; undefined if there are none.
 * @throws PembaError MALFORMED_REQUEST
 */
export function toContext(struct: WireStruct | null, field: string): Record<string, Json> | undefined {
  return struct === null ? undefined : structToObject(struct, field);
}

/** JSON has no other numbers, and what is recorded must be what was sent. @throws PembaError MALFORMED_REQUEST */
function finite(value: number, field: string): number {
  if (Number.isFinite(value)) return value;
  throw new PembaError('MALFORMED_REQUEST', `${field}: ${value} is no number of JSON; send it as a string`, {
    field,
  });
}

function toPlain(value: WireValue, field: string): Json {
  switch (value.kind) {
    case 'numberValue':
      return finite(value.numberValue ?? 0, field);
    case 'stringValue':
      return value.stringValue ?? '';
    case 'boolValue':
      return value.boolValue === true;
    case 'structValue':
      return structToObject(value.structValue ?? { fields: {} }, field);
    case 'listValue':
      return (value.listValue?.values ?? []).map((each) => toPlain(each, field));
    default:
      return null;
  }
}

/** As {@link structToJson} made it; null if there is none. */
export function jsonToStruct(json: string | undefined): WireStruct | null {
  return json === undefined ? null : objectToStruct(JSON.parse(json) as Record<string, unknown>);
}

function objectToStruct(object: Readonly<Record<string, unknown>>): WireStruct {
  const fields = Object.entries(object).map(([name, value]) => [name, fromPlain(value)]);
  return { fields: Object.fromEntries(fields) as Record<string, WireValue> };
}

function fromPlain(value: unknown): WireValue {
  switch (typeof value) {
    case 'number':
      return { numberValue: value };
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    default:
      if (value === null) return { nullValue: 'NULL_VALUE' };
      if (Array.isArray(value)) return { listValue: { values: value.map(fromPlain) } };
      return { structValue: objectToStruct(value as Record<string, unknown>) };
  }
}
