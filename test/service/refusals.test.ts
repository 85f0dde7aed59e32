/** Writes that the schema refuses to actors are in the audit; what is no such refusal is not. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Failure, writeRequest } from '../support/client.ts';
import { query } from '../support/database.ts';
import { type EventRow, eventsOf, REFUSABLE, SCHEMA, STORED } from './refusal-town.ts';
import { newStore, shareNodes, storeId } from './shared.ts';

const METADATA = { fields: { why: { stringValue: 'a test' } } };
const TOKEN = 'bootstrap-token-of-at-least-32-characters';
const shared = shareNodes(1, { bootstrapToken: TOKEN, limits: { refusalsRecorded: 1_000 } });
let credential: string;
beforeAll(async () => {
  const { credentials } = await shared.client.call('CredentialService/ListCredentials', { store: 'system' });
  credential = credentials[0].id;
});

async function newTown(): Promise<string> {
  const store = await newStore(shared, SCHEMA);
  await shared.client.write(STORED, { store });
  return store;
}

const WRITE = 'PermissionService/Write';
const DELETE = 'PermissionService/DeleteTuples';
const REPLACE = 'PermissionService/ReplaceRelation';
const REMOVE = 'PermissionService/DeleteObject';

const updates = (...given: [string, string][]): object => writeRequest(given);
const filter = (object: string, relation = ''): object => ({ filter: { object, relation } });
const replace = (object: string, relation: string, ...subjects: string[]): object => ({
  object,
  relation,
  subjects: subjects.map((subject) => ({ subject })),
});

/** What, on whose behalf, why not, the update that the refusal is about if it is about one, and how many there were. */
const REFUSED: [
  method: string,
  request: object,
  actor: string,
  reason: string,
  update: string,
  count: number,
][] = [
  [
    WRITE,
    updates(['touch', 'house:a#nobody@user:x']),
    'user:ada',
    'UNKNOWN_RELATION',
    'touch house:a#nobody@user:x',
    1,
  ],
  [
    WRITE,
    updates(['touch', 'house:a#guest@user:x'], ['create', 'house:a#guest@key:x']),
    'user:ada',
    'SUBJECT_NOT_ALLOWED',
    'create house:a#guest@key:x',
    2,
  ],
  [
    WRITE,
    updates(['touch', 'house:a#lodger@user:x']),
    'user:ada',
    'EXPIRY_NOT_ALLOWED',
    'touch house:a#lodger@user:x',
    1,
  ],
  [
    WRITE,
    updates(['create', 'house:new#city@city:c'], ['create', 'house:new#owner@user:eve']),
    'user:eve',
    'NOT_CREATED_BY',
    'create house:new#city@city:c',
    2,
  ],
  [
    WRITE,
    updates(['delete', 'house:b#city@city:c'], ['delete', 'house:b#owner@user:bea']),
    'user:ada',
    'NOT_DELETED_BY',
    'delete house:b#city@city:c',
    2,
  ],
  [
    WRITE,
    updates(['touch', 'house:a#guest@user:x'], ['touch', 'house:b#guest@user:x']),
    'user:ada',
    'NOT_GRANTED_BY',
    'touch house:b#guest@user:x',
    2,
  ],
  [
    WRITE,
    updates(['delete', 'house:a#guest@user:gus']),
    'user:eve',
    'NOT_REVOKED_BY',
    'delete house:a#guest@user:gus',
    1,
  ],
  [WRITE, updates(['delete', 'house:a#owner@user:ada']), 'user:ada', 'INVARIANT_MULTIPLICITY', '', 1],
  [WRITE, updates(['touch', 'house:b#key@key:k']), 'user:bea', 'INVARIANT_UNIQUE', '', 1],
  [WRITE, updates(['touch', 'house:a#guest@user:ada']), 'user:ada', 'INVARIANT_REQUIRE', '', 1],

  [DELETE, filter('houses'), 'user:ada', 'UNKNOWN_TYPE', '', 0],
  [DELETE, filter('house:b'), 'user:ada', 'NOT_DELETED_BY', 'delete house:b#city@city:c', 2],
  [DELETE, filter('house:a', 'guest'), 'user:eve', 'NOT_REVOKED_BY', 'delete house:a#guest@user:gus', 1],
  [DELETE, filter('house:a', 'owner'), 'user:ada', 'INVARIANT_MULTIPLICITY', '', 1],

  [REPLACE, replace('house:a', 'nobody'), 'user:ada', 'UNKNOWN_RELATION', '', 0],
  [
    REPLACE,
    replace('house:a', 'guest', 'key:x'),
    'user:ada',
    'SUBJECT_NOT_ALLOWED',
    'touch house:a#guest@key:x',
    2,
  ],
  [
    REPLACE,
    replace('house:a', 'lodger', 'user:x'),
    'user:ada',
    'EXPIRY_NOT_ALLOWED',
    'touch house:a#lodger@user:x',
    1,
  ],
  [
    REPLACE,
    replace('house:new', 'guest', 'user:x'),
    'user:eve',
    'NOT_CREATED_BY',
    'touch house:new#guest@user:x',
    1,
  ],
  [
    REPLACE,
    replace('house:a', 'guest', 'user:gus', 'user:x'),
    'user:eve',
    'NOT_GRANTED_BY',
    'touch house:a#guest@user:x',
    1,
  ],
  [REPLACE, replace('house:a', 'guest'), 'user:eve', 'NOT_REVOKED_BY', 'delete house:a#guest@user:gus', 1],
  [REPLACE, replace('house:a', 'owner'), 'user:ada', 'INVARIANT_MULTIPLICITY', '', 1],
  [REPLACE, replace('house:b', 'key', 'key:k'), 'user:bea', 'INVARIANT_UNIQUE', '', 1],
  [REPLACE, replace('house:a', 'guest', 'user:ada'), 'user:ada', 'INVARIANT_REQUIRE', '', 2],

  [REMOVE, { object: 'houses:a' }, 'user:may', 'UNKNOWN_TYPE', '', 0],
  [REMOVE, { object: 'house:b' }, 'user:ada', 'NOT_DELETED_BY', 'delete house:b#city@city:c', 2],
  [REMOVE, { object: 'user:gus' }, 'user:eve', 'NOT_REVOKED_BY', 'delete house:a#guest@user:gus', 1],
  [REMOVE, { object: 'user:ada' }, 'user:ada', 'INVARIANT_MULTIPLICITY', '', 1],
];

