/** Between the client's types and the messages that proto-loader makes of the proto files. */
import { isDate } from 'node:util/types';
import type { Level } from '../model/credential.ts';
import { assertWhole, badRequest } from './numbers.ts';
import type {
  Answer,
  BatchCheckResponse,
  ConditionContext,
  Consistency,
  CredentialInfo,
  ItemError,
  OnBehalfOf,
  ReadSchemaResponse,
  StoredTuple,
  StoreInfo,
  TupleText,
  WritePrecondition,
  WriteUpdate,
} from './requests.ts';
import { fromWireStruct, toWireStruct, type WireStruct } from './struct.ts';

const MS = 1_000;
const NANOS_IN_MS = 1_000_000;

/** `google.protobuf.Timestamp` */
export interface WireTime {
  seconds: number;
  nanos: number;
}

/**
 * @param name of the field, for the message
 * @throws ServiceError BAD_REQUEST
 */
export function toWireTime(time: Date, name: string): WireTime {
  const ms = isDate(time) ? time.getTime() : Number.NaN;
  if (Number.isNaN(ms)) throw badRequest(`${name}: ${String(time)} is no time; give a Date`);
  const seconds = Math.floor(ms / MS);
  return { seconds, nanos: (ms - seconds * MS) * NANOS_IN_MS };
}

export function fromWireTime(time: WireTime | null): Date | undefined {
  return time === null ? undefined : new Date(time.seconds * MS + Math.floor(time.nanos / NANOS_IN_MS));
}

const MODES: readonly Consistency['mode'][] = [
  'minimize_latency',
  'at_least_as_fresh',
  'at_exact_snapshot',
  'at_exact_time',
  'fully_consistent',
];

/** @throws ServiceError BAD_REQUEST */
function toWireConsistency(consistency: Consistency | undefined): object | undefined {
  if (consistency === undefined) return undefined;
  switch (consistency.mode) {
    case 'minimize_latency':
      return { minimizeLatency: true };
    case 'fully_consistent':
      return { fullyConsistent: true };
    case 'at_least_as_fresh':
      return { atLeastAsFresh: zookieOf(consistency) };
    case 'at_exact_snapshot':
      return { atExactSnapshot: zookieOf(consistency) };
    case 'at_exact_time':
      return { atExactTime: toWireTime(consistency.time, 'consistency.time') };
    default: {
      const { mode } = consistency as { mode?: unknown };
      throw badRequest(`consistency: ${String(mode)} is no mode; there are ${MODES.join(', ')}`);
    }
  }
}

/** Without one the service would take the mode for none. */
function zookieOf({ mode, zookie }: { mode: string; zookie: string }): string {
  if (typeof zookie !== 'string') throw badRequest(`consistency.zookie: ${mode} needs a text`);
  return zookie;
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  ANSWER_ALLOWED: 'allowed',
  ANSWER_DENIED: 'denied',
  ANSWER_CONDITIONAL: 'conditional',
};

/** An answer this client does not know must never look like a yes or a no. */
export function fromWireAnswer(answer: string): Answer {
  const known = ANSWERS[answer];
  if (known === undefined)
    throw new TypeError(`the service gave an answer this client does not know: ${answer}`);
  return known;
}

/** One result of a batch as proto-loader gives it. */
export interface WireBatchResult {
  answer: string;
  missing?: string[];
  error: (Omit<ItemError, 'code'> & { code: number }) | null;
}

/** @param nameOf from the number of a gRPC status to its name */
export function fromWireResult(
  { answer, missing, error }: WireBatchResult,
  nameOf: (code: number) => string,
): BatchCheckResponse['results'][number] {
  if (error === null) return { answer: fromWireAnswer(answer), ...fromWireMissing(missing) };
  const { code, reason, message, field } = error;
  return { error: { code: nameOf(code), reason, message, field } };
}

/**
 * Each of a list that a caller gave, who may write plain JavaScript.
 * @throws ServiceError BAD_REQUEST
 */
export function toWireList<T>(
  name: string,
  list: readonly T[],
  toWire: (each: T, path: string) => object,
): object[] {
  if (!Array.isArray(list)) throw badRequest(`${name}: ${String(list)} is no list`);
  return list.map((each: T, i) => toWire(withKeys(`${name}[${i}]`, each), `${name}[${i}]`));
}

function withKeys<T>(path: string, value: T): T {
  if (typeof value === 'object' && value !== null) return value;
  throw badRequest(`${path}: ${String(value)} is no object with keys`);
}

