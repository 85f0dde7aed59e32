/**
 * The main path on a Postgres that is not the embedded one: Debian's, an older major version, and a role that owns
 * its database and may do nothing else.
 *
 * Needs Debian's postgresql: apt-get install -y postgresql
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chown, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../src/embedded/access.ts';
import { processesOf, waitUntil } from '../../src/embedded/processes.ts';
import { chooseRunAs } from '../../src/embedded/run-as.ts';
import { cleanUp, temporaryDirectory } from '../embedded/workbench.ts';
import { type TestClient, writeRequest } from '../support/client.ts';
import { query, startNode } from '../support/database.ts';
import { tell } from '../support/tell.ts';

const WRITE = 'PermissionService/Write';
const READ = 'PermissionService/Read';
const PACKAGED = '/usr/lib/postgresql';
const SCHEMA = `
type user
type team { relation member : user | team#member }
type space {
  roles writer > reader : user | user:* | team#member
  relation banned : user
  permission write = writer except banned
}
`;

interface Cluster {
  directory: string;
  major: number;
  server: ChildProcess;
  /** The URL of a database, for its administrator. */
  url: (name: string) => string;
}

let cluster: Cluster;

/** Where the newest Postgres that Debian has installed has its programs. */
async function newestInstalled(): Promise<{ bin: string; major: number }> {
  const versions = (await readdir(PACKAGED).catch(() => [])).map(Number).sort((a, b) => b - a);
  for (const major of versions) {
    const bin = join(PACKAGED, String(major), 'bin');
    const isWhole = await access(join(bin, 'initdb')).then(
      () => true,
      () => false,
    );
    if (isWhole) return { bin, major };
  }
  throw new Error(`${PACKAGED} has no Postgres: apt-get install -y postgresql`);
}

/** A cluster of its own, gone afterwards. It trusts everybody on loopback, for it holds nothing. */
async function startCluster(): Promise<Cluster> {
  const { bin, major } = await newestInstalled();
  // Named so that cleanUp ends what a failure half-way has left running.
  const parent = join(await temporaryDirectory(), 'data');
  const directory = join(parent, 'postgres');
  await mkdir(parent, { mode: 0o755 });
  await mkdir(directory, { mode: 0o700 });
  const user = await chooseRunAs(directory, parent);
  if (user !== undefined) await chown(directory, user.uid, user.gid);
  const as = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  const options = { ...as, cwd: directory, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } };
  const initdb = ['-D', directory, '-U', 'keeper', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  await promisify(execFile)(join(bin, 'initdb'), initdb, options);
  const port = await freePort(undefined);
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', directory, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const url = (name: string): string => `postgres://keeper@127.0.0.1:${port}/${name}`;
  const answers = (): Promise<boolean> =>
    query(url('postgres'), 'select 1').then(
      () => true,
      () => false,
    );
  if (!(await waitUntil(answers, 30_000))) throw new Error(`Postgres ${major} did not come up:\n${said}`);
  await query(url('postgres'), 'create role service login');
  return { directory, major, server, url };
}

beforeAll(async () => {
  cluster = await startCluster();
});

afterAll(cleanUp);
afterAll(async () => {
  const ended = once(cluster.server, 'close');
  cluster.server.kill('SIGINT');
  await ended;
  expect(await processesOf(cluster.directory, cluster.server.pid)).toEqual([]);
});

/** An empty database that sorts as people do, by the URL of its owner; it goes with the cluster. */
async function freshDatabase(): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const collation = cluster.major < 15 ? '' : "locale_provider icu icu_locale 'en-US'";
  await query(
    cluster.url('postgres'),
    `create database ${name} owner service template template0 encoding 'UTF8' ${collation}`,
  );
  return cluster.url(name).replace('keeper@', 'service@');
}

async function textsOf(client: TestClient, request: object): Promise<{ texts: string[]; next: string }> {
  const { tuples, nextPageToken } = await client.call(READ, request);
  const texts = tuples.map(
    ({ object, relation, subject }: Record<string, string>) => `${object}#${relation}@${subject}`,
  );
  return { texts, next: nextPageToken };
}

it('is another Postgres than the embedded one, and no older than promised', async () => {
  const [{ server_version: version }] = await query<{ server_version: string }>(
    await freshDatabase(),
    'show server_version',
  );
  tell(`Postgres ${version}`);
  expect(Number.parseInt(version, 10)).toBe(cluster.major);
  expect(cluster.major).toBeGreaterThanOrEqual(14);
  expect(version).toContain('Debian');
  const rights = await query(
    await freshDatabase(),
    'select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls from pg_roles where rolname = current_user',
  );
  expect(Object.values(rights[0])).toEqual([false, false, false, false, false]);
});

