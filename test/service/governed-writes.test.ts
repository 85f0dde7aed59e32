/** Governed writes, and the calls that change many tuples, over real gRPC. */
import { beforeAll, describe, expect, it } from 'vitest';
import { newStore, shareNodes } from './shared.ts';

const shared = shareNodes(1, { bootstrapToken: 'bootstrap-token-of-at-least-32-characters' });
const SCHEMA = `
condition weekday(day string) { day != "sunday" }
type user
type house {
  created by self or owner
  deleted by owner
  relation owner : user | user with weekday [1..]  granted by owner
  relation guest : user | user expires | house#owner  granted by owner
}`;
const DELETE = 'PermissionService/DeleteTuples';
const REPLACE = 'PermissionService/ReplaceRelation';
const REMOVE = 'PermissionService/DeleteObject';

let store: string;
beforeAll(async () => {
  store = await newStore(shared, SCHEMA);
});

async function tokenOf(level: string): Promise<string> {
  return (await shared.client.call('CredentialService/CreateCredential', { store, level })).token;
}

const read = (object: string): Promise<string[]> => shared.client.read({ store, filter: { object } });
const guests = (house: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `house:${house}#guest@user:${i}`);

describe('credentials', () => {
  it('of level governed_write write with an actor and not without', async () => {
    const token = await tokenOf('LEVEL_GOVERNED_WRITE');
    const update = {
      operation: 'OPERATION_TOUCH',
      tuple: { object: 'house:c', relation: 'owner', subject: 'user:ada' },
    };
    const failure = await shared.client.failure(
      'PermissionService/Write',
      { store, updates: [update] },
      { token },
    );
    expect(failure).toMatchObject({ code: 'PERMISSION_DENIED', reason: 'CREDENTIAL_LEVEL', field: 'actor' });
    for (const [method, request] of [
      [DELETE, { filter: { object: 'house:c' } }],
      [REPLACE, { object: 'house:c', relation: 'guest' }],
      [REMOVE, { object: 'house:c' }],
    ] as const) {
      expect(await shared.client.failure(method, { store, ...request }, { token })).toMatchObject({
        reason: 'CREDENTIAL_LEVEL',
      });
    }
    await shared.client.call(
      'PermissionService/Write',
      { store, updates: [update], actor: 'user:ada' },
      { token },
    );
  });

  it('of level write do both', async () => {
    const token = await tokenOf('LEVEL_WRITE');
    await shared.client.call(
      REPLACE,
      { store, object: 'house:d', relation: 'owner', subjects: [{ subject: 'user:ada' }] },
      { token },
    );
    const request = { store, object: 'house:d', relation: 'guest', subjects: [{ subject: 'user:bob' }] };
    await shared.client.call(REPLACE, { ...request, actor: 'user:ada' }, { token });
    expect(
      await shared.client.failure(REPLACE, { ...request, subjects: [], actor: 'user:bob' }, { token }),
    ).toMatchObject({
      code: 'PERMISSION_DENIED',
      reason: 'NOT_REVOKED_BY',
    });
  });
});

it('takes a context for the conditions of the actor', async () => {
  const condition = { name: 'weekday', context: { fields: {} } };
  const subjects = [{ subject: 'user:root' }, { subject: 'user:wed', condition }];
  await shared.client.call(REPLACE, { store, object: 'house:w', relation: 'owner', subjects });
  const request = {
    store,
    object: 'house:w',
    relation: 'guest',
    subjects: [{ subject: 'user:x' }],
    actor: 'user:wed',
  };
  expect(await shared.client.failure(REPLACE, request)).toMatchObject({ reason: 'NOT_GRANTED_BY' });
  const context = { fields: { day: { stringValue: 'monday' } } };
  await shared.client.call(REPLACE, { ...request, context });
  expect(await read('house:w')).toContain('house:w#guest@user:x');
});

describe('ReplaceRelation', () => {
  it('makes it exactly these, in one revision', async () => {
    await shared.client.write(['house:r#owner@user:a', 'house:r#guest@user:a', 'house:r#guest@user:b'], {
      store,
    });
    const subjects = [
      { subject: 'user:b' },
      { subject: 'user:c', expiresAt: { seconds: 4_000_000_000 } },
      { subject: 'house:r#owner' },
    ];
    const answer = await shared.client.call(REPLACE, {
      store,
      object: 'house:r',
      relation: 'guest',
      subjects,
    });
    expect(answer).toMatchObject({ added: 2, removed: 1 });
    expect(await read('house:r')).toEqual([
      'house:r#guest@house:r#owner',
      'house:r#guest@user:b',
      'house:r#guest@user:c',
      'house:r#owner@user:a',
    ]);
    const again = await shared.client.call(REPLACE, {
      store,
      object: 'house:r',
      relation: 'guest',
      subjects,
    });
    expect(again).toMatchObject({ added: 0, removed: 0 });
  });

  it('obeys the invariants, and names what is wrong', async () => {
    expect(
      await shared.client.failure(REPLACE, { store, object: 'house:r', relation: 'owner' }),
    ).toMatchObject({
      reason: 'INVARIANT_MULTIPLICITY',
    });
    expect(
      await shared.client.failure(REPLACE, { store, object: 'house:r', relation: 'none' }),
    ).toMatchObject({
      reason: 'UNKNOWN_RELATION',
    });
    const twice = [{ subject: 'user:b' }, { subject: 'user:b' }];
    expect(
      await shared.client.failure(REPLACE, { store, object: 'house:r', relation: 'guest', subjects: twice }),
    ).toMatchObject({
      reason: 'DUPLICATE_UPDATE',
      field: 'subjects[1]',
    });
  });
});

