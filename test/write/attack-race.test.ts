/**
 * Attacks that need a second write to be under way: over two nodes at the same time, or over one right after the other
 * node has acknowledged what takes the right away. Round after round, in whatever order they come.
 */
import { beforeAll, expect, it } from 'vitest';
import { PLATFORM, PLATFORM_TUPLES } from '../judge/platform.ts';
import { newStore, shareNodes } from '../service/shared.ts';
import { type Outcome, outcome } from '../support/outcomes-of-writes.ts';
import { randomSeed, seeded } from '../support/random.ts';

const shared = shareNodes(2);
const ROUNDS = 30;

type Updates = (string | [string, string])[];

const BOX = 'type box { created by keeper.owner\n relation keeper : box [0..1]\n relation owner : user }';

let store = '';
beforeAll(async () => {
  store = await newStore(shared, `${PLATFORM}\n${BOX}`);
  await shared.client.write(PLATFORM_TUPLES, { store });
});

/** Over a node, on behalf of somebody; the trusted path if that is empty. */
const write = (node: number, actor: string, updates: Updates): Promise<Outcome> =>
  outcome(() => shared.nodes[node].client.write(updates, { store, ...(actor === '' ? {} : { actor }) }));

async function race(
  random: () => number,
  one: [string, Updates],
  other: [string, Updates],
): Promise<Outcome[]> {
  const node = random() < 0.5 ? 0 : 1;
  return Promise.all([write(node, ...one), write(1 - node, ...other)]);
}

const stored = (object: string): Promise<string[]> =>
  shared.client.read({ store, filter: { object }, consistency: { fullyConsistent: true } });

it('takes over an object while it is deleted, and others still point to it: never', async () => {
  const seed = randomSeed();
  const random = seeded(seed);
  for (let i = 0; i < ROUNDS; i++) {
    const folder = `folder:old${i}`;
    await write(0, '', [`${folder}#workspace@workspace:dev`]);
    await write(0, '', [`folder:below${i}#workspace@workspace:dev`, `folder:below${i}#parent@${folder}`]);
    const [deletion, takeover] = await race(
      random,
      ['user:max', [['delete', `${folder}#workspace@workspace:dev`]]],
      ['user:eve', [`${folder}#workspace@workspace:ops`]],
    );
    expect(deletion, `SEED=${seed}`).toBe('written');
    expect(['NOT_CREATED_BY', 'NOT_GRANTED_BY'], `SEED=${seed}`).toContain(takeover);
    expect(await stored(folder)).toEqual([]);
  }
});

it('occupies a name while its object is created: never, and creating it is not hindered', async () => {
  const seed = randomSeed();
  const random = seeded(seed);
  for (let i = 0; i < ROUNDS; i++) {
    const team = `team:new${i}`;
    const [creation, naming] = await race(
      random,
      ['user:root', [`${team}#system@system:main`, `${team}#lead@user:lea`]],
      ['user:eve', [`folder:secrets#reviewer@${team}`]],
    );
    // Named beforehand it could be created on the old state alone, where nobody may.
    expect(creation, `SEED=${seed}`).toBe('written');
    expect(['written', 'NOT_CREATED_BY'], `SEED=${seed}`).toContain(naming);
    expect((await stored('folder:secrets')).includes(`folder:secrets#reviewer@${team}`)).toBe(
      naming === 'written',
    );
  }
});

it('creates what another creates: one of both does, and it is theirs alone', async () => {
  const seed = randomSeed();
  const random = seeded(seed);
  for (let i = 0; i < ROUNDS; i++) {
    const folder = `folder:both${i}`;
    const places = ['workspace:dev', 'workspace:ops'].map((place) => `${folder}#workspace@${place}`);
    const told = await race(random, ['user:max', [places[0]]], ['user:eve', [places[1]]]);
    expect(told.toSorted(), `SEED=${seed}`).toEqual(['NOT_GRANTED_BY', 'written']);
    expect(await stored(folder)).toEqual([places[told.indexOf('written')]]);
  }
});

it('lets two new objects justify each other from two writes: neither comes into being', async () => {
  const seed = randomSeed();
  const random = seeded(seed);
  for (let i = 0; i < ROUNDS; i++) {
    const half = (box: string, keeper: string): [string, Updates] => [
      'user:evil',
      [`box:${box}${i}#keeper@box:${keeper}${i}`, `box:${box}${i}#owner@user:evil`],
    ];
    const told = await race(random, half('a', 'b'), half('b', 'a'));
    expect(told, `SEED=${seed}`).toEqual(['NOT_CREATED_BY', 'NOT_CREATED_BY']);
  }
});

it('grants with a right that another node took away a moment ago: never', async () => {
  for (let i = 0; i < ROUNDS; i++) {
    const [manager, friend] = [`user:m${i}`, `workspace:dev#member@user:friend${i}`];
    const right = `workspace:dev#manager@${manager}`;
    expect(await write(i % 2, 'user:ada', [right])).toBe('written');
    expect(await write(1 - (i % 2), manager, [friend])).toBe('written');
    expect(await write(i % 2, 'user:ada', [['delete', right]])).toBe('written');
    expect(await write(1 - (i % 2), manager, [['delete', friend]])).toBe('NOT_REVOKED_BY');
    expect(await write(1 - (i % 2), manager, [`workspace:dev#member@user:late${i}`])).toBe('NOT_GRANTED_BY');
  }
});

it('grants while the right is taken away: before it or not at all', async () => {
  const seed = randomSeed();
  const random = seeded(seed);
  for (let i = 0; i < ROUNDS; i++) {
    const [manager, friend] = [`user:n${i}`, `workspace:dev#member@user:pal${i}`];
    const right = `workspace:dev#manager@${manager}`;
    expect(await write(0, 'user:ada', [right])).toBe('written');
    const [revocation, grant] = await race(random, ['user:ada', [['delete', right]]], [manager, [friend]]);
    expect(revocation, `SEED=${seed}`).toBe('written');
    expect(['written', 'NOT_GRANTED_BY'], `SEED=${seed}`).toContain(grant);
    const members = await stored('workspace:dev');
    expect(members.includes(friend)).toBe(grant === 'written');
    expect(members).not.toContain(right);
  }
});
