/** Conditions, expiry and `of` against the language's meaning, over random schemas, tuples, contexts and clocks. */
import { assert, expect, test, vi } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { runWhole } from '../../src/base/slices.ts';
import { Engine } from '../../src/engine/engine.ts';
import { explain, type Miss } from '../../src/engine/explain/explain.ts';
import type { Found } from '../../src/engine/lookup/found.ts';
import { listPermissions } from '../../src/engine/lookup/list-permissions.ts';
import { lookupResources } from '../../src/engine/lookup/lookup-resources.ts';
import { lookupSubjects } from '../../src/engine/lookup/lookup-subjects.ts';
import { Plan } from '../../src/engine/plan.ts';
import { Graph } from '../../src/graph/graph.ts';
import { assertAdmitted, assertExpiryAdmitted } from '../../src/judge/admission.ts';
import type { Grant } from '../../src/model/grant.ts';
import { formatTupleWhole, parseTuple, type Tuple } from '../../src/model/tuple.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { OverlayView, View } from '../../src/view/view.ts';
import { randomSeed } from '../support/random.ts';
import { Choices } from './choices.ts';
import { namesOf, type OracleSchema } from './oracle-schema.ts';
import {
  type Asked,
  CONDITIONS,
  holdingOf,
  randomCircumstances,
  randomGrant,
  withGrants,
  withOf,
} from './random-grants.ts';
import { randomSchema } from './random-schema.ts';
import { randomWorld } from './random-tuples.ts';
import { generousLimits } from './scenario.ts';
import { schemaText } from './schema-text.ts';
import { ValuesOracle } from './values-oracle.ts';

vi.setConfig({ testTimeout: 3_600_000 });

const RUNS = Number(process.env.PEMBA_FUZZ_RUNS ?? 40);
const LIMITS = generousLimits();
const CLOCKS = 3;

class World {
  readonly schema: OracleSchema;
  readonly text: string;
  readonly plan: Plan;
  readonly graph = new Graph();
  readonly choices: Choices;
  readonly tuples = new Map<string, Grant>();
  readonly objects: string[];
  readonly engine = new Engine(LIMITS);
  readonly view: View;

  constructor(
    schema: OracleSchema,
    text: string,
    compiled: ConstructorParameters<typeof Plan>[0],
    choices: Choices,
    carried: ReturnType<typeof withGrants>['carried'],
  ) {
    this.schema = schema;
    this.text = text;
    this.choices = choices;
    this.plan = new Plan(compiled, this.graph.types, this.graph.relations);
    const world = randomWorld(schema, choices, 3);
    this.objects = [...world.objects, ...schema.types.map(({ name }) => `${name}:nowhere`)];
    // Without an overlay there are ways that are shorter.
    const isPlain = choices.below(3) === 0;
    const later: Tuple[] = [];
    for (const tuple of choices.some(world.tuples, (1 + choices.below(4)) * world.objects.length)) {
      const grant = randomGrant(tuple, carried, choices);
      this.tuples.set(tuple, grant);
      const whole = { ...parseTuple(tuple), ...grant };
      // Some are in the graph, some in the overlay, and some carry something else in the graph.
      const place = isPlain ? 0 : choices.below(6);
      if (place < 4) this.graph.add(whole);
      if (place === 4) this.graph.add({ ...parseTuple(tuple), expiresAt: 1 });
      if (place >= 4) later.push(whole);
    }
    const view = new OverlayView(this.graph);
    for (const tuple of later) view.put(tuple);
    this.view = isPlain ? new View(this.graph) : view;
  }

  membersOf(object: string): string[] {
    const type = this.schema.types.find(({ name }) => object.startsWith(`${name}:`));
    return type?.declarations.flatMap(namesOf) ?? [];
  }

  subjects(sets: number): string[] {
    const all = this.objects.flatMap((object) =>
      this.membersOf(object).map((member) => `${object}#${member}`),
    );
    return [
      ...this.objects,
      ...this.schema.types.map(({ name }) => `${name}:*`),
      ...this.choices.some(all, sets),
    ];
  }

  oracle(asked: Asked, subjects: string[]): ValuesOracle {
    const holding = new Map([...this.tuples].map(([tuple, grant]) => [tuple, holdingOf(grant, asked)]));
    return new ValuesOracle(this.schema, holding, this.objects, subjects);
  }

