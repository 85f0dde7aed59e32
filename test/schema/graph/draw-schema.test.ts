import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toDot } from '../../../src/picture/to-dot.ts';
import { drawSchema } from '../../../src/schema/graph/draw-schema.ts';
import { tellSchema } from '../../../src/schema/graph/tell-schema.ts';
import { compiled } from '../diagnose.ts';

const PLATFORM = readFileSync('test/schema/files/platform.pemba', 'utf8');

async function edgesFrom(text: string, id: string): Promise<string[]> {
  const { edges } = drawSchema(await compiled(text));
  return edges
    .filter(({ from }) => from === id)
    .map(
      ({ to, label, dashed }) =>
        `${to}${label === undefined ? '' : ` (${label})`}${dashed === true ? ' -' : ''}`,
    );
}

describe('the picture of a schema', () => {
  test('has every type and member once, and what each type has', async () => {
    const schema = await compiled(PLATFORM);
    const { nodes, edges } = drawSchema(schema);
    const ids = schema.types.flatMap(({ name, members }) => [
      name,
      ...members.map((each) => `${name}#${each.name}`),
    ]);
    expect(nodes.map(({ id }) => id)).toEqual(ids);
    expect(nodes.find(({ id }) => id === 'user#change_password')).toEqual({
      id: 'user#change_password',
      label: 'change_password',
      kind: 'permission',
      title: 'permission change_password = self\nOnly the person themselves.',
    });
    for (const { from, to } of edges) expect(ids).toEqual(expect.arrayContaining([from, to]));
    expect(await edgesFrom(PLATFORM, 'user')).toEqual(['user#key', 'user#change_password']);
    // Every edge leads to a node, or this would throw.
    expect(toDot({ nodes, edges })).toContain('office_hours');
  });

  test('shows what a relation stores, and how', async () => {
    expect(await edgesFrom(PLATFORM, 'workspace#visitor')).toEqual([
      'user (with office_hours)',
      'user (expires)',
      'team#member',
    ]);
    expect(await edgesFrom(PLATFORM, 'workspace#member')).toEqual(['user', 'workspace#manager']);
    expect(await edgesFrom('type a { relation b : a:* permission c = b }', 'a#b')).toEqual(['a (*)']);
  });

  test('shows what a permission is made of, through which relation, and what takes away from it', async () => {
    expect(await edgesFrom(PLATFORM, 'workspace#view')).toEqual([
      'workspace#member',
      'workspace#visitor',
      'workspace#suspended -',
    ]);
    expect(await edgesFrom(PLATFORM, 'workspace#read_data')).toEqual([
      'workspace#view',
      'user#key (of view)',
      'workspace#reader_key',
    ]);
    expect(await edgesFrom(PLATFORM, 'folder#approved')).toEqual(['team#lead (every reviewer)']);
    expect(await edgesFrom(PLATFORM, 'folder#read')).toEqual([
      'workspace#view (workspace)',
      'folder#read (parent)',
    ]);
  });
});

test('the tree of a schema tells all of it', async () => {
  const { text, children } = tellSchema(await compiled(PLATFORM), 'platform.pemba');
  expect(text).toBe('schema platform');
  expect(children[0]?.text).toBe('condition office_hours(now, opens, closes)');
  const record = children.find((each) => each.text === 'type record');
  expect(record?.children).toEqual([
    { text: 'created by workspace.member', children: [] },
    { text: 'deleted by workspace.manager', children: [] },
    { text: 'relation workspace : workspace', children: [] },
    {
      text: 'relation folder : folder',
      children: [
        { text: 'granted by workspace.member and subject.manage', children: [] },
        { text: 'revoked by workspace.manager', children: [] },
      ],
    },
    {
      text: 'permission read = workspace.view',
      children: [{ text: 'workspace.view -> workspace#view', children: [] }],
    },
    { text: 'require folder.workspace contains workspace', children: [] },
  ]);
});
