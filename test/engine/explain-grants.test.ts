/** What would allow a denial, where tuples carry conditions and expiries: what is proposed is admitted, and holds. */
import { assert, expect, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { defaultLimits } from '../../src/base/limits.ts';
import type { Explanation } from '../../src/engine/explain/explain.ts';
import { judgeWrite } from '../../src/judge/judge.ts';
import { parseTupleWhole } from '../../src/model/tuple.ts';
import { OverlayView } from '../../src/view/view.ts';
import { explanation, lines, misses } from './explain-tool.ts';
import { World } from './world.ts';

const NOW = Date.parse('2030-01-01T00:00:00.250Z');
const PAST = '[expires 2029-12-24T00:00:00Z]';
const IN_A_DAY = '[expires 2030-01-02T00:00:00Z]';
const IN_A_MONTH = '[expires 2030-01-31T00:00:00Z]';

const SCHEMA = `
  condition inside(ip ipaddress, network string) { ip.in_cidr(network) }
  condition night(hour int) { hour < 6 }
  condition dry(rain bool) { !rain }
  type user
  type link
  type team { relation member : user }
  type folder {
    relation parent : folder must expire
    relation owner  : user expires
    relation guest  : user must expire within 1d
    relation host   : user must expire within 3650d
    relation guard  : user with night | user with inside expires
    relation gate   : user with dry must expire within 1d
    relation shared : link | link with inside | link with inside expires
    relation badge  : link with inside | link with night
    relation crew   : team#member must expire
    relation public : user:* must expire
    relation closed : user
    permission everywhere = parent.host
    permission all        = every parent.host
    permission view       = shared or badge
    permission odd        = shared or (parent.badge except closed)
  }
`;

async function explained(
  question: string,
  tuples: readonly string[] = [],
  context: Readonly<Record<string, Json>> = {},
  maxMisses = 10,
): Promise<Explanation> {
  const world = await World.of(SCHEMA);
  for (const tuple of tuples) world.graph.add(parseTupleWhole(tuple));
  const found = explanation(world, question, { maxMisses, circumstances: { now: NOW, context } });
  for (const { add, remove } of found.misses) {
    const updates = [
      ...add.map((tuple) => ({ operation: 'touch' as const, tuple })),
      ...remove.map((tuple) => ({ operation: 'delete' as const, tuple })),
    ];
    // Throws unless the schema admits it, now and later.
    for (const now of [NOW, NOW + 60_000])
      judgeWrite(
        world.plan,
        new OverlayView(world.graph),
        { updates, preconditions: [], context: {} },
        now,
        defaultLimits(),
      );
  }
  return found;
}

async function nearest(...question: Parameters<typeof explained>): Promise<string[]> {
  const found = await explained(...question);
  expect(found.answer).toBe('denied');
  return misses(found);
}

test('an expiry, where one is demanded: in 30 days, or as late as the schema lets it', async () => {
  expect(await nearest('folder:x#guest@user:a')).toEqual([`+folder:x#guest@user:a ${IN_A_DAY}`]);
  expect(await nearest('folder:x#host@user:a')).toEqual([`+folder:x#host@user:a ${IN_A_MONTH}`]);
  expect(await nearest('folder:x#owner@user:a')).toEqual(['+folder:x#owner@user:a']);
  const { misses: found } = await explained('folder:x#guest@user:a');
  expect(lines(found[0].reasons)).toEqual(['folder:x#guest <- direct, missing folder:x#guest@user:a']);
  expect(found[0].reasons[0].tuple?.expiresAt).toBe(Date.parse('2030-01-02T00:00:00Z'));
});

test('so it is of links, sets and wildcards', async () => {
  const linked = [`folder:x#parent@folder:y ${PAST}`, 'folder:y#host@user:a [expires 2031-01-01T00:00:00Z]'];
  expect((await nearest('folder:x#everywhere@user:a', linked))[0]).toBe(
    `+folder:x#parent@folder:y ${IN_A_MONTH}`,
  );
  expect((await nearest('folder:x#all@user:a', linked))[0]).toBe(`+folder:x#parent@folder:y ${IN_A_MONTH}`);
  expect(await nearest('folder:x#everywhere@user:a', linked.slice(1), {}, 1)).toEqual([
    `+folder:x#parent@folder:y ${IN_A_MONTH}`,
  ]);
  expect(await nearest('folder:x#crew@team:t#member')).toEqual([
    `+folder:x#crew@team:t#member ${IN_A_MONTH}`,
  ]);
  expect(await nearest('folder:x#public@user:a')).toEqual([`+folder:x#public@user:* ${IN_A_MONTH}`]);
});

test('what has expired is renewed, with the condition it has', async () => {
  expect(await nearest('folder:x#guest@user:a', [`folder:x#guest@user:a ${PAST}`])).toEqual([
    `+folder:x#guest@user:a ${IN_A_DAY}`,
  ]);
  const { misses: found } = await explained('folder:x#owner@user:a', [`folder:x#owner@user:a ${PAST}`]);
  expect(misses({ misses: found } as Explanation)).toEqual([`+folder:x#owner@user:a ${IN_A_MONTH}`]);
  expect(found[0].ineffective?.map(({ why }) => why)).toEqual(['expired at 2029-12-24T00:00:00Z']);
  const carried = '[inside {"network":"10.0.0.0/8"}]';
  const stored = [`folder:x#shared@link:l ${carried} ${PAST}`];
  expect(await nearest('folder:x#shared@link:l', stored, { ip: '10.1.2.3' })).toEqual([
    `+folder:x#shared@link:l ${carried} ${IN_A_MONTH}`,
  ]);
});

test('a condition, where one is demanded and what the question gives lets it hold', async () => {
  expect(await nearest('folder:x#guard@user:a', [], { hour: 3 })).toEqual(['+folder:x#guard@user:a [night]']);
  expect(await nearest('folder:x#guard@user:a', [], { ip: '10.1.2.3', network: '10.0.0.0/8' })).toEqual([
    '+folder:x#guard@user:a [inside]',
  ]);
  expect(await nearest('folder:x#guard@user:a', [], { hour: 7, ip: '10.1.2.3' })).toEqual([]);
  expect(await nearest('folder:x#guard@user:a', [], { hour: 'x' })).toEqual([]);
  expect(await nearest('folder:x#gate@user:a', [], { rain: false })).toEqual([
    `+folder:x#gate@user:a [dry] ${IN_A_DAY}`,
  ]);
  // Nor is one that is stored, and does not hold, written without what the schema demands.
  const stored = ['folder:x#guard@user:a [night {"hour":9}]'];
  expect(await nearest('folder:x#guard@user:a', stored)).toEqual([]);
});

const OUTSIDE = 'folder:x#shared@link:l [inside {"network":"10.0.0.0/8"}]';
const ELSEWHERE = { ip: '11.1.2.3' };

test('what takes the condition of a stored tuple away says so', async () => {
  const reasons = async (tuple: string, context: Readonly<Record<string, Json>>): Promise<string[]> => {
    const [set] = tuple.split(' ');
    const { misses: found } = await explained(set, [tuple], context);
    assert(found.length === 1);
    return [
      ...misses({ misses: found } as Explanation),
      ...(found[0].ineffective ?? []).map(({ why }) => why),
    ];
  };
  expect(await reasons(OUTSIDE, ELSEWHERE)).toEqual([
    '+folder:x#shared@link:l',
    'condition inside is false; writing it so takes its condition away',
  ]);
  expect(await reasons(`${OUTSIDE} [expires 2031-01-01T00:00:00Z]`, ELSEWHERE)).toEqual([
    '+folder:x#shared@link:l',
    'condition inside is false; writing it so takes its condition and its expiry away',
  ]);
  const badge = OUTSIDE.replace('shared', 'badge');
  expect(await reasons(badge, { ...ELSEWHERE, hour: 1 })).toEqual([
    '+folder:x#badge@link:l [night]',
    'condition inside is false; writing it so takes its condition away',
  ]);
  expect(await reasons(badge, { ...ELSEWHERE, network: '11.0.0.0/8' })).toEqual([
    '+folder:x#badge@link:l [inside]',
    'condition inside is false; writing it so takes the values of its condition away',
  ]);
});

test('what takes something away comes after what adds, of the same number of changes', async () => {
  const context = { ...ELSEWHERE, hour: 1 };
  expect(await nearest('folder:x#view@link:l', [], context)).toEqual([
    '+folder:x#badge@link:l [night]',
    '+folder:x#shared@link:l',
  ]);
  // By itself, the first relation of the two would come first.
  expect(await nearest('folder:x#view@link:l', [OUTSIDE], context)).toEqual([
    '+folder:x#badge@link:l [night]',
    '+folder:x#shared@link:l',
  ]);
  expect(
    await nearest('folder:x#view@link:l', ['folder:x#badge@link:l [night {"hour":9}]'], context),
  ).toEqual(['+folder:x#shared@link:l', '+folder:x#badge@link:l [night]']);
  const far = [OUTSIDE, 'folder:x#parent@folder:y [expires 2031-01-01T00:00:00Z]'];
  expect(await nearest('folder:x#odd@link:l', far, context, 2)).toEqual([
    '+folder:y#badge@link:l [night]',
    '+folder:x#shared@link:l',
  ]);
});

test('so it is where the limit leaves time for the obvious alone', async () => {
  const world = await World.of(SCHEMA);
  world.graph.add(parseTupleWhole('folder:x#badge@link:l [night {"hour":9}]'));
  const circumstances = { now: NOW, context: { hour: 1 } };
  const found = explanation(world, 'folder:x#view@link:l', { circumstances, limits: { explainSteps: 12 } });
  expect(found.missesArePartial).toBe(true);
  expect(misses(found)).toEqual(['+folder:x#shared@link:l', '+folder:x#badge@link:l [night]']);
  expect(found.misses[1].ineffective?.[0].why).toMatch(/away$/);
  expect(
    misses(explanation(world, 'folder:x#guest@user:a', { circumstances, limits: { explainSteps: 12 } })),
  ).toEqual([`+folder:x#guest@user:a ${IN_A_DAY}`]);
});
