/** The calls about schemas, credentials and stores, the audit, and erasing. */
import * as audit from './audit.ts';
import { Connection } from './connection.ts';
import type { ConnectOptions } from './options.ts';
import type * as requests from './requests.ts';
import type { CallOptions } from './requests.ts';
import * as wire from './wire.ts';

export class Administration {
  protected readonly connection: Connection;
  /** That of requests that name none; empty if the service is to choose. */
  protected readonly store: string;

  constructor(options: ConnectOptions) {
    this.connection = new Connection(options);
    this.store = options.store ?? '';
  }

  async readSchema(
    request: requests.ReadSchemaRequest = {},
    options?: CallOptions,
  ): Promise<requests.ReadSchemaResponse> {
    const message = this.inStore(request);
    return wire.fromWireSchema(
      await this.connection.call<wire.WireSchema>('SchemaService', 'ReadSchema', message, options),
    );
  }

  async createCredential(
    request: requests.CreateCredentialRequest,
    options?: CallOptions,
  ): Promise<requests.CreateCredentialResponse> {
    const { level, expiresAt, ...rest } = this.inStore(request);
    const message = {
      ...wire.toWireChange(rest),
      level: wire.toWireLevel(level),
      expiresAt: expiresAt === undefined ? undefined : wire.toWireTime(expiresAt, 'expiresAt'),
    };
    type Response = Omit<requests.CreateCredentialResponse, 'credential'> & {
      credential: wire.WireCredential;
    };
    const response = await this.connection.call<Response>(
      'CredentialService',
      'CreateCredential',
      message,
      options,
    );
    return { ...response, credential: wire.fromWireCredential(response.credential) };
  }

  /** Newest first. */
  async listCredentials(
    request: { store?: string } = {},
    options?: CallOptions,
  ): Promise<requests.CredentialInfo[]> {
    type Response = { credentials: wire.WireCredential[] };
    const response = await this.connection.call<Response>(
      'CredentialService',
      'ListCredentials',
      this.inStore(request),
      options,
    );
    return response.credentials.map(wire.fromWireCredential);
  }

  async revokeCredential(
    request: requests.RevokeCredentialRequest,
    options?: CallOptions,
  ): Promise<requests.ZookieResponse> {
    const message = wire.toWireChange(this.inStore(request));
    return this.connection.call('CredentialService', 'RevokeCredential', message, options);
  }

  async createStore(
    request: requests.CreateStoreRequest,
    options?: CallOptions,
  ): Promise<requests.StoreInfo> {
    type Response = { store: wire.WireStore };
    const message = wire.toWireChange(request);
    const { store } = await this.connection.call<Response>('StoreService', 'CreateStore', message, options);
    return wire.fromWireStore(store);
  }

  /** In the order of their names. */
  async listStores(options?: CallOptions): Promise<requests.StoreInfo[]> {
    type Response = { stores: wire.WireStore[] };
    const { stores } = await this.connection.call<Response>('StoreService', 'ListStores', {}, options);
    return stores.map(wire.fromWireStore);
  }

  /** Deletes a store and all it holds. */
  async deleteStore(request: requests.DeleteStoreRequest, options?: CallOptions): Promise<void> {
    await this.connection.call('StoreService', 'DeleteStore', wire.toWireChange(request), options);
  }

  /** One page of the audit trail: who did what, newest first. */
  async readAudit(
    request: audit.ReadAuditRequest = {},
    options?: CallOptions,
  ): Promise<audit.ReadAuditResponse> {
    const message = audit.toWireReadAudit(this.inStore(request));
    return audit.fromWireAuditPage(
      await this.connection.call<audit.WireAuditPage>('AuditService', 'ReadAudit', message, options),
    );
  }

  /**
   * Removes an object wherever it stands, and its name from the whole log. It may take long, and goes on after the
   * deadline: asked again, this waits for the same.
   */
  async eraseSubject(
    request: requests.EraseSubjectRequest,
    options?: CallOptions,
  ): Promise<requests.EraseSubjectResponse> {
    const message = wire.toWireChange(this.inStore(request));
    return this.connection.call('AuditService', 'EraseSubject', message, options);
  }

  close(): void {
    this.connection.close();
  }

  protected inStore<T extends { store?: string }>(request: T): T {
    return this.store === '' ? request : { store: this.store, ...request };
  }
}
