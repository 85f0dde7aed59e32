import { describe, expect, it } from 'vitest';
import type { SchemaDiagnostic } from '../../src/cli/schema-diagnostic.ts';
import { Refusal } from '../client/fake-service.ts';
import { run, type Setting } from './command-line.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

describe('schema check', () => {
  const diagnostic: SchemaDiagnostic = {
    severity: 'error',
    code: 'unknown-type',
    file: '',
    line: 2,
    column: 17,
    endLine: 2,
    endColumn: 21,
    message: 'there is no type `uesr`; did you mean `user`?',
  };
  const finding = (...found: Partial<SchemaDiagnostic>[]): Setting => ({
    parts: {
      checkSchema: ({ path }) =>
        Promise.resolve(found.map((each) => ({ ...diagnostic, file: path, ...each }))),
    },
  });

  it('prints each problem with its line and carets', async () => {
    const path = bench.file('a.pemba', 'type team {\n  relation lead : uesr\n}\n');
    const { code, out } = await run(['schema', 'check', path], finding({ column: 19, endColumn: 23 }));
    expect(code).toBe(1);
    expect(out).toBe(
      [
        `${path}:2:19: error: there is no type \`uesr\`; did you mean \`user\`? [unknown-type]`,
        '  2 |   relation lead : uesr',
        '    |                   ^^^^',
        `${path}: 1 error`,
        '',
      ].join('\n'),
    );
  });

  it('exits with 0 where there are only warnings', async () => {
    const path = bench.file('a.pemba', 'type a');
    const { code, out } = await run(
      ['schema', 'check', path],
      finding({ severity: 'warning' }, { severity: 'warning' }),
    );
    expect(code).toBe(0);
    expect(out).toMatch(/: 2 warnings\n$/);
  });

  it('says that there are no problems', async () => {
    const setting = { ...finding(), stdin: 'type a' };
    expect(await run(['schema', 'check', '-'], setting)).toEqual({
      code: 0,
      out: 'standard input: no problems\n',
      err: '',
    });
  });

  it('prints JSON', async () => {
    const { code, out } = await run(['schema', 'check', '-', '--json'], finding({}));
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual([{ ...diagnostic, file: 'standard input' }]);
  });
});

describe('a schema of several files', () => {
  /** A compiler that follows one import, and finds something in it. */
  const importing = (name: string, ...found: Partial<SchemaDiagnostic>[]): Setting => ({
    parts: {
      checkSchema: async ({ path }, readImport) => {
        const folder = path.slice(0, path.lastIndexOf('/') + 1);
        const text = await readImport?.(name);
        if (text === undefined) return [{ ...problem, file: path, message: `no ${name}` }];
        return found.map((each) => ({ ...problem, file: `${folder}${name}`, ...each }));
      },
    },
  });
  const problem: SchemaDiagnostic = {
    severity: 'error',
    code: 'unknown-type',
    file: '',
    line: 2,
    column: 2,
    endLine: 2,
    endColumn: 4,
    message: 'no type',
  };

  it('has problems shown with the lines of their own file', async () => {
    const path = bench.file('root.pemba', 'import "imported.pemba"\n');
    const imported = bench.file('imported.pemba', 'type a\n b b\n');
    const { code, out } = await run(['schema', 'check', path], importing('imported.pemba', {}));
    expect(code).toBe(1);
    expect(out).toContain(`${imported}:2:2: error: no type [unknown-type]\n  2 |  b b\n    |  ^^\n`);
  });

  it('may lack one', async () => {
    const path = bench.file('root.pemba', 'import "absent.pemba"\n');
    const { out } = await run(['schema', 'check', path], importing('absent.pemba'));
    expect(out).toContain(`${path}:2:2: error: no absent.pemba`);
  });

  it('is sent as one text', async () => {
    const path = bench.file('root.pemba', 'import "imported.pemba"');
    bench.file('imported.pemba', 'type a\n');
    bench.service.handlers = { WriteSchema: () => ({ zookie: 'z', version: 3, warnings: [] }) };
    const { out, err } = await bench.ask(
      ['schema', 'write', path],
      importing('imported.pemba', { severity: 'warning' }),
    );
    expect(out).toMatch(/^version /);
    expect(err).toContain('imported.pemba:2:2: warning: no type');
    expect(bench.service.last.request).toMatchObject({
      text: '//# pemba-file: root.pemba\nimport "imported.pemba"\n//# pemba-file: imported.pemba\ntype a\n',
    });
  });
});

