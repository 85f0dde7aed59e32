/** Expand over real gRPC: the tree as a list of nodes. */
import { expect, it } from 'vitest';
import { question } from '../support/client.ts';
import { newStore, shareNodes } from './shared.ts';

const shared = shareNodes();

interface Node {
  operation: string;
  set: string;
  expression: string;
  subjects: string[];
  children: number[];
  omission: string;
  sameAs: number;
}

async function expand(request: object): Promise<{ nodes: Node[]; zookie: string }> {
  return shared.client.call('PermissionService/Expand', request);
}

it('shows a set as a tree whose nodes stand before their children', async () => {
  const store = await newStore(shared);
  const zookie = await shared.client.write(
    [
      'space:s#writer@user:ada',
      'space:s#writer@team:a#member',
      'space:s#reader@user:*',
      'space:s#banned@user:bob',
      'team:a#member@user:cyd',
      'team:a#member@team:a#member',
    ],
    { store },
  );
  const tree = await expand({ store, object: 'space:s', relation: 'write' });
  expect(tree.zookie).toBe(zookie);
  const { nodes } = tree;
  expect(nodes[0]).toMatchObject({
    operation: 'OPERATION_EXCEPT',
    set: 'space:s#write',
    omission: 'OMISSION_UNSPECIFIED',
  });
  expect(nodes[0].expression).toContain('writer except banned');
  const parents = new Map<number, number>();
  for (const [i, { children }] of nodes.entries()) {
    for (const child of children) {
      expect(child).toBeGreaterThan(i);
      expect(parents.has(child)).toBe(false);
      parents.set(child, i);
    }
  }
  expect(parents.size).toBe(nodes.length - 1);
  const stored = nodes.find(({ set }) => set === 'space:s#writer' || set === 'space:s#banned');
  expect(stored).toBeDefined();
  expect(nodes.flatMap(({ subjects }) => subjects).sort()).toEqual(['user:ada', 'user:bob', 'user:cyd']);
  // A team that is in itself is shown once.
  const [first] = nodes.map((node, i) => ({ ...node, i })).filter(({ set }) => set === 'team:a#member');
  const seen = nodes.find(({ omission }) => omission === 'OMISSION_SEEN');
  expect(seen).toMatchObject({ set: 'team:a#member', sameAs: first.i, children: [], subjects: [] });
});

it('goes only as deep as it is asked to, and says where it stopped', async () => {
  const store = await newStore(shared);
  await shared.client.write(
    ['space:s#reader@team:a#member', 'team:a#member@team:b#member', 'team:b#member@user:ada'],
    { store },
  );
  const ask = { store, object: 'space:s', relation: 'reader' };
  const shallow = await expand({ ...ask, depth: 1 });
  expect(shallow.nodes.some(({ omission }) => omission === 'OMISSION_DEPTH')).toBe(true);
  expect(shallow.nodes.flatMap(({ subjects }) => subjects)).toEqual([]);
  const whole = await expand(ask);
  expect(whole.nodes.some(({ omission }) => omission !== 'OMISSION_UNSPECIFIED')).toBe(false);
  expect(whole.nodes.flatMap(({ subjects }) => subjects)).toEqual(['user:ada']);
});

it('counts contextual tuples, and shows an earlier revision', async () => {
  const store = await newStore(shared);
  const before = await shared.client.write(['space:s#banned@user:old'], { store });
  await shared.client.write([['delete', 'space:s#banned@user:old']], { store });
  const ask = { store, object: 'space:s', relation: 'banned' };
  const subjects = async (more: object): Promise<string[]> =>
    (await expand({ ...ask, ...more })).nodes.flatMap((node) => node.subjects);
  expect(await subjects({})).toEqual([]);
  expect(await subjects({ contextualTuples: [question('space:s#banned@user:new')] })).toEqual(['user:new']);
  expect(await subjects({ consistency: { atExactSnapshot: before } })).toEqual(['user:old']);
});
