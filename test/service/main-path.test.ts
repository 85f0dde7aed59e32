import { expect, it } from 'vitest';
import { freshDatabase, startNode } from '../support/database.ts';

const SCHEMA = `
type user
type team {
  relation member : user | team#member
}
type space {
  roles writer > reader : user | team#member
  relation banned : user
  permission write = writer except banned
}
`;

it('answers from a schema and tuples that were written over gRPC', async () => {
  const { client } = await startNode({ database: await freshDatabase() });
  await client.writeSchema(SCHEMA);
  await client.write(['team:a#member@user:ada', 'space:s#writer@team:a#member']);
  expect(await client.check('space:s#write@user:ada')).toBe('allowed');
  expect(await client.check('space:s#write@user:bob')).toBe('denied');
  expect(await client.check('space:s#reader@user:ada')).toBe('allowed');
  await client.write(['space:s#banned@user:ada']);
  expect(await client.check('space:s#write@user:ada')).toBe('denied');
  await client.write([['delete', 'space:s#banned@user:ada']]);
  expect(await client.check('space:s#write@user:ada')).toBe('allowed');
  expect(await client.read({ filter: { object: 'space' } })).toEqual(['space:s#writer@team:a#member']);
});
