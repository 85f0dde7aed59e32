import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { must } from '../../src/base/assert.ts';
import { type CompiledMember, type CompiledSchema, SCHEMA_FORMAT } from '../../src/schema/compiled-schema.ts';
import { formatForm } from '../../src/schema/subject-form.ts';
import { readCompiledSchema } from '../../src/schema/upgrade-schema.ts';
import { compiled } from './diagnose.ts';

const PLATFORM = readFileSync(new URL('./files/platform.pemba', import.meta.url), 'utf8');

function memberOf(schema: CompiledSchema, type: string, name: string): CompiledMember {
  const members = schema.types.find((each) => each.name === type)?.members ?? [];
  return must(
    members.find((member) => member.name === name),
    name,
  );
}

/** `granted by TEXT, revoked by TEXT`, with the words as they were written. */
function clauses({ grantedBy, revokedBy }: CompiledMember): string[] {
  return [grantedBy, revokedBy].map((clause) =>
    clause === undefined ? '-' : `${clause.keyword} ${clause.text}`,
  );
}

describe('the example of the whole language', () => {
  test('compiles without a finding', async () => {
    const schema = await compiled(PLATFORM);
    expect(schema.types.map(({ name }) => name)).toEqual([
      'user',
      'user_key',
      'service_key',
      'system',
      'team',
      'workspace',
      'folder',
      'record',
    ]);
    expect(schema.conditions.map(({ name }) => name)).toEqual(['office_hours']);
  });

  test('has its subject forms', async () => {
    const schema = await compiled(PLATFORM);
    expect(memberOf(schema, 'workspace', 'visitor').subjects).toEqual([
      { type: 'user', wildcard: false, condition: 'office_hours' },
      { type: 'user', wildcard: false, expiry: 'may' },
      { type: 'team', relation: 'member', wildcard: false },
    ]);
    const key = memberOf(schema, 'workspace', 'reader_key');
    expect(key).toMatchObject({
      unique: true,
      subjects: [{ type: 'service_key', wildcard: false, expiry: 'must', withinSeconds: 7_776_000 }],
    });
    expect(key.subjects.map(formatForm)).toEqual(['service_key must expire within 90d']);
    expect(memberOf(schema, 'workspace', 'visitor').subjects.map(formatForm)).toEqual([
      'user with office_hours',
      'user expires',
      'team#member',
    ]);
  });

  test('has its clauses, with those of rungs resolved', async () => {
    const schema = await compiled(PLATFORM);
    expect(clauses(memberOf(schema, 'workspace', 'admin'))).toEqual(['granted by admin', 'granted by admin']);
    expect(clauses(memberOf(schema, 'workspace', 'member'))).toEqual([
      'granted by manager',
      'granted by manager',
    ]);
    expect(clauses(memberOf(schema, 'folder', 'parent'))).toEqual([
      'granted by workspace.manager and subject.manage',
      'revoked by workspace.manager',
    ]);
    expect(clauses(memberOf(schema, 'folder', 'workspace'))).toEqual(['-', '-']);
    expect(memberOf(schema, 'folder', 'parent').grantedBy?.expression).toEqual({
      op: 'and',
      of: [
        { op: 'arrow', relation: 'workspace', name: 'manager', at: [48, 51] },
        { op: 'subject', name: 'manage', at: [48, 73] },
      ],
    });
    const workspace = schema.types.find(({ name }) => name === 'workspace');
    expect(workspace?.createdBy).toMatchObject({ keyword: 'created by', text: 'system.create_workspace' });
    expect(workspace?.deletedBy).toMatchObject({ keyword: 'deleted by', text: 'admin' });
  });

  test('has its invariants', async () => {
    const schema = await compiled(PLATFORM);
    expect(schema.types.flatMap(({ requires }) => requires)).toEqual([
      {
        kind: 'one of',
        relations: ['admin', 'manager', 'member'],
        text: 'require one of admin, manager, member',
        source: { file: 'test.pemba', line: 38, column: 3 },
      },
      {
        kind: 'path contains',
        over: 'folder',
        relation: 'workspace',
        contained: 'workspace',
        text: 'require folder.workspace contains workspace',
        source: { file: 'test.pemba', line: 60, column: 3 },
      },
    ]);
  });

  test('has its multiplicities', async () => {
    const schema = await compiled(PLATFORM);
    const boundsOf = (type: string, name: string) => {
      const { min, max } = must(memberOf(schema, type, name).multiplicity, name);
      return [min, max];
    };
    expect(boundsOf('system', 'admin')).toEqual([1, undefined]);
    expect(boundsOf('folder', 'workspace')).toEqual([1, 1]);
    expect(boundsOf('folder', 'parent')).toEqual([0, 1]);
    expect(boundsOf('workspace', 'admin')).toEqual([1, undefined]);
    expect(memberOf(schema, 'workspace', 'manager')).not.toHaveProperty('multiplicity');
  });

  test('has its sets of sets, and the place of each part', async () => {
    const schema = await compiled(PLATFORM);
    expect(memberOf(schema, 'workspace', 'read_data').rewrite).toEqual({
      op: 'or',
      of: [
        { op: 'name', name: 'view', at: [41, 26] },
        { op: 'of', set: 'view', name: 'key', at: [41, 34] },
        { op: 'name', name: 'reader_key', at: [41, 49] },
      ],
    });
  });
});

