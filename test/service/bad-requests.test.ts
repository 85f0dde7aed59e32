/** Requests that make no sense: each is refused with a reason, the field, the value and what to do. */
import { beforeAll, expect, it } from 'vitest';
import { question, writeRequest } from '../support/client.ts';
import { field, rawFailure, varint } from './raw-call.ts';
import { newStore, SCHEMA, shareNodes } from './shared.ts';

const shared = shareNodes();
beforeAll(() => shared.client.writeSchema(SCHEMA));

const GOOD = question('space:s#read@user:ada');
const STORED = question('space:s#writer@user:ada');
const CHECK = 'PermissionService/Check';
const WRITE = 'PermissionService/Write';
const READ = 'PermissionService/Read';

function refused(code: string, reason: string, at: string | undefined, message: string): object {
  return { code, reason, field: at, message };
}
const invalid = (reason: string, at: string | undefined, message: string): object =>
  refused('INVALID_ARGUMENT', reason, at, message);
const unmet = (reason: string, at: string | undefined, message: string): object =>
  refused('FAILED_PRECONDITION', reason, at, message);

const write = (...tuples: string[]): object => writeRequest(tuples);

it.each([
  [
    CHECK,
    { ...GOOD, object: 'spcae:s' },
    'object',
    'object: the schema has no type `spcae`; did you mean `space`?',
  ],
  [CHECK, { ...GOOD, object: 'zebra:s' }, 'object', 'object: the schema has no type `zebra`'],
  [
    CHECK,
    { ...GOOD, subject: 'usr:a' },
    'subject',
    'subject: the schema has no type `usr`; did you mean `user`?',
  ],
  [
    CHECK,
    { ...GOOD, contextualTuples: [STORED, question('tean:a#member@user:b')] },
    'contextual_tuples[1].object',
    'contextual_tuples[1].object: the schema has no type `tean`; did you mean `team`?',
  ],
  [
    WRITE,
    write('space:s#writer@user:a', 'tema:a#member@user:b'),
    'updates[1].tuple.object',
    'updates[1].tuple.object: the schema has no type `tema`; did you mean `team`?',
  ],
  [
    WRITE,
    write('space:s#writer@usre:a'),
    'updates[0].tuple.subject',
    'updates[0].tuple.subject: the schema has no type `usre`; did you mean `user`?',
  ],
  [
    READ,
    { filter: { object: 'spaces' } },
    'filter.object',
    'filter.object: the schema has no type `spaces`; did you mean `space`?',
  ],
  [
    READ,
    { filter: { subject: 'users:a' } },
    'filter.subject',
    'filter.subject: the schema has no type `users`; did you mean `user`?',
  ],
])('names the nearest type where %s %j names an unknown one', async (method, request, at, message) => {
  expect(await shared.client.failure(method, request)).toEqual(unmet('UNKNOWN_TYPE', at, message));
});

it.each([
  [
    CHECK,
    { ...GOOD, relation: 'raed' },
    'relation',
    'relation: type `space` has no relation or permission `raed`; did you mean `read`?',
  ],
  [
    CHECK,
    { ...GOOD, relation: 'fly' },
    'relation',
    'relation: type `space` has no relation or permission `fly`',
  ],
  [
    CHECK,
    { ...GOOD, subject: 'team:a#membr' },
    'subject',
    'subject: type `team` has no relation or permission `membr`; did you mean `member`?',
  ],
  [
    WRITE,
    write('space:s#writter@user:a'),
    'updates[0].tuple.relation',
    'updates[0].tuple.relation: type `space` has no relation or permission `writter`; did you mean `writer`?',
  ],
  [
    WRITE,
    write('space:s#writer@team:a#membre'),
    'updates[0].tuple.subject',
    'updates[0].tuple.subject: type `team` has no relation or permission `membre`; did you mean `member`?',
  ],
  [
    READ,
    { filter: { object: 'space:s', relation: 'baned' } },
    'filter.relation',
    'filter.relation: type `space` has no relation or permission `baned`; did you mean `banned`?',
  ],
  [
    READ,
    { filter: { relation: 'baned' } },
    'filter.relation',
    'filter.relation: no type has a relation `baned`; did you mean `banned`?',
  ],
  [
    READ,
    { filter: { subject: 'team:a#memver' } },
    'filter.subject',
    'filter.subject: type `team` has no relation or permission `memver`; did you mean `member`?',
  ],
])('names the nearest relation where %s %j names an unknown one', async (method, request, at, message) => {
  expect(await shared.client.failure(method, request)).toEqual(unmet('UNKNOWN_RELATION', at, message));
});

