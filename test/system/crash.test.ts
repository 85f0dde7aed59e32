/** Servers and their Postgres killed in the middle of a stream of writes, while somebody looks. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { readPidFile } from '../../src/embedded/pid-file.ts';
import { processesOf } from '../../src/embedded/processes.ts';
import { cleanUp, temporaryDirectory } from '../embedded/workbench.ts';
import { query } from '../support/database.ts';
import { type ServerProcess, startServer } from '../support/process.ts';
import { randomSeed, seeded } from '../support/random.ts';
import { tell } from '../support/tell.ts';
import { LedgerOfWrites, SCHEMA } from './ledger-of-writes.ts';
import { Onlooker } from './onlooker.ts';

const WRITERS = 6;
const ROUNDS = 20;

afterEach(cleanUp);

async function start(): Promise<{ data: string; settings: Record<string, string>; first: ServerProcess }> {
  const data = join(await temporaryDirectory(), 'data');
  const settings = { DATA: data, POOL_SIZE: '6' };
  const first = await startServer(settings);
  await first.client.writeSchema(SCHEMA);
  return { data, settings, first };
}

/** How often the database holds that some tuple was added: more than once is a write done twice. */
async function addedTwice(data: string): Promise<number> {
  const { port, password } = JSON.parse(await readFile(join(data, 'postgres.json'), 'utf8'));
  const [{ count }] = await query<{ count: string }>(
    `postgres://pemba:${password}@127.0.0.1:${port}/pemba`,
    `select count(*) from (select 1 from change where added
       group by store_id, object_type, object_id, relation, subject_type, subject_id having count(*) > 1) as twice`,
  );
  return Number(count);
}

it('keeps what it acknowledged, whole and once, though the server is killed again and again', async () => {
  const seed = randomSeed();
  const random = seeded(seed);
  const { data, settings, first } = await start();
  const ledger = new LedgerOfWrites(random);
  const onlooker = new Onlooker(ledger);
  const starts: number[] = [];
  let server = first;
  for (let round = 0; round < ROUNDS; round++) {
    const writing = ledger.run(server.client, WRITERS);
    const looking = onlooker.run(server.client);
    await sleep(100 + random() * 400);
    expect(await server.end('SIGKILL')).toBe('SIGKILL');
    ledger.stop();
    await writing;
    onlooker.stop();
    await looking;
    // Its Postgres lives on, or is in the middle of dying: both have to do for the next start.
    if (random() < 0.3)
      process.kill(
        (await readPidFile(join(data, 'postgres')))?.pid ?? 0,
        random() < 0.5 ? 'SIGKILL' : 'SIGINT',
      );
    const began = performance.now();
    server = await startServer(settings);
    starts.push(Math.round(performance.now() - began));
    await ledger.settle(server.client);
    const wrong = [...onlooker.wrong, ...(await ledger.verify(server.client))];
    expect(wrong, `seed ${seed}, round ${round}`).toEqual([]);
  }
  expect(await ledger.repeat(server.client), `seed ${seed}`).toEqual([]);
  expect(onlooker.between).toBeGreaterThan(5 * ROUNDS);
  expect(await addedTwice(data)).toBe(0);
  expect(await server.end('SIGTERM')).toBe(0);
  expect(await processesOf(join(data, 'postgres'), undefined)).toEqual([]);
  tell(
    `${ROUNDS} kills: ${ledger.count} writes acknowledged, ${ledger.retried} sent again, ${ledger.lost} of unknown outcome; ${onlooker.looks} looks, ${onlooker.between} of them between two writes; starts took ${Math.min(...starts)} to ${Math.max(...starts)} ms`,
  );
  expect(ledger.count).toBeGreaterThan(200);
  expect(ledger.retried).toBeGreaterThan(5);
}, 240_000);

it('goes on by itself, with all it acknowledged, though its Postgres is killed again and again', async () => {
  const seed = randomSeed();
  const random = seeded(seed);
  const { data, settings, first } = await start();
  const ledger = new LedgerOfWrites(random);
  const onlooker = new Onlooker(ledger);
  const gaps: number[] = [];
  let server = first;
  for (let round = 0; round < ROUNDS; round++) {
    // Postgres is restarted later each time; a new server begins anew with that.
    if (round > 0 && round % 5 === 0) {
      expect(await server.end('SIGTERM')).toBe(0);
      server = await startServer(settings);
    }
    const writing = ledger.run(server.client, WRITERS);
    const looking = onlooker.run(server.client);
    await sleep(100 + random() * 300);
    process.kill((await readPidFile(join(data, 'postgres')))?.pid ?? 0, 'SIGKILL');
    const [killed, before] = [performance.now(), ledger.count];
    await sleep(50);
    while (ledger.count < before + 2 * WRITERS && performance.now() - killed < 20_000) await sleep(10);
    gaps.push(Math.round(performance.now() - killed));
    ledger.stop();
    await writing;
    onlooker.stop();
    await looking;
    await ledger.settle(server.client);
    expect(server.child.exitCode, `seed ${seed}, round ${round}\n${server.log}`).toBeNull();
    const wrong = [...onlooker.wrong, ...(await ledger.verify(server.client))];
    expect(wrong, `seed ${seed}, round ${round}`).toEqual([]);
  }
  expect(await ledger.repeat(server.client), `seed ${seed}`).toEqual([]);
  expect(onlooker.between).toBeGreaterThan(5 * ROUNDS);
  expect(await addedTwice(data)).toBe(0);
  expect(await server.end('SIGTERM')).toBe(0);
  tell(
    `${ROUNDS} kills: ${ledger.count} writes acknowledged, ${ledger.retried} sent again, ${ledger.lost} of unknown outcome; ${onlooker.looks} looks, ${onlooker.between} of them between two writes; writing again after ${Math.min(...gaps)} to ${Math.max(...gaps)} ms`,
  );
  expect(Math.max(...gaps)).toBeLessThan(20_000);
}, 240_000);
