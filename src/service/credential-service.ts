/** Making, listing and revoking credentials. */
import { PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Credential, Level } from '../model/credential.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import { CredentialCreation, CredentialExists, CredentialRevocation } from '../write/credential-proposal.ts';
import type { Writers } from '../write/writers.ts';
import { credentialIdOf, hashOf, makeToken } from './access.ts';
import { attributionOf, type Recorded } from './attribution.ts';
import { within } from './deadline.ts';

const MAX_DESCRIPTION = 1_000;
const DAY_MS = 86_400_000;

export interface CredentialRequest extends Recorded {
  level: Level;
  description: string;
  /** Milliseconds since 1970; undefined for never. */
  expiresAt: number | undefined;
  /** Milliseconds since 1970. */
  deadline: number;
}

export interface CredentialRevocationRequest extends Recorded {
  id: string;
  /** Milliseconds since 1970. */
  deadline: number;
}

export interface CredentialOptions {
  limits: Limits;
  /** New credentials must end within so many days; undefined if they need not end. */
  maxDays: number | undefined;
  /** The database's clock, in milliseconds since 1970. */
  now: () => number;
}

export class CredentialService {
  private readonly writers: Writers;
  private readonly zookies: ZookieCodec;
  private readonly options: CredentialOptions;

  constructor(writers: Writers, zookies: ZookieCodec, options: CredentialOptions) {
    this.writers = writers;
    this.zookies = zookies;
    this.options = options;
  }

  async create(
    tenant: Tenant,
    request: CredentialRequest,
  ): Promise<{ credential: Credential; token: string; zookie: string }> {
    this.assertForm(request);
    const attribution = attributionOf(request, this.options.limits);
    tenant.assertLoaded();
    const { token, id, secretHash } = makeToken();
    const { level, description, expiresAt, deadline } = request;
    const proposal = new CredentialCreation(
      { id, storeId: tenant.id, secretHash, level, description, expiresAt, revokedAt: undefined },
      attribution,
      this.options.limits.credentials,
    );
    const point = await within(this.writers.for(tenant).submit(proposal, deadline), deadline);
    const credential = tenant.credential(id);
    if (credential === undefined)
      throw new PembaError('NOT_READY', 'the store was loaded anew meanwhile; try again');
    return { credential, token, zookie: this.zookies.encode(tenant.id, point) };
  }

  /** Newest first. */
  list(tenant: Tenant): Credential[] {
    tenant.assertLoaded();
    tenant.assertFresh();
    return tenant.listCredentials().sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** @returns the zookie of the revision from which it is refused */
  async revoke(tenant: Tenant, request: CredentialRevocationRequest): Promise<string> {
    const { id, deadline } = request;
    const proposal = new CredentialRevocation(id, attributionOf(request, this.options.limits));
    tenant.assertLoaded();
    const point = await within(this.writers.for(tenant).submit(proposal, deadline), deadline);
    return this.zookies.encode(tenant.id, point);
  }

  /**
   * Makes the credential of a token the operator chose, and revokes those chosen before.
   * @param system the store above the stores
   */
  async bootstrap(system: Tenant, token: string, deadline: number): Promise<void> {
    const id = credentialIdOf(token);
    const writer = this.writers.for(system);
    if (system.credential(id)?.revokedAt !== undefined) {
      throw new PembaError(
        'CONFIG_INVALID',
        `the bootstrap token was used before and then replaced, which revoked \`${id}\` for good; choose a new one`,
      );
    }
    if (system.credential(id) === undefined) {
      const credential = {
        id,
        storeId: system.id,
        secretHash: hashOf(token),
        level: 'admin' as const,
        description: 'chosen by the operator, from the environment',
        expiresAt: undefined,
        revokedAt: undefined,
      };
      try {
        await writer.submit(
          new CredentialCreation(credential, {}, this.options.limits.credentials),
          deadline,
        );
      } catch (error) {
        // Another node that starts at the same time was first.
        if (!(error instanceof CredentialExists)) throw error;
      }
    }
    for (const other of system.listCredentials()) {
      if (!other.id.startsWith('bootstrap-') || other.id === id || other.revokedAt !== undefined) continue;
      await writer.submit(new CredentialRevocation(other.id, {}), deadline);
    }
  }

  /** @throws PembaError MALFORMED_REQUEST, MISSING_FIELD */
  private assertForm({ description, expiresAt }: CredentialRequest): void {
    if (description.length > MAX_DESCRIPTION) {
      throw new PembaError(
        'MALFORMED_REQUEST',
        `description: it has ${description.length} characters; at most ${MAX_DESCRIPTION} are allowed`,
        { field: 'description' },
      );
    }
    if (description.includes('\0')) {
      throw new PembaError('MALFORMED_REQUEST', 'description: it holds U+0000; leave that out', {
        field: 'description',
      });
    }
    const now = this.options.now();
    if (expiresAt !== undefined && expiresAt <= now) {
      throw new PembaError(
        'MALFORMED_REQUEST',
        `expires_at ${timeText(expiresAt)} has passed already; name a time to come`,
        {
          field: 'expires_at',
        },
      );
    }
    const { maxDays } = this.options;
    if (maxDays === undefined) return;
    if (expiresAt === undefined || expiresAt > now + maxDays * DAY_MS) {
      const what = expiresAt === undefined ? 'is missing' : `${timeText(expiresAt)} is too late`;
      throw new PembaError(
        expiresAt === undefined ? 'MISSING_FIELD' : 'MALFORMED_REQUEST',
        `expires_at ${what}; credentials of this service end within ${maxDays} days, so name a time before ${timeText(now + maxDays * DAY_MS)}`,
        { field: 'expires_at' },
      );
    }
  }
}

function timeText(ms: number): string {
  return `\`${new Date(ms).toISOString()}\``;
}