it('refuses to write to a permission, to read by one, and to take one as contextual', async () => {
  const message = (at: string): string =>
    `${at}: \`write\` is a permission of \`space\` and is computed; the relations that can be written are \`writer\`, \`reader\`, \`banned\``;
  for (const [method, request, at] of [
    [WRITE, write('space:s#write@user:ada'), 'updates[0].tuple.relation'],
    [WRITE, writeRequest([['delete', 'space:s#write@user:ada']]), 'updates[0].tuple.relation'],
    [
      CHECK,
      { ...GOOD, contextualTuples: [question('space:s#write@user:ada')] },
      'contextual_tuples[0].relation',
    ],
    [READ, { filter: { object: 'space', relation: 'write' } }, 'filter.relation'],
  ] as [string, object, string][]) {
    expect(await shared.client.failure(method, request)).toEqual(
      unmet('RELATION_NOT_WRITABLE', at, message(at)),
    );
  }
});

it.each([
  [
    'space:s#banned@team:a#member',
    '`space#banned` does not take `team:a#member` as its subject; it takes `user`',
  ],
  ['space:s#banned@user:*', '`space#banned` does not take `user:*` as its subject; it takes `user`'],
  [
    'team:a#member@team:b',
    '`team#member` does not take `team:b` as its subject; it takes `user`, `team#member`',
  ],
  [
    'team:a#member@user:*',
    '`team#member` does not take `user:*` as its subject; it takes `user`, `team#member`',
  ],
  [
    'space:s#writer@space:s#writer',
    '`space#writer` does not take `space:s#writer` as its subject; it takes `user`, `user:*`, `team#member`',
  ],
])('refuses a subject that the schema does not allow: %s', async (tuple, what) => {
  const { client } = shared;
  const failure = await client.failure(WRITE, write(tuple));
  expect(failure).toMatchObject({
    code: 'FAILED_PRECONDITION',
    reason: 'SUBJECT_NOT_ALLOWED',
    field: 'updates[0].tuple.subject',
  });
  expect(failure.message.replace(/; did you mean.*/, '')).toBe(`updates[0].tuple.subject: ${what}`);
  const asked = await client.failure(CHECK, { ...GOOD, contextualTuples: [question(tuple)] });
  expect(asked).toMatchObject({ reason: 'SUBJECT_NOT_ALLOWED', field: 'contextual_tuples[0].subject' });
});

it.each([
  [WRITE, {}, 'updates', 'updates: there is none; send at least one'],
  [
    WRITE,
    { updates: [{ tuple: STORED }] },
    'updates[0].operation',
    'updates[0].operation: `OPERATION_UNSPECIFIED` is not one of OPERATION_CREATE, OPERATION_TOUCH, OPERATION_DELETE',
  ],
  [
    WRITE,
    { updates: [{ operation: 'OPERATION_TOUCH' }] },
    'updates[0].tuple',
    'updates[0].tuple is missing; name its object, relation and subject',
  ],
  [
    WRITE,
    { ...write('space:s#writer@user:a'), preconditions: [{ filter: STORED }] },
    'preconditions[0].condition',
    'preconditions[0].condition: `CONDITION_UNSPECIFIED` is not one of CONDITION_MUST_EXIST, CONDITION_MUST_NOT_EXIST',
  ],
  [
    'CredentialService/CreateCredential',
    {},
    'level',
    'level: `LEVEL_UNSPECIFIED` is not one of LEVEL_READ, LEVEL_GOVERNED_WRITE, LEVEL_WRITE, LEVEL_ADMIN',
  ],
])('says what is missing: %s %j', async (method, request, at, message) => {
  expect(await shared.client.failure(method, request)).toEqual(invalid('MISSING_FIELD', at, message));
});

