import { describe, expect, it } from 'vitest';
import { useWorkbench } from './workbench.ts';

const ADA = { object: 'space:ml', relation: 'writer', subject: 'user:ada' };
const QUESTION = 'space:ml#writer@user:ada';

const bench = useWorkbench();

describe('check', () => {
  const answering = (answer: string): void => {
    bench.service.handlers = { Check: () => ({ answer, zookie: 'z1' }) };
  };

  it.each(['allowed', 'denied', 'conditional'])('prints `%s` and exits with 0', async (answer) => {
    answering(`ANSWER_${answer.toUpperCase()}`);
    expect(await bench.ask(['check', QUESTION])).toEqual({ code: 0, out: `${answer}\n`, err: '' });
  });

  it.each([
    ['ALLOWED', 0],
    ['DENIED', 2],
    ['CONDITIONAL', 2],
  ])('exits for the answer %s with %i where asked for codes', async (answer, code) => {
    answering(`ANSWER_${answer}`);
    expect((await bench.ask(['check', '--exit-code', QUESTION])).code).toBe(code);
  });

  it('prints JSON', async () => {
    answering('ANSWER_DENIED');
    const { out } = await bench.ask(['check', QUESTION, '--json']);
    expect(JSON.parse(out)).toEqual({ answer: 'denied', zookie: 'z1' });
  });

  it('sends the question, the store and what counts as stored', async () => {
    answering('ANSWER_DENIED');
    await bench.ask(['check', QUESTION, '--store', 'main', '--with', 'a:b#c@d:e', '--with', 'a:b#c@d:e#f']);
    expect(bench.service.last.request).toMatchObject({
      ...ADA,
      store: 'main',
      contextualTuples: [
        { object: 'a:b', relation: 'c', subject: 'd:e' },
        { object: 'a:b', relation: 'c', subject: 'd:e#f' },
      ],
    });
  });

  it.each([
    [['--at-least-as-fresh', 'z'], { atLeastAsFresh: 'z' }],
    [['--fully-consistent'], { fullyConsistent: true }],
    [['--at-exact-snapshot', 'z'], { atExactSnapshot: 'z' }],
    [['--at-time', '1970-01-01T00:00:07Z'], { atExactTime: { seconds: 7 } }],
  ])('asks with %j', async (options, consistency) => {
    answering('ANSWER_DENIED');
    await bench.ask(['check', QUESTION, ...options]);
    expect(bench.service.last.request.consistency).toMatchObject(consistency);
  });

  it('takes one way to be consistent only', async () => {
    const { code, err } = await bench.ask([
      'check',
      QUESTION,
      '--fully-consistent',
      '--at-least-as-fresh',
      'z',
    ]);
    expect(code).toBe(1);
    expect(err).toContain('cannot be used with');
  });

  it('finds a malformed question before it asks', async () => {
    const { code, out, err } = await bench.ask(['check', 'space:ml']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      'error: tuple `space:ml`: there is no `#`; write `type:id#relation@type:id`\n  reason: MALFORMED_REFERENCE\n  field: tuple\n',
    );
    expect(bench.service.asked).toEqual([]);
  });
});
