/** The messages of `proto/pemba/v1` as the loader hands them over: all fields set, enums as text. */

export interface WireTimestamp {
  seconds: number;
  nanos: number;
}

/** google.protobuf.Duration */
export type WireDuration = WireTimestamp;

export interface WireConsistency {
  mode?: 'minimizeLatency' | 'atLeastAsFresh' | 'fullyConsistent' | 'atExactSnapshot' | 'atExactTime';
  minimizeLatency?: boolean;
  atLeastAsFresh?: string;
  fullyConsistent?: boolean;
  atExactSnapshot?: string;
  atExactTime?: WireTimestamp;
}

/** The parts of a tuple, of a question or of a filter. */
export interface WireParts {
  object: string;
  relation: string;
  subject: string;
}

export interface WireTuple extends WireParts {
  condition?: { name: string; context: WireStruct | null } | null;
  expiresAt?: WireTimestamp | null;
}

export interface CheckRequest extends WireParts {
  store: string;
  consistency: WireConsistency | null;
  contextualTuples: WireTuple[];
  context: WireStruct | null;
}

export interface BatchCheckRequest {
  store: string;
  items: WireParts[];
  consistency: WireConsistency | null;
  contextualTuples: WireTuple[];
  context: WireStruct | null;
}

/** What is recorded with a change. */
export interface Recorded {
  actor: string;
  metadata: WireStruct | null;
}

/** Who makes a write. */
export interface OnBehalfOf extends Recorded {
  store: string;
  context: WireStruct | null;
}

export interface WriteRequest extends OnBehalfOf {
  updates: { operation: string; tuple: WireTuple | null }[];
  preconditions: { condition: string; filter: WireParts | null }[];
  idempotencyKey: string;
}

export interface DeleteTuplesRequest extends OnBehalfOf {
  filter: WireParts | null;
  limit: number;
}

export type WireGrantedSubject = Pick<WireTuple, 'subject' | 'condition' | 'expiresAt'>;

export interface ReplaceRelationRequest extends OnBehalfOf {
  object: string;
  relation: string;
  subjects: WireGrantedSubject[];
}

export interface DeleteObjectRequest extends OnBehalfOf {
  object: string;
}

export interface ReadRequest {
  store: string;
  filter: WireParts | null;
  consistency: WireConsistency | null;
  pageSize: number;
  pageToken: string;
}

/** What all requests have in common that find something out. */
interface ExploreRequest {
  store: string;
  consistency: WireConsistency | null;
  contextualTuples: WireTuple[];
  context: WireStruct | null;
}

export interface ExpandRequest extends ExploreRequest {
  object: string;
  relation: string;
  depth: number;
}

export interface ExplainRequest extends ExploreRequest, WireParts {
  maxMisses: number;
}

export interface ListPermissionsRequest extends ExploreRequest {
  object: string;
  subject: string;
}

export interface LookupResourcesRequest extends ExploreRequest {
  resourceType: string;
  relation: string;
  subject: string;
  pageSize: number;
  pageToken: string;
}

export interface LookupSubjectsRequest extends ExploreRequest {
  object: string;
  relation: string;
  subjectType: string;
  pageSize: number;
  pageToken: string;
}

export interface WatchRequest {
  store: string;
  filters: WireParts[];
  after: string;
  heartbeat: WireDuration | null;
}

export interface WriteSchemaRequest extends Recorded {
  store: string;
  text: string;
  expectedVersion?: number;
  _expectedVersion?: 'expectedVersion';
  dryRun: boolean;
}

export interface ReadSchemaRequest {
  store: string;
  version: number;
}

export interface CreateStoreRequest extends Recorded {
  name: string;
}

export interface DeleteStoreRequest extends Recorded {
  id: string;
}

export interface CreateCredentialRequest extends Recorded {
  store: string;
  level: string;
  description: string;
  expiresAt: WireTimestamp | null;
}

export interface ListCredentialsRequest {
  store: string;
}

export interface RevokeCredentialRequest extends Recorded {
  store: string;
  id: string;
}

export interface ReadAuditRequest {
  store: string;
  filter: {
    tuple: WireParts | null;
    actor: string;
    credential: string;
    kinds: string[];
    since: WireTimestamp | null;
    until: WireTimestamp | null;
  } | null;
  pageSize: number;
  pageToken: string;
}

export interface EraseSubjectRequest {
  store: string;
  subject: string;
  metadata: WireStruct | null;
}

/** google.protobuf.Struct */
export interface WireStruct {
  fields: Record<string, WireValue>;
}

/** google.protobuf.Value */
export interface WireValue {
  kind?: 'nullValue' | 'numberValue' | 'stringValue' | 'boolValue' | 'structValue' | 'listValue';
  nullValue?: 'NULL_VALUE';
  numberValue?: number;
  stringValue?: string;
  boolValue?: boolean;
  structValue?: WireStruct;
  listValue?: { values: WireValue[] };
}
