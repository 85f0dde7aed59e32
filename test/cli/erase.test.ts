import { beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../client/fake-service.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();
const ERASED = { zookie: 'z', removed: 3, pseudonym: 'user:erased-x', rewritten: 6 };
const TOLD = '3 tuples removed, 6 rows of the log rewritten: it says `user:erased-x` instead\n';
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

  it('counts one as one', async () => {
    bench.service.handlers = { EraseSubject: () => ({ ...ERASED, removed: 1, rewritten: 1 }) };
    const { err } = await bench.ask(['erase', 'user:ada', '--yes']);
    expect(err).toBe('1 tuple removed, 1 row of the log rewritten: it says `user:erased-x` instead\n');
  });

  it('says that nothing named it, which may be a misspelling', async () => {
    const none = { zookie: 'z', removed: 0, pseudonym: '', rewritten: 0 };
    bench.service.handlers = { EraseSubject: () => none };
    const err =
      'nothing names `user:adda` in the store `s`; check the spelling, unless it was erased before\n';
    const asked = ['erase', 'user:adda', '--yes', '--store', 's'];
    expect(await bench.ask(asked)).toEqual({ code: 0, out: 'z\n', err });
    const { out } = await bench.ask([...asked, '--json']);
    expect(JSON.parse(out)).toEqual(none);
  });

  it('takes no two reasons', async () => {
    const asked = ['erase', 'user:ada', '--yes', '--why', 'a', '--metadata'];
    const { code, err } = await bench.ask([...asked, '{"why": "b"}']);
    expect(code).toBe(1);
    expect(err).toContain('--why is recorded as `why` of the metadata, which --metadata has too');
    expect(bench.service.asked).toEqual([]);
    expect((await bench.ask([...asked, '{"Why": "b"}'])).code).toBe(0);
  });

  it('asks at a terminal', async () => {
    const said = (stdin: string) => bench.ask(['erase', 'user:ada'], { stdin, isTTY: true });
    for (const stdin of [' yes \nmore', 'y\n', 'Yes']) {
      const agreed = await said(stdin);
      expect(agreed).toMatchObject({ code: 0, out: 'z\n' });
      expect(agreed.err).toBe(`${WHAT} Type \`yes\` to go on: ${TOLD}`);
    }
    bench.service.asked.length = 0;
    for (const stdin of ['n\n', '\n', '', 'yes please\n', 'ye\n']) {
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
    expect((await bench.ask(['erase', 'user:*', '--yes'])).err).toContain(
      'subject `user:*`: a wildcard is nobody in particular; name an object',
    );
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
    expect(err).toContain(
      'what has begun goes on in the service; the same command again tells how it ends\n',
    );
  });
});