  fail(what: string, asked: Asked, actual: string, expected: string): never {
    const tuples = [...this.tuples].map(([tuple, grant]) =>
      formatTupleWhole({ ...parseTuple(tuple), ...grant }),
    );
    return assert.fail(
      `${what} is ${actual}, should be ${expected}\nnow ${new Date(asked.now).toISOString()} context ${JSON.stringify(asked.context)}\n\n${this.text}\n${tuples.sort().join('\n')}`,
    );
  }
}

let refused = 0;

async function makeWorld(seed: number): Promise<World | undefined> {
  const choices = Choices.from(seed);
  const schema = withOf(randomSchema(choices), choices);
  const { text, carried } = withGrants(schema, choices);
  const whole = `${CONDITIONS}\n${schemaText(text)}`;
  const { schema: compiled, diagnostics } = await compileSchema({ path: 'random.pemba', text: whole });
  if (compiled !== undefined) return new World(schema, whole, compiled, choices, carried);
  refused++;
  if (process.env.PEMBA_FUZZ_SHOW_REFUSED !== undefined)
    process.stderr.write(
      `${diagnostics
        .filter((d) => d.severity === 'error')
        .map((d) => d.message)
        .join('\n')}\n`,
    );
  return undefined;
}

async function forWorlds(property: (world: World) => void): Promise<void> {
  const seed = randomSeed();
  for (let run = 0; run < RUNS; run++) {
    const world = await makeWorld(seed + run);
    if (world === undefined) continue;
    try {
      property(world);
    } catch (error) {
      throw new Error(`world ${seed + run}: ${(error as Error).message}`, { cause: error });
    }
  }
}

function outcome(ask: () => string): string {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof PembaError)) throw error;
    if (error.reason === 'NEGATION_CYCLE') return 'negation cycle';
    if (error.reason === 'CONDITION_FAILED') return 'condition failed';
    throw error;
  }
}

const counts: Record<string, number> = {};

test('a check gives the answer of the language’s meaning, and what it depends on', async () => {
  await forWorlds((world) => {
    for (let i = 0; i < CLOCKS; i++) {
      const asked = randomCircumstances(world.choices);
      const subjects = world.subjects(4);
      const oracle = world.oracle(asked, subjects);
      for (const subject of subjects) {
        for (const object of world.objects) {
          for (const relation of world.membersOf(object)) {
            const expected = oracle.check(object, relation, subject);
            const actual = outcome(() => {
              const answer = world.engine.check(world.plan, world.view, { object, relation, subject }, asked);
              return answer === 'conditional' ? `conditional ${world.engine.missing.join()}` : answer;
            });
            const kind = expected.split(' ')[0];
            counts[kind] = (counts[kind] ?? 0) + 1;
            if (actual !== expected) world.fail(`${object}#${relation}@${subject}`, asked, actual, expected);
          }
        }
      }
    }
  });
  expect(refused).toBeLessThan(RUNS / 2);
  expect(counts.conditional).toBeGreaterThan(50);
});

