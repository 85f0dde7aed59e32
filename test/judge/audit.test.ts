/** What a new schema finds in what is stored. */
import { expect, it } from 'vitest';
import { defaultLimits } from '../../src/base/limits.ts';
import { runWhole } from '../../src/base/slices.ts';
import { Plan } from '../../src/engine/plan.ts';
import { findViolations } from '../../src/judge/audit.ts';
import { View } from '../../src/view/view.ts';
import { WorldOfWrites } from './world-of-writes.ts';

/** What is wrong with a world once the schema is `after`. */
async function violations(before: WorldOfWrites, after: string): Promise<string[]> {
  const { schema } = (await WorldOfWrites.of(after)).plan;
  const plan = new Plan(schema, before.graph.types, before.graph.relations);
  const view = new View(before.graph);
  return runWhole(findViolations(before.plan.schema, plan, view, 0, defaultLimits()));
}

it('looks at `require x.y contains z` again if another type gets a `y`', async () => {
  const schema = (y: string): string => `
    type user
    type house { relation owner : user }
    type tent { relation guest : user ${y} }
    type desk {
      relation place : house | tent  relation user : user
      require place.owner contains user }`;
  const world = await WorldOfWrites.of(schema(''), ['desk:d#place@tent:t', 'desk:d#user@user:a']);
  expect(await violations(world, schema(''))).toEqual([]);
  expect(await violations(world, schema('relation owner : user'))).toEqual([
    expect.stringContaining('`require place.owner contains user` (test.pemba:7)'),
  ]);
});
