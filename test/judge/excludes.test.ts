/** `excludes` is about who is effectively in both sides, wherever the tuple is written. */
import { expect, it } from 'vitest';
import { WorldOfWrites } from './world-of-writes.ts';

const SCHEMA = `
  type user
  type team { relation member : user | user:* | team#member | user expires }
  type area { relation chief : user  relation banned : user | user:* expires }
  type order {
    relation area     : area
    relation buyer    : user | team#member | user:* | user expires
    relation approver : user | team#member | user:*
    relation barred   : user expires
    permission pays   = (buyer or area.chief) except barred
    require pays excludes approver
  }`;

it('refuses a subject stored on both sides', async () => {
  const world = await WorldOfWrites.of(SCHEMA, ['order:o#buyer@user:a']);
  expect(world.write({ add: ['order:o#approver@user:a'] })).toBe('require');
  expect(world.write({ add: ['order:o#approver@user:b'] })).toBe('accepted');
  expect(world.write({ add: ['order:p#approver@user:a'] })).toBe('accepted');
});

it('refuses a change elsewhere that would bring somebody into both', async () => {
  const world = await WorldOfWrites.of(SCHEMA, [
    'order:o#buyer@team:t#member',
    'order:o#approver@team:v#member',
    'team:v#member@team:w#member',
    'team:t#member@user:a',
    'order:o#area@area:x',
  ]);
  expect(world.write({ add: ['team:w#member@user:a'] })).toBe('require');
  expect(world.write({ add: ['team:w#member@user:b'] })).toBe('accepted');
  expect(world.write({ add: ['area:x#chief@user:b'] })).toBe('require');
  expect(world.write({ add: ['team:w#member@team:t#member'] })).toBe('require');
});

it('refuses a set on both sides at once, even an empty one', async () => {
  const world = await WorldOfWrites.of(SCHEMA, ['order:o#buyer@team:t#member']);
  expect(world.write({ add: ['order:o#approver@team:t#member'] })).toBe('require');
  expect(world.write({ add: ['order:o#approver@team:u#member'] })).toBe('accepted');
  expect(world.write({ add: ['team:u#member@team:t#member'] })).toBe('require');
});

it('takes a wildcard for everybody', async () => {
  const world = await WorldOfWrites.of(SCHEMA, ['order:o#buyer@user:*']);
  expect(world.write({ add: ['order:o#approver@user:a'] })).toBe('require');
  expect(world.write({ add: ['order:o#approver@user:*'] })).toBe('require');
  expect(world.write({ add: ['order:o#approver@team:t#member'] })).toBe('accepted');
  expect(world.write({ add: ['team:t#member@user:a'] })).toBe('require');
});

it('leaves objects without tuples alone, and those a write frees', async () => {
  const world = await WorldOfWrites.of(SCHEMA, ['order:o#buyer@user:a']);
  expect(world.write({ add: ['order:o#approver@user:a'], remove: ['order:o#buyer@user:a'] })).toBe(
    'accepted',
  );
  expect(world.write({ add: ['order:o#buyer@user:a'] })).toBe('require');
});

it('reaches its limit as an error', async () => {
  const stored = ['order:o#buyer@team:t#member', 'order:o#approver@team:v#member'];
  for (let i = 0; i < 50; i++) stored.push(`team:t#member@user:t${i}`, `team:v#member@user:v${i}`);
  const tight = await WorldOfWrites.of(SCHEMA, stored, { invariantSteps: 3 });
  expect(tight.write({ add: ['team:t#member@user:new'] })).toBe('LIMIT');
  expect(tight.error({ add: ['team:t#member@user:new'] }).message).toContain('invariantSteps');
  const wide = await WorldOfWrites.of(SCHEMA, stored, { invariantSteps: 300 });
  expect(wide.write({ add: ['team:t#member@user:new'] })).toBe('accepted');
});

