/**
 * Changes each schema of schema/ in every place where it can be weakened or broken, one at a time, and runs its
 * tests. A change that no test notices has to be listed in test/models/equivalents.ts, with a proof that it
 * changes nothing. Exits with 1 otherwise.
 *
 * Usage: `npm run test:models:mutation [FILE…]`, with paths from schema/.
 */
import { equivalents } from '../test/models/equivalents.ts';
import { run, SCHEMA_FILES, TEST_FILES, textOf } from '../test/models/models.ts';
import { type Mutant, mutantsOf } from '../test/models/mutants.ts';

type Outcome = 'noticed' | 'refused by the compiler' | 'survived';

/** The test files whose schema is this file, or imports it. */
async function testsOf(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const test of TEST_FILES) {
    const { texts } = await run(test);
    if (Object.keys(texts).includes(`schema/${path}`)) found.push(test);
  }
  return found;
}

async function outcomeOf(path: string, { text }: Mutant, tests: readonly string[]): Promise<Outcome> {
  for (const test of tests) {
    const { diagnostics, differences } = await run(test, { path, text });
    if (diagnostics.length > 0) return 'refused by the compiler';
    if (differences.length > 0) return 'noticed';
  }
  return 'survived';
}

async function mutate(path: string): Promise<string[]> {
  const wrong: string[] = [];
  const listed = new Map(
    equivalents.filter((each) => each.schema === path).map((each) => [each.mutant, each.proof]),
  );
  const counts: Record<Outcome, number> = { noticed: 0, 'refused by the compiler': 0, survived: 0 };
  const tests = await testsOf(path);
  const mutants = mutantsOf({ path, text: textOf(path) });
  for (const mutant of mutants) {
    const outcome = await outcomeOf(path, mutant, tests);
    counts[outcome]++;
    const isListed = listed.delete(mutant.name);
    if (outcome === 'survived' && !isListed) wrong.push(`no test notices: ${mutant.name}`);
    if (outcome !== 'survived' && isListed)
      wrong.push(`listed as equivalent, but ${outcome}: ${mutant.name}`);
  }
  for (const name of listed.keys()) wrong.push(`listed as equivalent, but there is no such mutant: ${name}`);
  const told = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
  console.log(`schema/${path}: ${mutants.length} mutants: ${told.join(', ')}`);
  return wrong.map((each) => `schema/${path}: ${each}`);
}

const named = process.argv.slice(2);
const wrong: string[] = [];
for (const test of TEST_FILES) {
  const { problems, diagnostics, differences } = await run(test);
  const found = [...problems, ...diagnostics, ...differences];
  if (found.length > 0) wrong.push(`schema/${test}: fails as it is; run \`pemba test schema/${test}\``);
}
if (wrong.length === 0) {
  for (const path of named.length > 0 ? named : SCHEMA_FILES) wrong.push(...(await mutate(path)));
}
for (const each of wrong) console.error(each);
process.exitCode = wrong.length > 0 ? 1 : 0;
