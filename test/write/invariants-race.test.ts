/**
 * Two admins leave at the same time, each over another node: either may go as long as the other stays, so exactly one
 * may. Round after round, and the same for the two keepers of a unique key and the two sides of `excludes`.
 */
import { expect, it } from 'vitest';
import { newStore, shareNodes } from '../service/shared.ts';
import { type Outcome, outcome } from '../support/outcomes-of-writes.ts';

const shared = shareNodes(3);
const ROUNDS = 40;

const SCHEMA = `
type user { relation key : key unique }
type key
type team { relation member : user }
type house {
  relation admin  : user [1..]
  relation buyer  : user | team#member
  relation seller : user | team#member
  require buyer excludes seller
}`;

async function race(store: string, writes: (string | [string, string])[][]): Promise<Outcome[]> {
  return Promise.all(
    writes.map((updates, i) =>
      outcome(() => shared.nodes[i % shared.nodes.length].client.write(updates, { store })),
    ),
  );
}

it('leaves exactly one of the admins that leave at once', async () => {
  const store = await newStore(shared, SCHEMA);
  for (let i = 0; i < ROUNDS; i++) {
    const admins = ['a', 'b', 'c'].map((name) => `house:${i}#admin@user:${name}`);
    await shared.client.write(admins, { store });
    const told = await race(
      store,
      admins.map((tuple) => [['delete', tuple], `house:${i}#buyer@user:zoe`]),
    );
    expect(told.toSorted()).toEqual(['INVARIANT_MULTIPLICITY', 'written', 'written']);
    expect(
      await shared.client.read({
        store,
        filter: { object: `house:${i}`, relation: 'admin' },
        consistency: { fullyConsistent: true },
      }),
    ).toHaveLength(1);
  }
});

it('gives a key to exactly one of those who take it at once', async () => {
  const store = await newStore(shared, SCHEMA);
  for (let i = 0; i < ROUNDS; i++) {
    const told = await race(
      store,
      ['a', 'b', 'c'].map((name) => [`user:${name}#key@key:${i}`]),
    );
    expect(told.toSorted()).toEqual(['INVARIANT_UNIQUE', 'INVARIANT_UNIQUE', 'written']);
  }
});

it('lets nobody into both sides by two writes at once, one of them elsewhere', async () => {
  const store = await newStore(shared, SCHEMA);
  for (let i = 0; i < ROUNDS; i++) {
    await shared.client.write([`house:${i}#admin@user:a`, `house:${i}#buyer@team:${i}#member`], { store });
    const told = await race(store, [[`team:${i}#member@user:zoe`], [`house:${i}#seller@user:zoe`]]);
    expect(told.toSorted()).toEqual(['INVARIANT_REQUIRE', 'written']);
  }
});