it('counts what carries something left of `except` and not right of it, until it has expired', async () => {
  const world = await WorldOfWrites.of(SCHEMA, ['order:o#approver@user:a', 'order:o#approver@user:b']);
  expect(world.write({ add: ['order:o#buyer@user:a [expires 2040-01-01T00:00:00Z]'] })).toBe('require');
  expect(world.write({ add: ['order:o#buyer@user:a [expires 2020-01-01T00:00:00Z]'] })).toBe('accepted');
  const barred = 'order:o#barred@user:b [expires 2040-01-01T00:00:00Z]';
  expect(world.write({ add: [barred, 'order:o#buyer@user:b'] })).toBe('require');
});

it('finds whoever comes in because an exception goes', async () => {
  const world = await WorldOfWrites.of(
    `type user
     type order { relation buyer : user  relation approver : user  relation barred : user
       permission pays = buyer except barred
       require pays excludes approver }`,
    ['order:o#buyer@user:a', 'order:o#barred@user:a', 'order:o#approver@user:a'],
  );
  expect(world.write({ add: ['order:o#buyer@user:b'] })).toBe('accepted');
  expect(world.write({ remove: ['order:o#barred@user:a'] })).toBe('require');
  expect(world.write({ remove: ['order:o#barred@user:a', 'order:o#buyer@user:a'] })).toBe('accepted');
});

it('goes through `every` and `name of set`', async () => {
  const world = await WorldOfWrites.of(
    `type user { relation key : key }
     type key
     type team { relation member : user }
     type order {
       relation team : team  relation buyer : user  relation blocked : key | user
       permission agreed = every team.member
       permission pays   = key of buyer or agreed
       require pays excludes blocked
     }`,
    [
      'order:o#buyer@user:a',
      'order:o#team@team:t',
      'order:o#team@team:u',
      'team:t#member@user:z',
      'order:o#blocked@key:k',
    ],
  );
  expect(world.write({ add: ['user:a#key@key:k'] })).toBe('require');
  expect(world.write({ add: ['user:b#key@key:k'] })).toBe('accepted');
  expect(world.write({ add: ['order:o#buyer@user:b'] })).toBe('require');
  expect(world.write({ add: ['order:o#blocked@user:z'] })).toBe('accepted');
  expect(world.write({ remove: ['order:o#team@team:u'] })).toBe('require');
  expect(world.write({ add: ['team:u#member@user:z'] })).toBe('require');
});

it('finds who is excepted from an exception, where both sides hold everybody else', async () => {
  const schema = `type user
    type order {
      relation open : user:*  relation barred : user:*  relation cleared : user  relation audits : user:*
      permission pays = open except (barred except cleared)
      require pays excludes audits }`;
  const stored = ['order:o#barred@user:*', 'order:o#audits@user:*'];
  const world = await WorldOfWrites.of(schema, [...stored, 'order:o#cleared@user:a']);
  expect(world.write({ add: ['order:o#open@user:*'] })).toBe('require');
  const without = await WorldOfWrites.of(schema, stored);
  expect(without.write({ add: ['order:o#open@user:*'] })).toBe('accepted');
});

it('refuses a rung of a stored set, whichever of both is stored first', async () => {
  const schema = `type user
    type team { roles lead > member : user }
    type order {
      relation buyer : team#lead | team#member  relation approver : team#lead | team#member
      require buyer excludes approver }`;
  const [lead, member] = ['order:o#buyer@team:t#lead', 'order:o#approver@team:t#member'];
  expect((await WorldOfWrites.of(schema, [lead])).write({ add: [member] })).toBe('require');
  expect((await WorldOfWrites.of(schema, [member])).write({ add: [lead] })).toBe('require');
});

it('obliges an object that is in both sides of itself from its first tuple', async () => {
  const world = await WorldOfWrites.of(
    `type user {
       relation left : user  relation right : user  relation note : user
       permission a = self except left
       permission b = self except right
       permission read = note
       require a excludes b }`,
  );
  expect(world.write({ add: ['user:u#note@user:v'] })).toBe('require');
  expect(world.write({ add: ['user:u#left@user:v'] })).toBe('require');
  expect(world.write({ add: ['user:u#left@user:u'] })).toBe('accepted');
});
