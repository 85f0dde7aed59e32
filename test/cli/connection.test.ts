import { describe, expect, it } from 'vitest';
import { run } from './command-line.ts';
import { useWorkbench } from './workbench.ts';

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

  it('needs a certificate and its key together', async () => {
    expect((await bench.ask(['store', 'list', '--tls-cert', 'a.pem'])).err).toContain(
      '--tls-cert needs --tls-key',
    );
  });
});
