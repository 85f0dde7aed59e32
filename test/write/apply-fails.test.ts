/** What is committed is answered as such, even by a node that cannot take it into its graph. */
import { expect, it, vi } from 'vitest';
import { parseTuple } from '../../src/model/tuple.ts';
import { makeWriter } from '../postgres/workbench.ts';
import { freshDatabase, query } from '../support/database.ts';

it.each([
  ['says that it does not fit', () => false],
  [
    'throws',
    () => {
      throw new Error('boom');
    },
  ],
])('reports the write as done, and loads the store anew, when applying it %s', async (_, fail) => {
  const url = await freshDatabase();
  const writer = await makeWriter(url, {});
  const { tenant } = writer;
  await writer.schema('type user\ntype team { relation member : user }');
  await writer.write(['team:a#member@user:ada']);
  const loads = tenant.loadCount;
  vi.spyOn(tenant, 'apply').mockImplementationOnce(fail);
  const written = await Promise.all([
    writer.write(['team:a#member@user:bob']),
    writer.write(['team:a#member@user:cyd']),
  ]);
  expect(new Set(written).size).toBe(2);
  expect(tenant.isAt({ revision: 2, tag: tenant.head.tag }) && tenant.loaded).toBe(false);
  await vi.waitFor(() => expect(tenant.loadCount).toBe(loads + 1), 5_000);
  for (const user of ['ada', 'bob', 'cyd'])
    expect(tenant.view.has(parseTuple(`team:a#member@user:${user}`, 'tuple'))).toBe(true);
  const [{ count }] = await query<{ count: string }>(url, 'select count(*) from tuple');
  expect(Number(count)).toBe(3);
  await writer.write(['team:a#member@user:dan']);
});
