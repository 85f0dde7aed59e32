import { describe, expect, it } from 'vitest';
import { treeLines } from '../../src/cli/drawing/tree.ts';
import { expandTree } from '../../src/cli/exploring/expand-tree.ts';
import type { ExpandNode } from '../../src/client/explore-requests.ts';
import { assertWellFormed } from '../picture/well-formed.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

/** Who reads in a space: teams may be in each other, and some are banned. Places go level by level. */
const NODES = [
  { operation: 'EXCEPT', set: 'space:ml#read', expression: 'reader except banned', children: [1, 2] },
  { operation: 'NAME', expression: 'reader', children: [3] },
  { operation: 'NAME', expression: 'banned', children: [4] },
  { operation: 'OR', set: 'space:ml#reader', expression: 'direct or organization.admin', children: [5, 6] },
  { operation: 'DIRECT', set: 'space:ml#banned', expression: 'direct', children: [] },
  { operation: 'DIRECT', expression: 'direct', subjects: ['user:*', 'user:ada'], children: [7] },
  { operation: 'ARROW', expression: 'organization.admin', children: [8] },
  {
    operation: 'DIRECT',
    set: 'team:a#member',
    expression: 'direct',
    subjects: ['user:bob'],
    children: [9, 10],
  },
  { operation: 'DIRECT', set: 'organization:acme#admin', omission: 'OMISSION_DEPTH' },
  { operation: 'DIRECT', set: 'team:b#member', expression: 'direct', children: [11] },
  { operation: 'DIRECT', set: 'team:\u202ec#member', omission: 'OMISSION_DEPTH' },
  { operation: 'DIRECT', set: 'team:a#member', omission: 'OMISSION_SEEN', sameAs: 7 },
].map(({ operation, ...rest }) => ({ ...rest, operation: `OPERATION_${operation}` }));

const TREE = `space:ml#read = reader except banned
├─ space:ml#reader = direct or organization.admin
│  ├─ direct
│  │  ├─ user:*
│  │  ├─ user:ada
│  │  └─ team:a#member
│  │     ├─ user:bob
│  │     ├─ team:b#member
│  │     │  └─ team:a#member (as above)
│  │     └─ team:\\u202ec#member (deeper than --depth)
│  └─ or organization.admin
│     └─ organization:acme#admin (deeper than --depth)
└─ except space:ml#banned
   └─ (nobody)
`;

const UTF8 = { LANG: 'en_US.UTF-8' };

