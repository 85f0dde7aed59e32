/** The public face of the package. */
export { type Code, PembaError, type Reason } from './base/errors.ts';
export { connect, type PembaClient } from './client/client.ts';
export type { ConnectOptions, TlsOptions } from './client/connection.ts';
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
  CredentialInfo,
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
export { formatTuple, parseTuple, type Tuple } from './model/tuple.ts';