it('holds schema and tuples, preconditions and idempotency keys', async () => {
  const { client, logged } = await startNode({ database: await freshDatabase() });
  await client.writeSchema(SCHEMA);
  await client.write([
    'team:a#member@user:ada',
    'team:b#member@team:a#member',
    'space:s#writer@team:b#member',
  ]);
  expect(await client.check('space:s#write@user:ada')).toBe('allowed');
  expect(await client.check('space:s#write@user:bob')).toBe('denied');
  await client.write(['space:s#banned@user:ada']);
  expect(await client.check('space:s#write@user:ada')).toBe('denied');
  await client.write([['delete', 'space:s#banned@user:ada']]);
  expect(await client.check('space:s#write@user:ada')).toBe('allowed');
  const again = writeRequest([['create', 'team:a#member@user:ada']]);
  expect((await client.failure(WRITE, again)).reason).toBe('TUPLE_EXISTS');

  const filter = { object: 'space:s', relation: 'banned' };
  const guarded = (condition: string, user: string): object => ({
    ...writeRequest([`team:a#member@user:${user}`]),
    preconditions: [{ condition, filter }],
  });
  expect((await client.failure(WRITE, guarded('CONDITION_MUST_EXIST', 'eve'))).reason).toBe(
    'PRECONDITION_FAILED',
  );
  await client.call(WRITE, guarded('CONDITION_MUST_NOT_EXIST', 'bob'));
  expect(await client.check('space:s#write@user:eve')).toBe('denied');
  expect(await client.check('space:s#write@user:bob')).toBe('allowed');

  const keyed = { ...writeRequest([['create', 'team:a#member@user:cyd']]), idempotencyKey: 'order-17' };
  const first = await client.call(WRITE, keyed);
  await client.write([['delete', 'team:a#member@user:cyd']]);
  expect(await client.call(WRITE, keyed)).toEqual(first);
  expect(await client.check('team:a#member@user:cyd')).toBe('denied');
  const other = { ...keyed, ...writeRequest(['team:a#member@user:dan']) };
  expect((await client.failure(WRITE, other)).reason).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(logged.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
});

it('lists by filter and in pages, all of them at the revision of the first, and answers for an exact one', async () => {
  const { client } = await startNode({ database: await freshDatabase() });
  await client.writeSchema(SCHEMA);
  const members = ['B', '_', 'a', 'b', '\u00e4', '\uff5e', '\u{1f600}'].map(
    (id) => `team:t#member@user:${id}`,
  );
  const zookie = await client.write([...members, 'space:s#writer@user:a', 'space:s#reader@user:*']);
  const filter = { object: 'team:t', relation: 'member', subject: 'user' };

  const seen: string[] = [];
  for (let pageToken = '', page = 0; page === 0 || pageToken !== ''; page++) {
    const { texts, next } = await textsOf(client, { filter, pageSize: 3, pageToken });
    expect(texts).toHaveLength(page < 2 ? 3 : 1);
    seen.push(...texts);
    pageToken = next;
    // What comes and goes between pages is not of their revision.
    await client.write([
      ['create', `team:t#member@user:new-${page}`],
      ['delete', members[page * 2]],
    ]);
  }
  // In the order of bytes, whatever the collation of the database is.
  expect(seen).toEqual(members);

  const now = await client.read({ filter });
  expect(now).not.toEqual(members);
  expect(await client.read({ filter, consistency: { atExactSnapshot: zookie } })).toEqual(members);
  expect(await client.read({ filter: { object: 'space', subject: 'user:*' } })).toEqual([
    'space:s#reader@user:*',
  ]);
  const earlier = { consistency: { atExactSnapshot: zookie } };
  expect(await client.check(members[0], earlier)).toBe('allowed');
  expect(await client.check(members[0])).toBe('denied');
  expect(await client.check('team:t#member@user:new-0', earlier)).toBe('denied');
  expect(await client.check('team:t#member@user:new-0')).toBe('allowed');
});

it('tells one node of the writes of the other, and a node that starts anew has all of them', async () => {
  const database = await freshDatabase();
  // By itself each would ask every 10 seconds.
  const [a, b] = [
    await startNode({ database, maxStalenessMs: 40_000 }),
    await startNode({ database, maxStalenessMs: 40_000 }),
  ];
  let zookie = await a.client.writeSchema(SCHEMA);
  await b.client.check('team:a#member@user:0', { consistency: { atLeastAsFresh: zookie } });
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const [writer, reader] = i % 2 === 0 ? [a, b] : [b, a];
    zookie = await writer.client.write([`team:a#member@user:${i}`]);
    const began = performance.now();
    while ((await reader.client.check(`team:a#member@user:${i}`)) !== 'allowed') {
      if (performance.now() - began > 8_000) expect.fail(`the other node was not told of write ${i}`);
      await sleep(2);
    }
    times.push(performance.now() - began);
  }
  tell(`the other node knew after ${Math.round(Math.max(...times))} ms at most`);
  // A notification was lost if one of these took the 10 seconds between two questions.
  expect(Math.max(...times)).toBeLessThan(2_000);

  const stored = await a.client.read();
  expect(stored).toHaveLength(20);
  await a.stop();
  await b.stop();
  const restarted = await startNode({ database });
  expect(restarted.isFirstStart).toBe(false);
  expect(await restarted.client.read()).toEqual(stored);
  expect(
    await restarted.client.check('team:a#member@user:7', { consistency: { atLeastAsFresh: zookie } }),
  ).toBe('allowed');
});