it.each([
  [
    WRITE,
    { updates: [{ operation: 77, tuple: STORED }] },
    'updates[0].operation',
    'updates[0].operation: `77` is not one of OPERATION_CREATE, OPERATION_TOUCH, OPERATION_DELETE',
  ],
  [
    'CredentialService/CreateCredential',
    { level: 9 },
    'level',
    'level: `9` is not one of LEVEL_READ, LEVEL_GOVERNED_WRITE, LEVEL_WRITE, LEVEL_ADMIN',
  ],
  [
    'SchemaService/ReadSchema',
    { version: -1 },
    'version',
    'version: -1 is negative; send 0 for the schema in force, or one of 1, 2, 3, …',
  ],
  [
    CHECK,
    { ...GOOD, consistency: { minimizeLatency: false } },
    'consistency.minimize_latency',
    'consistency.minimize_latency: false says nothing; set it to true or leave it out',
  ],
  [
    CHECK,
    { ...GOOD, consistency: { fullyConsistent: false } },
    'consistency.fully_consistent',
    'consistency.fully_consistent: false says nothing; set it to true or leave it out',
  ],
  [
    CHECK,
    { ...GOOD, consistency: { atExactTime: { seconds: 4102444800 } } },
    'consistency.at_exact_time',
    'consistency.at_exact_time `2100-01-01T00:00:00.000Z` is still to come; name a time of the past',
  ],
  [
    READ,
    { consistency: { atExactTime: { seconds: 253402300800 } } },
    'consistency.at_exact_time',
    'consistency.at_exact_time: 253402300800 seconds and 0 nanos is no time of the years 1 to 9999',
  ],
  [
    READ,
    { consistency: { atExactTime: { seconds: 1, nanos: -1 } } },
    'consistency.at_exact_time',
    'consistency.at_exact_time: 1 seconds and -1 nanos is no time of the years 1 to 9999',
  ],
  [
    READ,
    { pageSize: -1 },
    'page_size',
    'page_size: -1 is negative; send 0 for the default, or how many tuples to list',
  ],
  [
    WRITE,
    { ...write('space:s#writer@user:a'), idempotencyKey: 'a\nb' },
    'idempotency_key',
    'idempotency_key `a\nb` holds control characters; leave them out',
  ],
  [
    WRITE,
    { ...write('space:s#writer@user:a'), idempotencyKey: 'a\u0000' },
    'idempotency_key',
    'idempotency_key `a\u0000` holds control characters; leave them out',
  ],
  [
    'CredentialService/CreateCredential',
    { level: 'LEVEL_READ', description: 'd'.repeat(1001) },
    'description',
    'description: it has 1001 characters; at most 1000 are allowed',
  ],
  [
    'CredentialService/CreateCredential',
    { level: 'LEVEL_READ', description: 'a\u0000' },
    'description',
    'description: it holds U+0000; leave that out',
  ],
  [
    'CredentialService/CreateCredential',
    { level: 'LEVEL_READ', expiresAt: { seconds: 86400 } },
    'expires_at',
    'expires_at `1970-01-02T00:00:00.000Z` has passed already; name a time to come',
  ],
])('refuses what makes no sense: %s %j', async (method, request, at, message) => {
  expect(await shared.client.failure(method, request)).toEqual(invalid('MALFORMED_REQUEST', at, message));
});

it('takes a description of 1000 characters', async () => {
  const request = { level: 'LEVEL_READ', description: 'd'.repeat(1000) };
  const { credential } = await shared.client.call('CredentialService/CreateCredential', request);
  expect(credential.description).toBe(request.description);
});

it('lets the time of an exact snapshot lie before the history, with another reason', async () => {
  const failure = await shared.client.failure(CHECK, {
    ...GOOD,
    consistency: { atExactTime: { seconds: 0 } },
  });
  const message =
    'consistency.at_exact_time `1970-01-01T00:00:00.000Z` lies before the kept history; name a later time';
  expect(failure).toEqual(refused('OUT_OF_RANGE', 'ZOOKIE_TOO_OLD', 'consistency.at_exact_time', message));
});

it('refuses one tuple twice in a write, whatever is done with it', async () => {
  const again = writeRequest([
    'space:s#writer@user:x',
    'space:s#writer@user:y',
    ['delete', 'space:s#writer@user:x'],
  ]);
  const message =
    'updates[2]: `space:s#writer@user:x` is in updates[0] already; a write may name a tuple once';
  expect(await shared.client.failure(WRITE, again)).toEqual(
    invalid('DUPLICATE_UPDATE', 'updates[2].tuple', message),
  );
  expect(await shared.client.read({ filter: { subject: 'user:y' } })).toEqual([]);
});

