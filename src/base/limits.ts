/**
 * Every limit of the service, in one table: configurable, documented from here, tested on either
 * side. Reaching one is an error that names it, never a "denied" and never a shorter list.
 */
import { PembaError } from './errors.ts';

export interface LimitEntry {
  default: number;
  /** The highest value that may be configured. */
  max: number;
  unit: string;
  doc: string;
}

export const LIMITS = {
  walkDepth: {
    default: 200,
    max: 500,
    unit: 'levels',
    doc: 'how deep one check may nest through sets and arrows',
  },
  walkVisits: {
    default: 200_000,
    max: 100_000_000,
    unit: 'steps',
    doc: 'work of one check, or of one batch: members and tuples looked at',
  },
  lookupSteps: {
    default: 10_000_000,
    max: 1_000_000_000,
    unit: 'steps',
    doc: 'work of one lookup: members and tuples looked at',
  },
  expandNodes: {
    default: 10_000,
    max: 1_000_000,
    unit: 'nodes',
    doc: 'what one Expand shows: nodes of the tree and stored subjects',
  },
  batchChecks: { default: 1_000, max: 10_000, unit: 'checks', doc: 'checks in one BatchCheck' },
  contextualTuples: { default: 100, max: 1_000, unit: 'tuples', doc: 'contextual tuples of one request' },
  writeUpdates: {
    default: 1_000,
    max: 1_000,
    unit: 'updates',
    doc: 'updates in one Write; a revision holds no more',
  },
  writePreconditions: { default: 100, max: 1_000, unit: 'preconditions', doc: 'preconditions of one Write' },
  preconditionSteps: {
    default: 100_000,
    max: 10_000_000,
    unit: 'steps',
    doc: 'work of the preconditions of one Write: tuples looked at',
  },
  clauseSteps: {
    default: 1_000_000,
    max: 100_000_000,
    unit: 'steps',
    doc: 'work of deciding whether the actor of one write may make it: members and tuples looked at',
  },
  invariantSteps: {
    default: 1_000_000,
    max: 100_000_000,
    unit: 'steps',
    doc: 'work of the invariants that one write may break: members and tuples looked at',
  },
  metadataBytes: {
    default: 65_536,
    max: 1_048_576,
    unit: 'bytes',
    doc: "the caller's metadata of one change, as JSON",
  },
  contextBytes: {
    default: 16_384,
    max: 1_048_576,
    unit: 'bytes',
    doc: "the values for conditions that one request gives, or one tuple's condition, as JSON",
  },
  idempotencyKeyBytes: { default: 256, max: 1_024, unit: 'bytes', doc: 'an idempotency key' },
  writeQueue: {
    default: 10_000,
    max: 1_000_000,
    unit: 'writes',
    doc: 'writes of one store that wait for their turn',
  },
  writeQueueUpdates: {
    default: 50_000,
    max: 10_000_000,
    unit: 'updates',
    doc: 'updates in the writes of one store that wait for their turn',
  },
  refusalsRecorded: {
    default: 10,
    max: 10_000,
    unit: 'writes',
    doc: 'refused writes of one store that one node records in a second, half of them of one actor; how many more there are is counted',
  },
  readPage: { default: 1_000, max: 10_000, unit: 'tuples', doc: 'one page of Read' },
  auditPage: { default: 1_000, max: 10_000, unit: 'entries', doc: 'one page of the audit trail' },
  lookupPage: {
    default: 10_000,
    max: 1_000_000,
    unit: 'results',
    doc: 'one page of a lookup, where a page size is asked for',
  },
  lookupBytes: {
    default: 268_435_456,
    max: 17_179_869_184,
    unit: 'bytes',
    doc: 'memory of one node for what lookups found and have not sent yet',
  },
  explorations: {
    default: 200,
    max: 100_000,
    unit: 'questions',
    doc: 'expansions, explanations, lookups and lists of permissions that are open on one node',
  },
  snapshotChanges: {
    default: 10_000,
    max: 10_000_000,
    unit: 'changes',
    doc: 'changes between an exact snapshot and now that a check undoes',
  },
  explainSteps: {
    default: 1_000_000,
    max: 100_000_000,
    unit: 'steps',
    doc: 'work of one Explain beside its check: parts of derivations and sets of changes looked at',
  },
  schemaBytes: { default: 1_048_576, max: 1_048_576, unit: 'bytes', doc: 'the text of a schema' },
  requestBytes: { default: 4_194_304, max: 67_108_864, unit: 'bytes', doc: 'one request' },
  credentials: {
    default: 1_000,
    max: 100_000,
    unit: 'credentials',
    doc: 'credentials of one store that are neither revoked nor expired',
  },
  stores: { default: 10_000, max: 1_000_000, unit: 'stores', doc: 'stores of one deployment' },
  watches: {
    default: 1_000,
    max: 100_000,
    unit: 'watches',
    doc: 'watches of one store that are open on one node',
  },
  watchFilters: { default: 100, max: 1_000, unit: 'filters', doc: 'filters of one Watch' },
} as const satisfies Record<string, LimitEntry>;

export type LimitName = keyof typeof LIMITS;
export type Limits = Record<LimitName, number>;

export function defaultLimits(): Limits {
  const entries = Object.entries(LIMITS).map(([name, entry]) => [name, entry.default]);
  return Object.fromEntries(entries) as Limits;
}

/** The error of a reached limit; `what` says in a word what was too large. */
export function limitReached(name: LimitName, limit: number, field?: string): PembaError {
  const entry = LIMITS[name];
  return new PembaError(
    'LIMIT',
    `limit ${name} reached: at most ${limit} ${entry.unit} (${entry.doc})`,
    field === undefined ? {} : { field },
  );
}

/** @throws PembaError LIMIT if `value` exceeds the limit */
export function withinLimit(limits: Limits, name: LimitName, value: number, field?: string): void {
  if (value > limits[name]) {
    const error = limitReached(name, limits[name], field);
    throw new PembaError(
      'LIMIT',
      `${error.message}; this one has ${value}`,
      field === undefined ? {} : { field },
    );
  }
}
