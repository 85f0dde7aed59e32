/** The whole service against the language's meaning: real Postgres, real gRPC, random schemas and writes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TestClient } from '../support/client.ts';
import { freshDatabase, startNode } from '../support/database.ts';
import { Choices } from './choices.ts';
import { makeScenario, type Scenario } from './scenario.ts';
import { schemaText } from './schema-text.ts';

const RUNS = Number(process.env.PEMBA_FUZZ_RUNS ?? 10);
const SEED = Number(process.env.PEMBA_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const ITEMS = 1_000;

test(`Check and BatchCheck answer as the language means, after each write and at each kept revision (PEMBA_FUZZ_SEED=${SEED})`, async () => {
  const { client } = await startNode({ database: await freshDatabase(), limits: { walkVisits: 10_000_000 } });
  const tapes = fc.sample(fc.tuple(fc.array(fc.nat(), { minLength: 160, maxLength: 160 }), fc.integer()), {
    numRuns: RUNS,
    seed: SEED,
  });
  let asked = 0;
  for (const [i, [schemaTape, data]] of tapes.entries()) {
    const scenario = await makeScenario(schemaTape, Choices.from(data), { writes: 4 });
    if (scenario === undefined) continue;
    const store = `random-${i}`;
    await client.call('StoreService/CreateStore', { name: store });
    await client.writeSchema(schemaText(scenario.schema), { store });
    asked += await play(scenario, client, store);
  }
  expect(asked).toBeGreaterThan(RUNS * 100);
}, 600_000);

/** Writes the scenario's history, asking after each write, then at each of its revisions. */
async function play(scenario: Scenario, client: TestClient, store: string): Promise<number> {
  const subjects = scenario.askedSubjects(5);
  const zookies: string[] = [];
  let asked = 0;
  for (const [i, write] of scenario.writes.entries()) {
    const updates = write.map(({ op, tuple }): [string, string] => [
      op === 'add' ? 'create' : 'delete',
      tuple,
    ]);
    // The history of a scenario may have a write that changes nothing, which the service has no use for.
    if (updates.length > 0) zookies[i] = await client.write(updates, { store });
    else zookies[i] = zookies[i - 1] ?? '';
    asked += await askAll(scenario, client, store, subjects, i + 1, {});
  }
  for (const [i, zookie] of zookies.entries()) {
    if (zookie !== '')
      asked += await askAll(scenario, client, store, subjects, i + 1, { atExactSnapshot: zookie });
  }
  return asked;
}

async function askAll(
  scenario: Scenario,
  client: TestClient,
  store: string,
  subjects: string[],
  count: number,
  consistency: object,
): Promise<number> {
  const tuples = scenario.tuplesAfter(count);
  const oracle = scenario.oracle(tuples, subjects);
  const questions = scenario.choices.some(scenario.questions(subjects), ITEMS);
  const { results } = await client.call('PermissionService/BatchCheck', {
    store,
    items: questions,
    consistency,
  });
  for (const [i, question] of questions.entries()) {
    const expected = oracle.check(question.object, question.relation, question.subject);
    const actual = inOracleWords(results[i]);
    if (actual !== expected) scenario.fail(`as of write ${count}`, tuples, question, actual, expected);
  }
  // A single check takes another way to the same walk.
  for (const question of scenario.choices.some(questions, 20)) {
    const expected = oracle.check(question.object, question.relation, question.subject);
    const actual = await checkOne(client, { store, ...question, consistency });
    if (actual !== expected) scenario.fail(`alone, as of write ${count}`, tuples, question, actual, expected);
  }
  return questions.length;
}

async function checkOne(client: TestClient, request: object): Promise<string> {
  try {
    return inOracleWords(await client.call('PermissionService/Check', request));
  } catch (error) {
    const reason = (error as { metadata: { get(name: string): unknown[] } }).metadata.get('pemba-reason')[0];
    return inOracleWords({ error: { reason: String(reason) } });
  }
}

function inOracleWords({ answer, error }: { answer?: string; error?: { reason: string } | null }): string {
  if (error) return error.reason === 'NEGATION_CYCLE' ? 'negation cycle' : error.reason;
  return String(answer).replace('ANSWER_', '').toLowerCase();
}
