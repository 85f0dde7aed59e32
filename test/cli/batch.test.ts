import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

const QUESTIONS = `# Who reads?
space:ml#read@user:ada

space:ml#read@user:bob\r
  space:ml#read@team:ml#member  `;

/** Answers by the subject; all others are denied. */
const answering = (known: Record<string, object>): void => {
  bench.service.handlers = {
    BatchCheck: ({ items }) => ({
      results: items.map(({ subject }: { subject: string }) => known[subject] ?? { answer: 'ANSWER_DENIED' }),
      zookie: `z${bench.service.asked.length}`,
    }),
  };
};

describe('batch', () => {
  it('asks the questions of a file in one call, and answers in their order', async () => {
    answering({
      'user:ada': { answer: 'ANSWER_ALLOWED' },
      'team:ml#member': { answer: 'ANSWER_CONDITIONAL' },
    });
    expect(await bench.ask(['batch', bench.file('q', QUESTIONS), '--store', 'main'])).toEqual({
      code: 0,
      out: [
        'ANSWER       QUESTION',
        'allowed      space:ml#read@user:ada',
        'denied       space:ml#read@user:bob',
        'conditional  space:ml#read@team:ml#member',
        '',
      ].join('\n'),
      err: '',
    });
    expect(bench.service.asked).toHaveLength(1);
    expect(bench.service.last.request).toMatchObject({
      store: 'main',
      items: [
        { object: 'space:ml', relation: 'read', subject: 'user:ada' },
        {},
        { subject: 'team:ml#member' },
      ],
    });
  });

  it.each([[[]], [['-']]])('reads standard input: %j', async (argument) => {
    answering({});
    const { out } = await bench.ask(['batch', ...argument], { stdin: QUESTIONS });
    expect(out.split('\n')).toHaveLength(5);
  });

  it('reads a packed file', async () => {
    answering({});
    const path = bench.file('q.gz', '');
    writeFileSync(path, gzipSync(QUESTIONS));
    expect((await bench.ask(['batch', path])).out.split('\n')).toHaveLength(5);
  });

  it('names the line of what cannot be answered, and answers the rest', async () => {
    answering({
      'user:ada': { answer: 'ANSWER_ALLOWED' },
      'user:bob': {
        error: {
          code: 9,
          reason: 'UNKNOWN_TYPE',
          message: 'items[1].object: there is no type `space`',
          field: 'items[1].object',
        },
      },
    });
    const file = bench.file('q', `nonsense\n${QUESTIONS}`);
    const { code, out, err } = await bench.ask(['batch', file, '--exit-code']);
    expect(code).toBe(1);
    expect(out.split('\n').slice(1, 4)).toEqual([
      'error        nonsense',
      'allowed      space:ml#read@user:ada',
      'error        space:ml#read@user:bob',
    ]);
    expect(err).toBe(
      [
        `error: ${file}:1: question \`nonsense\`: there is no \`#\`; write \`type:id#relation@type:id\``,
        '  reason: MALFORMED_REFERENCE',
        `error: ${file}:5: object: there is no type \`space\``,
        '  reason: UNKNOWN_TYPE',
        '2 of 4 questions could not be answered',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['user:ada', 0],
    ['user:bob', 2],
  ])('exits for %s with %i where asked for codes', async (subject, code) => {
    answering({ 'user:ada': { answer: 'ANSWER_ALLOWED' } });
    const stdin = `space:ml#read@user:ada\nspace:ml#read@${subject}\n`;
    expect((await bench.ask(['batch', '--exit-code'], { stdin })).code).toBe(code);
    expect((await bench.ask(['batch'], { stdin })).code).toBe(0);
  });

  it('asks a thousand at a time, all of them at the revision of the first', async () => {
    answering({});
    const stdin = Array.from({ length: 2_001 }, (_, i) => `space:ml#read@user:u${i}\n`).join('');
    const { out } = await bench.ask(['batch', '--fully-consistent'], { stdin });
    expect(out.split('\n').slice(1, -1)).toEqual(
      Array.from({ length: 2_001 }, (_, i) => `denied       space:ml#read@user:u${i}`),
    );
    const requests = bench.service.asked.map(({ request }) => request);
    expect(requests.map(({ items }) => items.length)).toEqual([1_000, 1_000, 1]);
    expect(requests.map(({ consistency }) => consistency)).toMatchObject([
      { fullyConsistent: true },
      { atExactSnapshot: 'z1' },
      { atExactSnapshot: 'z1' },
    ]);
  });

  it('prints JSON, a line for each question', async () => {
    answering({ 'user:ada': { answer: 'ANSWER_ALLOWED' } });
    const { out, code } = await bench.ask(['batch', '--json'], { stdin: 'space:ml#read@user:ada\n\nx#y' });
    expect(code).toBe(1);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { line: 1, object: 'space:ml', relation: 'read', subject: 'user:ada', answer: 'allowed', zookie: 'z1' },
      {
        line: 3,
        text: 'x#y',
        error: { reason: 'MALFORMED_REFERENCE', message: expect.any(String), field: '' },
      },
    ]);
  });

  it('says so if there is nothing to ask', async () => {
    expect(await bench.ask(['batch'], { stdin: '# nothing\n' })).toEqual({
      code: 0,
      out: '',
      err: 'standard input has no questions\n',
    });
    expect(bench.service.asked).toEqual([]);
  });

  it.each([
    ['is not there', () => '/nowhere/q', 'cannot read `/nowhere/q`: there is no such file'],
    ['is a directory', () => bench.folder, 'it is a directory'],
    ['is not packed', () => bench.file('text.gz', 'text'), 'is not in the format of gzip, or damaged'],
    [
      'has a line without end',
      () => bench.file('long', `a\n${'x'.repeat(65_537)}`),
      'long:2: the line has over 65536 characters',
    ],
  ])('refuses a file that %s', async (_, path, message) => {
    answering({});
    const { code, err } = await bench.ask(['batch', path()]);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).toContain('  reason: FILE_UNREADABLE\n');
  });

  it('refuses what is not UTF-8', async () => {
    const path = bench.file('latin', '');
    writeFileSync(path, Buffer.from([0x61, 0x0a, 0xe9, 0x0a]));
    expect((await bench.ask(['batch', path])).err).toContain(
      'is not text in UTF-8, somewhere at its beginning',
    );
  });

  it('shows control characters of a question as escapes', async () => {
    const { out } = await bench.ask(['batch'], { stdin: 'x\u001b[2J\n' });
    expect(out).toBe('ANSWER       QUESTION\nerror        x\\u001b[2J\n');
  });
});
