/** The bound on staleness holds for the moment an answer is handed out, not for the one a question came in. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PembaError } from '../../src/base/errors.ts';
import { defaultLimits } from '../../src/base/limits.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Feed } from '../../src/feed/feed.ts';
import { Graph } from '../../src/graph/graph.ts';
import type { Credential } from '../../src/model/credential.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { Access, makeToken } from '../../src/service/access.ts';
import { type CheckContext, CheckService } from '../../src/service/check-service.ts';
import { type Consistency, ConsistencyService } from '../../src/service/consistency.ts';
import type { History } from '../../src/service/history.ts';
import type { Tenant } from '../../src/tenant/tenant.ts';
import { Tenants } from '../../src/tenant/tenants.ts';
import { ZookieCodec } from '../../src/tenant/zookie.ts';
import { questionOf } from '../engine/world.ts';
import { compiled } from '../schema/diagnose.ts';

const BOUND_MS = 100;
const SCHEMA = `
type user
type doc {
  relation reader : user
  permission read = reader
}
`;
const STORED = questionOf('doc:1#read@user:ada');
const ABSENT = questionOf('doc:1#read@user:bob');

/** The clock of this machine, which the test turns. */
const now = { monotonic: 1_000, wall: 5_000_000 };
const pass = (ms: number): void => {
  now.monotonic += ms;
  now.wall += ms;
};
const zookies = new ZookieCodec(Buffer.alloc(32));
let tenants: Tenants;
let store: Tenant;
beforeEach(async () => {
  tenants = new Tenants({ now: () => ({ ...now }) }, BOUND_MS, zookies);
  store = await makeStore('1', 'default');
});
afterEach(() => vi.restoreAllMocks());

async function makeStore(id: string, name: string, credentials: Credential[] = []): Promise<Tenant> {
  const tenant = tenants.add(id, name);
  const graph = new Graph();
  graph.add(parseTuple('doc:1#reader@user:ada'));
  const schema = { version: 1, compiled: await compiled(SCHEMA) };
  tenant.install({ point: { revision: 1, tag: '1' }, time: 0, graph, schema, credentials });
  tenant.freshness.confirm({ ...now });
  return tenant;
}

/** What comes of it: what it returns, or the reason it fails with. */
async function outcome(use: () => unknown): Promise<unknown> {
  try {
    return await use();
  } catch (error) {
    return (error as PembaError).reason;
  }
}

describe('an answer whose walk took so long that the bound has passed', () => {
  // Questions about the present of a node that is at the head: nothing asks the feed or the history.
  const nobody = new Proxy({}, { get: (_, name) => expect.fail(`asked for ${String(name)}`) });
  const consistency = new ConsistencyService(nobody as Feed, nobody as History, zookies, defaultLimits());
  const checks = new CheckService(consistency, defaultLimits());

  const contextWith = (more: Partial<CheckContext> = {}): CheckContext => ({
    consistency: { mode: 'minimize_latency' },
    contextualTuples: [],
    deadline: Date.now() + 10_000,
    ...more,
  });

  /** So many milliseconds pass while the engine walks. */
  function walksTake(ms: number): void {
    for (const method of ['check', 'batchCheck'] as const) {
      const walk = Engine.prototype[method] as (...args: unknown[]) => unknown;
      vi.spyOn(Engine.prototype, method).mockImplementation(function (this: Engine, ...args: unknown[]) {
        const answer = walk.apply(this, args);
        pass(ms);
        return answer as never;
      });
    }
  }

  const contextualTuples = [parseTuple('doc:1#reader@user:bob')];
  const atLeast = (): Consistency => ({ mode: 'at_least_as_fresh', zookie: store.zookie });
  const answersOf = async (answered: unknown): Promise<unknown> =>
    ((await answered) as { answers: unknown[] }).answers;
  const answerOf = async (answered: unknown): Promise<unknown> =>
    ((await answered) as { answer: unknown }).answer;

  it.each<[string, () => unknown, unknown]>([
    ['a check', () => answerOf(checks.check(store, STORED, contextWith())), 'allowed'],
    ['a check that is denied', () => answerOf(checks.check(store, ABSENT, contextWith())), 'denied'],
    [
      'a check with contextual tuples',
      () => answerOf(checks.check(store, ABSENT, contextWith({ contextualTuples }))),
      'allowed',
    ],
    [
      'a check at least as fresh as a zookie',
      () => answerOf(checks.check(store, STORED, contextWith({ consistency: atLeast() }))),
      'allowed',
    ],
    [
      'a batch',
      () => answersOf(checks.batchCheck(store, [STORED, ABSENT], contextWith())),
      ['allowed', 'denied'],
    ],
    [
      'a batch with contextual tuples',
      () => answersOf(checks.batchCheck(store, [STORED, ABSENT], contextWith({ contextualTuples }))),
      ['allowed', 'allowed'],
    ],
    [
      'a batch at least as fresh as a zookie',
      () => answersOf(checks.batchCheck(store, [STORED, ABSENT], contextWith({ consistency: atLeast() }))),
      ['allowed', 'denied'],
    ],
  ])('is not given: %s', async (_, ask, answer) => {
    walksTake(BOUND_MS);
    expect(await outcome(ask)).toEqual(answer);
    store.freshness.confirm({ ...now });
    pass(1);
    expect(store.freshness.isFresh()).toBe(true);
    expect(await outcome(ask)).toBe('STALE');
    expect(store.freshness.age()).toBe(BOUND_MS + 1);
  });
});

describe('a credential whose store this node follows no longer', () => {
  const [ofSystem, ofStore] = [makeToken(), makeToken()];
  const authorization = ({ token }: { token: string }): string => `Bearer ${token}`;
  const credentialOf = (storeId: string, { id, secretHash }: typeof ofSystem): Credential => ({
    id,
    storeId,
    secretHash,
    level: 'admin',
    description: '',
    createdAt: 0,
    expiresAt: undefined,
    revokedAt: undefined,
  });
  let system: Tenant;
  let access: Access;
  beforeEach(async () => {
    store = await makeStore('1', 'default', [credentialOf('1', ofStore)]);
    system = await makeStore('2', 'system', [credentialOf('2', ofSystem)]);
    access = new Access(tenants, false, () => now.wall);
  });
  const enter = (made: typeof ofSystem, tenant: Tenant): Promise<unknown> =>
    outcome(() => access.authorize(authorization(made), tenant, 'read').credentialId);

  it('is refused, though the store it is used for is fresh: it may be revoked already', async () => {
    pass(BOUND_MS);
    store.freshness.confirm({ ...now });
    expect(await enter(ofSystem, store)).toBe(ofSystem.id);
    pass(1);
    expect([system.freshness.isFresh(), store.freshness.isFresh()]).toEqual([false, true]);
    expect(await enter(ofSystem, store)).toBe('STALE');
    expect(await enter(ofStore, store)).toBe(ofStore.id);
    system.freshness.confirm({ ...now });
    expect(await enter(ofSystem, store)).toBe(ofSystem.id);
  });

  it('is refused for its own store as well, where another would do', async () => {
    pass(BOUND_MS + 1);
    system.freshness.confirm({ ...now });
    expect(await enter(ofStore, store)).toBe('STALE');
    expect(await enter(ofSystem, store)).toBe(ofSystem.id);
  });
});