describe('clauses', () => {
  const LADDERS: [string, Record<string, string[]>][] = [
    [
      'roles a > b granted by a > c revoked by a > d granted by b revoked by c : user granted by d revoked by nobody',
      {
        a: ['granted by d', 'revoked by nobody'],
        // What it grants by itself it revokes by itself, whatever the ladder says.
        b: ['granted by a', 'granted by a'],
        c: ['granted by d', 'revoked by a'],
        d: ['granted by b', 'revoked by c'],
      },
    ],
    ['roles a > b : user revoked by b', { a: ['-', 'revoked by b'], b: ['-', 'revoked by b'] }],
    ['roles a > b : user', { a: ['-', '-'], b: ['-', '-'] }],
    ['relation a : user revoked by a', { a: ['-', 'revoked by a'] }],
    ['relation a : user granted by a', { a: ['granted by a', 'granted by a'] }],
  ];

  test.each(LADDERS)('of %s', async (ladder, expected) => {
    const schema = await compiled(
      `type user type doc { ${ladder} permission p = ${Object.keys(expected).at(-1)} }`,
    );
    const found = Object.keys(expected).map((name) => [name, clauses(memberOf(schema, 'doc', name))]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  test('are told on one line and without comments', async () => {
    const schema = await compiled(`type user type d { relation a : user granted by a // why
      or   a
  permission p = a }`);
    expect(memberOf(schema, 'd', 'a').grantedBy).toMatchObject({
      text: 'a or a',
      source: { line: 1, column: 38 },
    });
  });
});

test('the four kinds of require', async () => {
  const { types } = await compiled(`type user
type d {
  relation a : user relation b : user relation on : d
  permission p = a or b or on.p
  require unique a, b
  require a excludes b
  require a contains b
  require on.a contains b
}`);
  expect(types[1].requires.map(({ source: _, text: __, ...rule }) => rule)).toEqual([
    { kind: 'unique', relations: ['a', 'b'] },
    { kind: 'excludes', left: 'a', right: 'b' },
    { kind: 'contains', relation: 'a', contained: 'b' },
    { kind: 'path contains', over: 'on', relation: 'a', contained: 'b' },
  ]);
});

test('a wildcard in a set stands for the objects of its type', async () => {
  await compiled(`type key type user { relation key : key permission keys = key }
type d { relation a : user:* permission p = key of a }`);
});

describe('a stored schema', () => {
  test('of this format is read as it is', async () => {
    const schema = await compiled(PLATFORM);
    expect(readCompiledSchema(SCHEMA_FORMAT, JSON.stringify(schema))).toEqual(schema);
  });

  test('of format 1 gets what it lacks', () => {
    const source = { file: 'schema', line: 1, column: 1 };
    const member = { name: 'a', kind: 'relation', subjects: [], rewrite: { op: 'direct' }, source };
    const stored = { format: 1, name: 's', types: [{ name: 'd', doc: 'D', members: [member], source }] };
    expect(readCompiledSchema(1, JSON.stringify(stored))).toEqual({
      format: SCHEMA_FORMAT,
      name: 's',
      types: [{ name: 'd', doc: 'D', members: [{ ...member, unique: false }], requires: [], source }],
      conditions: [],
    });
  });

  test.each([0, 3])('of format %i is not read', (format) => {
    expect(() => readCompiledSchema(format, '{}')).toThrow(
      `the schema is stored in format ${format}, and this node knows formats 1 to 2; run the version of Pemba that wrote it`,
    );
  });
});
