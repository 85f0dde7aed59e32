/** The messages of `proto/pemba/v1` as the loader hands them over: all fields set, enums as text. */

export interface WireTimestamp {
  seconds: number;
  nanos: number;
}

export interface WireConsistency {
  mode?: 'minimizeLatency' | 'atLeastAsFresh' | 'fullyConsistent' | 'atExactSnapshot' | 'atExactTime';
  minimizeLatency?: boolean;
  atLeastAsFresh?: string;
  fullyConsistent?: boolean;
  atExactSnapshot?: string;
  atExactTime?: WireTimestamp;
}

export interface WireTuple {
  object: string;
  relation: string;
  subject: string;
}

export interface CheckRequest extends WireTuple {
  store: string;
  consistency: WireConsistency | null;
  contextualTuples: WireTuple[];
}

export interface BatchCheckRequest {
  store: string;
  items: WireTuple[];
  consistency: WireConsistency | null;
  contextualTuples: WireTuple[];
}

export interface WriteRequest {
  store: string;
  updates: { operation: string; tuple: WireTuple | null }[];
  preconditions: { condition: string; filter: WireTuple | null }[];
  actor: string;
  metadata: WireStruct | null;
  idempotencyKey: string;
}

export interface ReadRequest {
  store: string;
  filter: WireTuple | null;
  consistency: WireConsistency | null;
  pageSize: number;
  pageToken: string;
}

export interface WriteSchemaRequest {
  store: string;
  text: string;
  expectedVersion?: number;
  _expectedVersion?: 'expectedVersion';
  dryRun: boolean;
  actor: string;
}

export interface ReadSchemaRequest {
  store: string;
  version: number;
}

export interface CreateStoreRequest {
  name: string;
}

export interface DeleteStoreRequest {
  id: string;
}

export interface CreateCredentialRequest {
  store: string;
  level: string;
  description: string;
  expiresAt: WireTimestamp | null;
}

export interface ListCredentialsRequest {
  store: string;
}

export interface RevokeCredentialRequest {
  store: string;
  id: string;
}

/** google.protobuf.Struct */
export interface WireStruct {
  fields: Record<string, WireValue>;
}

/** google.protobuf.Value */
export interface WireValue {
  kind?: 'nullValue' | 'numberValue' | 'stringValue' | 'boolValue' | 'structValue' | 'listValue';
  numberValue?: number;
  stringValue?: string;
  boolValue?: boolean;
  structValue?: WireStruct;
  listValue?: { values: WireValue[] };
}