describe('expand', () => {
  const answering = (nodes: object[] = NODES): void => {
    bench.service.handlers = { Expand: () => ({ nodes, zookie: 'z1' }) };
  };

  it('draws the tree', async () => {
    answering();
    expect(await bench.ask(['expand', 'space:ml#read'], { env: UTF8 })).toEqual({
      code: 0,
      out: TREE,
      err: '',
    });
  });

  it.each([
    [{}, '|- space:ml#reader'],
    [{ LANG: 'C' }, '|- space:ml#reader'],
    [{ LANG: 'C.utf8' }, '├─ space:ml#reader'],
    [{ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, '|- space:ml#reader'],
    [{ LANG: 'C', LC_CTYPE: 'de_DE.UTF-8', LC_ALL: '' }, '├─ space:ml#reader'],
  ])('draws with what the locale %j can show', async (env, line) => {
    answering();
    expect((await bench.ask(['expand', 'space:ml#read'], { env })).out.split('\n')[1]).toMatch(line);
  });

  it('draws in ASCII what a tree needs', async () => {
    answering();
    expect((await bench.ask(['expand', 'space:ml#read'])).out).toBe(
      TREE.replaceAll('├─', '|-').replaceAll('└─', '`-').replaceAll('│', '|'),
    );
  });

  it('says where a set stands that is drawn further below', async () => {
    answering([
      { operation: 'OPERATION_OR', set: 'a:a#r', expression: 'x.s or t', children: [1, 2] },
      { operation: 'OPERATION_ARROW', expression: 'x.s', children: [3] },
      { operation: 'OPERATION_NAME', expression: 't', children: [4] },
      { operation: 'OPERATION_DIRECT', set: 'a:b#s', expression: 'direct', children: [5] },
      { operation: 'OPERATION_SELF', set: 'a:a#t', expression: 'self' },
      { operation: 'OPERATION_SELF', set: 'a:a#t', omission: 'OMISSION_SEEN', sameAs: 4 },
    ]);
    expect((await bench.ask(['expand', 'a:a#r'], { env: UTF8 })).out).toBe(`a:a#r = x.s or t
├─ x.s
│  └─ a:b#s
│     └─ a:a#t (as below)
└─ or a:a#t = self
`);
  });

  it('sends depth, store, freshness and what counts as stored', async () => {
    answering();
    const options = ['--depth', '2', '--store', 'main', '--with', 'a:b#c@d:e', '--at-least-as-fresh', 'z'];
    await bench.ask(['expand', 'space:ml#read', ...options]);
    expect(bench.service.last.request).toMatchObject({
      object: 'space:ml',
      relation: 'read',
      depth: 2,
      store: 'main',
      contextualTuples: [{ object: 'a:b' }],
      consistency: { atLeastAsFresh: 'z' },
    });
  });

  it('prints JSON', async () => {
    answering();
    const { nodes, zookie } = JSON.parse((await bench.ask(['expand', 'space:ml#read', '--json'])).out);
    expect(zookie).toBe('z1');
    expect(nodes).toHaveLength(NODES.length);
    expect(nodes[0]).toEqual({
      operation: 'except',
      set: 'space:ml#read',
      expression: 'reader except banned',
      subjects: [],
      children: [1, 2],
    });
    expect(nodes[11]).toMatchObject({ omission: 'seen', sameAs: 7 });
  });

  it('prints a picture in DOT, in which a set stands once', async () => {
    answering();
    const { out } = await bench.ask(['expand', 'space:ml#read', '--dot']);
    expect(out).toMatch(/^digraph pemba \{\n/);
    expect(out).toContain('label="user:*\\nuser:ada"');
    expect(out).toContain('[label="except", style="dashed"]');
    expect(out.match(/label="team:a#member"/g)).toHaveLength(1);
    expect(out, 'a name is told by its set').not.toContain('label="reader"');
  });

  it('prints a picture in SVG', async () => {
    answering();
    const { out, err } = await bench.ask(['expand', 'space:ml#read', '--svg']);
    assertWellFormed(out);
    expect(out).toContain('>user:bob<');
    expect(err).toBe('');
  });

  it('names only so many subjects in a picture', async () => {
    const subjects = Array.from({ length: 25 }, (_, i) => `user:u${i}`);
    answering([{ operation: 'OPERATION_DIRECT', set: 'a:a#r', expression: 'direct', subjects }]);
    const { out } = await bench.ask(['expand', 'a:a#r', '--dot']);
    expect(out).toContain('user:u19\\nand 5 more"');
    expect(out).not.toContain('user:u20');
  });

  it.each([
    [['a:b'], '`a:b`: there is no `#`; write `type:id#relation`'],
    [['a#r'], 'object `a`: there is no `:`'],
    [['a:b#'], 'the relation is empty'],
    [['a:b#r', '--svg', '--json'], "option '--json' cannot be used with option '--svg'"],
    [['a:b#r', '--depth', '0'], 'Expected a whole number of at least 1'],
  ])('refuses %j before it asks', async (argv, message) => {
    const { code, out, err } = await bench.ask(['expand', ...argv]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
    expect(bench.service.asked).toEqual([]);
  });

  it('takes no tree that bites its tail', () => {
    const node: Omit<ExpandNode, 'children'> = {
      operation: 'name',
      set: '',
      expression: 'a',
      subjects: [],
      omission: undefined,
      sameAs: undefined,
    };
    expect(() => expandTree([{ ...node, children: [0] }], (_, text) => text)).toThrow(
      'names node 0 as its child',
    );
    expect(() => expandTree([{ ...node, children: [7] }], (_, text) => text)).toThrow(
      'names node 7 as its child',
    );
  });

  it('draws trees deeper than a stack', () => {
    const count = 20_000;
    const nodes = Array.from({ length: count }, (_, i) => ({
      operation: 'direct' as const,
      set: `team:t${i}#member`,
      expression: 'direct',
      subjects: [],
      children: i === count - 1 ? [] : [i + 1],
      omission: undefined,
      sameAs: undefined,
    }));
    const strokes = { branch: '', last: '', beside: '', below: '' };
    const lines = [
      ...treeLines(
        expandTree(nodes, (_, text) => text),
        strokes,
      ),
    ];
    expect(lines).toEqual([...nodes.map(({ set }) => set), '(nobody)']);
  });
});

it('says what to leave out where a subject is named, too', async () => {
  const { code, err } = await bench.ask(['expand', 'space:ml#read@user:ada']);
  expect(code).not.toBe(0);
  expect(err).toContain('leave out `@user:ada`');
});
