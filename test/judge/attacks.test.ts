/** What an actor may try to get more than the schema gives: each is refused with its reason, or meant to be so. */
import { describe, expect, it } from 'vitest';
import { PLATFORM, PLATFORM_TUPLES } from './platform.ts';
import { WorldOfWrites } from './world-of-writes.ts';

const platform = (...more: string[]): Promise<WorldOfWrites> =>
  WorldOfWrites.of(PLATFORM, [...PLATFORM_TUPLES, ...more]);

it('grants itself: refused, and by way of a role it may hand out too', async () => {
  const world = await platform();
  expect(
    world.write({
      as: 'user:max',
      add: ['workspace:dev#admin@user:max'],
      remove: ['workspace:dev#manager@user:max'],
    }),
  ).toBe('granted by');
  expect(world.write({ as: 'user:mia', add: ['workspace:dev#member@user:evil'] })).toBe('granted by');
  expect(
    world.write({ as: 'user:eve', add: ['workspace:dev#visitor@user:eve [expires 2030-01-01T00:00:00Z]'] }),
  ).toBe('granted by');
});

it('grants through a group it controls: only who may add the group decides', async () => {
  const world = await platform(
    'team:hers#system@system:main',
    'team:hers#lead@user:mia',
    'team:staff#system@system:main',
    'team:staff#lead@user:max',
    'workspace:dev#visitor@team:staff#member',
  );
  expect(world.write({ as: 'user:mia', add: ['workspace:dev#visitor@team:hers#member'] })).toBe('granted by');
  expect(world.write({ as: 'user:mia', add: ['team:staff#member@team:hers#member'] })).toBe('granted by');
  expect(world.write({ as: 'user:mia', add: ['team:hers#member@user:evil'] })).toBe('accepted');
});

it('attaches a foreign parent: the parent has a say', async () => {
  const world = await platform();
  expect(world.write({ as: 'user:max', add: ['folder:plans#parent@folder:secrets'] })).toBe('granted by');
  const add = ['folder:mine#workspace@workspace:dev', 'folder:mine#parent@folder:secrets'];
  expect(world.write({ as: 'user:max', add })).toBe('granted by');
});

it('brings into being an object that others already point to: with `created by` of the old state, its own tuples do not help', async () => {
  const world = await platform('record:r9#workspace@workspace:dev', 'record:r9#folder@folder:ghost');
  expect(world.write({ as: 'user:max', add: ['folder:ghost#workspace@workspace:dev'] })).toBe('created by');
});

it('deletes and creates again what others still point to: refused', async () => {
  const world = await platform();
  expect(world.write({ as: 'user:max', remove: ['record:r1#folder@folder:plans'] })).toBe('accepted');
  expect(world.write({ add: ['folder:sub#workspace@workspace:dev', 'folder:sub#parent@folder:plans'] })).toBe(
    'accepted',
  );
  expect(world.write({ as: 'user:max', remove: ['folder:plans#workspace@workspace:dev'] })).toBe('accepted');
  expect(world.write({ as: 'user:eve', add: ['folder:plans#workspace@workspace:ops'] })).toBe('created by');
  expect(world.write({ as: 'user:max', add: ['folder:plans#workspace@workspace:dev'] })).toBe('created by');
});

it('occupies a name before its object is there: refused', async () => {
  const world = await platform();
  expect(world.write({ as: 'user:max', add: ['folder:plans#reviewer@team:later'] })).toBe('created by');
  expect(
    world.write({
      as: 'user:max',
      add: ['record:new#workspace@workspace:dev', 'record:new#folder@folder:later'],
    }),
  ).toBe('created by');
});

describe('new objects', () => {
  const MUTUAL = `
    type user
    type root { relation boss : user }
    type box {
      created by keeper.owner
      relation keeper : box [0..1]
      relation owner  : user
    }
    type chest {
      created by root.boss or lid.owner
      relation root  : root
      relation lid   : chest
      relation owner : user
      relation inner : chest granted by owner and subject.owner
    }`;

  it('let two of them justify each other: refused', async () => {
    const world = await WorldOfWrites.of(MUTUAL);
    const add = [
      'box:a#keeper@box:b',
      'box:b#keeper@box:a',
      'box:a#owner@user:evil',
      'box:b#owner@user:evil',
    ];
    expect(world.write({ as: 'user:evil', add })).toBe('created by');
  });

  it('let one justify the next, if the old state justifies the first', async () => {
    const world = await WorldOfWrites.of(MUTUAL, ['root:r#boss@user:ada']);
    const chain = [
      'chest:c#lid@chest:b',
      'chest:c#owner@user:ada',
      'chest:b#lid@chest:a',
      'chest:b#owner@user:ada',
    ];
    expect(world.write({ as: 'user:ada', add: [...chain, 'chest:a#owner@user:ada'] })).toBe('created by');
    const first = ['chest:a#root@root:r', 'chest:a#owner@user:ada', 'chest:a#inner@chest:c'];
    expect(world.write({ as: 'user:eve', add: [...chain, ...first] })).toBe('created by');
    expect(world.write({ as: 'user:ada', add: [...chain, ...first] })).toBe('accepted');
  });

  it('name their own creator as one who may create: meant where a rule says so', async () => {
    // The compiler warns of it: a creator satisfies it by naming himself.
    const world = await WorldOfWrites.of('type user\ntype box { created by owner\n relation owner : user }');
    expect(world.write({ as: 'user:eve', add: ['box:a#owner@user:ada'] })).toBe('created by');
    expect(world.write({ as: 'user:eve', add: ['box:a#owner@user:eve'] })).toBe('accepted');
  });

  it('point to themselves to be justified: meant, for their own tuples count', async () => {
    const world = await WorldOfWrites.of(MUTUAL);
    expect(world.write({ as: 'user:eve', add: ['box:a#keeper@box:a', 'box:a#owner@user:eve'] })).toBe(
      'accepted',
    );
  });
});

