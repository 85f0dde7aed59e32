import { beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../client/fake-service.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();
const ERASED = { zookie: 'z', removed: 3, pseudonym: 'user:erased-x' };
const TOLD = '3 tuples removed; the log says `user:erased-x` instead\n';
const WHAT = 'This removes `user:ada` from the store `default` and from its log, for good.';

beforeEach(() => {
  bench.service.handlers = { EraseSubject: () => ERASED };
});

describe('erase', () => {
  it('does it, and says under which name it stands in the log', async () => {
    expect(await bench.ask(['erase', 'user:ada', '--yes'])).toEqual({ code: 0, out: 'z\n', err: TOLD });
    expect(bench.service.last.request).toEqual({ subject: 'user:ada' });
  });

  it('records why', async () => {
    const more = ['--why', 'ticket 4711', '--metadata', '{"by": "the desk"}', '--store', 's', '--json'];
    const { out, err } = await bench.ask(['erase', 'user:ada', '--yes', ...more]);
    expect(JSON.parse(out)).toEqual(ERASED);
    expect(err).toBe('');
    expect(bench.service.last.request).toMatchObject({
      store: 's',
      metadata: { fields: { why: { stringValue: 'ticket 4711' }, by: { stringValue: 'the desk' } } },
    });
  });

  it('asks at a terminal', async () => {
    const said = (stdin: string) => bench.ask(['erase', 'user:ada'], { stdin, isTTY: true });
    const agreed = await said(' yes \nmore');
    expect(agreed).toMatchObject({ code: 0, out: 'z\n' });
    expect(agreed.err).toBe(`${WHAT} Type \`yes\` to go on: ${TOLD}`);
    bench.service.asked.length = 0;
    for (const stdin of ['y\n', '\n', '', 'yes please\n']) {
      const { code, err } = await said(stdin);
      expect(code).toBe(1);
      expect(err).toContain('it was not confirmed; nothing was done');
    }
    expect(bench.service.asked).toEqual([]);
  });

  it('does nothing unasked elsewhere, nor for what is no subject', async () => {
    const { code, err } = await bench.ask(['erase', 'user:ada'], { stdin: 'yes\n' });
    expect(code).toBe(1);
    expect(err).toContain(`${WHAT} Add --yes if that is what you want`);
    expect((await bench.ask(['erase', 'ada', '--yes'])).err).toContain('write `type:id`');
    expect((await bench.ask(['erase', 'user:*', '--yes'])).err).toContain('a wildcard can only be a subject');
    expect(bench.service.asked).toEqual([]);
  });

  it('waits for as long as it takes, unless told for how long', async () => {
    let calls = 0;
    bench.service.handlers = {
      EraseSubject: () => {
        if (++calls % 3 !== 0)
          throw new Refusal('DEADLINE_EXCEEDED', 'the deadline passed', { reason: 'DEADLINE' });
        return ERASED;
      },
    };
    const waited = await bench.ask(['erase', 'user:ada', '--yes']);
    expect(waited).toEqual({
      code: 0,
      out: 'z\n',
      err: `${'it takes its time; still waiting\n'.repeat(2)}${TOLD}`,
    });
    const { code, err } = await bench.ask(['erase', 'user:ada', '--yes', '--timeout', '5s']);
    expect(code).toBe(1);
    expect(err).toContain('reason: DEADLINE');
  });
});
