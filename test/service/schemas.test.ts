/** Schemas over gRPC: versions, dry runs, and what stored tuples forbid. */
import { expect, it } from 'vitest';
import { writeRequest } from '../support/client.ts';
import { newStore, shareNodes } from './shared.ts';

const shared = shareNodes(2, { maxStalenessMs: 60_000 });
const WRITE = 'SchemaService/WriteSchema';
const READ = 'SchemaService/ReadSchema';

const DOCUMENTED = `
/// Somebody.
type user
/// A place
/// to write in.
type space {
  /// Who writes.
  relation writer : user | user:* | space#writer
  permission write = writer
}
`;

it('counts versions and reads each as it was written', async () => {
  const store = await newStore(shared, '');
  const texts = ['type a', 'type a\n\ntype b // more\n', 'type ü'.replace('ü', 'u')];
  for (const [i, text] of texts.entries()) {
    const { version, zookie } = await shared.client.call(WRITE, {
      store,
      text,
      actor: i === 1 ? 'a:root' : '',
    });
    expect(version).toBe(i + 1);
    expect(zookie).not.toBe('');
  }
  for (const [i, text] of texts.entries()) {
    const read = await shared.client.call(READ, { store, version: i + 1 });
    expect(read).toMatchObject({ text, version: i + 1, actor: i === 1 ? 'a:root' : '' });
    expect(Math.abs(read.writtenAt.seconds * 1000 - Date.now())).toBeLessThan(60_000);
  }
  expect(await shared.client.call(READ, { store })).toMatchObject({ text: texts[2], version: 3 });
});

it('tells what a schema declares, with its documentation', async () => {
  const store = await newStore(shared, DOCUMENTED);
  const { types } = await shared.client.call(READ, { store });
  expect(types).toEqual([
    { name: 'user', documentation: 'Somebody.', members: [] },
    {
      name: 'space',
      documentation: 'A place\nto write in.',
      members: [
        {
          name: 'writer',
          documentation: 'Who writes.',
          isPermission: false,
          subjects: ['user', 'user:*', 'space#writer'],
        },
        { name: 'write', documentation: '', isPermission: true, subjects: [] },
      ],
    },
  ]);
});

it('writes only over the version that is expected, also if two try at once on two nodes', async () => {
  const store = await newStore(shared, '');
  const text = 'type a';
  expect((await shared.client.call(WRITE, { store, text, expectedVersion: 0 })).version).toBe(1);
  for (const expectedVersion of [0, 2, -1]) {
    expect(await shared.client.failure(WRITE, { store, text, expectedVersion })).toEqual({
      code: 'FAILED_PRECONDITION',
      reason: 'PRECONDITION_FAILED',
      field: 'expected_version',
      message: `expected_version: version 1 is in force, not ${expectedVersion}; read the schema again`,
    });
  }
  const outcomes = await Promise.allSettled(
    shared.nodes.map(({ client }) => client.call(WRITE, { store, text, expectedVersion: 1 })),
  );
  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect((await shared.client.call(WRITE, { store, text })).version).toBe(3);
});

it('judges a dry run like the write itself, but changes nothing', async () => {
  const store = await newStore(shared, DOCUMENTED);
  await shared.client.write(['space:s#writer@user:ada'], { store });
  const before = await shared.client.call(READ, { store });
  const warned = `${DOCUMENTED}\ntype box { relation holder : user }`;
  const dry = await shared.client.call(WRITE, { store, text: warned, dryRun: true });
  expect(dry).toMatchObject({ zookie: '', version: 0 });
  expect(dry.warnings).toMatchObject([{ code: 'unread-relation', line: 12, column: 21 }]);
  for (const request of [
    { text: 'type user' },
    { text: 'typ user' },
    { text: DOCUMENTED, expectedVersion: 7 },
  ]) {
    const tried = await shared.client.failure(WRITE, { store, ...request, dryRun: true });
    expect(tried).toEqual(await shared.client.failure(WRITE, { store, ...request }));
  }
  expect(await shared.client.call(READ, { store })).toEqual(before);
  expect((await shared.client.call(WRITE, { store, text: warned })).warnings).toEqual(dry.warnings);
});

it('lists everything that is wrong with a schema, each with its place', async () => {
  const store = await newStore(shared);
  const text =
    'type user\ntype space {\n  relation writer : usr\n  permission read = reader\n  permission read = nobody\n}';
  const failure = await shared.client.failure(WRITE, { store, text });
  expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'SCHEMA_INVALID', field: 'text' });
  expect(failure.message.split('\n')).toEqual([
    'text: the schema has 3 errors',
    expect.stringMatching(/^schema:3:21: error: .*`usr`.*`user`.* \[unknown-type\]$/),
    expect.stringMatching(/^schema:4:21: error: .*`reader`.* \[unknown-relation\]$/),
    expect.stringMatching(/^schema:5:14: error: .*`read`.* \[duplicate-member\]$/),
  ]);
});