describe('of a write that the schema refuses to an actor', () => {
  const failures: Failure[] = [];
  let events: EventRow[];
  beforeAll(async () => {
    const store = await newTown();
    for (const [method, request, actor] of REFUSED) {
      failures.push(await shared.client.failure(method, { store, ...request, actor, metadata: METADATA }));
    }
    const id = await storeId(shared, store);
    events = await vi.waitUntil(
      async () => {
        const seen = await eventsOf(shared.database, id);
        return seen.length === REFUSED.length && seen;
      },
      { timeout: 10_000, interval: 100 },
    );
  });

  it.each(REFUSED.map((refused, i) => [...refused, i] as const))(
    '%s %j on behalf of %s: %s',
    (_method, _request, actor, reason, update, count, i) => {
      expect(failures[i].reason).toBe(reason);
      const [operation, tuple] = update === '' ? [null, null] : update.split(' ');
      expect(events[i]).toEqual({
        kind: 'write_refused',
        revision: 2,
        seconds: expect.any(Number),
        actor,
        credential_id: credential,
        metadata: '{"why":"a test"}',
        reason,
        message: failures[i].message,
        operation,
        tuple,
        count,
      });
    },
  );

  it('has the time of the database', async () => {
    const [{ now }] = await query<{ now: number }>(
      shared.database,
      'select extract(epoch from clock_timestamp())::float8 as now',
    );
    const times = events.map(({ seconds }) => seconds);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(now - 600);
    expect(times.at(-1)).toBeLessThanOrEqual(now);
  });
});

/** So that what comes before it would be there already. */
async function refusedAtLast(store: string): Promise<EventRow[]> {
  expect(await shared.client.failure(WRITE, { store, ...REFUSABLE })).toMatchObject({
    reason: 'NOT_GRANTED_BY',
  });
  const id = await storeId(shared, store);
  await expect
    .poll(async () => (await eventsOf(shared.database, id)).length, { timeout: 10_000 })
    .toBeGreaterThan(0);
  return eventsOf(shared.database, id);
}

describe('nothing is recorded', () => {
  it("of writes on nobody's behalf", async () => {
    const store = await newTown();
    const requests: [string, object][] = [
      [WRITE, updates(['touch', 'house:a#nobody@user:x'])],
      [WRITE, updates(['delete', 'house:a#owner@user:ada'])],
      [DELETE, filter('house:a', 'owner')],
      [REPLACE, replace('house:b', 'key', 'key:k')],
      [REMOVE, { object: 'user:ada' }],
    ];
    for (const [method, request] of requests) {
      expect((await shared.client.failure(method, { store, ...request })).reason).toMatch(
        /^INVARIANT|^UNKNOWN/,
      );
    }
    expect(await refusedAtLast(store)).toHaveLength(1);
  });

  it('of malformed requests, and of writes that something else than the schema was in the way of', async () => {
    const store = await newTown();
    const actor = 'user:ada';
    const guest = (...more: [string, string][]): object => ({
      ...updates(['touch', 'house:a#guest@user:x'], ...more),
      actor,
    });
    const failing = { preconditions: [{ condition: 'CONDITION_MUST_EXIST', filter: { object: 'house:z' } }] };
    const requests: [string, object, string][] = [
      [WRITE, { ...guest(), actor: 'eve' }, 'MALFORMED_REFERENCE'],
      [WRITE, { updates: [], actor }, 'MISSING_FIELD'],
      [WRITE, guest(['touch', 'house:a#guest@user:x']), 'DUPLICATE_UPDATE'],
      [WRITE, { ...guest(), ...failing }, 'PRECONDITION_FAILED'],
      [WRITE, { ...updates(['create', 'house:a#guest@user:gus']), actor }, 'TUPLE_EXISTS'],
      [DELETE, { actor }, 'MISSING_FIELD'],
    ];
    for (const [method, request, reason] of requests) {
      expect(await shared.client.failure(method, { store, ...request })).toMatchObject({ reason });
    }
    expect(await refusedAtLast(store)).toHaveLength(1);
  });
});

it('is placed behind the revisions that were there, of its own group too', async () => {
  const store = await newTown();
  const writes = Array.from({ length: 40 }, (_, i) =>
    i % 2 === 0
      ? shared.client.write([`house:a#guest@user:u${i}`], { store })
      : shared.client.call(WRITE, { store, ...REFUSABLE }),
  );
  const outcomes = await Promise.allSettled(writes);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(20);
  const id = await storeId(shared, store);
  await expect.poll(async () => (await eventsOf(shared.database, id)).length, { timeout: 10_000 }).toBe(20);
  // Sent by turns over one connection, they were decided by turns.
  expect((await eventsOf(shared.database, id)).map(({ revision }) => revision)).toEqual(
    Array.from({ length: 20 }, (_, i) => i + 3),
  );
});