it('uses a wildcard or a set as a subject: `subject.name` is asked of no wildcard, and of the object of a set', async () => {
  const world = await WorldOfWrites.of(
    `type user
     type team { relation lead : user  relation member : user }
     type space { relation owner : user  relation guest : team | team#member | team:* | user:*  granted by owner and subject.lead }`,
    ['space:s#owner@user:ada', 'team:hers#lead@user:ada', 'team:other#lead@user:eve'],
  );
  expect(world.write({ as: 'user:ada', add: ['space:s#guest@team:*'] })).toBe('granted by');
  expect(world.write({ as: 'user:ada', add: ['space:s#guest@user:*'] })).toBe('granted by');
  expect(world.write({ as: 'user:ada', add: ['space:s#guest@team:other#member'] })).toBe('granted by');
  expect(world.write({ as: 'user:ada', add: ['space:s#guest@team:hers#member'] })).toBe('accepted');
});

describe('what a tuple carries', () => {
  const until = (day: string): string => `workspace:dev#visitor@user:vic [expires ${day}T00:00:00Z]`;
  const key = (day: string): string => `workspace:dev#reader_key@service_key:k [expires ${day}T00:00:00Z]`;

  it('changes only an expiry or a condition: that is a removal and an addition', async () => {
    const world = await WorldOfWrites.of(
      `type user
       condition weekday(day string) { day != "sunday" }
       type space {
         relation owner : user  relation clerk : user
         relation guest : user expires | user with weekday  granted by clerk  revoked by owner
       }`,
      [
        'space:s#owner@user:ada',
        'space:s#clerk@user:cleo',
        'space:s#guest@user:vic [expires 2030-01-01T00:00:00Z]',
      ],
    );
    const later = 'space:s#guest@user:vic [expires 2031-01-01T00:00:00Z]';
    expect(world.write({ as: 'user:cleo', add: [later] })).toBe('revoked by');
    expect(world.write({ as: 'user:ada', add: [later] })).toBe('granted by');
    expect(world.write({ as: 'user:cleo', add: ['space:s#guest@user:vic [weekday {}]'] })).toBe('revoked by');
    expect(
      world.write({ as: 'user:cleo', add: ['space:s#guest@user:vic [expires 2030-01-01T00:00:00Z]'] }),
    ).toBe('accepted');
  });

  it('outlives `within` by retouching: each time it counts from then, and needs the right', async () => {
    const world = await platform();
    expect(world.write({ as: 'user:max', add: [key('2029-12-01')] })).toBe('expiry');
    expect(world.write({ as: 'user:max', add: [key('2029-08-01')] })).toBe('accepted');
    expect(world.write({ as: 'user:mia', add: [key('2029-08-20')] })).toBe('granted by');
    expect(world.write({ as: 'user:max', add: [key('2029-10-01')] })).toBe('expiry');
    expect(world.write({ as: 'user:max', add: [key('2029-08-20')] })).toBe('accepted');
    expect(world.write({ as: 'user:max', add: ['workspace:dev#reader_key@service_key:k'] })).toBe('expiry');
  });

  it('makes a visitor for good, or with what the form does not have', async () => {
    const world = await platform();
    expect(world.write({ as: 'user:max', add: ['workspace:dev#visitor@user:vic'] })).toBe('accepted');
    expect(world.write({ as: 'user:max', add: [until('2030-01-01')] })).toBe('accepted');
    const both = 'workspace:dev#visitor@user:eve [office_hours {}] [expires 2030-01-01T00:00:00Z]';
    expect(world.write({ as: 'user:max', add: [both] })).toBe('expiry');
    expect(world.write({ as: 'user:max', add: ['workspace:dev#visitor@user:eve [other {}]'] })).toBe('type');
    expect(
      world.write({ as: 'user:max', add: ['workspace:dev#visitor@user:eve [office_hours {"shut": 1}]'] }),
    ).toBe('MALFORMED_CONTEXT');
  });

  it('lets an actor whose own right is conditional or has expired do nothing', async () => {
    const world = await WorldOfWrites.of(
      `condition weekday(day string) { day != "sunday" }
       type user
       type space {
         relation owner : user with weekday | user expires
         relation guest : user granted by owner
       }`,
      ['space:s#owner@user:ada [weekday {}]', 'space:s#owner@user:old [expires 2020-01-01T00:00:00Z]'],
    );
    const add = ['space:s#guest@user:vic'];
    expect(world.write({ as: 'user:ada', add })).toBe('granted by');
    expect(world.write({ as: 'user:ada', add, context: { day: 'sunday' } })).toBe('granted by');
    expect(world.write({ as: 'user:old', add })).toBe('granted by');
    expect(world.error({ as: 'user:ada', add }).message).toContain(
      'does not hold for it; it depends on parameters that were not given: `day`; nothing was written',
    );
    expect(world.write({ as: 'user:ada', add, context: { day: 7 } })).toBe('MALFORMED_CONTEXT');
    expect(world.write({ as: 'user:ada', add, context: { day: 'monday' } })).toBe('accepted');
  });
});

