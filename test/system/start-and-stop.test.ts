/** The process `pemba serve`: what it says when it cannot start, and how it ends. */
import { access, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../src/embedded/access.ts';
import { processesOf } from '../../src/embedded/processes.ts';
import { cleanUp, endServersIn, temporaryDirectory } from '../embedded/workbench.ts';
import { freshDatabase, query, startNode } from '../support/database.ts';
import { otherNamespace } from '../support/other-namespace.ts';
import { runServer, startServer } from '../support/process.ts';
import { startProxy } from '../support/proxy.ts';
import { randomSeed, seeded } from '../support/random.ts';
import { tell } from '../support/tell.ts';
import { LedgerOfWrites, SCHEMA } from './ledger-of-writes.ts';

afterEach(cleanUp);

/** What a server says that has to end by itself with exit code 1. */
async function refusal(settings: Record<string, string>, within: readonly string[] = []): Promise<string> {
  const run = runServer(
    { OPEN: 'true', LISTEN: `127.0.0.1:${await freePort(undefined)}`, LOG_FORMAT: 'text', ...settings },
    within,
  );
  expect(await run.ended, run.log).toBe(1);
  // A person reads it: no stack.
  expect(run.log).not.toMatch(/^\s+at /m);
  return run.log;
}

describe('a server that cannot start ends with exit code 1 and says what to do', () => {
  it('when there is no database', async () => {
    const port = await freePort(undefined);
    expect(await refusal({ DATABASE: `postgres://pemba:a-password@127.0.0.1:${port}/pemba` })).toMatch(
      new RegExp(
        `the database at 127\\.0\\.0\\.1:${port}/pemba does not answer \\(ECONNREFUSED\\); check that it runs`,
      ),
    );
  });

  it('when its database does not exist, without telling the password', async () => {
    const url = new URL(await freshDatabase());
    url.pathname = '/nowhere';
    const said = await refusal({ DATABASE: url.href });
    expect(said).toContain('database "nowhere" does not exist');
    expect(said).not.toContain(url.password);
  });

  it('when its port is taken', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void squatter.close());
    const { port } = squatter.address() as { port: number };
    expect(await refusal({ DATABASE: await freshDatabase(), LISTEN: `127.0.0.1:${port}` })).toContain(
      `127.0.0.1:${port} is taken: another process listens there`,
    );
    expect(await refusal({ DATABASE: await freshDatabase(), METRICS_LISTEN: `127.0.0.1:${port}` })).toContain(
      `metrics-listen: cannot listen on 127.0.0.1:${port}`,
    );
  });

  it('when its data directory is in use', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const first = await startServer({ DATA: data });
    expect(await refusal({ DATA: data })).toMatch(
      new RegExp(
        `the data directory \`${data}\` is in use by another Pemba, process ${first.child.pid}; stop that one`,
      ),
    );
    expect(await first.end('SIGTERM')).toBe(0);
  });

  it('when its schema or its tuples are missing or wrong, with file and line', async () => {
    const directory = await temporaryDirectory();
    const database = await freshDatabase();
    const path = join(directory, 'my.pemba');
    const tuples = join(directory, 'my.tuples');
    expect(await refusal({ DATABASE: database, SCHEMA: path })).toContain(
      `cannot read \`${path}\`: there is no such file`,
    );
    await writeFile(path, 'type user\n\ntype team {\n  relation member : usr\n}\n');
    expect(await refusal({ DATABASE: database, SCHEMA: path })).toContain(
      `${path}: the schema has an error\n${path}:4:21: error: unknown type \`usr\``,
    );
    await writeFile(path, 'type user\n\ntype team {\n  relation member : user\n}\n');
    await writeFile(tuples, 'team:a#member@user:ada\n# a remark\nteam:a#member\n');
    expect(await refusal({ DATABASE: database, SCHEMA: path, TUPLES: tuples })).toContain(`${tuples}:3`);
    // None of this has left anything, so a start with both put right is a first one.
    await writeFile(tuples, 'team:a#member@user:ada\n');
    const server = await startServer({ DATABASE: database, SCHEMA: path, TUPLES: tuples });
    expect(await server.client.read()).toEqual(['team:a#member@user:ada']);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('when its settings are wrong, naming all of them', async () => {
    const said = await refusal({ MAX_STALENESS_MS: '5', POOL_SIZE: 'many', DATABASE: 'mysql://somewhere' });
    expect(said).toContain('wrong in 3 places');
    for (const name of ['PEMBA_MAX_STALENESS_MS `5`', 'PEMBA_POOL_SIZE `many`', 'PEMBA_DATABASE'])
      expect(said).toContain(name);
  });

  it('when nobody could call it', async () => {
    expect(await refusal({ DATABASE: await freshDatabase(), OPEN: 'false' })).toContain(
      'PEMBA_BOOTSTRAP_TOKEN',
    );
  });
});

