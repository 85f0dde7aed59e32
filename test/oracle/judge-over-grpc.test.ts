/**
 * The judge's oracle against the service: random writes of every kind, with an actor and without, over gRPC to two nodes
 * in turn. Each is accepted or refused as the oracle says, and what is stored is what the oracle has.
 */
import { expect, it } from 'vitest';
import type { PembaError, Reason } from '../../src/base/errors.ts';
import { refusalOf } from '../../src/judge/refusal.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import type { CompiledSchema } from '../../src/schema/compiled-schema.ts';
import { newStore, shareNodes } from '../service/shared.ts';
import { outcome } from '../support/outcomes-of-writes.ts';
import { randomSeed, seeded } from '../support/random.ts';
import { JudgeOracle, type OracleTuple, type OracleWrite } from './judge-oracle.ts';
import { randomRules, randomWrite } from './random-writes.ts';

const shared = shareNodes(2);
const SCHEMAS = 8;
const WRITES = 50;

interface Call {
  method: 'Write' | 'DeleteTuples' | 'ReplaceRelation' | 'DeleteObject';
  request: object;
  /** What it comes to. */
  write: OracleWrite;
}

const keyOf = ({ object, relation, subject }: OracleTuple): string => `${object}#${relation}@${subject}`;

const plain = (subject: string): string => subject.replace(/#.*/, '');

function carried({ condition, expiresAt }: OracleTuple): object {
  const ok = condition?.ok;
  const context = { fields: ok === undefined ? {} : { ok: { boolValue: ok } } };
  return {
    ...(condition === undefined ? {} : { condition: { name: 'c', context } }),
    ...(expiresAt === undefined ? {} : { expiresAt: { seconds: expiresAt / 1000 } }),
  };
}

function update(operation: string, tuple: OracleTuple): object {
  const { object, relation, subject } = tuple;
  return { operation, tuple: { object, relation, subject, ...carried(tuple) } };
}

/** Of the kind that the number picks, about what the write is about. */
function callOf(kind: number, write: OracleWrite, stored: readonly OracleTuple[]): Call {
  const [{ object, relation, subject } = { object: '', relation: '', subject: '' }] = [
    ...write.add,
    ...write.remove,
  ];
  const at = stored.filter((tuple) => tuple.object === object && tuple.relation === relation);
  switch (kind) {
    case 0: {
      const wanted = write.add.filter((tuple) => tuple.object === object && tuple.relation === relation);
      const kept = new Map(at.map((tuple) => [keyOf(tuple), JSON.stringify(carried(tuple))]));
      return {
        method: 'ReplaceRelation',
        request: {
          object,
          relation,
          subjects: wanted.map((each) => ({ subject: each.subject, ...carried(each) })),
        },
        write: {
          ...write,
          add: wanted.filter((tuple) => kept.get(keyOf(tuple)) !== JSON.stringify(carried(tuple))),
          remove: at.filter((tuple) => !wanted.some((each) => keyOf(each) === keyOf(tuple))),
        },
      };
    }
    case 1:
    case 2: {
      const named = kind === 1 || subject.endsWith(':*') ? object : plain(subject);
      return {
        method: 'DeleteObject',
        request: { object: named },
        write: {
          ...write,
          add: [],
          remove: stored.filter((tuple) => tuple.object === named || plain(tuple.subject) === named),
        },
      };
    }
    case 3:
      return {
        method: 'DeleteTuples',
        request: { filter: { object, relation } },
        write: { ...write, add: [], remove: at },
      };
    default:
      return {
        method: 'Write',
        request: {
          updates: [
            ...write.add.map((tuple) => update('OPERATION_TOUCH', tuple)),
            ...write.remove.map((tuple) => update('OPERATION_DELETE', tuple)),
          ],
        },
        write,
      };
  }
}

async function randomSchema(random: () => number): Promise<{ text: string; schema: CompiledSchema }> {
  for (;;) {
    const text = randomRules(random);
    const { schema } = await compileSchema({ path: 'test.pemba', text });
    if (schema !== undefined) return { text, schema };
  }
}

it('accepts and refuses writes of every kind as the oracle does', { timeout: 120_000 }, async () => {
  const seed = randomSeed();
  const random = seeded(seed);
  const told = new Map<string, number>();
  for (let i = 0; i < SCHEMAS; i++) {
    const { text, schema } = await randomSchema(random);
    const oracle = new JudgeOracle(schema);
    const store = await newStore(shared, text);
    for (let j = 0; j < WRITES; j++) {
      const stored = [...oracle.state.values()];
      const proposed = { ...randomWrite(random, stored), now: Date.now() };
      const { method, request, write } = callOf(Math.floor(random() * 8), proposed, stored);
      const { actor, ok } = write;
      const asked = {
        store,
        ...request,
        ...(actor === undefined ? {} : { actor }),
        ...(ok === undefined ? {} : { context: { fields: { ok: { boolValue: ok } } } }),
      };
      const { client } = shared.nodes[j % shared.nodes.length];
      const answer = await outcome(() => client.call(`PermissionService/${method}`, asked));
      const inWords =
        answer === 'written' ? 'accepted' : refusalOf({ reason: answer as Reason } as PembaError);
      const where = `SEED=${seed}\n${text}\nstored:\n${stored.map(keyOf).join('\n')}\n${method} ${JSON.stringify(asked)}: ${answer}`;
      expect(inWords, where).toBe(oracle.write(write));
      const counted = `${method} ${answer === 'written' ? 'accepted' : 'refused'}`;
      told.set(counted, (told.get(counted) ?? 0) + 1);
    }
    const stored = await shared.client.read({
      store,
      filter: {},
      consistency: { fullyConsistent: true },
    });
    expect(stored.sort(), `SEED=${seed}\n${text}`).toEqual([...oracle.state.keys()].sort());
  }
  for (const method of ['Write', 'DeleteTuples', 'ReplaceRelation', 'DeleteObject'])
    for (const answer of ['accepted', 'refused'])
      expect(told.get(`${method} ${answer}`) ?? 0, `SEED=${seed} ${method} ${answer}`).toBeGreaterThan(0);
});
