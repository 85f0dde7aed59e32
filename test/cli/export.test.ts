import { lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../client/fake-service.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

const ADA = { object: 'space:ml', relation: 'writer', subject: 'user:ada' };
const BOB = { object: 'space:ml', relation: 'writer', subject: 'user:bob' };
const TEXT = 'space:ml#writer@user:ada\nspace:ml#writer@user:bob\n';

/** Two pages of one tuple each. */
beforeEach(() => {
  bench.service.handlers = {
    Read: ({ pageToken }) =>
      pageToken === 't'
        ? { tuples: [BOB], nextPageToken: '', zookie: 'z' }
        : { tuples: [ADA], nextPageToken: 't', zookie: 'z' },
  };
});

const leftovers = (): string[] => readdirSync(bench.folder).filter((name) => name.endsWith('.tmp'));

describe('export', () => {
  it('writes all pages into a file', async () => {
    const file = join(bench.folder, 'all.tuples');
    expect(await bench.ask(['export', file])).toEqual({
      code: 0,
      out: `${file}: 2 tuples at zookie z\n`,
      err: '',
    });
    expect(readFileSync(file, 'utf8')).toBe(TEXT);
    expect(leftovers()).toEqual([]);
  });

  it.each([[[]], [['-']]])('writes to standard output: %j', async (argument) => {
    expect(await bench.ask(['export', ...argument])).toEqual({
      code: 0,
      out: TEXT,
      err: '2 tuples at zookie z\n',
    });
  });

  it('says how fresh with the first page, and the filter with each', async () => {
    await bench.ask(['export', '--filter', 'space#writer', '--store', 'main', '--fully-consistent']);
    const first = { store: 'main', filter: { object: 'space', relation: 'writer' }, pageSize: 1_000 };
    const requests = bench.service.asked.map(({ request }) => request);
    expect(requests).toMatchObject([
      { ...first, consistency: { fullyConsistent: true } },
      { ...first, pageToken: 't' },
    ]);
    expect(requests[1].consistency).toBeUndefined();
  });

  it('packs a file of that name', async () => {
    const file = join(bench.folder, 'all.tuples.gz');
    expect((await bench.ask(['export', file])).code).toBe(0);
    expect(gunzipSync(readFileSync(file)).toString()).toBe(TEXT);
  });

  it('prints JSON', async () => {
    const file = join(bench.folder, 'json.tuples');
    expect(JSON.parse((await bench.ask(['export', file, '--json'])).out)).toEqual({
      file,
      tuples: 2,
      zookie: 'z',
    });
    expect(readFileSync(file, 'utf8')).toBe(TEXT);
    const lines = (await bench.ask(['export', '--json'])).out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([ADA, BOB]);
  });

  it('leaves a file as it was if not all can be had', async () => {
    const file = bench.file('before.tuples', 'before');
    bench.service.handlers = {
      Read: ({ pageToken }) => {
        if (pageToken === 't')
          throw new Refusal('FAILED_PRECONDITION', 'no more', { reason: 'ZOOKIE_LOST_HISTORY' });
        return { tuples: [ADA], nextPageToken: 't', zookie: 'z' };
      },
    };
    const { code, out, err } = await bench.ask(['export', file]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('error: no more\n  reason: ZOOKIE_LOST_HISTORY\n');
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(leftovers()).toEqual([]);
  });

  it('leaves a file as it was if it is told to stop', async () => {
    const file = bench.file('before.tuples', 'before');
    const stop = new AbortController();
    bench.service.handlers = {
      Read: () => {
        stop.abort();
        return { tuples: [ADA], nextPageToken: 't', zookie: 'z' };
      },
    };
    const { code, err } = await bench.ask(['export', file], { interruption: stop.signal });
    expect(code).toBe(1);
    expect(err).toBe(
      `error: stopped before \`${file}\` was complete; it is as it was\n  reason: CANCELLED\n`,
    );
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(leftovers()).toEqual([]);
  });

  it('writes where a link leads', async () => {
    const link = join(bench.folder, 'link');
    symlinkSync(bench.file('target.tuples', 'before'), link);
    expect((await bench.ask(['export', link])).code).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(bench.folder, 'target.tuples'), 'utf8')).toBe(TEXT);
  });

  it('never puts a file in the place of a device', async () => {
    expect((await bench.ask(['export', '/dev/null'])).code).toBe(0);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.each([
    ['/nowhere/x', 'cannot write `/nowhere/x`: there is no such directory'],
    ['/', 'cannot write `/`: '],
  ])('cannot write to %s', async (path, message) => {
    const { code, err } = await bench.ask(['export', path]);
    expect(code).toBe(1);
    expect(err).toContain(`error: ${message}`);
  });

  it('counts on a terminal', async () => {
    const { out, err } = await bench.ask(['export', join(bench.folder, 'tty.tuples')], { isTTY: true });
    expect(out).toContain('2 tuples at zookie z');
    expect(err).toContain('exporting');
  });
});
