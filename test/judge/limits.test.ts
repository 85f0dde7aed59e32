/** The work of deciding whether an actor may write is limited, on either side. */
import { expect, it } from 'vitest';
import { WorldOfWrites } from './world-of-writes.ts';

const SCHEMA = 'type user\ntype space { relation owner : user  relation guest : user granted by owner }';

it('takes as many steps as clauseSteps allows for the clauses of one write, and no more', async () => {
  const add = Array.from({ length: 10 }, (_, i) => `space:s#guest@user:${i}`);
  const wide = await WorldOfWrites.of(SCHEMA, ['space:s#owner@user:ada'], { clauseSteps: 20 });
  expect(wide.write({ as: 'user:ada', add })).toBe('accepted');
  const tight = await WorldOfWrites.of(SCHEMA, ['space:s#owner@user:ada'], { clauseSteps: 19 });
  expect(tight.error({ as: 'user:ada', add })).toMatchObject({
    reason: 'LIMIT',
    message: expect.stringContaining('limit clauseSteps reached'),
  });
  expect(tight.has('space:s#guest@user:0')).toBe(false);
});