it('shortens the list of errors where it would not fit into an answer, and says so', async () => {
  const store = await newStore(shared, '');
  const text = Array.from({ length: 500 }, (_, i) => `type t${i} { relation r : unknown${i} }`).join('\n');
  const failure = await shared.client.failure(WRITE, { store, text });
  expect(failure.reason).toBe('SCHEMA_INVALID');
  expect(failure.message).toMatch(/^text: the schema has more than 100 errors\nschema:1:/);
  expect(failure.message).toMatch(/… \(shortened\)$/);
});

const FULL = `
type user
type team { relation member : user | team#member }
type space { relation writer : user | user:* | team#member }
`;

it.each([
  [
    'a type',
    'space',
    FULL.replace(/type space .*/, ''),
    '`space#writer` is used by `space:1#writer@team:t#member`, `space:1#writer@user:*`, `space:1#writer@user:a`. Delete',
  ],
  [
    'a relation',
    'space',
    FULL.replace('writer', 'author'),
    '`space#writer` is used by `space:1#writer@team:t#member`, `space:1#writer@user:*`, `space:1#writer@user:a`. Delete',
  ],
  [
    'a relation that became a permission',
    'space',
    FULL.replace(
      'relation writer : user | user:* | team#member',
      'relation author : user permission writer = author',
    ),
    '`space#writer` is used by `space:1#writer@team:t#member`, `space:1#writer@user:*`, `space:1#writer@user:a`. Delete',
  ],
  [
    'a form of subject',
    'space',
    FULL.replace('user:* | team#member', 'user:*'),
    '`space#writer@team#member` is used by `space:1#writer@team:t#member`',
  ],
  [
    'objects as subjects, but not their wildcard',
    'space',
    FULL.replace('user | user:*', 'user:*'),
    '`space#writer@user` is used by `space:1#writer@user:a`',
  ],
  [
    'a wildcard',
    'space',
    FULL.replace(' | user:*', ''),
    '`space#writer@user:*` is used by `space:1#writer@user:*`',
  ],
])(
  'refuses a schema without %s that stored tuples use, until they are deleted',
  async (_, __, text, problem) => {
    const store = await newStore(shared, FULL);
    const subjects = ['user:a', 'user:*', 'team:t#member'];
    const tuples = subjects.map((subject) => `space:1#writer@${subject}`);
    await shared.client.write([...tuples, 'team:t#member@user:a'], { store });
    const failure = await shared.client.failure(WRITE, { store, text });
    expect(failure).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'SCHEMA_IN_USE', field: 'text' });
    expect(failure.message).toContain(`the new schema does not admit tuples that are stored: ${problem}`);
    expect(failure.message).toMatch(/Delete them first, or keep what admits them$/);
    expect((await shared.client.call(READ, { store })).version).toBe(1);
    await shared.client.write(
      tuples.map((tuple) => ['delete', tuple]),
      { store },
    );
    expect((await shared.client.call(WRITE, { store, text })).version).toBe(2);
  },
);

it('names the first three of the tuples that are in the way, and that there may be more', async () => {
  const store = await newStore(shared, FULL);
  await shared.client.write(
    ['c', 'a', 'd', 'b'].map((user) => `space:1#writer@user:${user}`),
    { store },
  );
  await shared.client.write(['team:t#member@user:a'], { store });
  const failure = await shared.client.failure(WRITE, { store, text: 'type user' });
  expect(failure.message).toBe(
    'the new schema does not admit tuples that are stored: `team#member` is used by `team:t#member@user:a`; `space#writer` is used by `space:1#writer@user:a`, `space:1#writer@user:b`, `space:1#writer@user:c` and others. Delete them first, or keep what admits them',
  );
});

it('counts tuples that another node wrote a moment ago', async () => {
  const [a, b] = shared.nodes;
  const store = await newStore(shared, FULL);
  for (let i = 0; i < 10; i++) {
    await a.client.write([`space:${i}#writer@user:*`], { store });
    const text = FULL.replace(' | user:*', '');
    expect(await b.client.failure(WRITE, { store, text })).toMatchObject({ reason: 'SCHEMA_IN_USE' });
    await a.client.write([['delete', `space:${i}#writer@user:*`]], { store });
    await b.client.writeSchema(text, { store });
    const write = { store, ...writeRequest([`space:${i}#writer@user:*`]) };
    expect(await a.client.failure('PermissionService/Write', write)).toMatchObject({
      reason: 'SUBJECT_NOT_ALLOWED',
    });
    await b.client.writeSchema(FULL, { store });
  }
});

it('is in force on the other node for whoever asks to be as fresh', async () => {
  const [a, b] = shared.nodes;
  const store = await newStore(shared, FULL);
  await a.client.write(['space:s#writer@user:ada'], { store });
  for (let i = 0; i < 20; i++) {
    const rule = i % 2 === 0 ? 'writer' : 'nobody';
    const zookie = await a.client.writeSchema(`${FULL.trimEnd().slice(0, -1)} permission use = ${rule} }`, {
      store,
    });
    const consistency = i % 3 === 0 ? { fullyConsistent: true } : { atLeastAsFresh: zookie };
    const expected = i % 2 === 0 ? 'allowed' : 'denied';
    expect(await b.client.check('space:s#use@user:ada', { store, consistency })).toBe(expected);
  }
});
