import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { processesOf, processStart, signal, waitUntil } from '../../src/embedded/processes.ts';
import {
  cleanUp,
  killOwner,
  query,
  queryOnceUp,
  start,
  startOwner,
  temporaryDirectory,
} from './workbench.ts';

afterEach(cleanUp);

describe('a Postgres whose Pemba was killed', () => {
  it('is adopted by the next, watched, restarted, and stopped', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const owner = await startOwner(data, { durable: true });
    const url = owner.first.url ?? '';
    await query(url, 'create table kept as select 7 as id');
    await killOwner(owner);
    expect(processStart(owner.first.postgres ?? 0)).toBeDefined();

    const server = await start(data, { durable: true });
    expect(server).toMatchObject({ origin: 'adopted', pid: owner.first.postgres, url });
    expect(await query(server.url, 'select id from kept')).toEqual([7]);

    signal(server.pid, 'SIGKILL');
    await waitUntil(() => server.pid !== owner.first.postgres, 20_000);
    expect(await queryOnceUp(url, 'select id from kept')).toEqual([7]);
    expect(server.pid).not.toBe(owner.first.postgres);
    await server.stop();
    expect(await processesOf(join(data, 'postgres'), undefined)).toEqual([]);
  });

  it('is replaced when its settings are not the wanted ones', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const owner = await startOwner(data, { maxConnections: 12 });
    await query(owner.first.url ?? '', 'create table kept as select 7 as id');
    await killOwner(owner);
    const server = await start(data, { maxConnections: 13 });
    expect(server.origin).toBe('started');
    expect(server.lines[0]).toMatchObject({ fields: { because: 'its max_connections is 12, not 13' } });
    expect(processStart(owner.first.postgres ?? 0)).toBeUndefined();
    expect(await query(server.url, 'select id from kept')).toEqual([7]);
  });

  it('is stopped with the next when that is stopped', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const owner = await startOwner(data);
    await killOwner(owner);
    const server = await start(data);
    expect(server.origin).toBe('adopted');
    await server.stop();
    expect(await processesOf(join(data, 'postgres'), undefined)).toEqual([]);
  });
});

describe('a Postgres that dies while it is used', () => {
  it('is restarted on the same port with all that was committed, though a backend lingers', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const server = await start(data, { durable: true });
    const { pid, url } = server;
    await query(url, 'create table kept as select 7 as id');
    // a backend in the middle of a computation does not notice that its postmaster is gone
    const busy = new pg.Client({ connectionString: url });
    busy.on('error', () => undefined);
    await busy.connect();
    const computing = busy
      .query('select count(*) from generate_series(1, 1e9::bigint)')
      .catch(() => undefined);
    await sleep(200);
    signal(pid, 'SIGKILL');
    await waitUntil(() => server.pid !== pid, 20_000);
    expect(await queryOnceUp(url, 'select id from kept')).toEqual([7]);
    expect(server.lines.map((line) => line.message)).toContain('Postgres runs again');
    await computing;
    await busy.end().catch(() => undefined);
  });

  it('is not restarted once it is being stopped, even in the middle of a restart', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const server = await start(data);
    signal(server.pid, 'SIGKILL');
    await waitUntil(() => server.lines.some((line) => line.message.includes('ended by itself')), 5_000);
    await server.stop();
    expect(await processesOf(join(data, 'postgres'), undefined)).toEqual([]);
    await sleep(300);
    expect(await processesOf(join(data, 'postgres'), undefined)).toEqual([]);
  });
});

describe('the process that holds a Postgres', () => {
  it('is the only one to end it: an interrupt from the terminal does not reach it', async () => {
    const owner = await startOwner(join(await temporaryDirectory(), 'data'));
    const url = owner.first.url ?? '';
    process.kill(-owner.pid, 'SIGINT'); // what Ctrl-C does: to the whole process group; the owner dies of it
    await owner.ended;
    expect(await query(url, 'select 1')).toEqual([1]);
  });

  it('leaves nothing when it stops in order', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const owner = await startOwner(data);
    signal(owner.pid, 'SIGTERM');
    await owner.ended;
    expect(await processesOf(join(data, 'postgres'), undefined)).toEqual([]);
  });
});
