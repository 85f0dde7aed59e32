/** The calls of the service, one method each. */
import { Connection, type ConnectOptions } from './connection.ts';
import { statusName } from './describe-failure.ts';
import type {
  BatchCheckRequest,
  BatchCheckResponse,
  CallOptions,
  CheckRequest,
  CheckResponse,
  CreateCredentialRequest,
  CreateCredentialResponse,
  CredentialInfo,
  ReadRequest,
  ReadResponse,
  ReadSchemaRequest,
  ReadSchemaResponse,
  RevokeCredentialRequest,
  StoreInfo,
  WriteRequest,
  WriteSchemaRequest,
  WriteSchemaResponse,
  ZookieResponse,
} from './requests.ts';
import {
  fromWireAnswer,
  fromWireCredential,
  fromWireResult,
  fromWireSchema,
  fromWireStore,
  toWireConsistency,
  toWireLevel,
  toWirePrecondition,
  toWireStruct,
  toWireTime,
  toWireUpdate,
  type WireBatchResult,
  type WireCredential,
  type WireSchema,
  type WireStore,
} from './wire.ts';

/**
 * A client of the service at an address. It connects with the first call.
 * @throws ServiceError BAD_ADDRESS, BAD_CREDENTIALS
 */
export function connect(options: ConnectOptions): PembaClient {
  return new PembaClient(new Connection(options));
}

/** Every method throws ServiceError, and has a deadline. */
export class PembaClient {
  private readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  async check(request: CheckRequest, options?: CallOptions): Promise<CheckResponse> {
    const wire = { ...request, consistency: toWireConsistency(request.consistency) };
    type Response = { answer: string; zookie: string };
    const { answer, zookie } = await this.connection.call<Response>(
      'PermissionService',
      'Check',
      wire,
      options,
    );
    return { answer: fromWireAnswer(answer), zookie };
  }

  async batchCheck(request: BatchCheckRequest, options?: CallOptions): Promise<BatchCheckResponse> {
    const wire = { ...request, consistency: toWireConsistency(request.consistency) };
    type Response = { results: WireBatchResult[]; zookie: string };
    const { results, zookie } = await this.connection.call<Response>(
      'PermissionService',
      'BatchCheck',
      wire,
      options,
    );
    return { results: results.map((result) => fromWireResult(result, statusName)), zookie };
  }

  write(request: WriteRequest, options?: CallOptions): Promise<ZookieResponse> {
    const { metadata, preconditions = [], ...rest } = request;
    const wire = {
      ...rest,
      updates: request.updates.map(toWireUpdate),
      preconditions: preconditions.map(toWirePrecondition),
      metadata: metadata === undefined ? undefined : toWireStruct(metadata),
    };
    return this.connection.call('PermissionService', 'Write', wire, options);
  }

  /** One page. */
  read(request: ReadRequest = {}, options?: CallOptions): Promise<ReadResponse> {
    const wire = { ...request, consistency: toWireConsistency(request.consistency) };
    return this.connection.call('PermissionService', 'Read', wire, options);
  }

  writeSchema(request: WriteSchemaRequest, options?: CallOptions): Promise<WriteSchemaResponse> {
    return this.connection.call('SchemaService', 'WriteSchema', request, options);
  }

  async readSchema(request: ReadSchemaRequest = {}, options?: CallOptions): Promise<ReadSchemaResponse> {
    return fromWireSchema(
      await this.connection.call<WireSchema>('SchemaService', 'ReadSchema', request, options),
    );
  }

  async createCredential(
    request: CreateCredentialRequest,
    options?: CallOptions,
  ): Promise<CreateCredentialResponse> {
    const { level, expiresAt, ...rest } = request;
    const wire = {
      ...rest,
      level: toWireLevel(level),
      expiresAt: expiresAt === undefined ? undefined : toWireTime(expiresAt),
    };
    type Response = Omit<CreateCredentialResponse, 'credential'> & { credential: WireCredential };
    const response = await this.connection.call<Response>(
      'CredentialService',
      'CreateCredential',
      wire,
      options,
    );
    return { ...response, credential: fromWireCredential(response.credential) };
  }

  /** Newest first. */
  async listCredentials(request: { store?: string } = {}, options?: CallOptions): Promise<CredentialInfo[]> {
    type Response = { credentials: WireCredential[] };
    const response = await this.connection.call<Response>(
      'CredentialService',
      'ListCredentials',
      request,
      options,
    );
    return response.credentials.map(fromWireCredential);
  }

  revokeCredential(request: RevokeCredentialRequest, options?: CallOptions): Promise<ZookieResponse> {
    return this.connection.call('CredentialService', 'RevokeCredential', request, options);
  }

  async createStore(request: { name: string }, options?: CallOptions): Promise<StoreInfo> {
    type Response = { store: WireStore };
    const { store } = await this.connection.call<Response>('StoreService', 'CreateStore', request, options);
    return fromWireStore(store);
  }

  /** In the order of their names. */
  async listStores(options?: CallOptions): Promise<StoreInfo[]> {
    type Response = { stores: WireStore[] };
    const { stores } = await this.connection.call<Response>('StoreService', 'ListStores', {}, options);
    return stores.map(fromWireStore);
  }

  /** Deletes a store and all it holds. @param request the store's id; names may be given anew */
  async deleteStore(request: { id: string }, options?: CallOptions): Promise<void> {
    await this.connection.call('StoreService', 'DeleteStore', request, options);
  }

  close(): void {
    this.connection.close();
  }
}
