/** Between the client's types and the messages that proto-loader makes of the proto files. */
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

const MS = 1_000;
const NANOS_IN_MS = 1_000_000;

/** `google.protobuf.Timestamp` */
export interface WireTime {
  seconds: number;
  nanos: number;
}

export function toWireTime(time: Date): WireTime {
  const ms = time.getTime();
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
      return { atLeastAsFresh: consistency.zookie };
    case 'at_exact_snapshot':
      return { atExactSnapshot: consistency.zookie };
    case 'at_exact_time':
      return { atExactTime: toWireTime(consistency.time) };
    default: {
      const { mode } = consistency as { mode?: unknown };
      throw badRequest(`consistency: ${String(mode)} is no mode; there are ${MODES.join(', ')}`);
    }
  }
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

export function toWireUpdate({ operation, tuple }: WriteUpdate): object {
  return { operation: `OPERATION_${operation.toUpperCase()}`, tuple: toWireTuple(tuple) };
}

/** A change with its metadata and context as they travel. */
export function toWireChange<Request extends OnBehalfOf>({ metadata, context, ...rest }: Request): object {
  return {
    ...rest,
    ...(metadata === undefined ? {} : { metadata: toWireStruct(metadata) }),
    ...(context === undefined ? {} : { context: toWireStruct(context) }),
  };
}

function toWireTuple({ object, relation, ...subject }: StoredTuple): object {
  return { object, relation, ...toWireSubject(subject) };
}

export function toWireSubject({
  subject,
  condition,
  expiresAt,
}: Omit<StoredTuple, 'object' | 'relation'>): object {
  return {
    subject,
    ...(condition === undefined
      ? {}
      : { condition: { name: condition.name, context: toWireStruct(condition.context ?? {}) } }),
    ...(expiresAt === undefined ? {} : { expiresAt: toWireTime(expiresAt) }),
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
    ...(contextualTuples === undefined ? {} : { contextualTuples: contextualTuples.map(toWireTuple) }),
    ...(context === undefined ? {} : { context: toWireStruct(context) }),
  };
}

/** The names that a conditional answer depends on, where there are some. */
export function fromWireMissing(missing: string[] | undefined): { missing?: string[] } {
  return missing === undefined || missing.length === 0 ? {} : { missing };
}

export function toWirePrecondition({ condition, filter }: WritePrecondition): object {
  return { condition: `CONDITION_${condition.toUpperCase()}`, filter };
}

/** `google.protobuf.Struct` of a JSON object. */
function toWireStruct(fields: Readonly<Record<string, unknown>>): object {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { fields: Object.fromEntries(entries.map(([name, value]) => [name, toWireValue(value)])) };
}

function toWireValue(value: unknown): object {
  if (value === null) return { nullValue: 'NULL_VALUE' };
  if (Array.isArray(value)) return { listValue: { values: value.map(toWireValue) } };
  switch (typeof value) {
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return { numberValue: value };
    case 'string':
      return { stringValue: value };
    case 'object':
      return { structValue: toWireStruct(value as Record<string, unknown>) };
    default:
      throw new TypeError(`a value is a ${typeof value}, which JSON has no form for`);
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
