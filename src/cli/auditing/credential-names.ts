/** What the credentials of an audit trail are for: who reads it knows no ids. */
import type { PembaClient } from '../../client/client.ts';
import type { CredentialInfo } from '../../client/requests.ts';
import { ServiceError } from '../../client/service-error.ts';

/** Where credentials are that open every store. */
const SYSTEM_STORE = 'system';

export class CredentialNames {
  private readonly client: PembaClient;
  private readonly lists: { store?: string }[];
  private readonly names = new Map<string, string>();

  constructor(client: PembaClient, store: { store?: string }) {
    this.client = client;
    this.lists = store.store === SYSTEM_STORE ? [store] : [store, { store: SYSTEM_STORE }];
  }

  /** Each list is asked for once, and only if it is needed. @returns empty if it has none, or if it may not be listed */
  async of(id: string | undefined): Promise<string> {
    for (;;) {
      if (id === undefined) return '';
      const name = this.names.get(id);
      if (name !== undefined) return name;
      const next = this.lists.shift();
      if (next === undefined) return '';
      for (const each of await this.list(next)) this.names.set(each.id, each.description);
    }
  }

  private async list(store: { store?: string }): Promise<CredentialInfo[]> {
    try {
      return await this.client.listCredentials(store);
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'PERMISSION_DENIED') return [];
      throw error;
    }
  }
}
