/** JSON to values of the types that a condition declares. */
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { PembaError } from '../base/errors.ts';
import { formatParameterType, type ParameterType } from './definition.ts';
import { IpAddress, isAddress } from './ip-address.ts';

/** A value as CEL takes it; what is in it is the affair of this folder. */
export type Value =
  | boolean
  | bigint
  | number
  | string
  | null
  | UnsignedInt
  | Uint8Array
  | Date
  | Duration
  | IpAddress
  | Value[]
  | Map<string, Value>;

/** How many values one parameter may hold, lists and maps counted with all that is in them. */
const MAX_VALUES = 1_000;
/** How deep lists and maps may stand in one another. */
const MAX_DEPTH = 16;

const INT = /^-?\d{1,19}$/;
const [MIN_INT, MAX_INT, MAX_UINT] = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 64n - 1n];
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const TIMESTAMP =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const DURATION = /^-?(?:\d{1,12}(?:\.\d{1,9})?(?:h|ms|m|s|us|ns))+$/;
const NANOSECONDS: Record<string, bigint> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
};

const EXPECTED: Record<string, string> = {
  bool: 'true or false',
  int: 'a whole number of 64 bits, as a number or, beyond 2^53, as a string',
  uint: 'a whole number from 0 to 2^64-1, as a number or, beyond 2^53, as a string',
  double: 'a number',
  string: 'a string',
  bytes: 'a string in base64',
  timestamp: 'a string such as "2030-01-01T00:00:00Z"',
  duration: 'a string such as "90s" or "1h30m"',
  ipaddress: 'a string such as "10.1.2.3" or "2001:db8::1"',
  list: 'a list',
  map: 'an object',
};

interface Progress {
  values: number;
  field: string;
  whole: ParameterType;
}

/**
 * @param json what `JSON.parse` yields
 * @param field what to call it in errors, such as `context.ip`
 * @throws PembaError MALFORMED_CONTEXT
 */
export function coerceValue(type: ParameterType, json: unknown, field: string): Value {
  return coerce(type, json, field, 0, { values: 0, field, whole: type });
}

function coerce(type: ParameterType, json: unknown, path: string, depth: number, progress: Progress): Value {
  if (++progress.values > MAX_VALUES) throw tooLarge(progress, `more than ${MAX_VALUES} values`);
  if (depth > MAX_DEPTH) throw tooLarge(progress, `lists and maps nested more than ${MAX_DEPTH} deep`);
  if (type.name === 'any') return coerceAny(json, path, depth, progress);
  if (type.name === 'list') {
    if (!Array.isArray(json)) throw mistyped(type, json, path);
    return json.map((item, i) => coerce(type.of, item, `${path}[${i}]`, depth + 1, progress));
  }
  if (type.name === 'map') {
    if (!isObject(json)) throw mistyped(type, json, path);
    return new Map(
      Object.entries(json).map(([key, item]) => [
        key,
        coerce(type.of, item, `${path}.${key}`, depth + 1, progress),
      ]),
    );
  }
  const value = scalar(type.name, json);
  if (value === undefined) throw mistyped(type, json, path);
  return value;
}

/** Numbers are doubles, as JSON knows no other. */
function coerceAny(json: unknown, path: string, depth: number, progress: Progress): Value {
  const any: ParameterType = { name: 'any' };
  if (json === null || typeof json === 'boolean' || typeof json === 'string' || typeof json === 'number')
    return json;
  if (Array.isArray(json))
    return json.map((item, i) => coerce(any, item, `${path}[${i}]`, depth + 1, progress));
  if (isObject(json)) {
    return new Map(
      Object.entries(json).map(([key, item]) => [
        key,
        coerce(any, item, `${path}.${key}`, depth + 1, progress),
      ]),
    );
  }
  throw new PembaError('MALFORMED_CONTEXT', `${path}: it is no JSON`, { field: path });
}

function scalar(name: string, json: unknown): Value | undefined {
  if (name === 'bool') return typeof json === 'boolean' ? json : undefined;
  if (name === 'int') return wholeNumber(json, MIN_INT, MAX_INT);
  if (name === 'uint') {
    const value = wholeNumber(json, 0n, MAX_UINT);
    return value === undefined ? undefined : new UnsignedInt(value);
  }
  if (name === 'double') return typeof json === 'number' ? json : undefined;
  if (typeof json !== 'string') return undefined;
  switch (name) {
    case 'string':
      return json;
    case 'bytes':
      return BASE64.test(json) ? new Uint8Array(Buffer.from(json, 'base64')) : undefined;
    case 'timestamp':
      return timestamp(json);
    case 'duration':
      return duration(json);
    case 'ipaddress':
      return isAddress(json) ? new IpAddress(json) : undefined;
    default:
      return undefined;
  }
}

function wholeNumber(json: unknown, least: bigint, most: bigint): bigint | undefined {
  const isExact = typeof json === 'number' && Number.isSafeInteger(json);
  const isText = typeof json === 'string' && (INT.test(json) || /^\d{20}$/.test(json));
  if (!isExact && !isText) return undefined;
  const value = BigInt(json as number | string);
  return value >= least && value <= most ? value : undefined;
}

/** To the millisecond; what is finer is cut off. */
function timestamp(text: string): Date | undefined {
  if (!TIMESTAMP.test(text)) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return undefined;
  // `Date` takes February 30 for March 2.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return day.toISOString().slice(0, 10) === text.slice(0, 10) ? date : undefined;
}

function duration(text: string): Duration | undefined {
  if (!DURATION.test(text)) return undefined;
  let nanoseconds = 0n;
  for (const [, whole, fraction = '', unit] of text.matchAll(/(\d+)(?:\.(\d+))?(h|ms|m|s|us|ns)/g)) {
    nanoseconds += BigInt(whole) * NANOSECONDS[unit];
    nanoseconds += (BigInt(fraction.padEnd(9, '0')) * NANOSECONDS[unit]) / 1_000_000_000n;
  }
  if (text.startsWith('-')) nanoseconds = -nanoseconds;
  return new Duration(nanoseconds / 1_000_000_000n, Number(nanoseconds % 1_000_000_000n));
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function mistyped(type: ParameterType, json: unknown, path: string): PembaError {
  const found = JSON.stringify(json) ?? String(json);
  const shown = found.length > 80 ? `${found.slice(0, 77)}…` : found;
  return new PembaError(
    'MALFORMED_CONTEXT',
    `${path}: a value of type ${formatParameterType(type)} is ${EXPECTED[type.name]}, found ${shown}`,
    { field: path },
  );
}

function tooLarge({ field, whole }: Progress, what: string): PembaError {
  return new PembaError(
    'MALFORMED_CONTEXT',
    `${field}: a value of type ${formatParameterType(whole)} has ${what}; send a smaller one`,
    { field },
  );
}
