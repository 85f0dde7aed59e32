/** Explain over real gRPC: derivations and misses as messages. */
import { expect, it } from 'vitest';
import { question } from '../support/client.ts';
import { newStore, shareNodes } from './shared.ts';

const shared = shareNodes();

interface Reason {
  set: string;
  isAbsent: boolean;
  expression: string;
  position: { file: string; line: number; column: number } | null;
  tuple: object | null;
  isMissing: boolean;
  because: number[];
}

interface Explanation {
  answer: string;
  reasons: Reason[];
  misses: { add: object[]; remove: object[]; reasons: Reason[] }[];
  zookie: string;
}

async function explain(store: string, tuple: string, more: object = {}): Promise<Explanation> {
  return shared.client.call('PermissionService/Explain', { store, ...question(tuple), ...more });
}

it('gives the derivation of what is allowed, with tuples and the lines of the schema', async () => {
  const store = await newStore(shared);
  const zookie = await shared.client.write(['space:s#writer@team:a#member', 'team:a#member@user:ada'], {
    store,
  });
  const { answer, reasons, misses, zookie: at } = await explain(store, 'space:s#read@user:ada');
  expect({ answer, misses, at }).toEqual({ answer: 'ANSWER_ALLOWED', misses: [], at: zookie });
  expect(reasons[0]).toMatchObject({ set: 'space:s#read', isAbsent: false, isMissing: false });
  expect(reasons[0].position).toMatchObject({ line: 10 });
  for (const [i, { because }] of reasons.entries()) {
    for (const step of because) {
      expect(step).toBeGreaterThan(i);
      expect(step).toBeLessThan(reasons.length);
    }
  }
  const tuples = reasons.flatMap(({ tuple }) => tuple ?? []);
  expect(tuples).toContainEqual(expect.objectContaining(question('space:s#writer@team:a#member')));
  expect(tuples).toContainEqual(expect.objectContaining(question('team:a#member@user:ada')));
  expect(reasons.some(({ isAbsent, set }) => isAbsent && set === 'space:s#banned')).toBe(true);
});

it('tells what would allow what is denied, and it does', async () => {
  const store = await newStore(shared);
  await shared.client.write(['space:s#writer@user:ada', 'space:s#banned@user:ada'], { store });
  const { answer, reasons, misses } = await explain(store, 'space:s#write@user:ada');
  expect({ answer, reasons }).toEqual({ answer: 'ANSWER_DENIED', reasons: [] });
  expect(misses[0]).toMatchObject({ add: [], remove: [question('space:s#banned@user:ada')] });
  expect(misses[0].reasons[0]).toMatchObject({ set: 'space:s#write' });
  await shared.client.write([['delete', 'space:s#banned@user:ada']], { store });
  expect(await shared.client.check('space:s#write@user:ada', { store })).toBe('allowed');

  const other = await explain(store, 'space:s#write@user:bob');
  const { add } = other.misses[0];
  expect(add).toHaveLength(1);
  expect(await shared.client.check('space:s#write@user:bob', { store, contextualTuples: add })).toBe(
    'allowed',
  );
  const missing = other.misses[0].reasons.filter(({ isMissing }) => isMissing);
  expect(missing.map(({ tuple }) => tuple)).toEqual(add);
});

it('gives as many misses as are asked for, and three by default', async () => {
  const store = await newStore(shared);
  await shared.client.write(
    ['space:s#writer@team:a#member', 'space:s#writer@team:b#member', 'team:a#member@team:c#member'],
    { store },
  );
  const count = async (more: object): Promise<number> =>
    (await explain(store, 'space:s#write@user:ada', more)).misses.length;
  expect(await count({ maxMisses: 1 })).toBe(1);
  expect(await count({})).toBe(3);
  expect(await count({ maxMisses: 4 })).toBe(4);
});
