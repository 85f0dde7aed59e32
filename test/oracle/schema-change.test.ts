/** A new schema against the oracle: it may be put in force if and only if all that is stored obeys it. */
import { expect, it } from 'vitest';
import { runSliced } from '../../src/base/slices.ts';
import { findNotAdmitted, findViolations } from '../../src/judge/audit.ts';
import { formatTupleWhole, parseTuple } from '../../src/model/tuple.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import type { CompiledSchema } from '../../src/schema/compiled-schema.ts';
import { WorldOfWrites } from '../judge/world-of-writes.ts';
import { randomSeed, seeded } from '../support/random.ts';
import { JudgeOracle, type OracleTuple } from './judge-oracle.ts';
import { randomRules, randomWrite } from './random-writes.ts';

const ROUNDS = 30;
const CHANGES = 6;
const UNHURRIED = { deadline: Number.POSITIVE_INFINITY };

interface Schema {
  text: string;
  compiled: CompiledSchema;
}

async function randomSchema(random: () => number): Promise<Schema> {
  for (;;) {
    const text = randomRules(random);
    const { schema } = await compileSchema({ path: 'test.pemba', text });
    if (schema !== undefined) return { text, compiled: schema };
  }
}

/** The same rules and other permissions, if that compiles: what a rule speaks of may change with them. */
async function withOtherPermissions(random: () => number, { text }: Schema): Promise<Schema | undefined> {
  const other = randomRules(random);
  const opened = /^ {2}permission opened = .*$/m;
  const changed = text
    .replace(/\(a or b or parent\.view\) except barred/, random() < 0.5 ? 'a or b or barred' : '$&')
    .replace('permission seen = a and team.member', random() < 0.7 ? 'permission seen = a or barred' : '$&')
    .replace(opened, opened.exec(other)?.[0] ?? '$&')
    .replace('permission led = lead of team', 'permission led = a or lead of team');
  const { schema } = await compileSchema({ path: 'test.pemba', text: changed });
  return schema && { text: changed, compiled: schema };
}

/** What is stored after some writes, all of which the schema let happen. */
function randomState(random: () => number, schema: Schema): { state: Map<string, OracleTuple>; now: number } {
  const oracle = new JudgeOracle(schema.compiled);
  const writes = Math.floor(random() * 20);
  let now = 0;
  for (let i = 0; i < writes; i++) {
    const { actor: _, ...write } = randomWrite(random, [...oracle.state.values()]);
    now = write.now;
    oracle.write(write);
  }
  return { state: oracle.state, now };
}

function textOf({ object, relation, subject, condition, expiresAt }: OracleTuple): string {
  return formatTupleWhole({
    ...parseTuple(`${object}#${relation}@${subject}`),
    ...(condition === undefined ? {} : { condition: { name: 'c', context: condition } }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
}

it('agrees on which schemas what is stored lets in', { timeout: 120_000 }, async () => {
  const seed = randomSeed();
  const random = seeded(seed);
  const told = { admitted: 0, 'not admitted': 0, broken: 0 };
  for (let i = 0; i < ROUNDS; i++) {
    const before = await randomSchema(random);
    const { state, now } = randomState(random, before);
    const tuples = [...state.values()].map(textOf);
    for (let j = 0; j < CHANGES; j++) {
      const kept = random() < 0.5 ? await withOtherPermissions(random, before) : undefined;
      const after = kept ?? (await randomSchema(random));
      const { plan, view, limits } = await WorldOfWrites.of(after.text, tuples);
      const notAdmitted = await runSliced(findNotAdmitted(before.compiled, plan, view, now), UNHURRIED);
      const broken = await runSliced(findViolations(before.compiled, plan, view, now, limits), UNHURRIED);
      const where = `SEED=${seed}\nbefore:${before.text}\nafter:${after.text}\nstored:\n${tuples.join('\n')}\n`;
      const isAdmitted = notAdmitted.length === 0 && broken.length === 0;
      expect(isAdmitted, `${where}${[...notAdmitted, ...broken].join('\n')}`).toBe(
        new JudgeOracle(after.compiled).admits(state, now),
      );
      told[isAdmitted ? 'admitted' : notAdmitted.length > 0 ? 'not admitted' : 'broken']++;
    }
  }
  for (const [outcome, count] of Object.entries(told))
    expect(count, `SEED=${seed} ${outcome}`).toBeGreaterThan(0);
});