test('lookups find what checks say, and what it depends on', async () => {
  await forWorlds((world) => {
    const { plan, view, engine } = world;
    const asked = randomCircumstances(world.choices);
    const ask = (object: string, relation: string, subject: string): string =>
      outcome(() => {
        const answer = engine.check(plan, view, { object, relation, subject }, asked);
        return answer === 'conditional' ? `conditional ${engine.missing.join()}` : answer;
      });
    const textOf = ({ id, answer, missing }: Found): string =>
      `${id} ${answer}${missing === undefined ? '' : ` ${missing.join()}`}`;
    const isFailure = (answer: string): boolean =>
      answer === 'negation cycle' || answer === 'condition failed';
    const types = [...plan.types.values()].filter((type) => type.members.size > 0);
    for (const { name, members } of types) {
      const relation = world.choices.oneOf([...members.keys()]);
      for (const subject of world.choices.some(world.subjects(4), 8)) {
        const ids = world.objects.filter(
          (object) => object.startsWith(`${name}:`) && !object.endsWith(':nowhere'),
        );
        const answers = ids.map((object) => ({
          id: object.slice(name.length + 1),
          answer: ask(object, relation, subject),
        }));
        const own = subject.startsWith(`${name}:nowhere`)
          ? ask(`${name}:nowhere`, relation, subject)
          : 'denied';
        const found = outcome(() =>
          runWhole(lookupResources(plan, view, { resourceType: name, relation, subject }, LIMITS, asked))
            .map(textOf)
            .sort()
            .join('; '),
        );
        const all = [...answers, { id: 'nowhere', answer: own }];
        if (isFailure(found) && all.some(({ answer }) => isFailure(answer))) continue;
        const expected = all
          .filter(({ answer }) => answer !== 'denied')
          .map(({ id, answer }) => `${id} ${answer}`)
          .sort()
          .join('; ');
        if (found !== expected)
          world.fail(`resources ${name}#${relation}@${subject}`, asked, found, expected);
      }
      for (const object of world.objects.filter((each) => each.startsWith(`${name}:`))) {
        const type = world.choices.oneOf([...plan.types.keys()]);
        const subjects = world.objects.filter(
          (each) => each.startsWith(`${type}:`) && !each.endsWith(':nowhere'),
        );
        const rest = ask(object, relation, `${type}:elsewhere`);
        const answers = subjects.map((subject) => ({
          id: subject.slice(type.length + 1),
          answer: ask(object, relation, subject),
        }));
        const own =
          object === `${type}:nowhere` ? [{ id: 'nowhere', answer: ask(object, relation, object) }] : [];
        const found = outcome(() =>
          runWhole(lookupSubjects(plan, view, { object, relation, subjectType: type }, LIMITS, asked))
            .map(textOf)
            .sort()
            .join('; '),
        );
        const all = [{ id: '*', answer: rest }, ...answers, ...own];
        if (isFailure(found) && all.some(({ answer }) => isFailure(answer))) continue;
        const listed = new Set(found.split('; ').map((each) => each.split(' ')[0]));
        const expected = all
          .filter(({ id, answer }) =>
            answer !== 'denied'
              ? rest === 'denied' || id === '*' || listed.has(id) || answer !== rest
              : rest !== 'denied' && id !== '*',
          )
          .map(({ id, answer }) => `${id} ${answer}`);
        if (found !== expected.sort().join('; '))
          world.fail(`subjects ${object}#${relation}@${type}`, asked, found, expected.join('; '));
      }
      const object = world.choices.oneOf(world.objects.filter((each) => each.startsWith(`${name}:`)));
      for (const subject of world.choices.some(world.subjects(4), 3)) {
        const found = outcome(() =>
          runWhole(listPermissions(plan, view, { object, subject }, LIMITS, asked))
            .map(({ name: id, ...rest }) => textOf({ id, ...rest }))
            .join('; '),
        );
        const answers = [...members.keys()].map((member) => ({
          id: member,
          answer: ask(object, member, subject),
        }));
        if (isFailure(found) && answers.some(({ answer }) => isFailure(answer))) continue;
        const expected = answers
          .filter(({ answer }) => answer !== 'denied')
          .map(({ id, answer }) => `${id} ${answer}`)
          .join('; ');
        if (found !== expected) world.fail(`permissions ${object}@${subject}`, asked, found, expected);
      }
    }
  });
});

test('an explanation gives the answer of a check, and its misses are admitted and would change it', async () => {
  let explained = 0;
  await forWorlds((world) => {
    const { plan, view, engine } = world;
    const asked = randomCircumstances(world.choices);
    const subjects = world.subjects(4);
    for (const object of world.choices.some(world.objects, 4)) {
      for (const relation of world.choices.some(world.membersOf(object), 2)) {
        const question = { object, relation, subject: world.choices.oneOf(subjects) };
        const answer = outcome(() => engine.check(plan, view, question, asked));
        const text = `${object}#${relation}@${question.subject}`;
        let misses: Miss[] = [];
        const found = outcome(() => {
          try {
            const explanation = runWhole(explain(plan, view, question, { maxMisses: 2 }, LIMITS, asked));
            misses = explanation.misses;
            if (explanation.answer === 'allowed') expect(explanation.reasons.length).toBeGreaterThan(0);
            return explanation.answer;
          } catch (error) {
            // Many candidates may take more work than is allowed.
            if (error instanceof PembaError && error.reason === 'LIMIT') return answer;
            throw error;
          }
        });
        if (found !== answer) world.fail(`explaining ${text}`, asked, found, answer);
        explained++;
        for (const { add, remove } of misses) {
          const changed = new OverlayView(world.graph);
          for (const [tuple, grant] of world.tuples) changed.put({ ...parseTuple(tuple), ...grant });
          for (const tuple of add) {
            assertAdmitted(plan, tuple, 'the miss');
            assertExpiryAdmitted(plan, tuple, asked.now, 'the miss');
            changed.put(tuple);
          }
          for (const tuple of remove) changed.remove(tuple);
          const then = outcome(() => engine.check(plan, changed, question, asked));
          if (then !== 'allowed') world.fail(`${text} after a miss`, asked, then, 'allowed');
        }
      }
    }
  });
  expect(explained).toBeGreaterThan(50);
});
