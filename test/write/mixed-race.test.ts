/**
 * Writes of all kinds that may each happen alone and not both, at the same time over two nodes: exactly one succeeds,
 * round after round.
 */
import { expect, it } from 'vitest';
import { newStore, type SharedNode, shareNodes } from '../service/shared.ts';
import { type Outcome, outcome } from '../support/outcomes-of-writes.ts';
import { randomSeed, seeded } from '../support/random.ts';

const shared = shareNodes(2);
const ROUNDS = 30;

const SCHEMA = `
type user
type key
type team { relation member : user }
type house {
  deleted by admin
  relation admin  : user [1..]  granted by admin
  relation key    : key unique
  relation buyer  : user | team#member
  relation seller : user | team#member
  require buyer excludes seller
}`;

type Call = (node: SharedNode) => Promise<unknown>;
type Actor = { actor?: string };

let store = '';

const call =
  (method: string, request: object): Call =>
  ({ client }) =>
    client.call(`PermissionService/${method}`, { store, ...request });

/** Ways to take a user from the admins of a house. */
const REMOVALS: Record<string, (house: string, user: string, as?: Actor) => Call> = {
  Write: (house, user, as = {}) => {
    const tuple = { object: house, relation: 'admin', subject: user };
    return call('Write', { updates: [{ operation: 'OPERATION_DELETE', tuple }], ...as });
  },
  DeleteTuples: (house, user, as = {}) =>
    call('DeleteTuples', { filter: { object: house, relation: 'admin', subject: user }, ...as }),
  DeleteObject: (_, user, as = {}) => call('DeleteObject', { object: user, ...as }),
};

const replace = (object: string, relation: string, subjects: string[], as: Actor = {}): Call =>
  call('ReplaceRelation', { object, relation, subjects: subjects.map((subject) => ({ subject })), ...as });

/** All at once, the first over a node that the seed chooses and the others in turn over the next. */
function race(random: () => number, calls: readonly Call[]): Promise<Outcome[]> {
  const first = random() < 0.5 ? 0 : 1;
  return Promise.all(calls.map((each, i) => outcome(() => each(shared.nodes[(first + i) % 2]))));
}

const admins = (house: string): Promise<string[]> =>
  shared.client.read({
    store,
    filter: { object: house, relation: 'admin' },
    consistency: { fullyConsistent: true },
  });

const KINDS = Object.keys(REMOVALS);
const pairs = KINDS.flatMap((one) => KINDS.slice(KINDS.indexOf(one)).map((other) => [one, other]));

it.each(pairs)('%s and %s: one of two admins stays', async (one, other) => {
  store = await newStore(shared, SCHEMA);
  const seed = randomSeed();
  const random = seeded(seed);
  for (let i = 0; i < ROUNDS; i++) {
    const [house, a, b] = [`house:${i}`, `user:a${i}`, `user:b${i}`];
    await shared.client.write([`${house}#admin@${a}`, `${house}#admin@${b}`, `${house}#buyer@user:zoe`], {
      store,
    });
    const told = await race(random, [REMOVALS[one](house, a), REMOVALS[other](house, b)]);
    expect(told.toSorted(), `SEED=${seed}`).toEqual(['INVARIANT_MULTIPLICITY', 'written']);
    const left = told[0] === 'written' ? b : a;
    expect(await admins(house)).toEqual([`${house}#admin@${left}`]);
  }
});

it('any kinds, and as many admins as writes: one stays', async () => {
  store = await newStore(shared, SCHEMA);
  const seed = randomSeed();
  const random = seeded(seed);
  for (let i = 0; i < ROUNDS; i++) {
    const house = `house:${i}`;
    const users = Array.from({ length: 2 + Math.floor(random() * 5) }, (_, k) => `user:${i}.${k}`);
    await shared.client.write([...users.map((user) => `${house}#admin@${user}`), `${house}#buyer@user:zoe`], {
      store,
    });
    const kinds = users.map(() => KINDS[Math.floor(random() * KINDS.length)]);
    const told = await race(
      random,
      users.map((user, k) => REMOVALS[kinds[k]](house, user)),
    );
    const refused = users.filter((_, k) => told[k] === 'INVARIANT_MULTIPLICITY');
    expect(refused, `SEED=${seed} ${kinds} ${told}`).toHaveLength(1);
    expect(told.filter((each) => each === 'written')).toHaveLength(users.length - 1);
    expect(await admins(house)).toEqual([`${house}#admin@${refused[0]}`]);
  }
});

