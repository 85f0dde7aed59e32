import { describe, expect, it } from 'vitest';
import { run } from './command-line.ts';
import { useWorkbench } from './workbench.ts';

const QUESTION = 'space:ml#writer@user:ada';

const bench = useWorkbench();

describe('the program', () => {
  it('suggests what was probably meant', async () => {
    const { code, err } = await run(['chek', QUESTION]);
    expect(code).toBe(1);
    expect(err).toContain("unknown command 'chek'\n(Did you mean check?)");
    expect((await run(['check', QUESTION, '--fuly-consistent'])).err).toContain(
      '(Did you mean --fully-consistent?)',
    );
    expect((await run(['schema', 'chek', 'f'])).err).toContain('(Did you mean check?)');
    expect((await run(['lookup', 'ressources', 'f'])).err).toContain('(Did you mean resources?)');
    expect((await run(['exprot'])).err).toContain('(Did you mean export?)');
    expect((await run(['watch', '--form', 'z'])).err).toContain('(Did you mean --from?)');
    expect((await run(['expand', 'a:b#c', '--sgv'])).err).toContain('(Did you mean --svg?)');
  });

  it('prints its version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });

  it('without a command shows its help and fails', async () => {
    const { code, out, err } = await run([]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('Usage: pemba');
  });

  it.each([
    ...[
      [],
      ['check'],
      ['write'],
      ['read'],
      ['schema', 'check'],
      ['schema', 'write'],
      ['schema', 'read'],
      ['schema', 'fmt'],
      ['schema', 'graph'],
    ],
    ...[
      'replace',
      'delete',
      'delete-object',
      'batch',
      'expand',
      'explain',
      'watch',
      'import',
      'export',
      'completion',
      'lsp',
      'test',
    ].map((name) => [name]),
    ...['resources', 'subjects', 'permissions'].map((name) => ['lookup', name]),
    ...['create', 'list', 'revoke'].map((name) => ['credential', name]),
    ...['create', 'list', 'delete'].map((name) => ['store', name]),
  ])('teaches with examples: %s %s', async (...command) => {
    const { code, out } = await run([...command.filter((word) => word !== undefined), '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Examples:\n  # ');
    expect(out).toMatch(/\n {2}.*pemba /);
  });

  it('colours on a terminal only, and not where NO_COLOR asks for none', async () => {
    bench.service.handlers = { Check: () => ({ answer: 'ANSWER_ALLOWED', zookie: '' }) };
    const green = '\u001b[32mallowed\u001b[39m\n';
    expect((await bench.ask(['check', QUESTION], { isTTY: true })).out).toBe(green);
    expect((await bench.ask(['check', QUESTION], { isTTY: true, env: { NO_COLOR: '1' } })).out).toBe(
      'allowed\n',
    );
    expect((await run(['chek'], { isTTY: true })).err).toContain('\u001b[31merror:\u001b[39m ');
  });

  it('shows where a defect of its own arose', async () => {
    const { code, err } = await run(['schema', 'check', '-']);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: Error: a schema was compiled\n {4}at /);
  });
});
describe('serve', () => {
  const seen: object[] = [];
  const serve = {
    describe: () =>
      Promise.resolve({
        flags: [
          { flags: '--listen <host:port>', description: 'where', group: 'Listening:' },
          { flags: '--max-staleness-ms <ms>', description: 'how old', group: 'Time:' },
          { flags: '--open', description: 'no credentials', group: 'Listening:' },
        ],
        variables: [],
      }),
    run: (flags: object) => {
      seen.push(flags);
      return Promise.resolve(0);
    },
  };

  it('is given the flags by the names of their settings', async () => {
    const { code } = await run(['serve', '--open', '--max-staleness-ms', '7', '--listen=a:1'], {
      parts: { serve },
    });
    expect(code).toBe(0);
    expect(seen).toEqual([{ open: true, maxStalenessMs: '7', listen: 'a:1' }]);
  });

  it('ends with the code of a failure that is in the log already', async () => {
    const parts = { serve: { ...serve, run: () => Promise.resolve(1) } };
    expect(await run(['serve', '--open'], { parts })).toEqual({ code: 1, out: '', err: '' });
  });

  it('refuses a flag there is not, and suggests the nearest', async () => {
    const { code, err } = await run(['serve', '--lisen', 'a:1'], { parts: { serve } });
    expect(code).toBe(1);
    expect(err).toContain("unknown option '--lisen'\n(Did you mean --listen?)");
  });
});
