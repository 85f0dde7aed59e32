/** What long questions may take of a node: how many at a time, and the memory of what lookups found. */
import { expect, it } from 'vitest';
import type { PembaError } from '../../src/base/errors.ts';
import type { Limits } from '../../src/base/limits.ts';
import type { LookupPage } from '../../src/service/explore-service.ts';
import { makeWriter } from '../postgres/workbench.ts';
import { freshDatabase } from '../support/database.ts';
import { collect, contextWith, type Explorer, idsOf, makeExplorer } from './explore-bench.ts';

const SCHEMA = `
type user
type doc { relation viewer : user }`;

const DOCS = Array.from({ length: 2_500 }, (_, i) => `d${String(i).padStart(4, '0')}`);

/** User a may view all documents. */
async function makeUrl(): Promise<string> {
  const url = await freshDatabase();
  const writer = await makeWriter(url, {});
  await writer.schema(SCHEMA);
  for (let i = 0; i < DOCS.length; i += 500)
    await writer.write(DOCS.slice(i, i + 500).map((doc) => `doc:${doc}#viewer@user:a`));
  return url;
}

const resources = ({ explore, tenant }: Explorer, pageSize = 0, pageToken = ''): AsyncGenerator<LookupPage> =>
  explore.lookupResources(
    tenant,
    { resourceType: 'doc', relation: 'viewer', subject: 'user:a', pageSize, pageToken },
    contextWith(pageToken === '' ? {} : { consistency: { mode: 'minimize_latency' } }),
  );

async function failure(work: Promise<unknown>): Promise<object> {
  const { reason, message } = await work.then(
    () => expect.fail('it succeeded'),
    (error: PembaError) => error,
  );
  return { reason, message };
}

const reached = (name: keyof Limits, limit: number): object => ({
  reason: 'LIMIT',
  message: expect.stringMatching(new RegExp(`^limit ${name} reached: at most ${limit} `)),
});

it('as many long questions are open as may be, of all kinds together, and another once one has ended', async () => {
  const node = await makeExplorer(await makeUrl(), { explorations: 2 });
  const { explore, tenant } = node;
  const open = [resources(node), resources(node)];
  for (const each of open) await each.next();
  expect(explore.explorations.openCount).toBe(2);
  const object = 'doc:d0000';
  const asked = [
    () => resources(node).next(),
    () =>
      explore
        .lookupSubjects(
          tenant,
          { object, relation: 'viewer', subjectType: 'user', pageSize: 0, pageToken: '' },
          contextWith(),
        )
        .next(),
    () => explore.expand(tenant, { object, relation: 'viewer', depth: 0 }, contextWith()),
    () =>
      explore.explain(tenant, { object, relation: 'viewer', subject: 'user:a', maxMisses: 1 }, contextWith()),
    () => explore.listPermissions(tenant, { object, subject: 'user:a' }, contextWith()),
  ];
  for (const ask of asked) expect(await failure(ask())).toEqual(reached('explorations', 2));
  await open[0].return(undefined);
  for (const ask of asked.slice(2)) await ask();
  await collect(open[1]);
  // What ends in an error ends, too.
  await failure(explore.expand(tenant, { object, relation: 'nothing', depth: 0 }, contextWith()));
  expect(explore.explorations.openCount).toBe(0);
});

it('what was found and not sent takes memory up to lookupBytes, and a lookup that would take more fails', async () => {
  const url = await makeUrl();
  const free = await makeExplorer(url);
  const { explorations } = free.explore;
  const first = resources(free);
  await first.next();
  const whole = explorations.heldBytes;
  expect(whole).toBeGreaterThan(DOCS.length * 64);
  await first.next();
  // A sent message is dropped once the next one is asked for.
  expect(explorations.heldBytes).toBeLessThan(whole * 0.7);
  await collect(first);
  expect(explorations.heldBytes).toBe(0);

  // While it searches it holds more than what it found.
  const lookupBytes = 2 * whole;
  const node = await makeExplorer(url, { lookupBytes });
  const held = resources(node);
  await held.next();
  expect(await failure(collect(resources(node)))).toEqual(reached('lookupBytes', lookupBytes));
  await held.return(undefined);
  expect(node.explore.explorations.heldBytes).toBe(0);
  expect(idsOf(await collect(resources(node)))).toEqual(DOCS);
});

it('what is kept for following pages gives way', async () => {
  const url = await makeUrl();
  const lookupBytes = 700_000;
  const node = await makeExplorer(url, { lookupBytes });
  const { explorations } = node.explore;
  const tokens: string[] = [];
  for (let i = 0; i < 5; i++) {
    const [page] = await collect(resources(node, 10));
    tokens.push(page.nextPageToken);
    expect(explorations.heldBytes).toBeLessThanOrEqual(lookupBytes);
  }
  expect(explorations.cache.bytes).toBeGreaterThan(0);
  expect(idsOf(await collect(resources(node)))).toEqual(DOCS);
  for (const token of tokens)
    expect(idsOf(await collect(resources(node, 10, token)))).toEqual(DOCS.slice(10, 20));
});