describe('servers in two containers with one data directory', () => {
  it('are one at a time: the second is refused while the first lives, and takes over from one that was killed', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const [cluster, lock] = [join(data, 'postgres'), join(data, 'pemba.pid')];
    const container = otherNamespace();
    const inside = await startServer({ DATA: data }, undefined, container);
    await inside.client.writeSchema(SCHEMA);
    await inside.client.write(['doc:1#owner@user:ada']);
    const held = await readFile(lock, 'utf8');
    expect(await refusal({ DATA: data })).toMatch(/in use by another Pemba, .* \(host .*\); stop that one/);
    expect(await readFile(lock, 'utf8')).toBe(held);
    await inside.client.write(['doc:2#owner@user:ada']);

    // SIGKILL for the whole container
    await inside.end('SIGKILL');
    await endServersIn(cluster);
    const outside = await startServer({ DATA: data });
    expect((await outside.client.read()).sort()).toEqual(['doc:1#owner@user:ada', 'doc:2#owner@user:ada']);
    expect(await refusal({ DATA: data }, container)).toMatch(/in use by another Pemba, .* \(host /);

    // Killed without its container, it leaves a Postgres that nobody inside can see.
    await outside.end('SIGKILL');
    expect(await refusal({ DATA: data }, container)).toMatch(
      /a Postgres that was started elsewhere on this machine, .* still runs in .* process \d+; port \d+\)/,
    );
    const again = await startServer({ DATA: data });
    expect(again.log).toContain('took over the Postgres that an earlier Pemba left running');
    expect(await again.client.read()).toHaveLength(2);
    expect(await again.end('SIGTERM')).toBe(0);
  }, 120_000);

  it('of which one was taken for dead and lives: it stops without being told to, and leaves the lock alone', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const server = await startServer({ DATA: data });
    await writeFile(join(data, 'pemba.pid'), "another's");
    expect(await server.ended, server.log).toBe(1);
    expect(server.log).toContain(`the data directory \`${data}\` has been taken over by another Pemba`);
    expect(server.log).not.toContain('Postgres ended by itself');
    expect(await processesOf(join(data, 'postgres'), undefined)).toEqual([]);
    // No orderly end of Postgres: that would have written to the other one's files, and removed this.
    await access(join(data, 'postgres', 'postmaster.pid'));
    expect(await readFile(join(data, 'pemba.pid'), 'utf8')).toBe("another's");
  });
});

describe('a server that is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'by %s during writes keeps what it acknowledged and ends with 0',
    async (signal) => {
      const data = join(await temporaryDirectory(), 'data');
      const seed = randomSeed();
      const ledger = new LedgerOfWrites(seeded(seed));
      let server = await startServer({ DATA: data });
      await server.client.writeSchema(SCHEMA);
      for (let round = 0; round < 3; round++) {
        const writing = ledger.run(server.client, 6);
        await sleep(300);
        const began = performance.now();
        expect(await server.end(signal), server.log).toBe(0);
        tell(`stopped by ${signal} in ${Math.round(performance.now() - began)} ms`);
        ledger.stop();
        await writing;
        expect(await processesOf(join(data, 'postgres'), undefined)).toEqual([]);
        server = await startServer({ DATA: data });
        await ledger.settle(server.client);
        expect(await ledger.verify(server.client), `seed ${seed}`).toEqual([]);
      }
      expect(await server.end(signal)).toBe(0);
      expect(ledger.count).toBeGreaterThan(30);
    },
  );

  it('lets calls in flight end, and takes no new ones', async () => {
    const database = await freshDatabase();
    const server = await startServer({ DATABASE: database });
    await server.client.writeSchema(SCHEMA);
    // A writer elsewhere holds the lock, so this write is under way until it lets go.
    const lock = query(
      database,
      "begin; select 1 from store where name = 'default' for update; select pg_sleep(1.5); commit",
    );
    await sleep(300);
    const write = server.client.write(['doc:1#owner@user:ada']);
    await sleep(300);
    const ended = server.end('SIGTERM');
    expect(await write).toMatch(/^[\w-]{55}$/);
    expect(await ended, server.log).toBe(0);
    await lock;
    const other = await startNode({ database });
    expect(await other.client.read()).toEqual(['doc:1#owner@user:ada']);
  });

  it('ends in time with exit code 0 though its database has fallen silent', async () => {
    const proxy = await startProxy(await freshDatabase());
    const server = await startServer({ DATABASE: proxy.url, DRAIN_MS: '500', MAX_STALENESS_MS: '600' });
    await server.client.writeSchema(SCHEMA);
    proxy.hold();
    const write = server.client.write(['doc:1#owner@user:ada']).catch(() => undefined);
    await sleep(300);
    const began = performance.now();
    const late = sleep(15_000).then(() => 'still there after 15 seconds');
    expect(await Promise.race([server.end('SIGTERM'), late]), server.log).toBe(0);
    tell(`stopped without its database in ${Math.round(performance.now() - began)} ms`);
    await write;
  });
});
