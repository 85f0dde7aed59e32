/** The stores this node serves, by id and by name. */

import { PembaError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { quoted } from '../model/reference.ts';
import { type Clock, Freshness } from './freshness.ts';
import { Tenant } from './tenant.ts';
import type { ZookieCodec } from './zookie.ts';

/** The store that requests mean which name none. */
export const DEFAULT_STORE = 'default';
/** The store whose credentials are good for every store. */
export const SYSTEM_STORE = 'system';

export class Tenants {
  private readonly byId = new Map<string, Tenant>();
  private readonly byName = new Map<string, Tenant>();
  private readonly clock: Clock;
  private readonly maxStalenessMs: number;
  readonly zookies: ZookieCodec;

  constructor(clock: Clock, maxStalenessMs: number, zookies: ZookieCodec) {
    this.clock = clock;
    this.maxStalenessMs = maxStalenessMs;
    this.zookies = zookies;
  }

  all(): Iterable<Tenant> {
    return this.byId.values();
  }

  /** The tenant of this id, made if there is none. */
  add(id: string, name: string): Tenant {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const tenant = new Tenant(id, name, new Freshness(this.clock, this.maxStalenessMs), this.zookies);
    this.byId.set(id, tenant);
    this.byName.set(name, tenant);
    return tenant;
  }

  /** Drops the tenants of all other ids and returns them. */
  removeAllBut(ids: Iterable<string>): Tenant[] {
    const kept = new Set(ids);
    const gone = [...this.byId.values()].filter((tenant) => !kept.has(tenant.id));
    for (const tenant of gone) {
      this.byId.delete(tenant.id);
      if (this.byName.get(tenant.name) === tenant) this.byName.delete(tenant.name);
    }
    return gone;
  }

  /** The store a request means by `name`: its name, its id, or the default one if empty. */
  find(name: string): Tenant | undefined {
    return this.byName.get(name === '' ? DEFAULT_STORE : name) ?? this.byId.get(name);
  }

  /** @throws PembaError UNKNOWN_STORE */
  get(name: string): Tenant {
    const tenant = this.find(name);
    if (tenant !== undefined) return tenant;
    throw unknownStore(name, this.byName.keys());
  }

  /** The store above the stores. @throws PembaError NOT_READY */
  get system(): Tenant {
    const tenant = this.byName.get(SYSTEM_STORE);
    if (tenant !== undefined) return tenant;
    throw new PembaError('NOT_READY', 'this node is still starting; try again shortly');
  }

  /**
   * True if every store is loaded and fresh. One that was made a moment ago and is loaded for the
   * first time does not make a serving node unready.
   */
  areFresh(): boolean {
    const known = [...this.byId.values()].filter(
      ({ loadCount, failure }) => loadCount > 0 || failure !== undefined,
    );
    return known.length > 0 && known.every((tenant) => tenant.loaded && tenant.freshness.isFresh());
  }
}

function unknownStore(name: string, known: Iterable<string> = []): PembaError {
  return new PembaError(
    'UNKNOWN_STORE',
    `store: there is no store ${quoted(name)}${didYouMean(name, known)}`,
    {
      field: 'store',
    },
  );
}