describe('DeleteObject', () => {
  it('removes all on it and all that names it', async () => {
    await shared.client.write(
      ['house:x#owner@user:a', 'house:x#guest@user:b', 'house:y#owner@user:a', 'house:y#guest@house:x#owner'],
      { store },
    );
    expect(await shared.client.failure(REMOVE, { store, object: 'house:x', actor: 'user:b' })).toMatchObject({
      reason: 'NOT_DELETED_BY',
    });
    expect(await shared.client.call(REMOVE, { store, object: 'house:x', actor: 'user:a' })).toMatchObject({
      deleted: 3,
    });
    expect(await read('house:x')).toEqual([]);
    expect(await read('house:y')).toEqual(['house:y#owner@user:a']);
  });

  it('removes 1,000 tuples and no more', async () => {
    await shared.client.write(['house:big#owner@user:a', ...guests('big', 999)], { store });
    await shared.client.write(['house:big#guest@user:last'], { store });
    expect(await shared.client.failure(REMOVE, { store, object: 'house:big' })).toMatchObject({
      reason: 'LIMIT',
    });
    await shared.client.write([['delete', 'house:big#guest@user:last']], { store });
    expect(await shared.client.call(REMOVE, { store, object: 'house:big' })).toMatchObject({
      deleted: 1_000,
    });
  });
});

describe('DeleteTuples', () => {
  it('removes what a filter selects, a revision at a time, and says when it is done', async () => {
    await shared.client.write(['house:m#owner@user:a', ...guests('m', 900)], { store });
    await shared.client.write(['house:n#owner@user:a', ...guests('n', 900)], { store });
    await shared.client.write(guests('n', 990).slice(900), { store });
    const parts: [number, boolean][] = [];
    for (let done = false; !done; ) {
      const answer = await shared.client.call(DELETE, {
        store,
        filter: { object: 'house', relation: 'guest', subject: 'user' },
      });
      done = answer.done;
      parts.push([answer.deleted, done]);
    }
    expect(parts.at(-1)?.[1]).toBe(true);
    expect(parts.every(([count]) => count <= 1_000)).toBe(true);
    expect(parts.reduce((sum, [count]) => sum + count, 0)).toBeGreaterThanOrEqual(1_890);
    expect(await read('house:m')).toEqual(['house:m#owner@user:a']);
  });

  it('takes objects whole, so that invariants hold after each revision', async () => {
    await shared.client.write(['house:huge#owner@user:a', ...guests('huge', 999)], { store });
    await shared.client.write(guests('huge', 1_500).slice(999), { store });
    const request = { store, filter: { object: 'house:huge' } };
    expect(await shared.client.call(DELETE, request)).toMatchObject({ deleted: 1_000, done: false });
    expect(await shared.client.call(DELETE, request)).toMatchObject({ deleted: 501, done: true });
    expect(await shared.client.failure(DELETE, { store, filter: {} })).toMatchObject({
      reason: 'MISSING_FIELD',
    });
    expect(await shared.client.failure(DELETE, { ...request, limit: 1_001 })).toMatchObject({
      reason: 'LIMIT',
    });
  });

  it('is judged as any other write', async () => {
    await shared.client.write(['house:z#owner@user:a', 'house:z#guest@user:b'], { store });
    const filter = { object: 'house:z', relation: 'guest' };
    expect(await shared.client.failure(DELETE, { store, filter, actor: 'user:b' })).toMatchObject({
      reason: 'NOT_REVOKED_BY',
    });
    expect(
      await shared.client.failure(DELETE, { store, filter: { object: 'house:z', relation: 'owner' } }),
    ).toMatchObject({
      reason: 'INVARIANT_MULTIPLICITY',
    });
  });
});

describe('a new schema', () => {
  it('is refused if what is stored breaks its invariants, naming the first offenders', async () => {
    const own = await newStore(shared, 'type user\ntype house { relation owner : user }');
    await shared.client.write(['house:1#owner@user:a', 'house:1#owner@user:b', 'house:2#owner@user:a'], {
      store: own,
    });
    const failure = await shared.client.failure('SchemaService/WriteSchema', {
      store: own,
      text: 'type user\ntype house { relation owner : user [1] }',
    });
    expect(failure).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'SCHEMA_IN_USE', field: 'text' });
    expect(failure.message).toContain('`house:1` would hold more subjects in `owner` than it may');
    expect(failure.message).not.toContain('house:2');
    await shared.client.write([['delete', 'house:1#owner@user:b']], { store: own });
    await shared.client.writeSchema('type user\ntype house { relation owner : user [1] }', { store: own });
    expect(
      await shared.client.failure('SchemaService/WriteSchema', {
        store: own,
        text: 'type user\ntype house { relation owner : user [1] unique }',
      }),
    ).toMatchObject({ reason: 'SCHEMA_IN_USE' });
  });
});
