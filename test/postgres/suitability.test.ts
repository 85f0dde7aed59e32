/** Databases that a node can start on, and those that it refuses. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Database } from '../../src/postgres/database.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { PostgresFeedSource } from '../../src/postgres/postgres-feed-source.ts';
import { admin, freshDatabase, query, startNode, urlOf } from '../support/database.ts';
import { openDatabase, SILENT } from './workbench.ts';

const SCHEMA = 'type user\ntype team { relation member : user }\n';

/** A file that is gone when the test ends. */
async function file(name: string, text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pemba-start-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

describe('an empty database', () => {
  it('is filled once by four nodes that start on it at the same time', async () => {
    const database = await freshDatabase();
    const tuples = Array.from({ length: 2_500 }, (_, i) => `team:${i % 7}#member@user:${i}`);
    const config = {
      database,
      poolSize: 4,
      schemaFile: await file('a.pemba', SCHEMA),
      tuplesFile: await file('a.tuples', tuples.join('\n')),
    };
    const nodes = await Promise.all([0, 1, 2, 3].map(() => startNode(config)));
    expect(await query(database, 'select name from store order by name')).toEqual([
      { name: 'default' },
      { name: 'system' },
    ]);
    expect(await query(database, 'select version from schema_version')).toEqual([{ version: '1' }]);
    expect(nodes.filter(({ isFirstStart }) => isFirstStart)).toHaveLength(1);
    const stored = await query<{ tuple: string }>(
      database,
      "select object_type || ':' || object_id || '#' || relation || '@' || subject_type || ':' || subject_id as tuple from tuple",
    );
    expect(stored.map(({ tuple }) => tuple).sort()).toEqual(tuples.sort());
    for (const { client } of nodes) {
      expect(await client.check('team:0#member@user:0', { consistency: { fullyConsistent: true } })).toBe(
        'allowed',
      );
    }
  });

  it('is waited for while another node brings it up to date, however long that takes', async () => {
    const url = await freshDatabase();
    const other = await openDatabase(url);
    const holder = await other.connectToWrite();
    await holder.query("select pg_advisory_lock(hashtext('pemba-migrations'))");
    setTimeout(() => holder.release(true), 1_500);
    const impatient = openImpatient(url);
    await migrate(impatient, SILENT);
  });
});

function openImpatient(url: string): Database {
  const database = new Database({
    url,
    poolSize: 2,
    connectTimeoutMs: 2_000,
    statementTimeoutMs: 100,
    headTimeoutMs: 100,
    log: SILENT,
  });
  onTestFinished(() => database.close());
  return database;
}

describe('a database', () => {
  it('is refused if a migration that was applied to it has changed since', async () => {
    const database = await freshDatabase();
    await (await startNode({ database })).stop();
    await query(database, "update migration_checksum set sha256 = 'another' where name = '0001_first.sql'");
    await expect(startNode({ database })).rejects.toMatchObject({
      reason: 'DATABASE_UNSUITABLE',
      message: expect.stringContaining('0001_first.sql was applied to this database with other contents'),
    });
  });

  it.each(['reader_version', 'writer_version'])(
    'is refused if a newer version of Pemba has raised its %s',
    async (column) => {
      const database = await freshDatabase();
      await (await startNode({ database })).stop();
      await query(database, `update deployment set ${column} = 1000`);
      await expect(startNode({ database })).rejects.toMatchObject({
        reason: 'DATABASE_UNSUITABLE',
        message: expect.stringContaining('newer version of Pemba'),
      });
    },
  );

  it('is refused if it does not keep text as UTF-8', async () => {
    const name = `test_${randomBytes(8).toString('hex')}`;
    await admin(`create database ${name} template template0 encoding 'SQL_ASCII'`);
    onTestFinished(() => admin(`drop database if exists ${name} with (force)`));
    await expect(startNode({ database: urlOf(name) })).rejects.toMatchObject({
      reason: 'DATABASE_UNSUITABLE',
      message: expect.stringContaining('encoding is SQL_ASCII'),
    });
  });

  it('is refused if its role may not make tables, saying so', async () => {
    const url = new URL(await freshDatabase());
    const role = `role_${randomBytes(6).toString('hex')}`;
    await admin(`create role ${role} login password 'secret-of-the-role'`);
    onTestFinished(() => admin(`drop role if exists ${role}`));
    url.username = role;
    url.password = 'secret-of-the-role';
    await expect(startNode({ database: url.href })).rejects.toMatchObject({
      reason: 'DATABASE_UNSUITABLE',
      message: expect.stringMatching(
        /may not make tables in the schema `public`.*grant create on schema public to role_/,
      ),
    });
  });

  it('is refused if it does not exist, or the password is wrong, without the password in the message', async () => {
    const url = new URL(await freshDatabase());
    url.pathname = '/nowhere';
    await expect(startNode({ database: url.href })).rejects.toMatchObject({
      reason: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/refused the login: database "nowhere" does not exist/),
    });
    url.password = 'a-wrong-one';
    const refused = startNode({ database: url.href });
    await expect(refused).rejects.toMatchObject({ reason: 'DATABASE_UNAVAILABLE' });
    await expect(refused).rejects.not.toThrow('a-wrong-one');
  });

  it.each([
    [
      'too old',
      { version: 130_022, encoding: 'UTF8', in_recovery: false, may_create: true },
      'Postgres 13; Pemba needs 14 or newer',
    ],
    [
      'a replica',
      { version: 150_000, encoding: 'UTF8', in_recovery: true, may_create: true },
      'give the address of the primary',
    ],
  ])('is refused if it is %s', async (_, row, message) => {
    const database = await openDatabase(await freshDatabase());
    vi.spyOn(database, 'query').mockResolvedValue([row]);
    await expect(database.assertSuitable()).rejects.toMatchObject({
      reason: 'DATABASE_UNSUITABLE',
      message: expect.stringContaining(message),
    });
  });
});

describe('a replica that answers in the place of the primary', () => {
  it('is neither asked for heads nor loaded from', async () => {
    const url = await freshDatabase();
    await (await startNode({ database: url })).stop();
    const [{ id }] = await query<{ id: string }>(url, "select id from store where name = 'default'");
    const source = new PostgresFeedSource(await openDatabase(url), 'test');
    expect((await source.heads()).stores).toHaveLength(2);
    expect(await source.load(id, () => undefined)).toBeDefined();
    // Its role finds this function first, so for this role the database is a replica.
    await query(
      url,
      "create schema fake; create function fake.pg_is_in_recovery() returns bool language sql as 'select true'",
    );
    const name = new URL(url).pathname.slice(1);
    await admin(`alter database ${name} set search_path = fake, pg_catalog, public`);
    const replica = new PostgresFeedSource(await openDatabase(url), 'test');
    const refused = { reason: 'DATABASE_UNAVAILABLE', message: expect.stringContaining('is a replica') };
    await expect(replica.heads()).rejects.toMatchObject(refused);
    await expect(replica.load(id, () => undefined)).rejects.toMatchObject(refused);
  });
});
