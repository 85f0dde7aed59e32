import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readTls } from '../../src/rpc/tls.ts';

const path = (name: string): string => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));
const FILES = { cert: path('server.pem'), key: path('server.key') };

it('reads what can be used', async () => {
  const { cert, key, clientCa } = await readTls(FILES);
  expect([cert, key].map(String)).toEqual([
    expect.stringContaining('CERTIFICATE'),
    expect.stringContaining('PRIVATE KEY'),
  ]);
  expect(clientCa).toBeNull();
  expect(String((await readTls({ ...FILES, clientCa: path('ca.pem') })).clientCa)).toContain('CERTIFICATE');
});

it.each([
  ['cert', '--tls-cert', 'ENOENT', path('none.pem')],
  ['key', '--tls-key', 'ENOENT', path('none.key')],
  ['clientCa', '--tls-client-ca', 'EISDIR', path('.')],
])('says what is wrong with the path of %s', async (file, option, code, at) => {
  await expect(readTls({ ...FILES, [file]: at })).rejects.toMatchObject({
    reason: 'FILE_UNREADABLE',
    message: `${option}: cannot read ${at} (${code}); check the path`,
  });
});

it('says which files cannot be used', async () => {
  const key = path('client.key');
  await expect(readTls({ ...FILES, key })).rejects.toMatchObject({
    reason: 'CONFIG_INVALID',
    message: `--tls-cert ${FILES.cert} and --tls-key ${key} cannot be used together`,
  });
  await expect(readTls({ ...FILES, clientCa: key })).rejects.toMatchObject({
    reason: 'CONFIG_INVALID',
    message: `--tls-client-ca ${key} is no certificate in PEM form`,
  });
});
