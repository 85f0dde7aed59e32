/** Pages of the log: small, and of whole revisions. */
import { expect, it } from 'vitest';
import type { RevisionPoint } from '../../src/model/revision.ts';
import { readLog } from '../../src/postgres/log-reader.ts';
import type { Query } from '../../src/postgres/record-reader.ts';
import type { LogEntry } from '../../src/service/history.ts';
import { newStore, shareNodes } from '../service/shared.ts';
import { query } from '../support/database.ts';

const shared = shareNodes();

async function prepare() {
  const { client, database } = shared;
  const store = await newStore(shared);
  const [{ id, revision, tag }] = await query<{ id: string; revision: string; tag: string }>(
    database,
    'select id, revision, tag from store where name = $1',
    [store],
  );
  const write = (tuples: string[], more: object = {}): Promise<string> =>
    client.write(tuples, { store, ...more });
  const ask = ((asked) => query(database, asked.text, asked.values)) as Query;
  const pages = async (): Promise<LogEntry[][]> => {
    const all: LogEntry[][] = [];
    let point: RevisionPoint = { revision: Number(revision), tag };
    for (;;) {
      const page = await readLog(ask, id, point);
      if (page === undefined) expect.fail('the log does not hold the point');
      if (page.length === 0) return all;
      all.push(page);
      point = page[page.length - 1];
    }
  };
  return { write, pages, ask, id, first: Number(revision) + 1 };
}

const members = (from: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `team:a#member@user:${from}${i}`);

it('cuts pages by the changes in them, but never through a revision', async () => {
  const { write, pages, first } = await prepare();
  const sizes = [1_000, 1_000, 200, 249, 1, 1_000, 1];
  for (const [i, size] of sizes.entries()) await write(members(`${i}-`, size));
  const read = await pages();
  expect(read.flat().map(({ changes }) => changes.length)).toEqual(sizes);
  expect(read.flat().map(({ revision }) => revision)).toEqual(sizes.map((_, i) => first + i));
  for (const page of read) {
    const rows = page.reduce((sum, { changes }) => sum + changes.length, 0);
    expect(rows).toBeLessThan(1_250);
  }
  expect(read.length).toBeLessThan(sizes.length);
});

it('cuts pages by the number of revisions', async () => {
  const { write, pages } = await prepare();
  await Promise.all(members('u', 600).map((tuple) => write([tuple])));
  const read = await pages();
  expect(read.map((page) => page.length)).toEqual([250, 250, 100]);
});

it('cuts pages by the metadata in them, and has it once for a revision', async () => {
  const { write, pages } = await prepare();
  // Each is a member, and so may add others.
  await write(Array.from({ length: 12 }, (_, i) => `team:a#member@user:${i}`));
  const text = 'm'.repeat(60_000);
  for (let i = 0; i < 12; i++) {
    await write(members(`${i}-`, 20), {
      actor: `user:${i}`,
      metadata: { fields: { text: { stringValue: `${i}${text}` } } },
    });
  }
  const read = (await pages()).map((page) => page.filter(({ actor }) => actor !== undefined));
  expect(read.flat().map(({ actor }) => actor)).toEqual(Array.from({ length: 12 }, (_, i) => `user:${i}`));
  expect(read.flat().map(({ metadata }) => metadata)).toEqual(
    Array.from({ length: 12 }, (_, i) => JSON.stringify({ text: `${i}${text}` })),
  );
  expect(read.flat().every(({ changes }) => changes.length === 20)).toBe(true);
  for (const page of read) expect(page.length).toBeLessThanOrEqual(5);
});

it('says that the log does not hold a point', async () => {
  const { write, ask, id, first } = await prepare();
  await write(members('u', 1));
  expect(await readLog(ask, id, { revision: first, tag: '1' })).toBeUndefined();
  expect(await readLog(ask, id, { revision: first + 7, tag: '1' })).toBeUndefined();
});

it('does not hold a point before the kept history, though its rows are there', async () => {
  const { write, ask, id, first } = await prepare();
  for (const user of ['a', 'b', 'c']) await write(members(user, 1));
  const revisions = (await ask({
    text: 'select revision, tag from revision where store_id = $1 and revision >= $2 order by revision',
    values: [id, first],
  })) as { revision: string; tag: string }[];
  await ask({ text: 'update store set oldest_revision = $2 where id = $1', values: [id, first + 1] });
  const pages = await Promise.all(
    revisions.map(({ revision, tag }) => readLog(ask, id, { revision: Number(revision), tag })),
  );
  expect(pages.map((page) => page?.length)).toEqual([undefined, 1, 0]);
});

it('does not pass over a revision of a kind it does not know', async () => {
  const { write, ask, id, pages } = await prepare();
  await write(members('u', 2));
  await ask({ text: 'alter table revision drop constraint revision_kind_check' });
  await ask({
    text: "update revision set kind = 'other' where store_id = $1 and kind = 'tuples'",
    values: [id],
  });
  await expect(pages()).rejects.toMatchObject({ reason: 'NOT_READY' });
});
