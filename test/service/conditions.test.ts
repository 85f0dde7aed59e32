/** Conditions, expiries and `name of set` over gRPC, on two nodes: from a write to every kind of answer. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatTupleText, parseStoredTuple, parseTupleText } from '../../src/cli/tuple-text.ts';
import { PembaClient } from '../../src/client/client.ts';
import type { LookupResults } from '../../src/client/explore-requests.ts';
import type { Consistency, StoredTuple } from '../../src/client/requests.ts';
import { newStore, shareNodes } from './shared.ts';

const shared = shareNodes(2);
let client: PembaClient;
let other: PembaClient;

beforeAll(() => {
  [client, other] = shared.nodes.map(({ port }) => new PembaClient({ address: `127.0.0.1:${port}` }));
});

afterAll(() => {
  client.close();
  other.close();
});

const SCHEMA = `
condition office_hours(now timestamp, opens timestamp, closes timestamp) { now >= opens && now < closes }
condition from_network(ip ipaddress, network string) { ip.in_cidr(network) }
type user { relation key : user_key }
type user_key
type space {
  relation reader : user | user with office_hours | user with from_network expires | user:* with from_network
  relation guest  : user must expire within 90d
  permission read = reader or guest
  permission read_data = read or key of read
}
`;

const DAY_MS = 86_400_000;
const LONG_AGO = '2001-01-01T00:00:00Z';

async function store(...tuples: string[]): Promise<string> {
  const name = await newStore(shared, SCHEMA);
  if (tuples.length > 0) await write(name, ...tuples);
  return name;
}

function write(name: string, ...tuples: string[]): Promise<{ zookie: string }> {
  const updates = tuples.map((tuple) => ({ operation: 'touch' as const, tuple: parseStoredTuple(tuple) }));
  return client.write({ store: name, updates });
}

async function check(name: string, question: string, context?: Record<string, unknown>): Promise<string> {
  const { answer, missing } = await client.check({
    store: name,
    ...parseTupleText(question),
    ...(context === undefined ? {} : { context }),
  });
  return missing === undefined ? answer : `${answer} ${missing.join()}`;
}

it.each(['naïve', '学\n', 'x'.repeat(16_000)])(
  'names a parameter that does not exist, whatever it is called, and goes on',
  async (parameter) => {
    const name = await store();
    const tuple = parseStoredTuple(
      `space:s#reader@user:ada [from_network {"${JSON.stringify(parameter).slice(1, -1)}":1}]`,
    );
    const question = { store: name, ...parseTupleText('space:s#read@user:ada') };
    const consistency = { mode: 'fully_consistent' } as const;
    const refusal = { reason: 'MALFORMED_CONTEXT', field: expect.stringContaining(parameter.slice(0, 400)) };
    const contextualTuples = [tuple];
    await expect(client.check({ ...question, contextualTuples })).rejects.toMatchObject(refusal);
    await expect(client.check({ ...question, contextualTuples, consistency })).rejects.toMatchObject(refusal);
    await expect(
      client.write({ store: name, updates: [{ operation: 'touch', tuple }] }),
    ).rejects.toMatchObject(refusal);
    expect(await client.check(question)).toMatchObject({ answer: 'denied' });
  },
);

async function all(results: AsyncIterable<LookupResults>): Promise<string[]> {
  const found: string[] = [];
  for await (const { results: page } of results) {
    found.push(...page.map(({ id, answer, missing = [] }) => [id, answer, ...missing].join(' ')));
  }
  return found;
}

const texts = (tuples: readonly StoredTuple[]): string[] => tuples.map(formatTupleText).sort();

const NETWORK = 'space:a#reader@user:eve [from_network {"network":"10.0.0.0/8"}]';
const OPEN = '[office_hours {"closes":"2999-01-01T00:00:00Z","opens":"2000-01-01T00:00:00Z"}]';

it('answers by the context, by what is stored and by the clock, and says what is missing', async () => {
  const name = await store(
    NETWORK,
    `space:a#reader@user:ada ${OPEN}`,
    'space:a#reader@user:zoe [office_hours]',
  );
  expect(await check(name, 'space:a#read@user:eve')).toBe('conditional ip');
  expect(await check(name, 'space:a#read@user:eve', { ip: '10.1.2.3' })).toBe('allowed');
  expect(await check(name, 'space:a#read@user:eve', { ip: '11.1.2.3' })).toBe('denied');
  // What is stored wins.
  expect(await check(name, 'space:a#read@user:eve', { ip: '11.1.2.3', network: '0.0.0.0/0' })).toBe('denied');
  expect(await check(name, 'space:a#read@user:ada')).toBe('allowed');
  expect(await check(name, 'space:a#read@user:ada', { now: '2999-06-01T00:00:00Z' })).toBe('denied');
  expect(await check(name, 'space:a#read@user:ada', { now: null })).toBe('conditional now');
  expect(await check(name, 'space:a#read@user:zoe')).toBe('conditional closes,opens');
  await expect(check(name, 'space:a#read@user:eve', { ip: 7 })).rejects.toMatchObject({
    reason: 'MALFORMED_CONTEXT',
    message: expect.stringContaining('space:a#reader@user:eve'),
  });
  const { results } = await client.batchCheck({
    store: name,
    items: ['space:a#read@user:ada', 'space:a#read@user:eve', 'space:a#read@user:bob'].map(parseTupleText),
  });
  expect(results).toEqual([
    { answer: 'allowed' },
    { answer: 'conditional', missing: ['ip'] },
    { answer: 'denied' },
  ]);
});

it('lets what has expired not hold, by the present clock but for a time that is asked for', async () => {
  const soon = new Date(Date.now() + DAY_MS);
  const name = await store(`space:a#guest@user:eve [expires ${soon.toISOString()}]`);
  await write(name, `space:a#guest@user:old [expires ${LONG_AGO}]`);
  expect(await check(name, 'space:a#read@user:eve')).toBe('allowed');
  expect(await check(name, 'space:a#read@user:old')).toBe('denied');
  const { misses } = await client.explain({ store: name, ...parseTupleText('space:a#read@user:old') });
  expect(misses[0]?.ineffective).toMatchObject([{ why: `expired at ${LONG_AGO}` }]);
  const allowed = await client.explain({ store: name, ...parseTupleText('space:a#read@user:eve') });
  expect(allowed.reasons.at(-1)?.tuple?.expiresAt).toEqual(soon);
});

it('explains by what may be written as it stands, and says what that takes away', async () => {
  const name = await store(`space:a#guest@user:old [expires ${LONG_AGO}]`, NETWORK);
  for (const user of ['old', 'new']) {
    const question = { store: name, object: 'space:a', relation: 'guest', subject: `user:${user}` };
    const { misses } = await client.explain(question);
    expect(misses).toHaveLength(1);
    const [{ add, remove, ineffective = [] }] = misses;
    expect([remove, ineffective.length]).toEqual([[], user === 'old' ? 1 : 0]);
    expect(add[0].expiresAt?.getTime()).toBeGreaterThan(Date.now() + 29 * DAY_MS);
    await write(name, ...texts(add));
    expect(await check(name, `space:a#guest@user:${user}`)).toBe('allowed');
  }
  const { misses } = await client.explain({
    store: name,
    ...parseTupleText('space:a#read@user:eve'),
    context: { ip: '11.1.2.3' },
  });
  expect(
    misses.map(({ add, ineffective = [] }) => [add[0].relation, ...ineffective.map(({ why }) => why)]),
  ).toEqual([
    ['guest'],
    ['reader', 'condition from_network is false; writing it so takes its condition away'],
  ]);
  expect(misses[1].ineffective?.map(({ tuple }) => formatTupleText(tuple))).toEqual([NETWORK]);
});

it('asks of a time of the past with its clock, and of an earlier revision with the present one', async () => {
  const expires = new Date(Date.now() + 1_500);
  const name = await store();
  const { zookie } = await write(name, `space:a#guest@user:eve [expires ${expires.toISOString()}]`);
  const question = { store: name, ...parseTupleText('space:a#read@user:eve') };
  const answer = async (consistency: Consistency) =>
    (await client.check({ ...question, consistency })).answer;
  const time = new Date(expires.getTime() - 300);
  await new Promise((resolve) => setTimeout(resolve, expires.getTime() + 500 - Date.now()));
  expect(await answer({ mode: 'fully_consistent' })).toBe('denied');
  expect(await answer({ mode: 'at_exact_snapshot', zookie })).toBe('denied');
  expect(await answer({ mode: 'at_exact_time', time })).toBe('allowed');
});

it('keeps what is written through read, watch, history and a second node', async () => {
  const name = await store();
  const expires = '[expires 2999-01-01T00:00:00Z]';
  const watched: string[] = [];
  const signal = new AbortController();
  const following = (async () => {
    for await (const { changes } of client.watch({ store: name }, { signal: signal.signal })) {
      watched.push(...changes.map(({ operation, tuple }) => `${operation} ${formatTupleText(tuple)}`));
      if (watched.length >= 5) signal.abort();
    }
  })().catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const first = await write(name, NETWORK);
  expect(texts((await client.read({ store: name })).tuples)).toEqual([NETWORK]);
  // The same again changes nothing, another grant is a removal and an addition.
  await write(name, NETWORK);
  const second = await write(name, `${NETWORK} ${expires}`);
  const third = await write(name, 'space:a#reader@user:eve');
  await following;
  expect(watched).toEqual([
    `added ${NETWORK}`,
    `removed ${NETWORK}`,
    `added ${NETWORK} ${expires}`,
    `removed ${NETWORK} ${expires}`,
    'added space:a#reader@user:eve',
  ]);
  const at = (zookie: string) => ({ mode: 'at_exact_snapshot', zookie }) as const;
  const question = parseTupleText('space:a#read@user:eve');
  for (const node of [client, other]) {
    const read = async (zookie: string) =>
      texts((await node.read({ store: name, consistency: at(zookie) })).tuples);
    expect(await read(first.zookie)).toEqual([NETWORK]);
    expect(await read(second.zookie)).toEqual([`${NETWORK} ${expires}`]);
    expect(await read(third.zookie)).toEqual(['space:a#reader@user:eve']);
    const answer = async (zookie: string) =>
      (await node.check({ store: name, ...question, consistency: at(zookie) })).answer;
    expect(await answer(second.zookie)).toBe('conditional');
    expect(await answer(third.zookie)).toBe('allowed');
  }
});

it('sees what a tuple carries in creating, in repeating and in naming twice', async () => {
  const name = await store(NETWORK);
  const create = (tuple: string) =>
    client.write({ store: name, updates: [{ operation: 'create', tuple: parseStoredTuple(tuple) }] });
  await expect(create('space:a#reader@user:eve')).rejects.toMatchObject({ reason: 'TUPLE_EXISTS' });
  const key = (tuple: string) =>
    client.write({
      store: name,
      idempotencyKey: 'once',
      updates: [{ operation: 'touch', tuple: parseStoredTuple(tuple) }],
    });
  expect(await key('space:b#reader@user:a')).toEqual(await key('space:b#reader@user:a'));
  await expect(key('space:b#reader@user:a [office_hours]')).rejects.toMatchObject({
    reason: 'IDEMPOTENCY_KEY_REUSED',
  });
  await expect(
    write(name, 'space:c#reader@user:a', 'space:c#reader@user:a [office_hours]'),
  ).rejects.toMatchObject({
    reason: 'DUPLICATE_UPDATE',
  });
});

it('looks up, lists and expands with conditions', async () => {
  const name = await store(
    NETWORK,
    'space:b#reader@user:eve',
    `space:c#reader@user:eve [office_hours]`,
    'user:eve#key@user_key:k',
  );
  const asked = { store: name, resourceType: 'space', relation: 'read_data' };
  expect(await all(client.lookupResources({ ...asked, subject: 'user_key:k' }))).toEqual([
    'a conditional ip',
    'b allowed',
    'c conditional closes opens',
  ]);
  const context = { ip: '10.0.0.1' };
  expect(await all(client.lookupResources({ ...asked, subject: 'user:eve', context }))).toEqual([
    'a allowed',
    'b allowed',
    'c conditional closes opens',
  ]);
  const keys = { store: name, object: 'space:a', relation: 'read_data', subjectType: 'user_key' };
  expect(await all(client.lookupSubjects(keys))).toEqual(['k conditional ip']);
  expect(await all(client.lookupSubjects({ ...keys, context }))).toEqual(['k allowed']);
  const { permissions } = await client.listPermissions({
    store: name,
    object: 'space:a',
    subject: 'user:eve',
  });
  expect(permissions.map(({ name: each, missing }) => [each, missing])).toEqual([
    ['reader', ['ip']],
    ['read', ['ip']],
    ['read_data', ['ip']],
  ]);
  const { nodes } = await client.expand({ store: name, object: 'space:a', relation: 'reader' });
  expect(nodes[0]).toMatchObject({
    subjects: ['user:eve'],
    subjectGrants: ['[from_network {"network":"10.0.0.0/8"}]'],
  });
  const data = await client.expand({ store: name, object: 'space:a', relation: 'read_data' });
  const of = data.nodes.find(({ operation }) => operation === 'of');
  expect(of?.children.map((place) => data.nodes[place]?.set)).toEqual(['space:a#read', 'user:eve#key']);
  const why = await client.explain({ store: name, ...parseTupleText('space:b#read_data@user_key:k') });
  expect(why.reasons.map(({ expression }) => expression)).toContain('user:eve is in space:b#read');
});

it('counts contextual tuples with what they carry, in the place of those stored', async () => {
  const name = await store('space:a#reader@user:eve');
  const contextualTuples = [parseStoredTuple(NETWORK)];
  const question = { store: name, ...parseTupleText('space:a#read@user:eve'), contextualTuples };
  expect(await client.check(question)).toMatchObject({ answer: 'conditional', missing: ['ip'] });
  expect(await client.check({ ...question, context: { ip: '10.0.0.1' } })).toMatchObject({
    answer: 'allowed',
  });
});

it('holds the values that one request or tuple gives to a limit', async () => {
  const name = await store();
  const of = (bytes: number) => 'x'.repeat(bytes - '{"network":""}'.length);
  const tuple = (bytes: number): StoredTuple => ({
    ...parseTupleText('space:a#reader@user:eve'),
    condition: { name: 'from_network', context: { network: of(bytes) } },
  });
  const touch = (bytes: number) =>
    client.write({ store: name, updates: [{ operation: 'touch', tuple: tuple(bytes) }] });
  await touch(16_384);
  await expect(touch(16_385)).rejects.toMatchObject({
    reason: 'LIMIT',
    message: expect.stringContaining('contextBytes'),
  });
  await check(name, 'space:a#read@user:bob', { network: of(16_384) });
  await expect(check(name, 'space:a#read@user:bob', { network: of(16_385) })).rejects.toMatchObject({
    reason: 'LIMIT',
    field: 'context',
  });
});

it('does not create over what has expired, and says that it has', async () => {
  const name = await store(`space:a#guest@user:eve [expires ${LONG_AGO}]`);
  const tuple = parseStoredTuple(
    `space:a#guest@user:eve [expires ${new Date(Date.now() + DAY_MS).toISOString()}]`,
  );
  await expect(
    client.write({ store: name, updates: [{ operation: 'create', tuple }] }),
  ).rejects.toMatchObject({
    reason: 'TUPLE_EXISTS',
    message:
      'updates[0]: `space:a#guest@user:eve` is stored still, though it has expired; nothing was written. Use touch to replace it',
  });
  await client.write({ store: name, updates: [{ operation: 'touch', tuple }] });
  expect(await check(name, 'space:a#read@user:eve')).toBe('allowed');
});