// What follows keeps keys that it does not know: the connection refuses them.

/** @throws ServiceError BAD_REQUEST */
export function toWireUpdate({ operation, tuple, ...rest }: WriteUpdate, path: string): object {
  const place = `${path}.tuple`;
  return {
    ...rest,
    operation: `OPERATION_${String(operation).toUpperCase()}`,
    tuple: toWireSubject(withKeys(place, tuple), place),
  };
}

/** A change with its metadata and context as they travel. */
export function toWireChange<Request extends OnBehalfOf>({ metadata, context, ...rest }: Request): object {
  return {
    ...rest,
    ...(metadata === undefined ? {} : { metadata: toWireStruct(metadata, 'metadata') }),
    ...(context === undefined ? {} : { context: toWireStruct(context, 'context') }),
  };
}

/** @throws ServiceError BAD_REQUEST */
export function toWireSubject(
  { condition, expiresAt, ...rest }: Omit<StoredTuple, 'object' | 'relation'>,
  path: string,
): object {
  return {
    ...rest,
    ...(condition == null
      ? {}
      : {
          condition: {
            ...condition,
            context: toWireStruct(condition.context ?? {}, `${path}.condition.context`),
          },
        }),
    ...(expiresAt == null ? {} : { expiresAt: toWireTime(expiresAt, `${path}.expiresAt`) }),
  };
}

/** A tuple as proto-loader gives it. */
export interface WireTuple extends TupleText {
  condition?: { name: string; context: WireStruct | null } | null;
  expiresAt?: WireTime | null;
}

export function fromWireTuple({ object, relation, subject, condition, expiresAt }: WireTuple): StoredTuple {
  return {
    object,
    relation,
    subject,
    ...(condition == null
      ? {}
      : {
          condition: { name: condition.name, context: fromWireStruct(condition.context ?? { fields: {} }) },
        }),
    ...(expiresAt == null ? {} : { expiresAt: fromWireTime(expiresAt) as Date }),
  };
}

/** What questions have in common, beside what they ask. */
interface Question {
  consistency?: Consistency;
  contextualTuples?: StoredTuple[];
  context?: ConditionContext;
}

/** @throws ServiceError BAD_REQUEST */
export function toWireQuestion({ consistency, contextualTuples, context, ...rest }: Question): object {
  assertWhole(rest);
  return {
    ...rest,
    consistency: toWireConsistency(consistency),
    ...(contextualTuples === undefined
      ? {}
      : { contextualTuples: toWireList('contextualTuples', contextualTuples, toWireSubject) }),
    ...(context === undefined ? {} : { context: toWireStruct(context, 'context') }),
  };
}

/** The names that a conditional answer depends on, where there are some. */
export function fromWireMissing(missing: string[] | undefined): { missing?: string[] } {
  return missing === undefined || missing.length === 0 ? {} : { missing };
}

export function toWirePrecondition({ condition, ...rest }: WritePrecondition): object {
  return { ...rest, condition: `CONDITION_${String(condition).toUpperCase()}` };
}

export function toWireLevel(level: Level): string {
  return `LEVEL_${level.toUpperCase()}`;
}

/** A credential as proto-loader gives it. */
export interface WireCredential {
  id: string;
  level: string;
  description: string;
  createdAt: WireTime | null;
  expiresAt: WireTime | null;
  revokedAt: WireTime | null;
}

export function fromWireCredential(wire: WireCredential): CredentialInfo {
  return {
    id: wire.id,
    level: wire.level.replace(/^LEVEL_/, '').toLowerCase() as Level,
    description: wire.description,
    createdAt: fromWireTime(wire.createdAt),
    expiresAt: fromWireTime(wire.expiresAt),
    revokedAt: fromWireTime(wire.revokedAt),
  };
}

/** A store as proto-loader gives it. */
export type WireStore = Omit<StoreInfo, 'createdAt'> & { createdAt: WireTime | null };

export function fromWireStore({ id, name, createdAt }: WireStore): StoreInfo {
  return { id, name, createdAt: fromWireTime(createdAt) };
}

/** A schema as proto-loader gives it. */
export type WireSchema = Omit<ReadSchemaResponse, 'writtenAt'> & { writtenAt: WireTime | null };

export function fromWireSchema({ writtenAt, ...rest }: WireSchema): ReadSchemaResponse {
  return { ...rest, writtenAt: fromWireTime(writtenAt) };
}
