/** What no write may break: counted, unique, and the four kinds of `require`. */
import { describe, expect, it } from 'vitest';
import { WorldOfWrites } from './world-of-writes.ts';

describe('multiplicity', () => {
  const schema = `
    type user
    type team { relation member : user | team#member }
    type desk {
      relation lead  : user | user:* | team#member | user expires [2..3]
      relation other : user
    }`;

  it('counts towards a minimum objects without an expiry, towards a maximum all', async () => {
    const world = await WorldOfWrites.of(schema, ['desk:d#lead@user:a', 'desk:d#lead@user:b']);
    const swap = (tuple: string): string => world.write({ add: [tuple], remove: ['desk:d#lead@user:b'] });
    expect(swap('desk:d#lead@user:*')).toBe('multiplicity');
    expect(swap('desk:d#lead@team:t#member')).toBe('multiplicity');
    expect(swap('desk:d#lead@user:c [expires 2040-01-01T00:00:00Z]')).toBe('multiplicity');
    expect(swap('desk:d#lead@user:c')).toBe('accepted');
    expect(world.write({ add: ['desk:d#lead@team:t#member'] })).toBe('accepted');
    expect(world.write({ add: ['desk:d#lead@user:*'] })).toBe('multiplicity');
  });

  it('does not count what has expired', async () => {
    const world = await WorldOfWrites.of(schema, ['desk:d#lead@user:a', 'desk:d#lead@user:b']);
    expect(world.write({ add: ['desk:d#lead@user:c [expires 2020-01-01T00:00:00Z]'] })).toBe('accepted');
    expect(world.write({ add: ['desk:d#lead@user:d'] })).toBe('accepted');
    expect(world.write({ add: ['desk:d#lead@user:e'] })).toBe('multiplicity');
  });

  it('says so where what is there does not count towards the minimum', async () => {
    const world = await WorldOfWrites.of(schema, ['desk:d#lead@user:a', 'desk:d#lead@user:b']);
    const remove = ['desk:d#lead@user:b'];
    const refusal =
      /in `lead` than it must, for sets, wildcards and what has a condition or an expiry do not count/;
    for (const left of ['user:*', 'team:t#member', 'user:c [expires 2040-01-01T00:00:00Z]'])
      expect(world.error({ add: [`desk:d#lead@${left}`], remove }).message).toMatch(refusal);
    expect(world.error({ remove }).message).toMatch(/in `lead` than it must: `lead \[2\.\.3\]` /);
    const plain = await WorldOfWrites.of('type user\ntype desk { relation lead : user | user:* [1..] }', [
      'desk:d#lead@user:a',
      'desk:d#lead@user:*',
    ]);
    expect(plain.error({ remove: ['desk:d#lead@user:a'] }).message).toMatch(refusal);
  });

  it('obliges an object from its first tuple to its last', async () => {
    const world = await WorldOfWrites.of(schema);
    expect(world.write({ add: ['desk:d#other@user:a'] })).toBe('multiplicity');
    expect(world.write({ add: ['desk:d#other@user:a', 'desk:d#lead@user:a', 'desk:d#lead@user:b'] })).toBe(
      'accepted',
    );
    expect(world.write({ remove: ['desk:d#lead@user:a', 'desk:d#lead@user:b'] })).toBe('multiplicity');
    expect(world.write({ remove: ['desk:d#lead@user:a', 'desk:d#lead@user:b', 'desk:d#other@user:a'] })).toBe(
      'accepted',
    );
  });
});

