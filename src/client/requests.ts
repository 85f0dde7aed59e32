/** What the client's methods take and return. References travel as text, as on the wire. */
import type { Level } from '../model/credential.ts';
import type { Operation } from '../model/write.ts';

export interface CallOptions {
  /** Instead of the client's own; in milliseconds, retries included. */
  timeoutMs?: number;
  /** Aborting it cancels the call, which fails with CANCELLED. */
  signal?: AbortSignal;
}

/** A tuple's parts as text: `type:id`, a relation, `type:id`, `type:id#relation` or `type:*`. */
export interface TupleText {
  object: string;
  relation: string;
  subject: string;
}

/** A tuple as it is written and stored. */
export interface StoredTuple extends TupleText {
  /** It holds only while this condition of the schema does. */
  condition?: {
    name: string;
    /** Values for its parameters; they win over those of a question. */
    context?: Readonly<Record<string, unknown>>;
  };
  /** It holds until then. */
  expiresAt?: Date;
}

/** Values for the parameters of conditions, as JSON. */
export type ConditionContext = Readonly<Record<string, unknown>>;

/** How fresh an answer has to be; left out: the newest revision the node has. */
export type Consistency =
  | { mode: 'minimize_latency' }
  | { mode: 'at_least_as_fresh'; zookie: string }
  | { mode: 'fully_consistent' }
  | { mode: 'at_exact_snapshot'; zookie: string }
  | { mode: 'at_exact_time'; time: Date };

export type Answer = 'allowed' | 'denied' | 'conditional';

/** What is common to requests: the name or id of the store; left out: the client's, or else `default`. */
export interface OfStore {
  store?: string;
}

export interface CheckRequest extends OfStore, TupleText {
  consistency?: Consistency;
  /** Tuples that count as stored for this question alone. */
  contextualTuples?: StoredTuple[];
  context?: ConditionContext;
}

export interface CheckResponse {
  answer: Answer;
  /** If it is conditional: the parameters it depends on that nobody gave. */
  missing?: string[];
  zookie: string;
}

export interface BatchCheckRequest extends OfStore {
  items: TupleText[];
  consistency?: Consistency;
  contextualTuples?: StoredTuple[];
  context?: ConditionContext;
}

/** Why one question of many could not be answered. */
export interface ItemError {
  /** The name of the gRPC status. */
  code: string;
  reason: string;
  message: string;
  field: string;
}

export interface BatchCheckResponse {
  /** In the order of the questions. */
  results: ({ answer: Answer; missing?: string[] } | { error: ItemError })[];
  zookie: string;
}

export interface WriteUpdate {
  operation: Operation;
  tuple: StoredTuple;
}

/** Parts that are left out select everything; see `proto/pemba/v1/permission.proto`. */
export type TupleFilterParts = Partial<TupleText>;

export interface WritePrecondition {
  condition: 'must_exist' | 'must_not_exist';
  filter: TupleFilterParts;
}

/** What is recorded with a change, and told by the audit. */
export interface Recorded {
  /** On whose behalf, as `type:id`. */
  actor?: string;
  /** Why, or whatever else the caller wants. */
  metadata?: Record<string, unknown>;
}

/** Who makes a change. */
export interface OnBehalfOf extends OfStore, Recorded {
  /** On whose behalf, as `type:id`: then the schema decides whether the actor may. */
  actor?: string;
  /** Values for the parameters of conditions that the actor's permissions depend on. */
  context?: ConditionContext;
}

export interface WriteRequest extends OnBehalfOf {
  updates: WriteUpdate[];
  preconditions?: WritePrecondition[];
  idempotencyKey?: string;
}

export interface DeleteTuplesRequest extends OnBehalfOf {
  /** At least one part. */
  filter: TupleFilterParts;
  /** At most so many; 1,000 if left out. */
  limit?: number;
}

export interface DeleteTuplesResponse extends ZookieResponse {
  deleted: number;
  /** False if the same request removes more. */
  done: boolean;
}

export interface ReplaceRelationRequest extends OnBehalfOf {
  object: string;
  relation: string;
  /** All that are to be stored there. */
  subjects: Omit<StoredTuple, 'object' | 'relation'>[];
}

export interface ReplaceRelationResponse extends ZookieResponse {
  added: number;
  removed: number;
}

export interface DeleteObjectRequest extends OnBehalfOf {
  object: string;
}

export interface DeleteObjectResponse extends ZookieResponse {
  deleted: number;
}

export interface EraseSubjectRequest extends OfStore {
  /** `type:id` */
  subject: string;
  /** Why, without naming the subject. */
  metadata?: Record<string, unknown>;
}

export interface EraseSubjectResponse extends ZookieResponse {
  /** Tuples. */
  removed: number;
  /** What stands in the log in place of the subject, as `type:id`; empty if nothing named it. */
  pseudonym: string;
  /** Rows of the log that named it. */
  rewritten: number;
}

export interface ZookieResponse {
  zookie: string;
}

export interface ReadRequest extends OfStore {
  filter?: TupleFilterParts;
  /** For the first page only. */
  consistency?: Consistency;
  pageSize?: number;
  /** `nextPageToken` of the page before. */
  pageToken?: string;
}

export interface ReadResponse {
  tuples: StoredTuple[];
  /** Empty if this is the last page. */
  nextPageToken: string;
  zookie: string;
}

export interface WriteSchemaRequest extends OfStore, Recorded {
  text: string;
  expectedVersion?: number;
  dryRun?: boolean;
}

export interface SchemaWarning {
  code: string;
  /** Lines and columns count from 1. */
  line: number;
  column: number;
  message: string;
}

export interface WriteSchemaResponse {
  /** Empty for a dry run. */
  zookie: string;
  /** 0 for a dry run. */
  version: number;
  warnings: SchemaWarning[];
}

export interface ReadSchemaRequest extends OfStore {
  /** The one in force if left out. */
  version?: number;
}

export interface MemberDefinition {
  name: string;
  documentation: string;
  isPermission: boolean;
  /** What may be stored as its subject, such as `user` or `team#member`. */
  subjects: string[];
}

export interface TypeDefinition {
  name: string;
  documentation: string;
  members: MemberDefinition[];
}

export interface ReadSchemaResponse {
  text: string;
  version: number;
  writtenAt: Date | undefined;
  actor: string;
  zookie: string;
  types: TypeDefinition[];
}

/** A credential, without its token. */
export interface CredentialInfo {
  id: string;
  level: Level;
  description: string;
  createdAt: Date | undefined;
  expiresAt: Date | undefined;
  revokedAt: Date | undefined;
}

export interface CreateCredentialRequest extends OfStore, Recorded {
  level: Level;
  description?: string;
  /** Never if left out. */
  expiresAt?: Date;
}

export interface CreateCredentialResponse {
  credential: CredentialInfo;
  /** Cannot be shown again. */
  token: string;
  zookie: string;
}

export interface RevokeCredentialRequest extends OfStore, Recorded {
  id: string;
}

export interface CreateStoreRequest extends Recorded {
  name: string;
}

export interface DeleteStoreRequest extends Recorded {
  /** A name is not enough, for names may be given anew. */
  id: string;
}

export interface StoreInfo {
  id: string;
  name: string;
  createdAt: Date | undefined;
}
