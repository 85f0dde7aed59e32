/** What one commit did, as the feed and the writer hand it to a tenant. */
import type { Credential } from '../model/credential.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Change } from '../model/tuple.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';

export interface RevisionRecord extends RevisionPoint {
  /** Milliseconds since 1970 by the database's clock; never falls from one revision to the next. */
  time: number;
  /** Tuples added and removed, in order. */
  changes: Change[];
  /** The schema it put in force, if it did. */
  schema?: StoredSchema;
  /** Credentials it made or revoked, as they are now. */
  credentials?: Credential[];
}

/** A schema in force. */
export interface StoredSchema {
  /** Counts the schemas of a store: 1, 2, 3, … */
  version: number;
  compiled: CompiledSchema;
}
