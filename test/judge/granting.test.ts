/** Whose clause is asked, on what state, and what comes of one that cannot be evaluated. */
import { describe, expect, it } from 'vitest';
import { WorldOfWrites } from './world-of-writes.ts';

const NOON = Date.parse('2029-06-01T12:00:00Z');

it('asks the clause of a rung, then that of its ladder; what a rung grants by itself it revokes by itself', async () => {
  const world = await WorldOfWrites.of(
    `type user
     type team {
       roles lead granted by lead > member : user  granted by member  revoked by nobody
       permission all = member
     }`,
    ['team:t#lead@user:lead', 'team:t#member@user:max', 'team:t#member@user:mia'],
  );
  expect(world.write({ as: 'user:max', add: ['team:t#lead@user:max'] })).toBe('granted by');
  expect(world.write({ as: 'user:lead', add: ['team:t#lead@user:lea'] })).toBe('accepted');
  expect(world.write({ as: 'user:lea', remove: ['team:t#lead@user:lead'] })).toBe('accepted');
  expect(world.write({ as: 'user:max', add: ['team:t#member@user:new'] })).toBe('accepted');
  expect(world.write({ as: 'user:lea', remove: ['team:t#member@user:new'] })).toBe('revoked by');
});

it('asks for each update, whether it changes something or not', async () => {
  const world = await WorldOfWrites.of(
    `type user
     type team { relation member : user expires  granted by member }`,
    ['team:t#member@user:mia', 'team:t#member@user:max [expires 2030-01-01T00:00:00Z]'],
  );
  const stranger = { as: 'user:eve' };
  // Else anybody could find out what is stored.
  expect(world.write({ ...stranger, add: ['team:t#member@user:mia'] })).toBe('granted by');
  expect(world.write({ ...stranger, add: ['team:t#member@user:max [expires 2030-01-01T00:00:00Z]'] })).toBe(
    'granted by',
  );
  expect(world.write({ ...stranger, remove: ['team:t#member@user:nobody'] })).toBe('revoked by');
});

describe('a clause that cannot be evaluated', () => {
  it('does not hold, and says why: a condition that fails', async () => {
    const world = await WorldOfWrites.of(
      `condition share(n int) { 10 / n > 1 }
       type user
       type space { relation owner : user with share  relation guest : user granted by owner }`,
      ['space:s#owner@user:ada [share {"n": 0}]', 'space:s#owner@user:bob [share {"n": 2}]'],
    );
    const add = ['space:s#guest@user:g'];
    expect(world.write({ as: 'user:ada', add })).toBe('granted by');
    expect(world.error({ as: 'user:ada', add }).message).toMatch(
      /does not hold for it; .*`share` cannot be evaluated: division by zero.*; nothing was written$/,
    );
    expect(world.write({ as: 'user:bob', add })).toBe('accepted');
  });

  it('does not hold, and says why: a negation that comes back to itself', async () => {
    const world = await WorldOfWrites.of(
      `type user
       type space {
         relation parent : space  relation owner : user
         permission manage = owner except parent.manage
         relation guest : user granted by manage
       }`,
      ['space:s#owner@user:ada', 'space:s#parent@space:s', 'space:t#owner@user:ada'],
    );
    expect(world.write({ as: 'user:ada', add: ['space:s#guest@user:g'] })).toBe('granted by');
    expect(world.error({ as: 'user:ada', add: ['space:s#guest@user:g'] }).message).toMatch(/negation/);
    expect(world.write({ as: 'user:ada', add: ['space:t#guest@user:g'] })).toBe('accepted');
  });

  it('matters no more where another part holds', async () => {
    const world = await WorldOfWrites.of(
      `condition share(n int) { 10 / n > 1 }
       type user
       type space { relation odd : user with share  relation owner : user
         relation guest : user granted by odd or owner }`,
      ['space:s#odd@user:ada [share {"n": 0}]', 'space:s#owner@user:ada'],
    );
    expect(world.write({ as: 'user:ada', add: ['space:s#guest@user:g'] })).toBe('accepted');
  });
});

describe('a new object', () => {
  const SCHEMA = `
    type user
    type root { relation boss : user }
    type box {
      created by root.boss
      relation root   : root
      relation owner  : user  granted by owner
      relation guard  : user  granted by owner except guest
      relation guest  : user  granted by root.boss
      relation own    : user  granted by self
      relation never  : user  granted by nobody
      relation plain  : user
    }`;
  const create = async (...tuples: string[]): Promise<string> => {
    const world = await WorldOfWrites.of(SCHEMA, ['root:r#boss@user:ada']);
    return world.write({ as: 'user:ada', add: ['box:b#root@root:r', ...tuples] });
  };

  it('has its own names held, and right of `except` not held', async () => {
    expect(await create('box:b#owner@user:x')).toBe('accepted');
    expect(await create('box:b#guard@user:x', 'box:b#guest@user:ada')).toBe('accepted');
  });

  it('has `self`, `nobody` and arrows asked on the state with its own tuples', async () => {
    expect(await create('box:b#guest@user:x')).toBe('accepted');
    expect(await create('box:b#own@user:x')).toBe('granted by');
    expect(await create('box:b#never@user:x')).toBe('granted by');
  });

  it('may have what no actor grants later', async () => {
    expect(await create('box:b#plain@user:x')).toBe('accepted');
    const world = await WorldOfWrites.of(SCHEMA, ['root:r#boss@user:ada', 'box:b#owner@user:ada']);
    expect(world.write({ as: 'user:ada', add: ['box:b#plain@user:x'] })).toBe('granted by');
  });
});