it('names the nearest store where there is none of that name', async () => {
  await shared.client.call('StoreService/CreateStore', { name: 'warehouse' });
  const unknown = (message: string): object => refused('NOT_FOUND', 'UNKNOWN_STORE', 'store', message);
  for (const [method, request] of [
    [CHECK, GOOD],
    [WRITE, write('space:s#writer@user:a')],
    [READ, {}],
    ['PermissionService/Expand', { object: 'space:s', relation: 'read' }],
    ['PermissionService/Explain', GOOD],
    ['PermissionService/ListPermissions', { object: 'space:s', subject: 'user:ada' }],
    ['PermissionService/LookupResources', { resourceType: 'space', relation: 'read', subject: 'user:ada' }],
    ['PermissionService/LookupSubjects', { object: 'space:s', relation: 'read', subjectType: 'user' }],
    ['PermissionService/Watch', { filters: [{ object: 'space' }] }],
    ['SchemaService/ReadSchema', {}],
    ['CredentialService/ListCredentials', {}],
  ] as [string, object][]) {
    expect(await shared.client.failure(method, { ...request, store: 'warehuose' })).toEqual(
      unknown('store: there is no store `warehuose`; did you mean `warehouse`?'),
    );
  }
  const other = await shared.client.failure(READ, { store: 'q' });
  expect(other).toEqual(unknown('store: there is no store `q`'));
});

it.each(['', 'A', 'a b', '1a', '-a', 'ä', 'a.b', 'a'.repeat(65)])(
  'refuses the store name %j',
  async (name) => {
    const message = `name \`${name}\`: a store's name is lower case letters, digits, \`-\` and \`_\`, begins with a letter and has at most 64`;
    expect(await shared.client.failure('StoreService/CreateStore', { name })).toEqual(
      invalid('MALFORMED_REQUEST', 'name', message),
    );
  },
);

it('says that a store name is taken, and that a store or credential to end is not there', async () => {
  const { client } = shared;
  await client.call('StoreService/CreateStore', { name: `a${'-_9'.repeat(21)}` });
  expect(await client.failure('StoreService/CreateStore', { name: 'default' })).toEqual(
    refused(
      'ALREADY_EXISTS',
      'STORE_EXISTS',
      'name',
      'name: there is a store `default` already; choose another name',
    ),
  );
  for (const id of ['default', '17', '', '99999999999999999999']) {
    expect(await client.failure('StoreService/DeleteStore', { id })).toEqual(
      refused(
        'NOT_FOUND',
        'UNKNOWN_STORE',
        'id',
        `id: there is no store with the id \`${id}\`; ListStores tells the ids, and a name will not do`,
      ),
    );
  }
  expect(await client.failure('CredentialService/RevokeCredential', { id: 'x' })).toEqual(
    refused(
      'NOT_FOUND',
      'UNKNOWN_CREDENTIAL_ID',
      'id',
      'id: this store has no credential `x`; ListCredentials tells the ids',
    ),
  );
});

it('says that a store has no schema yet, whatever is asked of it', async () => {
  const store = await newStore(shared, '');
  const message = `store \`${store}\` has no schema yet; write one with \`pemba schema write FILE\``;
  for (const [method, request] of [
    [CHECK, GOOD],
    ['PermissionService/BatchCheck', { items: [GOOD] }],
    [WRITE, write('space:s#writer@user:a')],
    [READ, {}],
    ['PermissionService/Expand', { object: 'space:s', relation: 'read' }],
    ['PermissionService/Explain', GOOD],
    ['PermissionService/ListPermissions', { object: 'space:s', subject: 'user:ada' }],
    ['PermissionService/LookupResources', { resourceType: 'space', relation: 'read', subject: 'user:ada' }],
    ['PermissionService/LookupSubjects', { object: 'space:s', relation: 'read', subjectType: 'user' }],
    ['PermissionService/Watch', { filters: [{ object: 'space' }] }],
    ['SchemaService/ReadSchema', {}],
  ] as [string, object][]) {
    expect(await shared.client.failure(method, { ...request, store })).toEqual(
      unmet('NO_SCHEMA', undefined, message),
    );
  }
});

