/** Making and revoking a credential as proposals. */
import { PembaError } from '../base/errors.ts';
import { limitReached } from '../base/limits.ts';
import type { Credential } from '../model/credential.ts';
import { quoted } from '../model/reference.ts';
import type { Attribution } from './ledger.ts';
import type { DecisionState, Proposal, RevisionBody } from './proposal.ts';

/** Ids are random, so this is the operator's token, made by another node at the same time. */
export class CredentialExists extends PembaError {
  constructor(id: string) {
    super('INTERNAL', `credential \`${id}\` exists already`);
  }
}

export class CredentialCreation implements Proposal {
  readonly kind = 'credential';
  readonly size = 0;
  private readonly credential: Omit<Credential, 'createdAt'>;
  private readonly attribution: Attribution;
  private readonly limit: number;

  constructor(credential: Omit<Credential, 'createdAt'>, attribution: Attribution, limit: number) {
    this.credential = credential;
    this.attribution = attribution;
    this.limit = limit;
  }

  decide({ tenant, transaction }: DecisionState): RevisionBody {
    if (tenant.credential(this.credential.id) !== undefined) throw new CredentialExists(this.credential.id);
    const alive = tenant.listCredentials().filter((each) => isAlive(each, transaction.time));
    if (alive.length >= this.limit) throw limitReached('credentials', this.limit);
    const credentialCreated = { ...this.credential, createdAt: transaction.time };
    return { kind: this.kind, changes: [], credentialCreated, ...this.attribution };
  }
}

export class CredentialRevocation implements Proposal {
  readonly kind = 'credential';
  readonly size = 0;
  private readonly id: string;
  private readonly attribution: Attribution;

  constructor(id: string, attribution: Attribution) {
    this.id = id;
    this.attribution = attribution;
  }

  decide({ tenant, transaction }: DecisionState): RevisionBody {
    const credential = tenant.credential(this.id);
    if (credential === undefined) {
      throw new PembaError(
        'UNKNOWN_CREDENTIAL_ID',
        `id: this store has no credential ${quoted(this.id)}; ListCredentials tells the ids`,
        {
          field: 'id',
        },
      );
    }
    // Revoking again keeps the time of the first, so that it can be repeated safely.
    const revokedAt = credential.revokedAt ?? transaction.time;
    return {
      kind: this.kind,
      changes: [],
      credentialRevoked: { id: this.id, revokedAt },
      ...this.attribution,
    };
  }
}

function isAlive(credential: Credential, now: number): boolean {
  return (
    credential.revokedAt === undefined && (credential.expiresAt === undefined || credential.expiresAt > now)
  );
}