describe('unique', () => {
  const schema = `
    type user { relation key : key unique  relation old : key  relation lost : key expires unique  require unique key, old }
    type key`;

  it('keeps a subject on one object, in one relation or in several together', async () => {
    const world = await WorldOfWrites.of(schema, ['user:a#key@key:1']);
    expect(world.write({ add: ['user:b#key@key:1'] })).toBe('unique');
    expect(world.write({ add: ['user:b#old@key:1'] })).toBe('require');
    expect(world.write({ add: ['user:a#old@key:1'] })).toBe('accepted');
    expect(world.write({ add: ['user:b#key@key:1'], remove: ['user:a#key@key:1', 'user:a#old@key:1'] })).toBe(
      'accepted',
    );
  });

  it('does not see what has expired', async () => {
    const world = await WorldOfWrites.of(schema);
    expect(world.write({ add: ['user:a#lost@key:1 [expires 2020-01-01T00:00:00Z]'] })).toBe('accepted');
    expect(world.write({ add: ['user:b#lost@key:1 [expires 2040-01-01T00:00:00Z]'] })).toBe('accepted');
    expect(world.write({ add: ['user:c#lost@key:1 [expires 2040-01-01T00:00:00Z]'] })).toBe('unique');
  });
});

describe('one of', () => {
  it('stores a subject in one of the relations of an object', async () => {
    const world = await WorldOfWrites.of(
      'type user\ntype desk { relation a : user expires\n relation b : user\n require one of a, b }',
      ['desk:d#a@user:u'],
    );
    expect(world.write({ add: ['desk:d#b@user:u'] })).toBe('require');
    expect(world.write({ add: ['desk:e#b@user:u'] })).toBe('accepted');
    expect(world.write({ add: ['desk:d#a@user:u [expires 2020-01-01T00:00:00Z]'] })).toBe('accepted');
    expect(world.write({ add: ['desk:d#b@user:u'] })).toBe('accepted');
  });
});

describe('contains', () => {
  const schema = `
    type user
    type team { relation member : user }
    type house { relation owner : user | user expires  relation guest : user }
    type desk {
      relation house  : house | house expires
      relation all    : user | user expires | team#member
      relation some   : user expires | user | team#member
      require all contains some
      require house.owner contains some
    }`;

  it('has all subjects of one relation in the other for good, sets literally', async () => {
    const world = await WorldOfWrites.of(schema, ['desk:d#all@user:a', 'desk:d#some@user:a']);
    expect(world.write({ add: ['desk:d#some@user:b'] })).toBe('require');
    expect(world.write({ remove: ['desk:d#all@user:a'] })).toBe('require');
    expect(world.write({ add: ['desk:d#all@user:a [expires 2040-01-01T00:00:00Z]'] })).toBe('require');
    expect(world.write({ add: ['desk:d#some@user:b [expires 2040-01-01T00:00:00Z]'] })).toBe('require');
    expect(world.write({ add: ['desk:d#some@user:b [expires 2020-01-01T00:00:00Z]'] })).toBe('accepted');
    expect(world.write({ add: ['desk:d#all@team:t#member', 'desk:d#some@team:t#member'] })).toBe('accepted');
  });

  it('looks from all three objects of a path', async () => {
    const stored = [
      'desk:d#all@user:a',
      'desk:d#some@user:a',
      'desk:d#house@house:h',
      'house:h#owner@user:a',
    ];
    const world = await WorldOfWrites.of(schema, stored);
    expect(world.write({ remove: ['house:h#owner@user:a'] })).toBe('require');
    expect(world.write({ add: ['house:h#owner@user:a [expires 2040-01-01T00:00:00Z]'] })).toBe('require');
    expect(world.write({ add: ['desk:d#house@house:other'] })).toBe('require');
    expect(world.write({ add: ['desk:d#house@house:other [expires 2040-01-01T00:00:00Z]'] })).toBe('require');
    expect(world.write({ add: ['desk:d#house@house:other [expires 2020-01-01T00:00:00Z]'] })).toBe(
      'accepted',
    );
    expect(world.write({ add: ['desk:d#some@user:b', 'desk:d#all@user:b'] })).toBe('require');
    expect(world.write({ add: ['desk:d#some@user:b', 'desk:d#all@user:b', 'house:h#owner@user:b'] })).toBe(
      'accepted',
    );
    expect(world.write({ remove: ['desk:d#house@house:h'] })).toBe('accepted');
    expect(world.write({ remove: ['house:h#owner@user:a'] })).toBe('accepted');
  });
});
