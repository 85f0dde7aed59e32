/** The public face of the package. */
export { type Code, PembaError, type Reason } from './base/errors.ts';
export type {
  AuditEntry,
  AuditFilter,
  AuditKind,
  AuditRefusal,
  ReadAuditRequest,
  ReadAuditResponse,
} from './client/audit.ts';
export type { TlsOptions } from './client/channel-credentials.ts';
export { connect, PembaClient } from './client/client.ts';
export type {
  ExpandNode,
  ExpandOperation,
  ExpandRequest,
  ExpandResponse,
  ExplainMiss,
  ExplainReason,
  ExplainRequest,
  ExplainResponse,
  FoundPermission,
  FoundResult,
  ListPermissionsRequest,
  ListPermissionsResponse,
  LookupResourcesRequest,
  LookupResults,
  LookupSubjectsRequest,
  TupleChange,
  WatchEvent,
  WatchRequest,
} from './client/explore-requests.ts';
export type { ConnectOptions } from './client/options.ts';
export type {
  Answer,
  BatchCheckRequest,
  BatchCheckResponse,
  CallOptions,
  CheckRequest,
  CheckResponse,
  Consistency,
  CreateCredentialRequest,
  CreateCredentialResponse,
  CreateStoreRequest,
  CredentialInfo,
  DeleteStoreRequest,
  EraseSubjectRequest,
  EraseSubjectResponse,
  ItemError,
  MemberDefinition,
  ReadRequest,
  ReadResponse,
  ReadSchemaRequest,
  ReadSchemaResponse,
  RevokeCredentialRequest,
  SchemaWarning,
  StoreInfo,
  TupleFilterParts,
  TupleText,
  TypeDefinition,
  WritePrecondition,
  WriteRequest,
  WriteSchemaRequest,
  WriteSchemaResponse,
  WriteUpdate,
  ZookieResponse,
} from './client/requests.ts';
export { type ClientReason, ServiceError } from './client/service-error.ts';
export type { AnySchema } from './client/typed-client.ts';
export { formatTuple, parseTuple, type Tuple } from './model/tuple.ts';