it.each([2, 99, Number.MAX_SAFE_INTEGER, '9223372036854775807'])(
  'says that there is no schema of version %s',
  async (version) => {
    const failure = await shared.client.failure('SchemaService/ReadSchema', { version });
    expect(failure).toEqual(
      unmet(
        'NO_SCHEMA',
        'version',
        `version: this store has no schema of version ${Number(version)}; the newest is 1`,
      ),
    );
  },
);

it('names the string whose bytes are not UTF-8, wherever it stands', async () => {
  const bad = Buffer.from([0x61, 0xc3, 0x28]);
  const tuple = (part: number): Buffer =>
    Buffer.concat([1, 2, 3].map((number) => field(number, number === part ? bad : 'x')));
  const notUtf8 = (at: string): object =>
    invalid('MALFORMED_UTF8', at, `${at}: its bytes are not UTF-8; encode text as UTF-8`);
  for (const [method, request, at] of [
    [CHECK, field(1, bad), 'store'],
    [CHECK, Buffer.concat([field(2, 'space:s'), field(3, 'read'), field(4, bad)]), 'subject'],
    [CHECK, Buffer.concat([field(6, tuple(0)), field(6, tuple(2))]), 'contextual_tuples[1].relation'],
    [CHECK, field(5, field(2, bad)), 'consistency.at_least_as_fresh'],
    [WRITE, field(2, field(2, tuple(3))), 'updates[0].tuple.subject'],
    [WRITE, field(6, bad), 'idempotency_key'],
    ['PermissionService/Watch', Buffer.concat([field(2, ''), field(2, field(1, bad))]), 'filters[1].object'],
    ['PermissionService/LookupSubjects', field(4, bad), 'subject_type'],
    ['SchemaService/WriteSchema', field(2, bad), 'text'],
    ['StoreService/CreateStore', field(1, bad), 'name'],
    ['CredentialService/CreateCredential', field(3, bad), 'description'],
  ] as [string, Buffer, string][]) {
    expect(await rawFailure(shared.nodes[0].port, method, request)).toEqual(notUtf8(at));
  }
});

it('refuses bytes that are no message', async () => {
  const whole = Buffer.concat([field(2, 'space:s'), field(3, 'read'), field(4, 'user:ada')]);
  const broken = [
    whole.subarray(0, -3),
    whole.subarray(0, 1),
    Buffer.concat([whole, varint(5)]),
    Buffer.alloc(12, 0xff),
  ];
  for (const bytes of broken) {
    const failure = await rawFailure(shared.nodes[0].port, CHECK, bytes);
    expect(failure).toEqual(
      invalid(
        'MALFORMED_REQUEST',
        undefined,
        'the request is no valid message; make it with code generated from the service’s proto files',
      ),
    );
  }
  expect(shared.logged.filter((line) => line.includes('a call failed'))).toEqual([]);
});

it('never answers bad input with an internal error', async () => {
  const names = ['', 'x', 'space:s', '\u0000', "'", '%00', '\u{1f600}', '9'.repeat(40)];
  const methods = [
    CHECK,
    READ,
    WRITE,
    'PermissionService/Expand',
    'PermissionService/Explain',
    'PermissionService/ListPermissions',
    'PermissionService/LookupResources',
    'PermissionService/LookupSubjects',
    'PermissionService/Watch',
    'SchemaService/ReadSchema',
    'StoreService/DeleteStore',
    'CredentialService/RevokeCredential',
  ];
  for (const text of names) {
    const everywhere = {
      store: text,
      id: text,
      ...question('space:s#read@user:a'),
      object: text,
      filter: { object: text },
      filters: [{ object: text }],
      after: text === '' ? 'x' : text,
      resourceType: text,
      subjectType: text,
      pageToken: text,
    };
    for (const method of methods) {
      const request = text === '' ? { ...everywhere, store: 'none' } : everywhere;
      const failure = await shared.client.failure(method, request);
      expect(failure.code, `${method} ${text}`).not.toBe('INTERNAL');
      expect(failure.reason).not.toBe('');
    }
  }
});
