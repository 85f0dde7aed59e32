/** The writers of this node, one a store. */
import type { Tenant } from '../tenant/tenant.ts';
import { Writer, type WriterOptions } from './writer.ts';

export class Writers {
  private readonly options: WriterOptions;
  private readonly byTenant = new Map<Tenant, Writer>();

  constructor(options: WriterOptions) {
    this.options = options;
  }

  for(tenant: Tenant): Writer {
    let writer = this.byTenant.get(tenant);
    if (writer === undefined) {
      this.dropDeleted();
      writer = new Writer(tenant, this.options);
      this.byTenant.set(tenant, writer);
    }
    return writer;
  }

  /** Now and then is enough: a writer without writes is small. */
  private dropDeleted(): void {
    for (const tenant of this.byTenant.keys()) if (tenant.deleted) this.byTenant.delete(tenant);
  }

  /** Resolves once no write is queued or under way. */
  async idle(): Promise<void> {
    await Promise.all([...this.byTenant.values()].map((writer) => writer.idle()));
  }
}
