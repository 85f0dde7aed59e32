import { describe, expect, it } from 'vitest';
import type { Setting } from './command-line.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

const change = (operation: string, subject: string) => ({
  operation: `OPERATION_${operation}`,
  tuple: { object: 'space:ml', relation: 'writer', subject },
});
const time = { seconds: 7, nanos: 8_000_000 };
const EVENTS = [
  {
    zookie: 'z1',
    changes: [change('ADDED', 'user:ada'), change('REMOVED', 'user:\u001bbob')],
    time,
    actor: 'user:eve',
  },
  { zookie: 'z2', changes: [], time },
  { zookie: 'z3', changes: [], time, schemaVersion: 4 },
];

/** The service sends the events, and then nothing; the command is told to stop once it printed `until`. */
async function watched(argv: string[], until: string, setting: Setting = {}) {
  const stop = new AbortController();
  bench.service.streams = {
    async *Watch(_, cancelled) {
      yield* EVENTS;
      await new Promise((resolve) => cancelled.addEventListener('abort', resolve));
    },
  };
  const onOut = (text: string): void => {
    if (text.includes(until)) stop.abort();
  };
  return await bench.ask(['watch', ...argv], { ...setting, interruption: stop.signal, onOut });
}

describe('watch', () => {
  it('prints a line for each change, and when stopped the zookie to go on from', async () => {
    expect(await watched([], 'schema')).toEqual({
      code: 0,
      out: [
        '+ space:ml#writer@user:ada  1970-01-01T00:00:07.008Z  by user:eve',
        '- space:ml#writer@user:\\u001bbob  1970-01-01T00:00:07.008Z  by user:eve',
        'schema version 4  1970-01-01T00:00:07.008Z',
        '',
      ].join('\n'),
      err: 'to go on from here: --from z3\n',
    });
  });

  it('colours what comes and goes on a terminal', async () => {
    const { out } = await watched([], 'schema', { isTTY: true });
    expect(out).toContain('\u001b[32m+ space:ml#writer@user:ada\u001b[39m  1970');
    expect(out).toContain('\u001b[31m- space:ml#writer@user:\\u001bbob\u001b[39m  1970');
  });

  it('prints JSON, a line for each revision and checkpoint', async () => {
    const { code, out, err } = await watched(['--json'], '"schemaVersion":4');
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      {
        zookie: 'z1',
        changes: [
          { operation: 'added', tuple: { object: 'space:ml', relation: 'writer', subject: 'user:ada' } },
          { operation: 'removed' },
        ],
        time: '1970-01-01T00:00:07.008Z',
        actor: 'user:eve',
      },
      { zookie: 'z2', changes: [] },
      { zookie: 'z3', schemaVersion: 4 },
    ]);
    expect({ code, err }).toEqual({ code: 0, err: 'to go on from here: --from z3\n' });
  });

  it('sends where to begin, filters, store and heartbeat', async () => {
    const options = ['--from', 'z0', '--filter', 'space:ml', '--filter', '#writer@user:ada'];
    await watched([...options, '--store', 'main', '--heartbeat', '1500ms'], 'schema');
    expect(bench.service.last.request).toMatchObject({
      store: 'main',
      after: 'z0',
      filters: [{ object: 'space:ml' }, { relation: 'writer', subject: 'user:ada' }],
      heartbeat: { seconds: 1, nanos: 500_000_000 },
    });
  });

  it('fails where it cannot begin, and names nothing to go on from', async () => {
    bench.service.streams = {
      // biome-ignore lint/correctness/useYield: it fails first
      async *Watch() {
        throw Object.assign(new Error('the zookie is too old'), { code: 11 });
      },
    };
    const { code, out, err } = await bench.ask(['watch', '--from', 'z0']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('error: the zookie is too old\n');
    expect(err).not.toContain('to go on from here');
  });

  it('stopped before anything came, has nothing to go on from', async () => {
    const stop = new AbortController();
    bench.service.streams = {
      async *Watch(_, cancelled) {
        const ended = new Promise((resolve) => cancelled.addEventListener('abort', resolve));
        stop.abort();
        await ended;
      },
    };
    expect(await bench.ask(['watch'], { interruption: stop.signal })).toEqual({ code: 0, out: '', err: '' });
  });

  it('refuses a filter that is none', async () => {
    const { code, err } = await bench.ask(['watch', '--filter', 'a b']);
    expect(code).toBe(1);
    expect(err).toContain('MALFORMED_REFERENCE');
  });
});
