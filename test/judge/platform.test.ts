/** The specification's own example, write by write. */
import { expect, it } from 'vitest';
import { PLATFORM, PLATFORM_TUPLES } from './platform.ts';
import { WorldOfWrites } from './world-of-writes.ts';

const world = (): Promise<WorldOfWrites> => WorldOfWrites.of(PLATFORM, PLATFORM_TUPLES);

it('lets an admin name a manager, and a manager nobody as admin', async () => {
  const platform = await world();
  expect(platform.write({ as: 'user:ada', add: ['workspace:dev#manager@user:zoe'] })).toBe('accepted');
  expect(platform.write({ as: 'user:max', add: ['workspace:dev#suspended@user:max'] })).toBe('accepted');
  expect(platform.write({ as: 'user:max', add: ['workspace:dev#admin@user:leo'] })).toBe('granted by');
});

it('takes a workspace with its admin from whoever may make one, whoever that admin is', async () => {
  const platform = await world();
  const add = ['workspace:new#system@system:main', 'workspace:new#admin@user:zoe'];
  expect(platform.write({ as: 'user:ada', add })).toBe('created by');
  expect(platform.write({ as: 'user:root', add: add.slice(0, 1) })).toBe('multiplicity');
  expect(platform.write({ as: 'user:root', add })).toBe('accepted');
});

it('makes a record and the folder it lies in in one write', async () => {
  const platform = await world();
  const add = [
    'record:r2#folder@folder:new',
    'record:r2#workspace@workspace:dev',
    'folder:new#parent@folder:plans',
    'folder:new#workspace@workspace:dev',
  ];
  expect(platform.write({ as: 'user:mia', add })).toBe('created by');
  expect(platform.write({ as: 'user:max', add })).toBe('accepted');
});

it('keeps records in folders of their own workspace, whichever is written', async () => {
  const platform = await world();
  expect(
    platform.write({ add: ['record:r1#folder@folder:secrets'], remove: ['record:r1#folder@folder:plans'] }),
  ).toBe('require');
  expect(
    platform.write({
      add: ['folder:plans#workspace@workspace:ops'],
      remove: ['folder:plans#workspace@workspace:dev'],
    }),
  ).toBe('require');
});

it('counts: a system without admins, a folder with two parents', async () => {
  const platform = await world();
  expect(platform.write({ remove: ['system:main#admin@user:root'] })).toBe('accepted');
  expect(platform.write({ add: ['system:main#admin@user:root'] })).toBe('accepted');
  expect(platform.write({ remove: ['workspace:dev#admin@user:ada'] })).toBe('multiplicity');
  expect(
    platform.write({ add: ['folder:plans#parent@folder:secrets', 'folder:plans#parent@folder:plans'] }),
  ).toBe('multiplicity');
});

it('keeps a key on one user, and one role for each', async () => {
  const platform = await world();
  expect(platform.write({ as: 'user:ada', add: ['user:ada#key@user_key:k'] })).toBe('accepted');
  expect(platform.write({ as: 'user:eve', add: ['user:eve#key@user_key:k'] })).toBe('unique');
  expect(platform.write({ as: 'user:eve', add: ['user:ada#key@user_key:k2'] })).toBe('granted by');
  expect(platform.write({ as: 'user:ada', add: ['workspace:dev#member@user:max'] })).toBe('require');
});

it('removes a whole workspace for its admin alone', async () => {
  const platform = await world();
  const remove = ['workspace:ops#system@system:main', 'workspace:ops#admin@user:eve'];
  expect(platform.write({ as: 'user:root', remove })).toBe('deleted by');
  expect(platform.write({ as: 'user:eve', remove: remove.slice(0, 1) })).toBe('revoked by');
  expect(platform.write({ as: 'user:eve', remove })).toBe('accepted');
});

it('names object, rule and line', async () => {
  const platform = await world();
  expect(platform.error({ remove: ['workspace:dev#admin@user:ada'] }).message).toMatch(
    /^the write would break an invariant: `workspace:dev` would hold fewer subjects in `admin` than it must: `admin \[1\.\.\]` \(test\.pemba:\d+\); nothing was written$/,
  );
  expect(platform.error({ as: 'user:max', add: ['workspace:dev#admin@user:zoe'] }).message).toMatch(
    /^updates\[0\]: `user:max` may not add `workspace:dev#admin@user:zoe`: `granted by admin` \(test\.pemba:\d+\) does not hold for it; nothing was written$/,
  );
});

it('leaves the view as it was after a refusal', async () => {
  const platform = await world();
  platform.write({ as: 'user:root', add: ['workspace:new#system@system:main'] });
  expect(platform.has('workspace:new#system@system:main')).toBe(false);
  platform.write({ remove: ['workspace:dev#admin@user:ada'] });
  expect(platform.has('workspace:dev#admin@user:ada')).toBe(true);
});
