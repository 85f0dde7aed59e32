/** `pemba audit` and `pemba blame`, against a node. */
import { beforeEach, describe, expect, it } from 'vitest';
import { newStore, shareNodes, storeId } from '../service/shared.ts';
import { query } from '../support/database.ts';
import { type Run, run } from './command-line.ts';

const shared = shareNodes();
const METADATA = { fields: { ticket: { stringValue: 'OPS-12' } } };
const TUPLE = 'team:a#member@user:bob';

let store = '';
beforeEach(async () => {
  store = await newStore(shared);
  await shared.client.write(['team:a#member@user:ada'], { store });
});

const ask = (...argv: string[]): Promise<Run> =>
  run(argv.includes('--store') ? argv : [...argv, '--store', store], {
    env: { PEMBA_ADDRESS: `127.0.0.1:${shared.nodes[0].port}` },
  });

const write = (updates: (string | [string, string])[], more: object = {}): Promise<string> =>
  shared.client.write(updates, { store, ...more });
const byAda = { actor: 'user:ada', metadata: METADATA };
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
/** Without what differs from run to run. */
const plain = (text: string): string =>
  text
    .replace(TIME, 'T')
    .replaceAll(store, 'STORE')
    .replace(/-?\d{10,}/g, 'ID');

describe('audit', () => {
  it('prints a line an entry: when, revision, what, by whom, why', async () => {
    await write([TUPLE], byAda);
    await write([['delete', TUPLE]]);
    const { code, out, err } = await ask('audit');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(plain(out)).toBe(`T  #4  - team:a#member@user:bob
T  #3  + team:a#member@user:bob  by user:ada  {"ticket":"OPS-12"}
T  #2  + team:a#member@user:ada
T  #1  schema version 1 put in force
T  #0  store STORE (ID) created
`);
  });

  it('tells what was refused, and by how much', async () => {
    await shared.client.failure('PermissionService/Write', {
      store,
      actor: 'user:eve',
      updates: ['eve', 'mal'].map((user) => ({
        operation: 'OPERATION_CREATE',
        tuple: { object: 'team:a', relation: 'member', subject: `user:${user}` },
      })),
    });
    const refused = ['audit', '--kind', 'write_refused', '--actor', 'user:eve'];
    await expect.poll(async () => (await ask(...refused)).out, { timeout: 10_000 }).not.toBe('');
    expect(plain((await ask(...refused)).out)).toMatch(
      /^T {2}#2 {2}! refused: create team:a#member@user:eve and 1 more: NOT_GRANTED_BY: .* {2}by user:eve\n$/,
    );
  });

  it('prints one JSON object a line', async () => {
    await write([TUPLE], byAda);
    const { out } = await ask('audit', '--json', '--limit', '1');
    expect(JSON.parse(out)).toEqual({
      kind: 'tuple_added',
      time: expect.stringMatching(TIME),
      revision: 3,
      actor: 'user:ada',
      metadata: { ticket: 'OPS-12' },
      tuple: { object: 'team:a', relation: 'member', subject: 'user:bob' },
    });
    expect(out.split('\n')).toHaveLength(2);
  });

  it.each([
    [['--object', 'team:a'], 2],
    [['--object', 'team', '--relation', 'member', '--subject', 'user:bob'], 1],
    [['--subject', 'user:nobody'], 0],
    [['--actor', 'user:ada'], 1],
    [['--kind', 'schema_written', '--kind', 'store_created'], 2],
    [['--credential', 'abc'], 0],
    [['--since', '1h'], 3],
    [['--since', '1w'], 4],
    [['--since', '2020-01-01', '--until', '2020-01-02'], 0],
    [['--since', '2020-01-01T00:00:00Z', '--until', '2020-01-02T00:00:00+01:00'], 0],
    [['--until', '1m'], 1],
  ])('tells by %j', async (options, count) => {
    await write([TUPLE], byAda);
    await query(
      shared.database,
      "update revision set time = time - interval '2 hours' where store_id = $1 and revision = 0",
      [await storeId(shared, store)],
    );
    // The beginning is two hours old.
    const { out, err } = await ask('audit', ...options);
    expect(err).toBe(count > 0 ? '' : 'nothing found; the audit trail has nothing of the kind\n');
    expect(out.split('\n').length - 1).toBe(count);
  });

  it('stops at the limit, and says how to go on', async () => {
    await write(Array.from({ length: 250 }, (_, i) => `team:a#member@user:${i}`));
    const lines = async (...options: string[]) => {
      const { out, err } = await ask('audit', ...options);
      return [out.split('\n').length - 1, err.replace(/ \S+\n$/, ' TOKEN\n')];
    };
    const more = (count: number) => `stopped at --limit ${count}; go on with --page-token TOKEN\n`;
    expect(await lines()).toEqual([100, more(100)]);
    expect(await lines('--limit', '1')).toEqual([1, more(1)]);
    expect(await lines('--limit', '252')).toEqual([252, more(252)]);
    expect(await lines('--limit', '253')).toEqual([253, '']);
    expect(await lines('--all')).toEqual([253, '']);
  });

  it.each([
    ['within a page', '17', []],
    ['where pages end', '100', []],
    ['with times that were relative', '60', ['--since', '1w', '--until', '1ms']],
  ])('goes on where it stopped, with what it said: %s', async (_, limit, question) => {
    await write(Array.from({ length: 250 }, (_, i) => `team:a#member@user:${i}`));
    const all = (await ask('audit', '--all')).out;
    let told = '';
    let more: string[] = question;
    for (;;) {
      const { out, err } = await ask('audit', '--limit', limit, ...more);
      told += out;
      if (err === '') break;
      expect(out.split('\n').length - 1).toBe(Number(limit));
      more = (/; go on with (.+)\n$/.exec(err) as RegExpExecArray)[1].split(' ');
    }
    expect(told).toBe(all);
  });

  it.each([
    [['--kind', 'tuple_aded'], 'did you mean `tuple_added`?'],
    [['--since', 'yesterday'], '`2d` or `1w`'],
    [['--page-token', 'abc'], 'page_token'],
    [['--since', '1h', '--until', '2h'], 'is not after --since'],
    [['--object', 'team:a b'], 'filter.object'],
    [['--object', 'taem:a'], 'did you mean `team`?'],
    [['--actor', 'ada'], 'actor'],
    [['--credential', 'A B'], 'filter.credential'],
    [['--limit', '3', '--all'], 'cannot be used with'],
  ])('refuses %j', async (options, message) => {
    const { code, out, err } = await ask('audit', ...options);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
  });
});

