import { describe, expect, it } from 'vitest';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

describe('credential', () => {
  const credential = { id: 'c1', level: 'LEVEL_READ', description: 'for CI', createdAt: { seconds: 1 } };

  it('create prints the token alone, and the rest beside it', async () => {
    bench.service.handlers = { CreateCredential: () => ({ credential, token: 'secret', zookie: 'z' }) };
    const before = Date.now();
    const { code, out, err } = await bench.ask([
      ...[
        'credential',
        'create',
        '--level',
        'governed_write',
        '--expires-in',
        '90d',
        '--description',
        'for CI',
      ],
    ]);
    expect({ code, out }).toEqual({ code: 0, out: 'secret\n' });
    expect(err).toContain('credential c1, level read, without an end');
    const { level, description, expiresAt } = bench.service.last.request;
    expect({ level, description }).toEqual({ level: 'LEVEL_GOVERNED_WRITE', description: 'for CI' });
    expect(expiresAt.seconds - before / 1_000).toBeCloseTo(90 * 86_400, -1);
  });

  it('list shows control characters, and lets them do nothing', async () => {
    const description = 'a\u001b[2Jb\r\nc\u0085\u202e';
    bench.service.handlers = { ListCredentials: () => ({ credentials: [{ ...credential, description }] }) };
    const { out } = await bench.ask(['credential', 'list']);
    expect(out).toMatch(/a\\u001b\[2Jb\\r\\nc\\u0085\\u202e\n$/);
    expect(out.split('\n')).toHaveLength(3);
  });

  it('create needs a level there is', async () => {
    expect((await bench.ask(['credential', 'create'])).err).toContain('--level');
    expect((await bench.ask(['credential', 'create', '--level', 'root'])).err).toContain(
      'Allowed choices are read',
    );
  });

  it('list prints a table', async () => {
    bench.service.handlers = {
      ListCredentials: () => ({
        credentials: [credential, { ...credential, id: 'c2', revokedAt: { seconds: 2 } }],
      }),
    };
    const { out } = await bench.ask(['credential', 'list']);
    expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ID', 'LEVEL', 'CREATED', 'STATE', 'DESCRIPTION'],
      ['c1', 'read', '1970-01-01T00:00:01.000Z', 'without an end', 'for CI'],
      ['c2', 'read', '1970-01-01T00:00:01.000Z', 'revoked 1970-01-01T00:00:02.000Z', 'for CI'],
      [''],
    ]);
    expect(JSON.parse((await bench.ask(['credential', 'list', '--json'])).out)).toHaveLength(2);
  });

  it('revoke prints the zookie', async () => {
    bench.service.handlers = { RevokeCredential: () => ({ zookie: 'z' }) };
    expect(await bench.ask(['credential', 'revoke', 'c1', '--store', 'main'])).toEqual({
      code: 0,
      out: 'z\n',
      err: '',
    });
    expect(bench.service.last.request).toEqual({ store: 'main', id: 'c1' });
  });
});
