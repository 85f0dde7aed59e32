/** The judge against an oracle that looks at everything: accepted or refused, and the first reason. */
import { expect, it } from 'vitest';
import { REFUSALS } from '../../src/judge/refusal.ts';
import { formatTupleWhole, parseTuple } from '../../src/model/tuple.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { WorldOfWrites } from '../judge/world-of-writes.ts';
import { randomSeed, seeded } from '../support/random.ts';
import { JudgeOracle, type OracleTuple, type OracleWrite } from './judge-oracle.ts';
import { randomRules, randomWrite } from './random-writes.ts';

const SCHEMAS = Number(process.env.JUDGED_SCHEMAS ?? 60);
const WRITES = 40;
const HALF_A_DAY = 43_200_000;

function textOf({ object, relation, subject, condition, expiresAt }: OracleTuple): string {
  return formatTupleWhole({
    ...parseTuple(`${object}#${relation}@${subject}`),
    ...(condition === undefined ? {} : { condition: { name: 'c', context: condition } }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
}

function ask(world: WorldOfWrites, { actor, ok, now, add, remove }: OracleWrite): string {
  return world.write({
    ...(actor === undefined ? {} : { as: actor }),
    ...(ok === undefined ? {} : { context: { ok } }),
    now,
    add: add.map(textOf),
    remove: remove.map(textOf),
  });
}

/** Not every choice of rules can be met; the compiler refuses those that cannot. */
async function randomWorld(random: () => number): Promise<{ schema: string; world: WorldOfWrites }> {
  for (;;) {
    const text = randomRules(random);
    const { schema } = await compileSchema({ path: 'test.pemba', text });
    if (schema !== undefined) return { schema: text, world: await WorldOfWrites.of(text) };
  }
}

it('agrees on what is accepted and why the rest is refused', { timeout: 240_000 }, async () => {
  const seed = randomSeed();
  const random = seeded(seed);
  const told = new Map<string, number>();
  for (let i = 0; i < SCHEMAS; i++) {
    const { schema, world } = await randomWorld(random);
    const oracle = new JudgeOracle(world.plan.schema);
    for (let j = 0; j < WRITES; j++) {
      const proposed = randomWrite(random, [...oracle.state.values()]);
      // The clock goes on, so that what was granted for a time expires between the writes.
      const write = { ...proposed, now: proposed.now + j * HALF_A_DAY };
      const stored = [...oracle.state.values()].map(textOf);
      const expected = oracle.write(write);
      const answer = ask(world, write);
      const text = JSON.stringify({ ...write, add: write.add.map(textOf), remove: write.remove.map(textOf) });
      expect(answer, `SEED=${seed}\n${schema}\nstored:\n${stored.join('\n')}\nwrite: ${text}`).toBe(expected);
      told.set(answer, (told.get(answer) ?? 0) + 1);
    }
  }
  for (const outcome of ['accepted', ...REFUSALS])
    expect(told.get(outcome) ?? 0, `SEED=${seed} ${outcome}`).toBeGreaterThan(0);
});
