/** The commands against a node, from one end to the other. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { newStore, shareNodes } from '../service/shared.ts';
import { type Run, run, type Setting } from './command-line.ts';

const shared = shareNodes();
const folder = mkdtempSync(join(tmpdir(), 'pemba-node-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TUPLES = [
  'space:ml#banned@user:eve',
  'space:ml#reader@user:*',
  'space:ml#writer@team:ml#member',
  'team:ml#member@user:ada',
  'team:ml#member@user:eve',
];

let store = '';
beforeEach(async () => {
  store = await newStore(shared);
  await shared.client.write(TUPLES, { store });
});

const ask = (argv: string[], setting: Setting = {}): Promise<Run> =>
  run(argv.includes('--store') ? argv : [...argv, '--store', store], {
    ...setting,
    env: { PEMBA_ADDRESS: `127.0.0.1:${shared.nodes[0].port}`, LANG: 'C.UTF-8' },
  });

const printed = (out: string) => ({ code: 0, out, err: '' });

describe('the commands, against a node', () => {
  it('batch', async () => {
    const stdin = TUPLES.map((tuple) => tuple.replace(/#.*@/, '#write@')).join('\n');
    expect(await ask(['batch'], { stdin: `space:ml#write@user:ada\nspace:ml#write@user:eve\n` })).toEqual(
      printed(
        'ANSWER       QUESTION\nallowed      space:ml#write@user:ada\ndenied       space:ml#write@user:eve\n',
      ),
    );
    const { code, err } = await ask(['batch'], { stdin });
    expect(code).toBe(1);
    expect(err).toContain('UNKNOWN_RELATION');
  });

  it('expand', async () => {
    expect(await ask(['expand', 'space:ml#write'])).toEqual(
      printed(`space:ml#write = writer except banned
├─ space:ml#writer
│  └─ team:ml#member
│     ├─ user:ada
│     └─ user:eve
└─ except space:ml#banned
   └─ user:eve
`),
    );
  });

  it('explain, why', async () => {
    const { code, out } = await ask(['explain', 'space:ml#write@user:ada']);
    expect(code).toBe(0);
    expect(out.replace(/ {2}\[schema:\d+:\d+\]/g, '')).toBe(`allowed
space:ml#write = writer except banned
├─ space:ml#writer
│  ├─ space:ml#writer@team:ml#member
│  └─ team:ml#member
│     └─ team:ml#member@user:ada
└─ not in space:ml#banned
`);
  });

  it('explain, why not: what it says to write makes it allowed', async () => {
    const { out } = await ask(['explain', 'space:ml#write@user:eve']);
    const [command = ''] = out.match(/pemba write .*/) ?? [];
    expect(command).toBe(`pemba write --delete 'space:ml#banned@user:eve' --store '${store}'`);
    const words = command.replaceAll("'", '').split(' ').slice(1, -2);
    expect((await ask(words)).code).toBe(0);
    expect((await ask(['check', 'space:ml#write@user:eve'])).out).toBe('allowed\n');
  });

  it('lookup', async () => {
    expect(await ask(['lookup', 'resources', 'space#write@user:ada'])).toEqual(printed('ml\n'));
    expect(await ask(['lookup', 'subjects', 'space:ml#read@user'])).toEqual(printed('*\nada\neve  denied\n'));
    expect(await ask(['lookup', 'subjects', 'space:ml#writer@team#member'])).toEqual(printed('ml\n'));
    expect(await ask(['lookup', 'permissions', 'space:ml@user:ada'])).toEqual(
      printed(
        'NAME    KIND        ANSWER\nwriter  relation    allowed\nreader  relation    allowed\nwrite   permission  allowed\nread    permission  allowed\n',
      ),
    );
  });

  it('lookup, page by page', async () => {
    const argv = ['lookup', 'subjects', 'team:ml#member@user', '--limit', '1'];
    const first = await ask(argv);
    expect(first.out).toBe('ada\n');
    const [, token = ''] = /--page-token (\S+)/.exec(first.err) ?? [];
    expect(await ask([...argv, '--page-token', token])).toEqual(printed('eve\n'));
  });

  it('export, and import what was exported', async () => {
    const more = Array.from({ length: 2_500 }, (_, i) => `team:all#member@user:u${i}\n`).join('');
    expect((await ask(['import', '-'], { stdin: more })).out).toContain('sent 2500 tuples');
    const file = join(folder, 'all.tuples.gz');
    expect((await ask(['export', file, '--fully-consistent'])).out).toContain(': 2505 tuples at zookie ');
    const other = await newStore(shared);
    const { code, out } = await ask(['import', file, '--create', '--store', other]);
    expect(code).toBe(0);
    expect(out).toContain('sent 2505 tuples');
    const plain = join(folder, 'again.tuples');
    await ask(['export', plain, '--store', other, '--fully-consistent']);
    const lines = readFileSync(plain, 'utf8').trim().split('\n').sort();
    expect(lines).toEqual([...TUPLES, ...more.trim().split('\n')].sort());
  });

  it('import, started again, goes on after what is in', async () => {
    const argv = ['import', join(folder, 'job.tuples'), '--create', '--resume', 'job'];
    const text = Array.from({ length: 1_500 }, (_, i) => `team:all#member@user:u${i}\n`).join('');
    writeFileSync(argv[1], text);
    const stop = new AbortController();
    // Told to stop while the first write is under way.
    const running = ask(argv, { interruption: stop.signal });
    while ((await shared.client.read({ store, filter: { object: 'team:all' } })).length === 0);
    stop.abort();
    const first = await running;
    const again = await ask(argv);
    expect(again.code, `${first.err}${again.err}`).toBe(0);
    expect((await ask(['read', 'team:all', '--fully-consistent'])).out.trim().split('\n')).toHaveLength(
      1_500,
    );
    // Under no name it is an import of its own.
    const { code, err } = await ask(argv.slice(0, 3));
    expect(code).toBe(1);
    expect(err).toContain('TUPLE_EXISTS');
  });

  it('watch', async () => {
    const zookie = await shared.client.write(['team:ml#member@user:bob', 'team:ml#member@user:root'], {
      store,
    });
    await shared.client.write([['delete', 'team:ml#member@user:ada']], { store, actor: 'user:root' });
    const stop = new AbortController();
    const onOut = (text: string): void => {
      if (text.includes('user:ada')) stop.abort();
    };
    const { code, out, err } = await ask(['watch', '--from', zookie], { interruption: stop.signal, onOut });
    expect(code).toBe(0);
    expect(out).toMatch(/^- team:ml#member@user:ada {2}\d{4}-\d\d-\d\dT[\d:.]+Z {2}by user:root\n$/);
    const [, last = ''] = /^to go on from here: --from (\S+)\n$/.exec(err) ?? [];
    expect(last).not.toBe(zookie);
  });
});
