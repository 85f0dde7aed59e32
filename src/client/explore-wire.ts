/** Between the types of `explore-requests.ts` and the messages of proto-loader. */
import type {
  ExpandNode,
  ExpandOperation,
  ExplainMiss,
  ExplainReason,
  ExplainResponse,
  FoundPermission,
  LookupResults,
  TupleChange,
  WatchEvent,
  WatchRequest,
} from './explore-requests.ts';
import { fromWireStruct, type WireStruct } from './struct.ts';
import {
  fromWireAnswer,
  fromWireMissing,
  fromWireTime,
  fromWireTuple,
  type WireTime,
  type WireTuple,
} from './wire.ts';

const MS = 1_000;
const NANOS_IN_MS = 1_000_000;

/** As proto-loader gives it: every field is there, enums by name, absent messages as null. */
type Wire<T, Replaced extends keyof T, By> = Omit<T, Replaced> & By;

export type WireNode = Wire<
  ExpandNode,
  'operation' | 'omission' | 'sameAs',
  { operation: string; omission: string; sameAs: number }
>;

export function fromWireNode(node: WireNode): ExpandNode {
  const { operation, set, expression, subjects, children, subjectGrants = [], childGrants = [] } = node;
  const omission = withoutPrefix(node.omission, 'OMISSION_');
  const isSeen = omission === 'seen';
  return {
    operation: withoutPrefix(operation, 'OPERATION_') as ExpandOperation,
    set,
    expression,
    subjects,
    children,
    omission: isSeen || omission === 'depth' ? omission : undefined,
    sameAs: isSeen ? node.sameAs : undefined,
    ...(subjectGrants.length === 0 ? {} : { subjectGrants }),
    ...(childGrants.length === 0 ? {} : { childGrants }),
  };
}

type WireReason = Wire<
  ExplainReason,
  'position' | 'tuple',
  {
    position: NonNullable<ExplainReason['position']> | null;
    tuple: WireTuple | null;
  }
>;

export interface WireExplanation {
  answer: string;
  reasons: WireReason[];
  missing?: string[];
  misses: Wire<
    ExplainMiss,
    'reasons' | 'add' | 'remove' | 'ineffective',
    {
      reasons: WireReason[];
      add: WireTuple[];
      remove: WireTuple[];
      ineffective?: { tuple: WireTuple; why: string }[];
    }
  >[];
  missesArePartial?: boolean;
  zookie: string;
}

export function fromWireExplanation(wire: WireExplanation): ExplainResponse {
  return {
    answer: fromWireAnswer(wire.answer),
    reasons: wire.reasons.map(fromWireReason),
    misses: wire.misses.map(({ add, remove, reasons, ineffective = [] }) => ({
      add: add.map(fromWireTuple),
      remove: remove.map(fromWireTuple),
      reasons: reasons.map(fromWireReason),
      ...(ineffective.length === 0
        ? {}
        : { ineffective: ineffective.map(({ tuple, why }) => ({ tuple: fromWireTuple(tuple), why })) }),
    })),
    ...(wire.missesArePartial === true ? { missesArePartial: true } : {}),
    ...fromWireMissing(wire.missing),
    zookie: wire.zookie,
  };
}

function fromWireReason(reason: WireReason): ExplainReason {
  return {
    ...reason,
    position: reason.position ?? undefined,
    tuple: reason.tuple === null ? undefined : fromWireTuple(reason.tuple),
  };
}

export type WireFoundPermission = Wire<FoundPermission, 'answer', { answer: string }>;

export function fromWireFoundPermission(wire: WireFoundPermission): FoundPermission {
  const { name, isPermission, answer, missing } = wire;
  return { name, isPermission, answer: fromWireAnswer(answer), ...fromWireMissing(missing) };
}

export type WireLookupResults = Wire<
  LookupResults,
  'results',
  { results: { id: string; answer: string; missing?: string[] }[] }
>;

export function fromWireResults({ results, nextPageToken, zookie }: WireLookupResults): LookupResults {
  return {
    results: results.map(({ id, answer, missing }) => ({
      id,
      answer: fromWireAnswer(answer),
      ...fromWireMissing(missing),
    })),
    nextPageToken,
    zookie,
  };
}

/** @param after the zookie to go on after; empty for the next change */
export function toWireWatch({ heartbeatMs, ...rest }: WatchRequest, after: string): object {
  if (heartbeatMs === undefined) return { ...rest, after };
  const seconds = Math.floor(heartbeatMs / MS);
  const nanos = Math.round((heartbeatMs - seconds * MS) * NANOS_IN_MS);
  return { ...rest, after, heartbeat: { seconds, nanos } };
}

export type WireEvent = Wire<
  WatchEvent,
  'changes' | 'time' | 'metadata',
  {
    changes: Wire<TupleChange, 'operation' | 'tuple', { operation: string; tuple: WireTuple }>[];
    time: WireTime | null;
    metadata: WireStruct | null;
  }
>;

export function fromWireEvent(event: WireEvent): WatchEvent {
  return {
    ...event,
    changes: event.changes.map(({ operation, tuple }) => ({
      operation: withoutPrefix(operation, 'OPERATION_') as TupleChange['operation'],
      tuple: fromWireTuple(tuple),
    })),
    time: fromWireTime(event.time),
    metadata: event.metadata === null ? undefined : fromWireStruct(event.metadata),
  };
}

function withoutPrefix(name: string, prefix: string): string {
  return name.slice(prefix.length).toLowerCase();
}
