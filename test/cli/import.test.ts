import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../client/fake-service.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

const TEXT = `# Who writes?
space:ml#writer@user:ada

space:ml#writer@user:bob\r
`;
const ADA = { object: 'space:ml', relation: 'writer', subject: 'user:ada' };
const BOB = { object: 'space:ml', relation: 'writer', subject: 'user:bob' };

const many = (count: number): string =>
  Array.from({ length: count }, (_, i) => `space:ml#writer@user:u${i}\n`).join('');

const requests = () => bench.service.asked.map(({ request }) => request);
const keys = (): string[] => requests().map(({ idempotencyKey }) => idempotencyKey);

beforeEach(() => {
  bench.service.handlers = { Write: () => ({ zookie: `z${bench.service.asked.length}` }) };
});

/** The service fails at the write of this number. */
const failingAt = (number: number, refusal: Refusal): void => {
  bench.service.handlers = {
    Write: () => {
      if (bench.service.asked.length === number) throw refusal;
      return { zookie: 'z' };
    },
  };
};

describe('import', () => {
  it('touches the tuples of a file', async () => {
    const file = bench.file('a.tuples', TEXT);
    const options = ['--store', 'main', '--actor', 'user:eve', '--metadata', '{"ticket":"OPS-1"}'];
    expect(await bench.ask(['import', file, ...options])).toEqual({
      code: 0,
      out: `${file}: sent 2 tuples, zookie z1\n`,
      err: '',
    });
    expect(requests()).toMatchObject([
      {
        store: 'main',
        actor: 'user:eve',
        metadata: { fields: { ticket: { stringValue: 'OPS-1' } } },
        updates: [
          { operation: 'OPERATION_TOUCH', tuple: ADA },
          { operation: 'OPERATION_TOUCH', tuple: BOB },
        ],
      },
    ]);
  });

  it('creates them if asked to', async () => {
    await bench.ask(['import', bench.file('a.tuples', TEXT), '--create']);
    expect(requests()[0].updates[0].operation).toBe('OPERATION_CREATE');
  });

  it('unpacks a packed file', async () => {
    const file = bench.file('a.tuples.gz', '');
    writeFileSync(file, gzipSync(TEXT));
    expect((await bench.ask(['import', file])).out).toBe(`${file}: sent 2 tuples, zookie z1\n`);
  });

  it('reads standard input', async () => {
    expect((await bench.ask(['import', '-'], { stdin: TEXT })).out).toBe(
      'standard input: sent 2 tuples, zookie z1\n',
    );
  });

  it('sends a thousand at a time', async () => {
    const file = bench.file('many', many(2_001));
    expect(JSON.parse((await bench.ask(['import', file, '--json'])).out)).toEqual({
      tuples: 2_001,
      writes: 3,
      zookie: 'z3',
    });
    expect(requests().map(({ updates }) => updates.length)).toEqual([1_000, 1_000, 1]);
    expect(
      requests().flatMap(({ updates }) => updates.map((each: { tuple: object }) => each.tuple))[1_500],
    ).toEqual({
      ...ADA,
      subject: 'user:u1500',
    });
  });

  it('sends the tuples of an object together if they stand together, and fewer at a time', async () => {
    const small = Array.from({ length: 400 }, (_, i) =>
      ['a', 'b', 'c'].map((user) => `space:${i}#writer@user:${user}\n`).join(''),
    );
    await bench.ask(['import', bench.file('small', small.join(''))]);
    expect(requests().map(({ updates }) => updates.length)).toEqual([999, 201]);
    // Where the next object begins just then, nothing is held back.
    await bench.ask([
      'import',
      bench.file('even', `${many(1_000)}space:x#writer@user:a\nspace:x#writer@user:a\n`),
    ]);
    expect(
      requests()
        .slice(2)
        .map(({ updates }) => updates.length),
    ).toEqual([1_000, 1]);
  });

  it('sends a tuple that stands twice in a write but once, for a write takes none twice', async () => {
    const file = bench.file('twice', `${TEXT}${TEXT}`);
    expect((await bench.ask(['import', file])).out).toContain('sent 2 tuples');
    // With --create the service is to have its say.
    await bench.ask(['import', file, '--create']);
    expect(requests()[1].updates).toHaveLength(4);
  });

  it('writes nothing from a file with a line that is no tuple', async () => {
    const file = bench.file('bad', `${many(1_500)}nonsense\n`);
    const { code, out, err } = await bench.ask(['import', file]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`error: ${file}:1501: tuple \`nonsense\`: there is no \`#\``);
    expect(bench.service.asked).toEqual([]);
  });

  it('says what is in already where standard input has a line that is no tuple', async () => {
    const { code, err } = await bench.ask(['import', '-'], { stdin: `${many(1_500)}nonsense\n` });
    expect(code).toBe(1);
    expect(err).toContain('error: standard input:1501: tuple `nonsense`');
    expect(err).toMatch(
      /\n {2}1000 tuples before it are in; to go on, run it again with --resume '\w+'; lines that /,
    );
  });

  it('names the line that the service refuses, what is in, and how to go on', async () => {
    const file = bench.file('refused', `# first\n${many(1_500)}`);
    const details = { reason: 'UNKNOWN_RELATION', field: 'updates[7].tuple.relation' };
    failingAt(2, new Refusal('FAILED_PRECONDITION', 'there is no `writer`', details));
    const { code, out, err } = await bench.ask(['import', file, '--resume', 'job']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      [
        `error: ${file}:1009: there is no \`writer\``,
        "  1000 tuples before it are in; to go on, run it again with --resume 'job'; lines that are not in yet may be corrected first",
        '  reason: UNKNOWN_RELATION',
        '  field: updates[7].tuple.relation',
        '',
      ].join('\n'),
    );
  });

  it('names the lines of a write that fails as a whole', async () => {
    const file = bench.file('refused', `# first\n${many(3)}`);
    failingAt(1, new Refusal('PERMISSION_DENIED', 'not you', { reason: 'CREDENTIAL_LEVEL' }));
    const { err } = await bench.ask(['import', file]);
    // There is nothing to go on with.
    expect(err).toBe(
      `error: ${file}, lines 2 to 4: not you\n  nothing was written\n  reason: CREDENTIAL_LEVEL\n`,
    );
  });

  it('says how to go on after a first write of which nobody knows', async () => {
    const file = bench.file('unknown', many(3));
    failingAt(1, new Refusal('INTERNAL', 'a defect', { reason: 'INTERNAL' }));
    const { err } = await bench.ask(['import', file, '--resume', 'job']);
    expect(err).toContain("\n  nothing is known to be in; to go on, run it again with --resume 'job'; lines");
  });

  it('stops between two writes, and says how to go on', async () => {
    const stop = new AbortController();
    bench.service.handlers = {
      Write: () => {
        stop.abort();
        return { zookie: 'z' };
      },
    };
    const file = bench.file('many', many(2_001));
    const { code, err } = await bench.ask(['import', file, '--resume', 'job'], { interruption: stop.signal });
    expect(code).toBe(1);
    expect(err).toBe(
      "error: stopped\n  1000 tuples before it are in; to go on, run it again with --resume 'job'; lines that are not in yet may be corrected first\n  reason: CANCELLED\n",
    );
    expect(bench.service.asked).toHaveLength(1);
  });

  it('started again under its name, sends the same keys; another import does not', async () => {
    const file = bench.file('many', many(1_001));
    await bench.ask(['import', file, '--resume', 'a']);
    await bench.ask(['import', file, '--resume', 'a']);
    await bench.ask(['import', file, '--resume', 'b']);
    await bench.ask(['import', file, '--resume', 'a', '--create']);
    // Without a name each run is an import of its own: what somebody deleted since is to come back.
    await bench.ask(['import', file]);
    await bench.ask(['import', file]);
    const [first, second, ...rest] = [0, 2, 4, 6, 8, 10].map((at) => keys().slice(at, at + 2));
    expect(second).toEqual(first);
    expect(new Set([first, ...rest].flat()).size).toBe(10);
    for (const key of keys()) expect(key.length).toBeLessThan(100);
  });

  it('started again with a later line corrected, sends the same keys for what comes before it', async () => {
    await bench.ask(['import', bench.file('many', many(2_500)), '--resume', 'a']);
    const corrected = many(2_500).replace('user:u1500\n', 'user:fine\nspace:ml#writer@user:more\n');
    await bench.ask(['import', '-', '--resume', 'a'], { stdin: corrected });
    const [first, second, third, ...again] = keys();
    expect(again[0]).toBe(first);
    expect(new Set([first, second, third, ...again]).size).toBe(5);
  });

  it('goes on by the name it gave itself', async () => {
    const file = bench.file('many', many(1_001));
    failingAt(2, new Refusal('PERMISSION_DENIED', 'not now'));
    const { err } = await bench.ask(['import', file]);
    const [, name] = /--resume '(\w+)'/.exec(err) ?? [];
    const before = keys();
    await bench.ask(['import', file, '--resume', name]);
    expect(keys().slice(2)).toEqual(before);
  });

  it.each([
    [['FILE'], ''],
    [['-'], TEXT],
  ])('only counts in a dry run of %j', async ([argument], stdin) => {
    const file = bench.file('a.tuples', TEXT);
    const path = argument === 'FILE' ? file : '-';
    const { code, out } = await bench.ask(['import', path, '--dry-run'], { stdin });
    expect({ code, out }).toEqual({
      code: 0,
      out: `${path === '-' ? 'standard input' : file}: 2 tuples; nothing was written\n`,
    });
    const json = JSON.parse((await bench.ask(['import', path, '--dry-run', '--json'], { stdin })).out);
    expect(json).toEqual({ tuples: 2, writes: 0, zookie: '' });
    expect(bench.service.asked).toEqual([]);
  });

  it('fails a dry run at a line that is no tuple', async () => {
    const file = bench.file('bad', `${TEXT}a:b#c\n`);
    const { code, err } = await bench.ask(['import', file, '--dry-run']);
    expect(code).toBe(1);
    expect(err).toContain(`error: ${file}:5: tuple \`a:b#c\`: there is no \`@\` after the relation`);
  });

  it('sends nothing from an empty file', async () => {
    const file = bench.file('empty', '# nothing\n');
    expect(await bench.ask(['import', file])).toEqual({ code: 0, out: `${file}: sent 0 tuples\n`, err: '' });
    expect(bench.service.asked).toEqual([]);
  });

  it('shows a bar on a terminal only', async () => {
    const file = bench.file('many', many(10));
    expect((await bench.ask(['import', file])).err).toBe('');
    const { err } = await bench.ask(['import', file], { isTTY: true });
    expect(err).toMatch(/importing .*#+.*100%.* 10 tuples/s);
  });
});
