/** TLS, and mTLS: who does not show a certificate of the right authority does not get through. */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { credentials } from '@grpc/grpc-js';
import { expect, it, onTestFinished } from 'vitest';
import { TestClient } from '../support/client.ts';
import { freshDatabase, startNode, type TestNode } from '../support/database.ts';

const path = (name: string): string => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));
const pem = (name: string): Buffer => readFileSync(path(name));
const SERVER = { cert: path('server.pem'), key: path('server.key') };
const TOKEN = 't'.repeat(40);

function connect(
  node: TestNode,
  authority: string,
  client?: string,
  token: string | undefined = TOKEN,
): TestClient {
  const channel =
    client === undefined
      ? credentials.createSsl(pem(authority))
      : credentials.createSsl(pem(authority), pem(`${client}.key`), pem(`${client}.pem`));
  const made = new TestClient(`localhost:${node.port}`, token, channel);
  onTestFinished(() => made.close());
  return made;
}

const LIST = 'StoreService/ListStores';
const unavailable = { code: 'UNAVAILABLE', reason: '' };

it('speaks TLS with who trusts its authority, and demands a credential still', async () => {
  const node = await startNode({ database: await freshDatabase(), bootstrapToken: TOKEN, tls: SERVER });
  const { stores } = await connect(node, 'ca.pem').call(LIST, {});
  expect(stores).toHaveLength(2);
  expect(await connect(node, 'ca.pem', undefined, 'x').failure(LIST, {})).toMatchObject({
    reason: 'CREDENTIAL_UNKNOWN',
  });
  expect(await connect(node, 'other-ca.pem').failure(LIST, {})).toMatchObject(unavailable);
  // Nobody gets through in the clear.
  expect(await node.client.failure(LIST, {})).toMatchObject(unavailable);
});

it('lets only clients in whose certificate is of the configured authority', async () => {
  const tls = { ...SERVER, clientCa: path('ca.pem') };
  const node = await startNode({ database: await freshDatabase(), bootstrapToken: TOKEN, tls });
  expect((await connect(node, 'ca.pem', 'client').call(LIST, {})).stores).toHaveLength(2);
  expect(await connect(node, 'ca.pem').failure(LIST, {})).toMatchObject(unavailable);
  expect(await connect(node, 'ca.pem', 'stranger').failure(LIST, {})).toMatchObject(unavailable);
  expect(await connect(node, 'ca.pem', 'client', 'x').failure(LIST, {})).toMatchObject({
    reason: 'CREDENTIAL_UNKNOWN',
  });
});

it('says which file it cannot use', async () => {
  const database = await freshDatabase();
  const missing = join(tmpdir(), 'none.pem');
  await expect(startNode({ database, tls: { ...SERVER, cert: missing } })).rejects.toMatchObject({
    reason: 'FILE_UNREADABLE',
    message: expect.stringMatching(/^--tls-cert: cannot read .*none\.pem \(ENOENT\); check the path$/),
  });
  await expect(startNode({ database, tls: { ...SERVER, key: path('client.key') } })).rejects.toMatchObject({
    reason: 'CONFIG_INVALID',
    message: `--tls-cert ${SERVER.cert} and --tls-key ${path('client.key')} cannot be used together`,
  });
});
