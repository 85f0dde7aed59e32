/** LookupSubjects against the language's meaning, over random schemas, tuples and writes. */
import { afterAll, assert, expect, test, vi } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { defaultLimits } from '../../src/base/limits.ts';
import { runWhole } from '../../src/base/slices.ts';
import type { Found } from '../../src/engine/lookup/found.ts';
import { lookupSubjects, type SubjectsQuery } from '../../src/engine/lookup/lookup-subjects.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import type { View } from '../../src/view/view.ts';
import { randomSeed } from '../support/random.ts';
import { Choices } from './choices.ts';
import { forRandomScenarios, forWideScenarios } from './fuzz.ts';
import type { Oracle, OracleAnswer } from './oracle.ts';
import { type Declaration, type Expression, namesOf, type OracleSchema } from './oracle-schema.ts';
import { Scenario } from './scenario.ts';
import { schemaText } from './schema-text.ts';

// For long runs; by default all of them together take some seconds.
vi.setConfig({ testTimeout: 3_600_000 });

const LIMITS = { ...defaultLimits(), walkDepth: 1_000, walkVisits: 100_000_000 };

test('a lookup finds whom the language’s meaning puts in the set, and nobody else', async () => {
  await forRandomScenarios({ runs: 20, writes: 2 }, (scenario) => {
    scenario.writes.forEach((write, i) => {
      scenario.apply(write);
      assertAgrees(scenario, scenario.view, scenario.tuplesAfter(i + 1));
    });
  });
});

test('so it does in wide data', async () => {
  await forWideScenarios({ runs: 5, writes: 2, ids: 16 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    assertAgrees(scenario, scenario.view, scenario.tuplesAfter(2));
  });
});

test('and at an earlier revision, and with contextual tuples', async () => {
  await forRandomScenarios({ runs: 10, writes: 3 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    assertAgrees(scenario, scenario.viewAfter(1), scenario.tuplesAfter(1));
    const { view, tuples } = scenario.withContextualTuples();
    assertAgrees(scenario, view, tuples);
  });
});

// Random schemas have too few wildcards for exceptions from them to be common.
const WILDCARDS: OracleSchema = {
  types: [
    { name: 'user', declarations: [] },
    { name: 'team', declarations: [relation('member', ['user', 'user:*', 'team#member'])] },
    {
      name: 'doc',
      declarations: [
        relation('parent', ['doc']),
        relation('viewer', ['user', 'user:*', 'team#member']),
        relation('banned', ['user', 'user:*', 'team#member']),
        permission('inherited', { kind: 'arrow', relation: 'parent', name: 'view' }),
        permission('any', { kind: 'or', of: [name('viewer'), name('inherited')] }),
        permission('view', { kind: 'except', from: name('any'), without: name('banned') }),
        permission('twice', { kind: 'except', from: name('viewer'), without: name('view') }),
        permission('both', { kind: 'and', of: [name('any'), name('viewer')] }),
        permission('all', { kind: 'every', relation: 'parent', name: 'any' }),
      ],
    },
  ],
};

test('so it does where wildcards have exceptions', async () => {
  const seed = randomSeed();
  const { schema } = await compileSchema({ path: 'wildcards.pemba', text: schemaText(WILDCARDS) });
  assert(schema !== undefined);
  for (let i = 0; i < 25; i++) {
    const scenario = new Scenario(WILDCARDS, schema, Choices.from(seed + i), 2, 4);
    for (const write of scenario.writes) scenario.apply(write);
    assertAgrees(scenario, scenario.view, scenario.tuplesAfter(2), `SEED=${seed}: `);
  }
});

function relation(of: string, subjects: string[]): Declaration {
  return { kind: 'relation', name: of, subjects };
}

function permission(of: string, expression: Expression): Declaration {
  return { kind: 'permission', name: of, expression };
}

function name(of: string): Expression {
  return { kind: 'name', name: of };
}

const met = { allowed: 0, denied: 0, wildcard: 0, exception: 0, sets: 0, cycle: 0 };

afterAll(() => {
  for (const [what, count] of Object.entries(met)) expect(count, what).toBeGreaterThan(10);
});

function assertAgrees(scenario: Scenario, view: View, tuples: Set<string>, seed = ''): void {
  const { askedObjects, schema } = scenario;
  const sets = askedObjects.flatMap((object) =>
    scenario.membersOf(object).map((member) => `${object}#${member}`),
  );
  const oracle = scenario.oracle(tuples, [...askedObjects, ...sets]);
  for (const object of scenario.choices.some(askedObjects, 12)) {
    for (const relation of scenario.membersOf(object)) {
      for (const { name, declarations } of schema.types) {
        const ids = askedObjects
          .filter((each) => each.startsWith(`${name}:`))
          .map((each) => each.slice(name.length + 1));
        for (const form of ['', ...declarations.flatMap(namesOf).map((set) => `#${set}`)]) {
          const query = { object, relation, subjectType: `${name}${form}` };
          assertLookup(scenario, view, tuples, oracle, query, ids, seed);
        }
      }
    }
  }
}

function assertLookup(
  scenario: Scenario,
  view: View,
  tuples: Set<string>,
  oracle: Oracle,
  query: SubjectsQuery,
  ids: string[],
  seed: string,
): void {
  const { object, relation, subjectType } = query;
  const [type, set] = subjectType.split('#');
  const subjects = ids.map((id) => (set === undefined ? `${type}:${id}` : `${type}:${id}#${set}`));
  const expected = subjects.map((subject) => oracle.check(object, relation, subject));
  const fail = (subject: string, actual: string, should: string): never =>
    scenario.fail(`${seed}lookup of ${subjectType}`, tuples, { object, relation, subject }, actual, should);

  let found: Found[];
  try {
    found = runWhole(lookupSubjects(scenario.plan, view, query, LIMITS));
  } catch (error) {
    if (!(error instanceof PembaError) || error.reason !== 'NEGATION_CYCLE') throw error;
    met.cycle++;
    if (!expected.includes('negation cycle')) fail('…', 'an error', 'none');
    return;
  }
  const listed = new Map(found.map(({ id, answer }) => [id, answer]));
  expect(found.map(({ id }) => id)).toEqual([...listed.keys()].sort(byBytes));
  const hasWildcard = listed.get('*') === 'allowed';
  if (hasWildcard) met.wildcard++;
  else if ([...listed.values()].some((answer) => answer !== 'allowed'))
    fail('…', 'listed as denied', 'left out');
  if (hasWildcard && set !== undefined) fail('*', 'listed', 'never in a lookup of sets');
  subjects.forEach((subject, i) => {
    const actual: OracleAnswer = (listed.get(ids[i]) as OracleAnswer) ?? (hasWildcard ? 'allowed' : 'denied');
    if (actual !== expected[i]) fail(subject, actual, expected[i]);
    if (listed.get(ids[i]) === 'denied') met.exception++;
    else if (actual === 'allowed' && set !== undefined) met.sets++;
    else met[actual as 'allowed' | 'denied']++;
    listed.delete(ids[i]);
  });
  listed.delete('*');
  expect([...listed.keys()], 'ids that no tuple mentions').toEqual([]);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
