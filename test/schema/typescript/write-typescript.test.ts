/** The TypeScript that is written from a schema. */
import { afterAll, expect, it } from 'vitest';
import type { DeclaredType } from '../../../src/schema/typescript/declarations.ts';
import { writeTypescript } from '../../../src/schema/typescript/write-typescript.ts';
import { Compiler } from '../../client/compiler.ts';

const OPTIONS = { name: 'Schema', origin: 'version 3 of a schema' };
const relation = (name: string, subjects: string[], documentation = '') => ({
  name,
  documentation,
  isPermission: false,
  subjects,
});

const compilers: Compiler[] = [];
afterAll(() => {
  for (const compiler of compilers) compiler.dispose();
});

function compile(types: readonly DeclaredType[], files: Readonly<Record<string, string>> = {}): Compiler {
  const compiler = new Compiler({ 'schema.ts': writeTypescript(types, OPTIONS), ...files });
  compilers.push(compiler);
  return compiler;
}

it('names types, relations with their subjects, permissions, and their documentation', () => {
  const types = [
    { name: 'user', documentation: '', members: [] },
    {
      name: 'space',
      documentation: 'Where data is.\nAll of it.',
      members: [
        relation('reader', ['user', 'user:*', 'team#member'], 'May read.'),
        { ...relation('read', []), isPermission: true },
      ],
    },
  ];
  expect(writeTypescript(types, { name: 'Lamin', origin: '`lamin.pemba`' })).toBe(
    `// Made by \`pemba generate typescript\` from \`lamin.pemba\`. Make it anew rather than change it.

/** For \`new PembaClient<Lamin>(…)\`: object types, their relations with what each may hold, and permissions. */
export interface Lamin {
  user: {
    relations: Record<never, never>;
    permissions: Record<never, never>;
  };
  /**
   * Where data is.
   * All of it.
   */
  space: {
    relations: {
      /** May read. */
      reader: 'user' | 'user:*' | 'team#member';
    };
    permissions: {
      read: true;
    };
  };
}
`,
  );
});

it('is valid for names that are no identifiers, and documentation that looks like code', () => {
  const odd = [
    "it's",
    'a-b',
    'a/b',
    'a b',
    '1st',
    'class',
    '`quoted`',
    'back\\slash',
    '"',
    '__proto__',
    'ünïcode',
  ];
  const documentation = 'ends */ here\n// and /* there\r\u2028`x`';
  const types = odd.map((name) => ({
    name,
    documentation,
    members: [
      ...odd.map((member) =>
        relation(
          member,
          odd.map((subject) => `${subject}#${member}`),
          documentation,
        ),
      ),
      { ...relation('perm-it', [], documentation), isPermission: true },
    ],
  }));
  const line = (name: string, member: string) =>
    `client.check({ object: ${JSON.stringify(`${name}:x`)}, relation: ${JSON.stringify(member)}, subject: 'a-b:y' });`;
  const right = odd.flatMap((name) => [...odd, 'perm-it'].map((member) => line(name, member)));
  const wrong = odd.map((name) => line(name, 'permit'));
  const head = [
    "import { PembaClient } from 'pemba';",
    "import type { Schema } from './schema.ts';",
    "const client = new PembaClient<Schema>({ address: '127.0.0.1:1' });",
  ];
  const compiler = compile(types, { 'code.ts': [...head, ...right, ...wrong].join('\n') });
  expect(compiler.errors('schema.ts')).toEqual(new Map());
  const first = head.length + right.length + 1;
  expect([...compiler.errors('code.ts').keys()]).toEqual(wrong.map((_, i) => first + i));
});

it('takes nothing but the form of a subject', () => {
  const types = [
    {
      name: 'a',
      documentation: '',
      members: [relation('r', ['user with ip', 'user expires', 'team#member']), relation('none', [])],
    },
  ];
  const text = writeTypescript(types, OPTIONS);
  expect(text).toContain("r: 'user' | 'team#member';");
  expect(text).toContain('none: never;');
  expect(compile(types).errors('schema.ts')).toEqual(new Map());
});

it('keeps its head a comment', () => {
  const text = writeTypescript([], { name: 'Schema', origin: 'a\nfile\u2028name' });
  expect(text.split(/[\n\u2028]/)[0]).toContain('from a file name.');
  expect(compile([]).errors('schema.ts')).toEqual(new Map());
});
