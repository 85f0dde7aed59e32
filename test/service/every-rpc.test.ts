/**
 * Who may call what: for every method in proto/, made from the proto itself, so that none can be added
 * without a sample here and a level in the server.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadSync } from '@grpc/proto-loader';
import { beforeAll, describe, expect, it } from 'vitest';
import { allMethods, type RpcServices } from '../../src/rpc/server.ts';
import { question, writeRequest } from '../support/client.ts';
import { newStore, SCHEMA, shareNodes, storeId } from './shared.ts';

const PROTO = fileURLToPath(new URL('../../proto', import.meta.url));
const FILES = readdirSync(`${PROTO}/pemba/v1`).map((name) => `pemba/v1/${name}`);
const METHODS = Object.entries(loadSync(FILES, { includeDirs: [PROTO] }))
  // Messages and enums have a `format`, services only methods.
  .filter(([, definition]) => !('format' in definition))
  .flatMap(([name, definition]) =>
    Object.keys(definition).map((method) => `${name.replace('pemba.v1.', '')}/${method}`),
  );

const LEVELS = ['LEVEL_READ', 'LEVEL_GOVERNED_WRITE', 'LEVEL_WRITE', 'LEVEL_ADMIN'];

interface Sample {
  level: string;
  /** True for what only a credential of the system store may do. */
  above?: boolean;
  request: (store: string, i: number) => object | Promise<object>;
}

const BOOTSTRAP = 'bootstrap-token-of-at-least-32-characters';
const shared = shareNodes(1, { bootstrapToken: BOOTSTRAP });
const ASKED = question('space:s#read@user:ada');

const SAMPLES: Record<string, Sample> = {
  'PermissionService/Check': { level: 'LEVEL_READ', request: (store) => ({ store, ...ASKED }) },
  'PermissionService/BatchCheck': { level: 'LEVEL_READ', request: (store) => ({ store, items: [ASKED] }) },
  'PermissionService/Expand': {
    level: 'LEVEL_READ',
    request: (store) => ({ store, object: 'space:s', relation: 'read' }),
  },
  'PermissionService/Explain': { level: 'LEVEL_READ', request: (store) => ({ store, ...ASKED }) },
  'PermissionService/ListPermissions': {
    level: 'LEVEL_READ',
    request: (store) => ({ store, object: 'space:s', subject: 'user:ada' }),
  },
  'PermissionService/LookupResources': {
    level: 'LEVEL_READ',
    request: (store) => ({ store, resourceType: 'space', relation: 'read', subject: 'user:ada' }),
  },
  'PermissionService/LookupSubjects': {
    level: 'LEVEL_READ',
    request: (store) => ({ store, object: 'space:s', relation: 'read', subjectType: 'user' }),
  },
  'PermissionService/Watch': { level: 'LEVEL_READ', request: (store) => ({ store }) },
  'PermissionService/Read': { level: 'LEVEL_READ', request: (store) => ({ store }) },
  'PermissionService/Write': {
    level: 'LEVEL_GOVERNED_WRITE',
    request: (store) => ({ store, ...writeRequest(['space:s#writer@user:ada']), actor: 'user:ada' }),
  },
  'PermissionService/DeleteTuples': {
    level: 'LEVEL_GOVERNED_WRITE',
    request: (store) => ({ store, filter: { object: 'space:gone' }, actor: 'user:ada' }),
  },
  'PermissionService/ReplaceRelation': {
    level: 'LEVEL_GOVERNED_WRITE',
    request: (store) => ({ store, object: 'space:gone', relation: 'writer', actor: 'user:ada' }),
  },
  'PermissionService/DeleteObject': {
    level: 'LEVEL_GOVERNED_WRITE',
    request: (store) => ({ store, object: 'space:gone', actor: 'user:ada' }),
  },
  'SchemaService/ReadSchema': { level: 'LEVEL_READ', request: (store) => ({ store }) },
  'SchemaService/WriteSchema': { level: 'LEVEL_ADMIN', request: (store) => ({ store, text: SCHEMA }) },
  'StoreService/CreateStore': {
    level: 'LEVEL_ADMIN',
    above: true,
    request: (_, i) => ({ name: `made-${i}` }),
  },
  'StoreService/ListStores': { level: 'LEVEL_ADMIN', above: true, request: () => ({}) },
  'StoreService/DeleteStore': {
    level: 'LEVEL_ADMIN',
    above: true,
    request: async () => ({ id: await storeId(shared, await newStore(shared, '')) }),
  },
  'CredentialService/CreateCredential': {
    level: 'LEVEL_ADMIN',
    request: (store) => ({ store, level: 'LEVEL_READ' }),
  },
  'CredentialService/ListCredentials': { level: 'LEVEL_ADMIN', request: (store) => ({ store }) },
  'CredentialService/RevokeCredential': {
    level: 'LEVEL_ADMIN',
    request: async (store) => ({ store, id: (await makeCredential(store, 'LEVEL_READ')).id }),
  },
  'AuditService/ReadAudit': { level: 'LEVEL_ADMIN', request: (store) => ({ store }) },
  'AuditService/EraseSubject': {
    level: 'LEVEL_ADMIN',
    request: (store) => ({ store, subject: 'user:gone' }),
  },
};