it('two admins that make themselves the only one, by whatever kind: who is second is none any more', async () => {
  store = await newStore(shared, SCHEMA);
  const seed = randomSeed();
  const random = seeded(seed);
  const ousting = {
    ...REMOVALS,
    ReplaceRelation: (house: string, _: string, as: Actor = {}): Call =>
      replace(house, 'admin', [as.actor ?? ''], as),
  };
  const kinds = Object.values(ousting);
  for (let i = 0; i < ROUNDS; i++) {
    const [house, a, b] = [`house:${i}`, `user:a${i}`, `user:b${i}`];
    await shared.client.write([`${house}#admin@${a}`, `${house}#admin@${b}`, `${house}#buyer@user:zoe`], {
      store,
    });
    const by = (actor: string, other: string): Call =>
      kinds[Math.floor(random() * kinds.length)](house, other, { actor });
    const told = await race(random, [by(a, b), by(b, a)]);
    const [loser] = told.filter((each) => each !== 'written');
    expect(
      told.filter((each) => each === 'written'),
      `SEED=${seed}`,
    ).toHaveLength(1);
    // Replaced by the other, a loser may no longer grant himself the role.
    expect(['NOT_REVOKED_BY', 'NOT_GRANTED_BY'], `SEED=${seed}`).toContain(loser);
    expect(await admins(house)).toEqual([`${house}#admin@${told[0] === 'written' ? a : b}`]);
  }
});

it('ReplaceRelation: a key goes to one of two houses, and nobody into both sides', async () => {
  store = await newStore(shared, SCHEMA);
  const seed = randomSeed();
  const random = seeded(seed);
  for (let i = 0; i < ROUNDS; i++) {
    const [one, other] = [`house:${i}`, `house:x${i}`];
    await shared.client.write([`${one}#admin@user:a`, `${other}#admin@user:a`], { store });
    const keys = await race(random, [replace(one, 'key', [`key:${i}`]), replace(other, 'key', [`key:${i}`])]);
    expect(keys.toSorted(), `SEED=${seed}`).toEqual(['INVARIANT_UNIQUE', 'written']);
    await shared.client.write([`${one}#buyer@team:${i}#member`], { store });
    const seller = replace(one, 'seller', ['user:b', 'user:zoe']);
    const member = replace(`team:${i}`, 'member', ['user:zoe']);
    const sides = await race(random, [seller, member]);
    expect(sides.toSorted(), `SEED=${seed}`).toEqual(['INVARIANT_REQUIRE', 'written']);
  }
});

it('ReplaceRelation: of two that replace the same, exactly the subjects of the later stay, and not those of both', async () => {
  store = await newStore(shared, SCHEMA);
  const seed = randomSeed();
  const random = seeded(seed);
  for (let i = 0; i < ROUNDS; i++) {
    const house = `house:${i}`;
    await shared.client.write([`${house}#admin@user:a`, `${house}#admin@user:old`], { store });
    const sets = [
      ['user:a', 'user:b', 'user:c'],
      ['user:a', 'user:d'],
    ];
    const calls = sets.map((subjects) => replace(house, 'admin', subjects));
    expect(await race(random, calls), `SEED=${seed}`).toEqual(['written', 'written']);
    const possible = sets.map((subjects) => subjects.map((subject) => `${house}#admin@${subject}`));
    expect(possible, `SEED=${seed}`).toContainEqual(await admins(house));
  }
});

it('DeleteObject and another that gives it an admin less: the object goes whole, or keeps one', async () => {
  store = await newStore(shared, SCHEMA);
  const seed = randomSeed();
  const random = seeded(seed);
  for (let i = 0; i < ROUNDS; i++) {
    const house = `house:${i}`;
    await shared.client.write([`${house}#admin@user:a`, `${house}#buyer@user:b`], { store });
    // The last admin may go with the house, or after it, and not before.
    const [whole, last] = await race(random, [
      call('DeleteObject', { object: house, actor: 'user:a' }),
      REMOVALS.Write(house, 'user:a'),
    ]);
    expect(whole, `SEED=${seed}`).toBe('written');
    expect(['written', 'INVARIANT_MULTIPLICITY'], `SEED=${seed}`).toContain(last);
    expect(await admins(house)).toEqual([]);
    expect(await shared.client.read({ store, filter: { object: house } })).toEqual([]);
  }
});
