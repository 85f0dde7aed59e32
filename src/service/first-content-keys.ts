/** Keys that a store remembers for good: how far it was filled at the first start. */
import { createHash } from 'node:crypto';
import { PembaError } from '../base/errors.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { IdempotencyKey } from '../write/ledger.ts';
import type { Proposal } from '../write/proposal.ts';
import type { WriteService } from './write-service.ts';

/** @param content two writes of one key are the same write if this is equal */
export function keyOf(key: string, content: string): IdempotencyKey {
  const requestHash = createHash('sha256').update(content).digest();
  return { credentialId: '', key, requestHash, isLasting: true };
}

/** Whether a write took the key for other content. */
export function isKeyReused(error: unknown): boolean {
  return error instanceof PembaError && error.reason === 'IDEMPOTENCY_KEY_REUSED';
}

/** Whether a write took the key, whatever it wrote. Afterwards the tenant is at the head of its store. */
export async function isKeyTaken(
  tenant: Tenant,
  key: string,
  writes: WriteService,
  deadline: number,
): Promise<boolean> {
  try {
    await writes.submit(tenant, new IsKeyThere(keyOf(key, '')), deadline);
    return true;
  } catch (error) {
    if (error instanceof KeyNotThere) return false;
    if (isKeyReused(error)) return true;
    throw error;
  }
}

/** Ends a question's transaction; never leaves this module. */
class KeyNotThere extends PembaError {
  constructor() {
    super('CANCELLED', 'the key is not there');
  }
}

/** Asks for a key without ever taking it. */
class IsKeyThere implements Proposal {
  readonly kind = 'tuples';
  readonly size = 0;
  readonly idempotency: IdempotencyKey;

  constructor(key: IdempotencyKey) {
    this.idempotency = key;
  }

  decide(): never {
    throw new KeyNotThere();
  }
}
