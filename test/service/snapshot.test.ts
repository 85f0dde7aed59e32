/** Every revision of a random history, asked for exactly, against a model of users in teams. */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { question, type TestClient } from '../support/client.ts';
import { startNode } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';
import { newStore, shareNodes } from './shared.ts';

const shared = shareNodes(2);

/** Two schemas that read the same tuples in other ways. */
const SCHEMAS = ['writer or reader', 'reader except writer'].map(
  (rule) => `
type user
type team { relation member : user | team#member }
type space {
  relation writer : user | team#member
  relation reader : user | team#member
  permission read = ${rule}
}`,
);

const TEAMS = ['t0', 't1', 't2'];
const USERS = ['u0', 'u1', 'u2', 'u3'];
const user = fc.constantFrom(...USERS);
const team = fc.constantFrom(...TEAMS);
const tuple = fc.oneof(
  fc.tuple(team, user).map(([t, u]) => `team:${t}#member@user:${u}`),
  fc.tuple(team, team).map(([t, u]) => `team:${t}#member@team:${u}#member`),
  fc.tuple(fc.constantFrom('writer', 'reader'), team).map(([r, t]) => `space:s#${r}@team:${t}#member`),
  fc.tuple(fc.constantFrom('writer', 'reader'), user).map(([r, u]) => `space:s#${r}@user:${u}`),
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.uniqueArray(tuple, { minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: fc.constant('schema' as const) },
);

/** Who is in a set, by the tuples alone: teams in teams, cycles and all. */
function holders(tuples: ReadonlySet<string>, set: string, seen = new Set<string>()): Set<string> {
  const found = new Set<string>();
  if (seen.has(set)) return found;
  seen.add(set);
  for (const text of tuples) {
    if (!text.startsWith(`${set}@`)) continue;
    const subject = text.slice(set.length + 1);
    if (!subject.includes('#')) found.add(subject);
    else for (const holder of holders(tuples, subject, seen)) found.add(holder);
  }
  return found;
}

function readers(tuples: ReadonlySet<string>, schema: number): string[] {
  const [writers, others] = ['writer', 'reader'].map((relation) => holders(tuples, `space:s#${relation}`));
  return USERS.filter((u) => {
    const [writes, reads] = [writers.has(`user:${u}`), others.has(`user:${u}`)];
    return schema === 0 ? writes || reads : reads && !writes;
  });
}

interface Revision {
  zookie: string;
  expected: string[];
  schema: number;
}

let store: string;
const history: Revision[] = [];
beforeAll(async () => {
  store = await newStore(shared, SCHEMAS[0]);
  const steps = fc.sample(step, { numRuns: 150, seed: 99 });
  const now = new Set<string>();
  let schema = 0;
  for (const [i, each] of steps.entries()) {
    const { client } = shared.nodes[i % 2];
    let zookie: string;
    if (each === 'schema') {
      schema = 1 - schema;
      zookie = await client.writeSchema(SCHEMAS[schema], { store });
    } else {
      const updates = each.map((text): [string, string] => [now.has(text) ? 'delete' : 'create', text]);
      zookie = await client.write(updates, { store });
      for (const text of each) if (!now.delete(text)) now.add(text);
    }
    history.push({ zookie, expected: readers(now, schema), schema });
  }
});

async function readersAt(
  client: TestClient,
  consistency: object,
): Promise<{ readers: string[]; zookie: string }> {
  const items = USERS.map((u) => question(`space:s#read@user:${u}`));
  const { results, zookie } = await client.call('PermissionService/BatchCheck', {
    store,
    items,
    consistency,
  });
  const allowed = USERS.filter((_, i) => results[i].answer === 'ANSWER_ALLOWED');
  return { readers: allowed, zookie };
}

it('has a history worth asking', () => {
  expect(new Set(history.map(({ expected }) => expected.join())).size).toBeGreaterThan(8);
  expect(history.filter(({ schema }) => schema === 1).length).toBeGreaterThan(20);
});

it('answers at every revision with the tuples and the schema of that revision, on both nodes', async () => {
  for (const [i, { zookie, expected }] of history.entries()) {
    for (const { client } of shared.nodes) {
      expect(await readersAt(client, { atExactSnapshot: zookie }), `revision ${i}`).toEqual({
        readers: expected,
        zookie,
      });
    }
  }
});

it('does so while new revisions are being made, of which it shows nothing', async () => {
  // Far from its database, so that it hears of revisions while it reads what to undo.
  const proxy = await startProxy(shared.database);
  const { client } = await startNode({ database: proxy.url });
  proxy.latencyMs = 3;
  let stop = false;
  let made = 0;
  const churn = (async () => {
    for (; !stop; made++) await shared.client.write([`space:new${made}#writer@user:u0`], { store });
  })();
  try {
    const last = history.slice(-40).filter(({ schema }) => schema === history[history.length - 1].schema);
    for (let i = 0; i < 50; i++) {
      const { zookie, expected } = last[i % last.length];
      // Some of these are made while the question is on its way.
      const items = [
        ...USERS.map((u) => question(`space:s#read@user:${u}`)),
        ...Array.from({ length: 30 }, (_, j) => question(`space:new${made + j}#writer@user:u0`)),
      ];
      const request = { store, items, consistency: { atExactSnapshot: zookie } };
      const { results } = await client.call('PermissionService/BatchCheck', request);
      const allowed = items
        .filter((_, j) => results[j].answer === 'ANSWER_ALLOWED')
        .map((item) => item.subject);
      expect(allowed).toEqual(expected.map((u) => `user:${u}`));
    }
  } finally {
    stop = true;
    await churn;
  }
  expect(made).toBeGreaterThan(50);
});

it('says that there was no schema yet at the first revision of a store', async () => {
  const empty = await newStore(shared, '');
  const { zookie } = await shared.client.call('CredentialService/CreateCredential', {
    store: empty,
    level: 'LEVEL_READ',
  });
  await shared.client.writeSchema(SCHEMAS[0], { store: empty });
  const request = {
    store: empty,
    ...question('space:s#read@user:u0'),
    consistency: { atExactSnapshot: zookie },
  };
  expect(await shared.client.failure('PermissionService/Check', request)).toEqual({
    code: 'FAILED_PRECONDITION',
    reason: 'NO_SCHEMA',
    field: 'consistency.at_exact_snapshot',
    message: `consistency.at_exact_snapshot \`${zookie}\`: store \`${empty}\` had no schema at that revision; name a later one`,
  });
});