describe('blame', () => {
  const summary = async (tuple: string): Promise<string> => {
    const { code, out, err } = await ask('blame', tuple);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return plain(out);
  };

  it('tells who made a tuple as it stands now, and then its story', async () => {
    await write([TUPLE]);
    await write([['delete', TUPLE]]);
    await write([TUPLE], byAda);
    expect(
      await summary(TUPLE),
    ).toBe(`${TUPLE} is stored; it was made at T in revision 5 by user:ada: {"ticket":"OPS-12"}
  T  #5  + ${TUPLE}  by user:ada  {"ticket":"OPS-12"}
  T  #4  - ${TUPLE}
  T  #3  + ${TUPLE}
`);
  });

  it('tells who removed it', async () => {
    await write([TUPLE]);
    await write([['delete', TUPLE]], { actor: 'user:ada' });
    expect(await summary(TUPLE)).toMatch(
      `${TUPLE} is not stored; it was removed at T in revision 4 by user:ada\n`,
    );
  });

  it('means the very subject, and not its sets', async () => {
    await write(['team:a#member@team:b#member']);
    await write(['team:a#member@team:c#member'], { actor: 'user:ada' });
    expect(await summary('team:a#member@team:c#member')).toContain('in revision 4 by user:ada');
    expect((await summary('team:a#member@team:b#member')).split('\n')).toHaveLength(3);
  });

  it('tells who changed what it carries last', async () => {
    store = await newStore(shared, 'type user\ntype team { relation member : user expires }');
    const until = (seconds: number) => ({
      store,
      updates: [
        {
          operation: 'OPERATION_TOUCH',
          tuple: { object: 'team:a', relation: 'member', subject: 'user:bob', expiresAt: { seconds } },
        },
      ],
    });
    const now = Math.floor(Date.now() / 1000);
    await shared.client.call('PermissionService/Write', until(now + 3_600));
    await shared.client.call('PermissionService/Write', until(now + 7_200));
    expect(await summary(TUPLE)).toMatch(
      /^.* is stored; it was made at T in revision 3, nobody said by whom\n/,
    );
    await query(shared.database, 'update change set expires_ms = 1000 where store_id = $1', [
      await storeId(shared, store),
    ]);
    expect(await summary(TUPLE)).toContain(' is stored, but expired at T; it was made at T in revision 3');
  });

  it('says that nobody knows any more who made it, and that it never was', async () => {
    await write([TUPLE]);
    await query(
      shared.database,
      "update revision set time = now() - interval '366 days' where store_id = $1 and revision < 4",
      [await storeId(shared, store)],
    );
    await write(['team:a#member@user:eve']);
    expect(await summary(TUPLE)).toBe(
      `${TUPLE} is stored; it was made before what the audit still tells, so nobody can say by whom\n`,
    );
    expect(await summary('team:b#member@user:bob')).toBe(
      'team:b#member@user:bob is not stored, and the audit tells of no time when it was\n',
    );
  });

  it('prints all of it as JSON', async () => {
    await write([TUPLE], byAda);
    const { out } = await ask('blame', TUPLE, '--json');
    const { isStored, lastChange, story } = JSON.parse(out);
    expect(isStored).toBe(true);
    expect(story).toEqual([lastChange]);
    expect(lastChange).toMatchObject({ revision: 3, metadata: { ticket: 'OPS-12' } });
  });

  it.each([
    ['team:a', 'there is no `#`'],
    ['taem:a#member@user:bob', 'error: tuple.object: the schema has no type `taem`; did you mean `team`?'],
    [
      'team:a#membr@user:bob',
      'did you mean `member`?\n  reason: UNKNOWN_RELATION\n  field: tuple.relation\n',
    ],
    ['team:a#member@usr:bob', 'field: tuple.subject\n'],
  ])('refuses %s', async (tuple, message) => {
    const { code, err } = await ask('blame', tuple);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });
});
