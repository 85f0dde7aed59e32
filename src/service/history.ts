/** What services ask of the kept history: implemented by `postgres/`. */
import type { RevisionPoint } from '../model/revision.ts';
import type { Change, Tuple } from '../model/tuple.ts';
import type { TupleFilter } from '../model/write.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import type { RevisionRecord, StoredSchema } from '../tenant/revision-record.ts';

/** A schema as it was written. */
export interface SchemaText {
  text: string;
  version: number;
  /** Milliseconds since 1970. */
  writtenAt: number;
  actor: string | undefined;
  compiled: CompiledSchema;
}

/** What the kept history says of a point; `gone` if the store itself is. */
export type PointStatus = 'kept' | 'pruned' | 'lost' | 'ahead' | 'gone';

export interface TuplePage {
  tuples: Tuple[];
  isLast: boolean;
}

/** A revision as the log has it, for those who follow a store from outside. */
export interface LogEntry extends RevisionPoint {
  /** Milliseconds since 1970 by the database's clock. */
  time: number;
  /** Tuples added and removed, in order. */
  changes: Change[];
  /** `type:id` on whose behalf. */
  actor: string | undefined;
  /** The writer's metadata, as JSON. */
  metadata: string | undefined;
  /** The version of the schema it put in force, if it did. */
  schemaVersion: number | undefined;
}

export interface History {
  status(storeId: string, point: RevisionPoint): Promise<PointStatus>;
  /**
   * The newest revision at a time, in milliseconds since 1970; waits for writes under way.
   * @throws PembaError ZOOKIE_TOO_OLD, MALFORMED_REQUEST if the time is still to come
   */
  pointAt(storeId: string, timeMs: number): Promise<RevisionPoint>;
  /** The revisions after a kept point, as {@link FeedSource.after}. */
  after(storeId: string, point: RevisionPoint): Promise<RevisionRecord[] | undefined>;
  /** As {@link History.after}, with who made each revision and why, and in smaller pages. */
  log(storeId: string, point: RevisionPoint): Promise<LogEntry[] | undefined>;
  /** The schema in force at a revision; undefined if there was none. */
  schemaAt(storeId: string, revision: number): Promise<StoredSchema | undefined>;
  /** A schema by its version. */
  schemaText(storeId: string, version: number): Promise<SchemaText | undefined>;
  /** Tuples stored at a kept point, in the order of their parts, from the one after `from` on. */
  readTuples(
    storeId: string,
    point: RevisionPoint,
    filter: TupleFilter,
    from: Tuple | undefined,
    limit: number,
  ): Promise<TuplePage>;
}
