/**
 * The certificates are valid for `localhost` from 2020 to 2120 and were made with `openssl ca` (an authority whose
 * key is gone, one for a service, one for a client).
 */
import { readFileSync } from 'node:fs';
import { ServerCredentials } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { TlsOptions } from '../../src/client/channel-credentials.ts';
import { connect } from '../../src/client/client.ts';
import type { ConnectOptions } from '../../src/client/options.ts';
import type { StoreInfo } from '../../src/client/requests.ts';
import { FakeService } from './fake-service.ts';

const pem = (name: string): string => readFileSync(new URL(`certificates/${name}`, import.meta.url), 'utf8');
const CA = pem('ca.pem');
const CLIENT = { cert: pem('client.pem'), key: pem('client.key') };

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function serve(credentials: ServerCredentials): Promise<string> {
  const service = await FakeService.start({ ListStores: () => ({ stores: [] }) }, credentials);
  stops.push(() => service.stop());
  return service.address.replace('127.0.0.1', 'localhost');
}

function tlsCredentials(asksForCertificate: boolean): ServerCredentials {
  const own = { cert_chain: Buffer.from(pem('server.pem')), private_key: Buffer.from(pem('server.key')) };
  return ServerCredentials.createSsl(Buffer.from(CA), [own], asksForCertificate);
}

async function call(options: ConnectOptions): Promise<StoreInfo[]> {
  const client = connect(options);
  try {
    return await client.listStores();
  } finally {
    client.close();
  }
}

describe('a connection with TLS', () => {
  it('trusts the authority it is given', async () => {
    const address = await serve(tlsCredentials(false));
    expect(await call({ address, tls: { ca: CA } })).toEqual([]);
  });

  it('does not trust a service whose authority it does not know', async () => {
    const address = await serve(tlsCredentials(false));
    await expect(call({ address, tls: true })).rejects.toMatchObject({
      reason: 'TLS_UNTRUSTED',
      message: `TLS with ${address} failed: self-signed certificate in certificate chain`,
    });
  });

  it('shows its own certificate to a service that asks for one', async () => {
    const address = await serve(tlsCredentials(true));
    expect(await call({ address, tls: { ca: CA, ...CLIENT } })).toEqual([]);
    await expect(call({ address, tls: { ca: CA } })).rejects.toMatchObject({
      reason: 'TLS_CLIENT_UNKNOWN',
      message: expect.stringMatching(/failed: SSL: tlsv13 alert certificate required$/),
    });
  });

  it('says so where only one side speaks it', async () => {
    const plain = await serve(ServerCredentials.createInsecure());
    await expect(call({ address: plain, tls: true })).rejects.toThrow(`${plain} does not speak TLS`);
    const encrypted = await serve(tlsCredentials(false));
    await expect(call({ address: encrypted })).rejects.toMatchObject({
      reason: 'TLS_EXPECTED',
      message: expect.stringMatching(/speaks TLS; connect with TLS$/),
    });
  });

  it.each<[string, TlsOptions]>([
    ['a certificate without its key', { cert: CLIENT.cert }],
    ['a key without its certificate', { key: CLIENT.key }],
    ['text that is no certificate', { ca: CA, cert: 'nonsense', key: CLIENT.key }],
  ])('is refused with %s', async (_, tls) => {
    await expect(call({ address: 'localhost:1', tls })).rejects.toMatchObject({ reason: 'BAD_CREDENTIALS' });
  });
});
