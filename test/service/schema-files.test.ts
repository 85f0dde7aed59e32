/** Over gRPC: schemas of several files. */
import { expect, it } from 'vitest';
import { newStore, shareNodes } from './shared.ts';

const shared = shareNodes(1, { maxStalenessMs: 60_000 });
const WRITE = 'SchemaService/WriteSchema';
const READ = 'SchemaService/ReadSchema';

const BUNDLE = `//# pemba-file: root.pemba
schema of-two
import "base/people.pemba"
type doc { relation reader : user permission read = reader }
//# pemba-file: base/people.pemba
// who there is
type user
`;

it('takes a schema of several files, and gives it back as it was sent', async () => {
  const store = await newStore(shared, '');
  expect((await shared.client.call(WRITE, { store, text: BUNDLE })).warnings).toEqual([]);
  const { text, types } = await shared.client.call(READ, { store });
  expect(text).toBe(BUNDLE);
  expect(types.map(({ name }: { name: string }) => name)).toEqual(['doc', 'user']);
});

it('says in which of them a mistake is', async () => {
  const store = await newStore(shared, '');
  const failure = await shared.client.failure(WRITE, {
    store,
    text: BUNDLE.replace('type user', 'type usr'),
  });
  expect(failure.message).toBe(
    'text: the schema has an error\nroot.pemba:3:30: error: unknown type `user`; did you mean `usr`? [unknown-type]',
  );
});

it('refuses a file that came without its imports', async () => {
  const store = await newStore(shared, '');
  const failure = await shared.client.failure(WRITE, { store, text: 'import "base/people.pemba"\ntype a' });
  expect(failure).toMatchObject({ reason: 'SCHEMA_INVALID', field: 'text' });
  expect(failure.message).toContain('schema:1:8: error: this text came without the files that it imports');
});