let store: string;
/** Tokens by store and level. */
const tokens: Record<'own' | 'other' | 'system', Record<string, string>> = { own: {}, other: {}, system: {} };
let revoked: string;
let expired: string;
let count = 0;

async function makeCredential(
  of: string,
  level: string,
  more: object = {},
): Promise<{ id: string; token: string }> {
  const made = await shared.client.call('CredentialService/CreateCredential', { store: of, level, ...more });
  return { id: made.credential.id, token: made.token };
}

beforeAll(async () => {
  store = await newStore(shared);
  // Who may write in her own name.
  await shared.client.write(['space:s#writer@user:ada'], { store });
  const other = await newStore(shared);
  const expiry = Math.floor(Date.now() / 1000) + 2;
  expired = (await makeCredential(store, 'LEVEL_ADMIN', { expiresAt: { seconds: expiry } })).token;
  const doomed = await makeCredential(store, 'LEVEL_ADMIN');
  revoked = doomed.token;
  await shared.client.call('CredentialService/RevokeCredential', { store, id: doomed.id });
  for (const level of LEVELS) {
    tokens.own[level] = (await makeCredential(store, level)).token;
    tokens.other[level] = (await makeCredential(other, level)).token;
    tokens.system[level] = (await makeCredential('system', level)).token;
  }
  await new Promise((resolve) => setTimeout(resolve, expiry * 1000 - Date.now() + 100));
});

it('has a sample for every method of the proto, and a handler with the level the sample says', () => {
  expect(METHODS.length).toBeGreaterThan(10);
  expect(Object.keys(SAMPLES).sort()).toEqual([...METHODS].sort());
  const handlers = allMethods({} as RpcServices);
  for (const method of METHODS) {
    const [service, name] = method.split('/') as [keyof typeof handlers, string];
    expect(`LEVEL_${handlers[service][name]?.level.toUpperCase()}`, method).toBe(SAMPLES[method].level);
  }
});

describe.each(METHODS)('%s', (method) => {
  const { level, above = false, request } = SAMPLES[method];
  const call = async (token: string | undefined): Promise<unknown> =>
    shared.client.call(method, await request(store, count++), { token });
  const failure = async (token: string | undefined): Promise<object> =>
    shared.client.failure(method, await request(store, count++), { token });

  it('is refused without a credential, and with one that is unknown, revoked or expired', async () => {
    const unauthenticated = { code: 'UNAUTHENTICATED', field: undefined };
    expect(await failure(undefined)).toEqual({
      ...unauthenticated,
      reason: 'CREDENTIAL_MISSING',
      message: 'no credential: send metadata `authorization: Bearer TOKEN`',
    });
    const [name] = tokens.own.LEVEL_ADMIN.match(/^pemba_[a-z0-9]+_/) ?? [];
    for (const token of ['x', BOOTSTRAP.slice(1), `${tokens.own.LEVEL_ADMIN}A`, `${name}${'A'.repeat(43)}`]) {
      expect(await failure(token)).toEqual({
        ...unauthenticated,
        reason: 'CREDENTIAL_UNKNOWN',
        message: 'the credential is not known here; check `authorization: Bearer TOKEN`',
      });
    }
    expect(await failure(revoked)).toMatchObject({ ...unauthenticated, reason: 'CREDENTIAL_REVOKED' });
    expect(await failure(expired)).toMatchObject({ ...unauthenticated, reason: 'CREDENTIAL_EXPIRED' });
  });

  it('is refused with a credential of another store, whatever its level', async () => {
    for (const token of [...Object.values(tokens.other), ...(above ? Object.values(tokens.own) : [])]) {
      expect(await failure(token)).toMatchObject({
        code: 'PERMISSION_DENIED',
        reason: 'CREDENTIAL_WRONG_STORE',
      });
    }
  });

  it.each(above ? (['system'] as const) : (['own', 'system'] as const))(
    'needs the right level of a credential: %s',
    async (owner) => {
      for (const [i, each] of LEVELS.entries()) {
        const token = tokens[owner][each];
        if (i >= LEVELS.indexOf(level)) await call(token);
        else
          expect(await failure(token)).toMatchObject({
            code: 'PERMISSION_DENIED',
            reason: 'CREDENTIAL_LEVEL',
          });
      }
      await call(BOOTSTRAP);
    },
  );
});

describe.each(METHODS.filter((method) => !SAMPLES[method]?.above))('%s', (method) => {
  const { request } = SAMPLES[method];

  it('says nothing about which stores there are to who may not know', async () => {
    const elsewhere = { ...(await request(store, count++)), store: `${store}x` };
    const refusal = await shared.client.failure(method, elsewhere, { token: tokens.own.LEVEL_ADMIN });
    expect(refusal).toMatchObject({ code: 'PERMISSION_DENIED', reason: 'CREDENTIAL_WRONG_STORE' });
    expect(refusal.message).not.toContain(store);
    for (const [token, reason] of [
      [undefined, 'CREDENTIAL_MISSING'],
      ['x', 'CREDENTIAL_UNKNOWN'],
      [revoked, 'CREDENTIAL_REVOKED'],
      [expired, 'CREDENTIAL_EXPIRED'],
      [tokens.system.LEVEL_ADMIN, 'UNKNOWN_STORE'],
    ]) {
      expect(await shared.client.failure(method, elsewhere, { token })).toMatchObject({ reason });
    }
  });
});
