/** Who is calling: tokens to credentials, and what those are good for. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { PembaError } from '../base/errors.ts';
import { type Credential, includesLevel, type Level } from '../model/credential.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Tenants } from '../tenant/tenants.ts';

const TOKEN = /^pemba_([a-z0-9]{16})_([A-Za-z0-9_-]{43})$/;
const KNOWN_TOKENS = 10_000;

/** Whoever a request comes from. */
export interface Caller {
  /** Empty if the service is open. */
  credentialId: string;
  level: Level;
}

/** Everybody, where the service runs without authentication. */
const ANYBODY: Caller = { credentialId: '', level: 'admin' };

interface Known {
  tenant: Tenant;
  credential: Credential;
}

export class Access {
  private readonly tenants: Tenants;
  private readonly open: boolean;
  /** The database's clock, in milliseconds since 1970. */
  private readonly now: () => number;
  /** Tokens whose hash was compared already: hashing costs more than the check it guards. */
  private readonly known = new LRUCache<string, Known>({ max: KNOWN_TOKENS });
  /** Whoever called last: most likely the next call is of the same backend. */
  private last: (Known & { authorization: string }) | undefined;

  constructor(tenants: Tenants, open: boolean, now: () => number) {
    this.tenants = tenants;
    this.open = open;
    this.now = now;
  }

  /**
   * @param authorization the request's `authorization` metadata
   * @param tenant the store the request is about
   * @throws PembaError CREDENTIAL_*
   */
  authorize(authorization: string | undefined, tenant: Tenant, level: Level): Caller {
    if (this.open) return ANYBODY;
    const { tenant: owner, credential } = this.identify(authorization);
    if (owner !== tenant && owner !== this.tenants.system) throw wrongStore(credential);
    if (!includesLevel(credential.level, level)) {
      throw new PembaError(
        'CREDENTIAL_LEVEL',
        `this needs a credential of level ${level}, and \`${credential.id}\` has level ${credential.level}`,
      );
    }
    // A revocation that has not reached this node yet must not be older than the bound.
    owner.assertFresh();
    return { credentialId: credential.id, level: credential.level };
  }

  /**
   * As {@link authorize} for a store that does not exist: only who is good for every store may learn that.
   * @throws PembaError CREDENTIAL_*
   */
  authorizeUnknown(authorization: string | undefined): void {
    if (this.open) return;
    const { tenant: owner, credential } = this.identify(authorization);
    if (owner !== this.tenants.system) throw wrongStore(credential);
  }

  /** The credential, which is neither revoked nor expired. */
  private identify(authorization: string | undefined): Known {
    const known = this.lookUp(authorization);
    const { id, revokedAt, expiresAt } = known.credential;
    if (revokedAt !== undefined) {
      throw new PembaError('CREDENTIAL_REVOKED', `credential \`${id}\` was revoked; ask for a new one`);
    }
    if (expiresAt !== undefined && expiresAt <= this.now()) {
      throw new PembaError('CREDENTIAL_EXPIRED', `credential \`${id}\` has expired; ask for a new one`);
    }
    return known;
  }

  private lookUp(authorization: string | undefined): Known {
    if (authorization === undefined || authorization === '') {
      throw new PembaError(
        'CREDENTIAL_MISSING',
        'no credential: send metadata `authorization: Bearer TOKEN`',
      );
    }
    const { last } = this;
    if (last?.authorization === authorization && isCurrent(last)) return last;
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    const known = token === undefined ? undefined : this.find(token);
    if (known !== undefined) {
      this.last = { ...known, authorization };
      return known;
    }
    throw new PembaError(
      'CREDENTIAL_UNKNOWN',
      'the credential is not known here; check `authorization: Bearer TOKEN`',
    );
  }

  private find(token: string): Known | undefined {
    const cached = this.known.get(token);
    if (cached !== undefined && isCurrent(cached)) return cached;
    const id = credentialIdOf(token);
    const hash = hashOf(token);
    for (const tenant of this.tenants.all()) {
      const credential = tenant.credential(id);
      if (credential === undefined || !timingSafeEqual(credential.secretHash, hash)) continue;
      const found = { tenant, credential };
      this.known.set(token, found);
      return found;
    }
    return undefined;
  }
}

/** True if the credential has not changed since it was found. */
function isCurrent({ tenant, credential }: Known): boolean {
  return tenant.credential(credential.id) === credential;
}

function wrongStore({ id }: Credential): PembaError {
  return new PembaError(
    'CREDENTIAL_WRONG_STORE',
    `credential \`${id}\` is not good for this store; use one of this store, or of the store \`system\``,
  );
}

/** A new token and what is kept of it. */
export function makeToken(): { token: string; id: string; secretHash: Buffer } {
  const id = Array.from(randomBytes(16), (byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31]).join('');
  const token = `pemba_${id}_${randomBytes(32).toString('base64url')}`;
  return { token, id, secretHash: hashOf(token) };
}

/** The id of a token's credential. One that the operator chose is named after its hash. */
export function credentialIdOf(token: string): string {
  return TOKEN.exec(token)?.[1] ?? `bootstrap-${hashOf(token).toString('hex').slice(0, 16)}`;
}

/** Tokens hold 256 random bits, or what the operator answers for, so a fast hash is enough. */
export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