it("says what time it is: the clock of a write is the service's, and other parameters are the caller's", async () => {
  const world = await WorldOfWrites.of(
    `condition hours(now timestamp, opens timestamp) { now >= opens }
     condition since(now int) { now > 5 }
     type user
     type space {
       relation owner : user with hours | user with since
       relation guest : user granted by owner
     }`,
    ['space:s#owner@user:ada [hours {"opens": "2030-01-01T00:00:00Z"}]', 'space:s#owner@user:leo [since {}]'],
  );
  const add = ['space:s#guest@user:vic'];
  const late = '2031-01-01T00:00:00Z';
  expect(world.write({ as: 'user:ada', add, context: { now: late } })).toBe('granted by');
  expect(world.write({ as: 'user:leo', add, context: { now: 6 } })).toBe('accepted');
  expect(world.write({ as: 'user:ada', add, context: { now: null }, now: Date.parse(late) })).toBe(
    'accepted',
  );
});

it('takes away what is not its own: everything is judged, what is absent too', async () => {
  const world = await platform();
  expect(world.write({ as: 'user:mia', remove: ['workspace:dev#member@user:nobody'] })).toBe('revoked by');
  expect(world.write({ as: 'user:mia', remove: ['workspace:dev#member@user:mia'] })).toBe('revoked by');
  expect(world.write({ as: 'user:mia', add: ['workspace:dev#member@user:mia'] })).toBe('granted by');
  expect(world.write({ as: 'user:max', remove: ['workspace:dev#system@system:main'] })).toBe('revoked by');
  expect(world.write({ as: 'user:ada', add: ['workspace:dev#system@system:other'] })).toBe('granted by');
});

describe('blocks a foreign group by `excludes`', () => {
  const EXCLUDING = `
    type user
    type team { relation lead : user  relation member : user granted by lead }
    type order {
      created by self or root.boss
      relation root     : root
      relation buyer    : user | team#member  granted by root.boss
      relation approver : user | team#member  granted by root.boss
      require buyer excludes approver
    }
    type root { relation boss : user }`;
  const stored = [
    'root:r#boss@user:eve',
    'order:trap#root@root:r',
    'order:trap#buyer@user:vic',
    'order:trap#approver@team:foreign#member',
    'team:foreign#lead@user:ada',
  ];

  it('as far as meant: the lead of a group cannot add whom an order keeps apart from it, and is told no names', async () => {
    const world = await WorldOfWrites.of(EXCLUDING, stored);
    const asked = { as: 'user:ada', add: ['team:foreign#member@user:vic'] };
    expect(world.write(asked)).toBe('require');
    const { message } = world.error(asked);
    expect(message).not.toContain('trap');
    expect(message).toMatch(/another `order`.*`require buyer excludes approver` \(test\.pemba:9\)/);
    expect(world.error({ add: asked.add }).message).toContain('`order:trap`');
  });

  it('a schema keeps foreign groups out with `subject.name`', async () => {
    const asking = EXCLUDING.replace(
      'approver : user | team#member  granted by root.boss',
      'approver : user | team#member  granted by root.boss and subject.lead',
    );
    const world = await WorldOfWrites.of(asking, stored);
    const add = ['order:next#approver@team:foreign#member'];
    expect(world.write({ as: 'user:eve', add: ['order:next#root@root:r', ...add] })).toBe('granted by');
  });
});

it('names an actor that is nothing', async () => {
  const world = await platform();
  const add = ['workspace:dev#member@user:a'];
  expect(world.write({ as: 'robot:x', add })).toBe('type');
  // Before what is wrong with an expiry, as every `type`.
  const never = ['workspace:dev#reader_key@service_key:k'];
  expect(world.write({ as: 'user:max', add: never })).toBe('expiry');
  expect(world.error({ as: 'robot:x', add: never })).toMatchObject({
    reason: 'UNKNOWN_TYPE',
    field: 'actor',
  });
});
