import { access, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { locateData } from '../../src/embedded/data-location.ts';
import { processesOf, processStart } from '../../src/embedded/processes.ts';
import { isRoot } from '../../src/embedded/run-as.ts';
import { openServerLog } from '../../src/embedded/server-log.ts';
import { cleanUp, query, start, startOwner, temporaryDirectory } from './workbench.ts';

afterEach(cleanUp);

describe('an embedded Postgres', () => {
  it('is created, answers, stops, and starts again with its data, on the same port', async () => {
    const data = join(await temporaryDirectory(), 'deep', 'data');
    const first = await start(data);
    expect(first.origin).toBe('created');
    expect(first.url).toMatch(/^postgres:\/\/pemba:[\w-]{32}@127\.0\.0\.1:\d+\/pemba$/);
    expect(first.location).toBe(data);
    await query(first.url, 'create table kept (id int)');
    await query(first.url, 'insert into kept values (7)');
    expect(await query(first.url, 'show server_encoding')).toEqual(['UTF8']);
    expect(await query(first.url, 'select datcollate from pg_database')).toEqual(['C', 'C', 'C', 'C']);
    await first.stop();
    await first.stop();
    expect(processStart(first.pid)).toBeUndefined();
    expect(await processesOf(join(data, 'postgres'), undefined)).toEqual([]);
    await expect(access(join(data, 'pemba.pid'))).rejects.toThrow('ENOENT');

    const second = await start(data);
    expect(second.origin).toBe('started');
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select id from kept')).toEqual([7]);
  });

  it('listens on loopback alone, keeps its secrets closed, and does not run as root', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const server = await start(data, { maxConnections: 11 });
    expect(await query(server.url, 'show listen_addresses')).toEqual(['127.0.0.1']);
    expect(await query(server.url, 'show unix_socket_directories')).toEqual(['']);
    expect(await query(server.url, 'show max_connections')).toEqual(['11']);
    expect(await query(server.url, 'show fsync')).toEqual(['off']);
    const mode = async (name: string) => ((await stat(join(data, name))).mode & 0o777).toString(8);
    expect([await mode('postgres'), await mode('postgres.json'), await mode('postgres.log')]).toEqual([
      '700',
      '600',
      '600',
    ]);
    await expect(query(server.url.replace(/:[\w-]{32}@/, ':wrong@'), 'select 1')).rejects.toThrow('password');
    const owner = (await stat(join(data, 'postgres'))).uid;
    if (isRoot()) expect(owner).not.toBe(0);
    else expect(owner).toBe(process.geteuid?.());
  });

  it('is durable when asked to', async () => {
    const server = await start(join(await temporaryDirectory(), 'data'), { durable: true });
    expect(
      await query(
        server.url,
        `select string_agg(setting, ',') from pg_settings
        where name in ('fsync', 'synchronous_commit', 'full_page_writes')`,
      ),
    ).toEqual(['on,on,on']);
  });

  it('takes another port when its own is taken, and keeps that', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const first = await start(data);
    const port = Number(new URL(first.url).port);
    await first.stop();
    const squatter = createServer().listen(port, '127.0.0.1');
    try {
      const second = await start(data);
      const { port: kept } = JSON.parse(await readFile(join(data, 'postgres.json'), 'utf8')) as {
        port: number;
      };
      expect(Number(new URL(second.url).port)).toBe(kept);
      expect(kept).not.toBe(port);
      expect(await query(second.url, 'select 1')).toEqual([1]);
    } finally {
      squatter.close();
    }
  });

  it('survives a lost postgres.json, a postmaster.pid of garbage, and what a killed initdb left', async () => {
    const data = join(await temporaryDirectory(), 'data');
    await mkdir(join(data, 'postgres.init-abc', 'cluster', 'base'), { recursive: true });
    await writeFile(join(data, 'postgres.init-abc', 'password'), 'half');
    const first = await start(data);
    await expect(access(join(data, 'postgres.init-abc'))).rejects.toThrow('ENOENT');
    await query(first.url, 'create table kept as select 7 as id');
    await first.stop();

    await writeFile(join(data, 'postgres.json'), '{"port":');
    await writeFile(join(data, 'postgres', 'postmaster.pid'), 'gar\nbage\n');
    const second = await start(data);
    expect(second.url).not.toBe(first.url);
    expect(await query(second.url, 'select id from kept')).toEqual([7]);
    expect(second.lines.filter((line) => line.level === 'warn').map((line) => line.message)).toEqual([
      'removed a postmaster.pid that names no server of this database',
      'postgres.json is lost; setting a new password',
    ]);
    await second.stop();

    // a number that another process has by now, as after a restart of the machine
    const lines = [process.pid, join(data, 'postgres'), 1, 5432, '', '127.0.0.1', '', 'ready'];
    await writeFile(join(data, 'postgres', 'postmaster.pid'), lines.join('\n'));
    const third = await start(data);
    expect(await query(third.url, 'select id from kept')).toEqual([7]);
  });

  it('sets its log aside when that has grown long', async () => {
    const data = await temporaryDirectory();
    await writeFile(join(data, 'postgres.log'), Buffer.alloc(10 * 1024 * 1024 + 1));
    const log = await openServerLog(data);
    await log.file.write('short\n');
    expect(await log.tail()).toBe('short');
    await log.file.close();
    expect((await stat(join(data, 'postgres.log.1'))).size).toBe(10 * 1024 * 1024 + 1);
    const next = await openServerLog(data);
    expect(await next.tail()).toBe('');
    await next.file.close();
    expect(await readFile(join(data, 'postgres.log'), 'utf8')).toBe('short\n');
  });

  it('says what Postgres said when it cannot start, and leaves nothing behind', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const first = await start(data);
    await first.stop();
    await writeFile(join(data, 'postgres', 'postgresql.conf'), 'shared_buffers = banana\n');
    await expect(start(data)).rejects.toMatchObject({
      reason: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/did not start: it ended[\s\S]*postgres\.log[\s\S]*banana/),
    });
    await expect(access(join(data, 'pemba.pid'))).rejects.toThrow('ENOENT');
    expect(await processesOf(join(data, 'postgres'), undefined)).toEqual([]);
  });

  it('refuses what is no database, a database of another version, and a file in the way, naming the path', async () => {
    const folder = await temporaryDirectory();
    const data = join(folder, 'data');
    await mkdir(join(data, 'postgres'), { recursive: true });
    await writeFile(join(data, 'postgres', 'letter.txt'), 'dear');
    await expect(start(data)).rejects.toMatchObject({
      reason: 'DATABASE_UNSUITABLE',
      message: expect.stringContaining(`\`${join(data, 'postgres')}\` is not a Postgres database`),
    });
    await writeFile(join(data, 'postgres', 'PG_VERSION'), '9\n');
    await expect(start(data)).rejects.toMatchObject({
      reason: 'DATABASE_UNSUITABLE',
      message: expect.stringContaining('made by Postgres 9'),
    });
    await writeFile(join(folder, 'file'), '');
    await expect(start(join(folder, 'file', 'data'))).rejects.toMatchObject({
      reason: 'FILE_UNREADABLE',
      message: expect.stringContaining(join(folder, 'file', 'data')),
    });
  });

  it('does not try for ever where no directory can be made', async () => {
    // Node's own recursive mkdir does, on Linux.
    await expect(locateData('/proc/pemba/data', () => undefined)).rejects.toMatchObject({
      reason: 'FILE_UNREADABLE',
      message: expect.stringContaining('/proc/pemba'),
    });
    const folder = await temporaryDirectory();
    await symlink(join(folder, 'gone'), join(folder, 'link'));
    await expect(locateData(join(folder, 'link', 'data'), () => undefined)).rejects.toMatchObject({
      reason: 'FILE_UNREADABLE',
      message: expect.stringContaining(join(folder, 'link')),
    });
  });

  it('makes each folder that is missing, open to others whatever the umask', async () => {
    const folder = await temporaryDirectory();
    const umask = process.umask(0o077);
    try {
      const { home } = await locateData(join(folder, 'a', 'b', 'c'), () => undefined);
      expect(home).toBe(join(folder, 'a', 'b', 'c'));
    } finally {
      process.umask(umask);
    }
    for (const path of ['a', 'a/b', 'a/b/c'])
      expect((await stat(join(folder, path))).mode & 0o777, path).toBe(0o755);
  });

  it('refuses a second start on the same directory, here and in another process, naming the holder', async () => {
    const data = join(await temporaryDirectory(), 'data');
    await start(data);
    const refused = {
      reason: 'DATA_DIRECTORY_IN_USE',
      message: expect.stringMatching(
        new RegExp(`\`${data}\` is in use .* process ${process.pid}; stop that one.* with --data `),
      ),
    };
    await expect(start(data)).rejects.toMatchObject(refused);
    expect((await startOwner(data)).first).toMatchObject(refused);
  });
});
