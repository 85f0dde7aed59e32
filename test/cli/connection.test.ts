import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServerCredentials } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { FakeService, Refusal } from '../client/fake-service.ts';
import { run } from './command-line.ts';
import { useWorkbench } from './workbench.ts';

const certificate = (name: string): string =>
  fileURLToPath(new URL(`../client/certificates/${name}`, import.meta.url));
const SERVER = {
  cert_chain: readFileSync(certificate('server.pem')),
  private_key: readFileSync(certificate('server.key')),
};
const QUESTION = 'space:ml#writer@user:ada';

const bench = useWorkbench();

describe('a connection', () => {
  const listing = (): void => {
    bench.service.handlers = { ListStores: () => ({ stores: [] }) };
  };

  it('is with --address before PEMBA_ADDRESS', async () => {
    listing();
    const env = { PEMBA_ADDRESS: '127.0.0.1:1' };
    expect((await run(['store', 'list', '--address', bench.service.address], { env })).code).toBe(0);
    expect((await run(['store', 'list'], { env })).code).toBe(1);
  });

  it('brings the token of the environment, or that of a file', async () => {
    listing();
    const env = { PEMBA_TOKEN: 'from-env' };
    await bench.ask(['store', 'list'], { env });
    expect(bench.service.last.authorization).toBe('Bearer from-env');
    await bench.ask(['store', 'list', '--token-file', bench.file('token', 'from-file\n')], { env });
    expect(bench.service.last.authorization).toBe('Bearer from-file');
  });

  it('takes no token from the command line, where others can see it', async () => {
    expect((await bench.ask(['store', 'list', '--token', 'secret'])).err).toContain(
      "unknown option '--token'",
    );
  });

  it('does not use an empty token file', async () => {
    expect((await bench.ask(['store', 'list', '--token-file', bench.file('none', '\n')])).err).toContain(
      'the file is empty',
    );
  });

  it('has a deadline', async () => {
    bench.service.handlers = { ListStores: () => new Promise(() => undefined) };
    const { code, err } = await bench.ask(['store', 'list', '--timeout', '50ms']);
    expect(code).toBe(1);
    expect(err).toMatch(
      /gave no answer within 50 ms\n {2}reason: NO_ANSWER\n {2}try: give it longer with --timeout\n$/,
    );
  });

  it('that cannot be made says what to do', async () => {
    const { code, out, err } = await run(['check', QUESTION, '--address', '127.0.0.1:1']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      'error: no service listens at 127.0.0.1:1; start one with `npm start`\n  reason: UNREACHABLE\n  try: name another address with --address or PEMBA_ADDRESS\n',
    );
  });

  it.each([
    [
      'TLS on one side',
      [],
      ServerCredentials.createSsl(null, [SERVER]),
      'TLS_EXPECTED',
      '--tls, or --tls-ca FILE',
    ],
    ['TLS on the other', ['--tls'], ServerCredentials.createInsecure(), 'TLS_UNEXPECTED', 'leave out --tls'],
    [
      'an authority nobody knows',
      ['--tls'],
      ServerCredentials.createSsl(null, [SERVER]),
      'TLS_UNTRUSTED',
      '--tls-ca FILE',
    ],
    [
      'no certificate of its own',
      ['--tls-ca', certificate('ca.pem')],
      ServerCredentials.createSsl(readFileSync(certificate('ca.pem')), [SERVER], true),
      'TLS_CLIENT_UNKNOWN',
      '--tls-cert FILE --tls-key FILE',
    ],
  ])('that fails for %s says which option helps', async (_, flags, credentials, reason, hint) => {
    const service = await FakeService.start({}, credentials);
    const address = service.address.replace('127.0.0.1', 'localhost');
    const { code, err } = await run(['store', 'list', '--address', address, ...flags]);
    service.stop();
    expect(code).toBe(1);
    expect(err).toContain(`  reason: ${reason}\n  try: `);
    expect(err.split('try: ')[1]).toContain(hint);
    expect(err).not.toMatch(/another address|\d\d:\d\d|Resolution|deps\/openssl|\n\n/);
  });

  it('leaves it to the service to say what helps a store without a schema', async () => {
    bench.service.handlers = {
      ListStores: () => {
        throw new Refusal('FAILED_PRECONDITION', 'store `b` has no schema yet', { reason: 'NO_SCHEMA' });
      },
    };
    expect((await bench.ask(['store', 'list'])).err).toBe(
      'error: store `b` has no schema yet\n  reason: NO_SCHEMA\n',
    );
  });

  it('needs a certificate and its key together', async () => {
    expect((await bench.ask(['store', 'list', '--tls-cert', 'a.pem'])).err).toContain(
      '--tls-cert needs --tls-key',
    );
  });
});