describe('expired tuples', () => {
  const SCHEMA = `
    type user
    type box {
      created by self
      deleted by nobody
      relation owner : user [0..1]           granted by owner
      relation guest : user expires | user   granted by owner
      require one of owner, guest
    }`;
  const EXPIRED = 'box:b#guest@user:g [expires 2020-01-01T00:00:00Z]';

  it('keep an object known, so that it is neither created nor deleted', async () => {
    const world = await WorldOfWrites.of(SCHEMA, [EXPIRED, 'box:b#owner@user:ada']);
    expect(world.write({ as: 'user:ada', remove: ['box:b#owner@user:ada', 'box:b#guest@user:g'] })).toBe(
      'deleted by',
    );
    expect(world.write({ as: 'user:ada', remove: ['box:b#owner@user:ada'] })).toBe('accepted');
    // Known, so `granted by` decides, and nobody is left whom it names.
    expect(world.write({ as: 'user:ada', add: ['box:b#guest@user:x'] })).toBe('granted by');
  });

  it('are invisible to invariants, and oblige their object all the same', async () => {
    const obliging = SCHEMA.replace('[0..1]', '[1]');
    const world = await WorldOfWrites.of(obliging, [EXPIRED, 'box:b#owner@user:ada']);
    expect(world.write({ remove: ['box:b#owner@user:ada'] })).toBe('multiplicity');
    expect(world.write({ add: ['box:b#owner@user:g'], remove: ['box:b#owner@user:ada'] })).toBe('accepted');
    expect(world.write({ remove: ['box:b#owner@user:g', 'box:b#guest@user:g'] })).toBe('accepted');
  });
});

describe('`within`', () => {
  it.each([
    ['90s', 90],
    ['15m', 900],
    ['2h', 7_200],
    ['30d', 2_592_000],
  ])('%s counts from the clock of the write, to the millisecond', async (period, seconds) => {
    const world = await WorldOfWrites.of(
      `type user type space { relation guest : user must expire within ${period}  permission p = guest }`,
    );
    const until = (ms: number): string =>
      `space:s#guest@user:g [expires ${new Date(NOON + seconds * 1_000 + ms).toISOString()}]`;
    expect(world.write({ add: [until(1)] })).toBe('expiry');
    expect(world.write({ add: [until(0)] })).toBe('accepted');
    expect(world.write({ add: [until(1)], now: NOON + 1 })).toBe('accepted');
    expect(world.write({ add: ['space:s#guest@user:g'] })).toBe('expiry');
    // What has passed is accepted, and never holds.
    expect(world.write({ add: ['space:s#guest@user:g [expires 2001-01-01T00:00:00Z]'] })).toBe('accepted');
  });
});

describe('a refusal', () => {
  const SCHEMA = `
    type user { relation key : key unique  granted by self }
    type key
    type team { relation member : user  granted by member }
    type desk {
      relation clerk : user | team#member  granted by clerk
      relation guest : user | team#member
      require clerk excludes guest
      permission p = clerk or guest
    }`;

  it('names no object that the actor has no permission on: the other holder of a key', async () => {
    const world = await WorldOfWrites.of(SCHEMA, ['user:secret#key@key:1']);
    const asked = { as: 'user:eve', add: ['user:eve#key@key:1'] };
    expect(world.write(asked)).toBe('unique');
    const { message } = world.error(asked);
    expect(message).not.toContain('secret');
    expect(message).toContain('`user:eve`');
    expect(message).toContain('another `user`');
    expect(message).toContain('`key … unique` (test.pemba:2)');
    expect(world.error({ add: asked.add }).message).toContain('`user:secret`');
  });

  it('names one that the actor has some permission on', async () => {
    const stored = ['desk:d#clerk@team:t#member', 'desk:d#guest@user:zoe', 'team:t#member@user:ada'];
    const world = await WorldOfWrites.of(SCHEMA, stored);
    const asked = { as: 'user:ada', add: ['team:t#member@user:zoe'] };
    expect(world.write(asked)).toBe('require');
    expect(world.error(asked).message).toContain('`desk:d`');
  });

  it('counts conditional grants towards a maximum, and not towards a minimum', async () => {
    const world = await WorldOfWrites.of(
      `condition c(x int) { x > 1 }
       type user
       type desk { relation lead : user | user with c [1..2] }`,
      ['desk:d#lead@user:a'],
    );
    expect(world.write({ add: ['desk:d#lead@user:b [c {}]'] })).toBe('accepted');
    expect(world.write({ add: ['desk:d#lead@user:e'] })).toBe('multiplicity');
    expect(world.write({ remove: ['desk:d#lead@user:a'] })).toBe('multiplicity');
  });
});
