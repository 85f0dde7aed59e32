/** The methods of CredentialService. */
import type { Credential } from '../model/credential.ts';
import type { CredentialService } from '../service/credential-service.ts';
import { fromLevel, fromMilliseconds, toLevel, toMilliseconds } from './convert.ts';
import { toRecorded } from './recorded.ts';
import type { Method } from './unary.ts';
import type { CreateCredentialRequest, ListCredentialsRequest, RevokeCredentialRequest } from './wire.ts';

export function credentialMethods(credentials: CredentialService) {
  return {
    CreateCredential: {
      level: 'admin',
      about: 'named store',
      handle: async (request, context) => {
        const { credential, token, zookie } = await credentials.create(context.tenant, {
          level: toLevel(request.level),
          description: request.description,
          expiresAt: request.expiresAt === null ? undefined : toMilliseconds(request.expiresAt, 'expires_at'),
          ...toRecorded(request, context),
          deadline: context.deadline,
        });
        return { credential: fromCredential(credential), token, zookie };
      },
    } satisfies Method<CreateCredentialRequest, object>,
    ListCredentials: {
      level: 'admin',
      about: 'named store',
      handle: (_, { tenant }) => ({ credentials: credentials.list(tenant).map(fromCredential) }),
    } satisfies Method<ListCredentialsRequest, object>,
    RevokeCredential: {
      level: 'admin',
      about: 'named store',
      handle: async (request, context) => {
        const { tenant, deadline } = context;
        const recorded = toRecorded(request, context);
        return { zookie: await credentials.revoke(tenant, { id: request.id, ...recorded, deadline }) };
      },
    } satisfies Method<RevokeCredentialRequest, object>,
  };
}

function fromCredential({ id, level, description, createdAt, expiresAt, revokedAt }: Credential): object {
  return {
    id,
    level: fromLevel(level),
    description,
    createdAt: fromMilliseconds(createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: fromMilliseconds(expiresAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: fromMilliseconds(revokedAt) }),
  };
}
