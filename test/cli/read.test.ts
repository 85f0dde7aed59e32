import { describe, expect, it } from 'vitest';
import { useWorkbench } from './workbench.ts';

const ADA = { object: 'space:ml', relation: 'writer', subject: 'user:ada' };
const GRACE = { object: 'space:ml', relation: 'writer', subject: 'user:grace' };

const bench = useWorkbench();

describe('read', () => {
  /** Two pages of one tuple each. */
  const paging = (): void => {
    bench.service.handlers = {
      Read: ({ pageToken }) =>
        pageToken === 't'
          ? { tuples: [GRACE], nextPageToken: '', zookie: 'z' }
          : { tuples: [ADA], nextPageToken: 't', zookie: 'z' },
    };
  };

  it('prints the tuples of all pages, one a line', async () => {
    paging();
    const { code, out, err } = await bench.ask(['read', 'space:ml#writer']);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: 'space:ml#writer@user:ada\nspace:ml#writer@user:grace\n',
      err: '',
    });
    const filter = { object: 'space:ml', relation: 'writer' };
    expect(bench.service.asked.map(({ request }) => request)).toMatchObject([
      { filter },
      { filter, pageToken: 't' },
    ]);
  });

  it('says how fresh only with the first page', async () => {
    paging();
    await bench.ask(['read', '--fully-consistent']);
    expect(bench.service.asked.map(({ request }) => request.consistency?.fullyConsistent)).toEqual([
      true,
      undefined,
    ]);
  });

  it('stops at a limit, and says that there is more', async () => {
    paging();
    expect(await bench.ask(['read', '--limit', '1'])).toEqual({
      code: 0,
      out: 'space:ml#writer@user:ada\n',
      err: 'stopped at --limit 1; there are more\n',
    });
    expect(bench.service.asked).toHaveLength(1);
    expect((await bench.ask(['read', '--limit', '2'])).err).toBe('');
  });

  it('prints JSON', async () => {
    paging();
    expect(JSON.parse((await bench.ask(['read', '--json'])).out)).toEqual({
      tuples: [ADA, GRACE],
      zookie: 'z',
      isAll: true,
    });
    expect(JSON.parse((await bench.ask(['read', '--json', '--limit', '1'])).out)).toMatchObject({
      isAll: false,
    });
  });
});