describe('schema write', () => {
  /** A compiler that finds this. */
  const compiling = (...found: Partial<SchemaDiagnostic>[]): Setting => ({
    parts: {
      checkSchema: ({ path }) =>
        Promise.resolve(
          found.map((each) => ({
            ...{ severity: 'error', code: 'unknown-type', message: 'there is no type `uesr`' },
            ...{ file: path, line: 2, column: 19, endLine: 2, endColumn: 23 },
            ...each,
          })) as SchemaDiagnostic[],
        ),
    },
  });

  it.each([[[]], [['--dry-run']], [['--json']]])(
    'shows mistakes with the file and the line, and sends nothing %j',
    async (flags) => {
      const path = bench.file('a.pemba', 'type team {\n  relation lead : uesr\n}\n');
      const found = compiling({}, { severity: 'warning' });
      expect(await bench.ask(['schema', 'write', path, ...flags], found)).toEqual({
        code: 1,
        out: '',
        err: [
          `${path}:2:19: error: there is no type \`uesr\` [unknown-type]`,
          '  2 |   relation lead : uesr',
          '    |                   ^^^^',
          `${path}: 1 error; nothing was written`,
          '',
        ].join('\n'),
      });
      expect(bench.service.asked).toEqual([]);
    },
  );

  it('says what the service refuses', async () => {
    bench.service.handlers = {
      WriteSchema: () => {
        throw new Refusal('FAILED_PRECONDITION', 'stored tuples', { reason: 'SCHEMA_IN_USE', field: 'text' });
      },
    };
    const { code, err } = await bench.ask(['schema', 'write', '-'], { stdin: 'type a', ...compiling() });
    expect(code).toBe(1);
    expect(err).toBe('error: stored tuples\n  reason: SCHEMA_IN_USE\n  field: text\n');
  });

  const warning = { code: 'unread-relation', line: 1, column: 6, message: 'nothing reads it' };

  it('prints the version and the zookie, and warnings beside them', async () => {
    bench.service.handlers = { WriteSchema: () => ({ zookie: 'z', version: 3, warnings: [warning] }) };
    const path = bench.file('a.pemba', 'type a');
    const argv = ['schema', 'write', path, '--expected-version', '2', '--store', 'main'];
    expect(await bench.ask(argv, compiling())).toEqual({
      code: 0,
      out: 'version 3\nzookie z\n',
      err: `${path}:1:6: warning: nothing reads it [unread-relation]\n  1 | type a\n    |      ^\n`,
    });
    expect(bench.service.last.request).toMatchObject({
      text: 'type a',
      expectedVersion: 2,
      store: 'main',
      dryRun: false,
    });
  });

  it('tries it out', async () => {
    bench.service.handlers = { WriteSchema: () => ({ zookie: '', version: 0, warnings: [] }) };
    const { out } = await bench.ask(['schema', 'write', '-', '--dry-run'], {
      stdin: 'type a',
      ...compiling(),
    });
    expect(out).toBe('would be accepted\n');
    expect(bench.service.last.request).toMatchObject({ text: 'type a', dryRun: true });
    expect(bench.service.last.request.expectedVersion ?? null).toBeNull();
  });
});

describe('schema read', () => {
  it('prints the text as it was written', async () => {
    bench.service.handlers = { ReadSchema: () => ({ text: 'type a\n', version: 3, types: [] }) };
    expect(await bench.ask(['schema', 'read', '--version', '2'])).toEqual({
      code: 0,
      out: 'type a\n',
      err: '',
    });
    expect(bench.service.last.request.version).toBe(2);
    expect(JSON.parse((await bench.ask(['schema', 'read', '--json'])).out)).toMatchObject({
      text: 'type a\n',
      version: 3,
    });
  });
});
