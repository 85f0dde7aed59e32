import { expect, it } from 'vitest';
import { readRecords } from '../../src/postgres/record-reader.ts';
import { freshDatabase, query } from '../support/database.ts';
import { makeWriter } from './workbench.ts';

it('reads each revision whole or not at all, though what is old is forgotten meanwhile', async () => {
  const url = await freshDatabase();
  const { database, tenant, schema, write } = await makeWriter(url, {});
  await schema('type user\ntype team { relation member : user }');
  const from = tenant.head;
  for (const user of ['ada', 'bob', 'eve'])
    await write([`team:a#member@user:${user}`, `team:b#member@user:${user}`]);
  let statements = 0;
  const records = await readRecords(
    async (config) => {
      // As maintenance does, between two statements of this reader.
      if (statements++ > 0) await query(url, 'delete from revision where revision < 4');
      return database.query(config);
    },
    tenant.id,
    from,
  );
  expect(records?.map(({ revision, changes }) => [revision, changes.length])).toEqual([
    [2, 2],
    [3, 2],
    [4, 2],
  ]);
});

it('does not follow from a point before the kept history, though its rows are there', async () => {
  const url = await freshDatabase();
  const { database, tenant, schema, write } = await makeWriter(url, {});
  await schema('type user\ntype team { relation member : user }');
  const points = [tenant.head];
  for (const user of ['ada', 'bob', 'eve']) {
    await write([`team:a#member@user:${user}`]);
    points.push(tenant.head);
  }
  await query(url, 'update store set oldest_revision = 3 where id = $1', [tenant.id]);
  const followed = await Promise.all(
    points.map((point) => readRecords((config) => database.query(config), tenant.id, point)),
  );
  expect(followed.map((records) => records?.length)).toEqual([undefined, undefined, 1, 0]);
});

it('knows a point that was never there, one of another history, and the head', async () => {
  const { database, tenant, schema, write } = await makeWriter(await freshDatabase(), {});
  await schema('type user\ntype team { relation member : user }');
  await write(['team:a#member@user:ada']);
  const read = (point: { revision: number; tag: string }) =>
    readRecords((config) => database.query(config), tenant.id, point);
  expect(await read(tenant.head)).toEqual([]);
  expect(await read({ ...tenant.head, tag: '1' })).toBeUndefined();
  expect(await read({ ...tenant.head, revision: 17 })).toBeUndefined();
});
