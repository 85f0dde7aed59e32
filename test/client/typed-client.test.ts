/** What the types of a schema admit, and what not: right and wrong code goes through the TypeScript compiler. */
import { afterAll, describe, expect, it } from 'vitest';
import { writeTypescript } from '../../src/schema/typescript/write-typescript.ts';
import { Compiler } from './compiler.ts';

const relation = (name: string, ...subjects: string[]) => declared(name, false, subjects);
const permission = (name: string) => declared(name, true, []);
const declared = (name: string, isPermission: boolean, subjects: string[]) => ({
  name,
  documentation: '',
  isPermission,
  subjects,
});

const SCHEMA = [
  { name: 'user', documentation: '', members: [] },
  {
    name: 'team',
    documentation: '',
    members: [relation('admin', 'user'), relation('member', 'user', 'team#member')],
  },
  {
    name: 'space',
    documentation: '',
    members: [
      relation('owner', 'team'),
      relation('reader', 'user', 'user:*', 'team#member'),
      permission('write'),
      permission('read'),
    ],
  },
];

/** Each line stands alone; those that end in \`// wrong\` must not compile, all others must. */
const CODE = `
import { PembaClient, connect } from 'pemba';
import type { Schema } from './schema.ts';
const client = new PembaClient<Schema>({ address: '127.0.0.1:1', store: 'main', timeoutMs: 5, batching: false });
const same: PembaClient<Schema> = connect<Schema>({ address: '127.0.0.1:1' });
const anything = new PembaClient({ address: '127.0.0.1:1' });
const id: string = 'x'; const text: string = 'space:x';

client.check({ object: 'space:x', relation: 'write', subject: 'user:a' });
client.check({ object: 'space:x', relation: 'reader', subject: 'team:a#member' }, { timeoutMs: 5 });
client.check({ object: 'space:x', relation: 'wrte', subject: 'user:a' }); // wrong
client.check({ object: 'spce:x', relation: 'write', subject: 'user:a' }); // wrong
client.check({ object: 'team:x', relation: 'write', subject: 'user:a' }); // wrong
client.check({ object: 'space:x', relation: 'write', subject: 'usr:a' }); // wrong
client.check({ object: 'space', relation: 'write', subject: 'user:a' }); // wrong
client.check({ object: 'user:x', relation: 'member', subject: 'user:a' }); // wrong
client.check({ object: 'space:x', relation: 'write', subject: 'user:a', stor: 'x' }); // wrong
client.check({ object: text, relation: 'write', subject: 'user:a' }); // wrong
client.check({ object: 'space:x', relation: 'write', subject: 'team:b#nope' }); // wrong
client.check({ object: 'space:x', relation: 'write', subject: \`team:\${id}#nope\` }); // wrong
client.check({ object: 'space:x', relation: 'write', subject: \`team:\${id}#member\` });
client.explain({ object: 'space:x', relation: 'write', subject: 'space:b#read' });
client.explain({ object: 'space:x', relation: 'write', subject: 'space:b#red' }); // wrong
client.listPermissions({ object: 'space:x', subject: 'user:a' }).then(({ permissions }) => permissions.some(({ name }) => name === 'write'));
client.listPermissions({ object: 'space:x', subject: 'user:a' }).then(({ permissions }) => permissions.some(({ name }) => name === 'wrte')); // wrong
client.check({ object: \`space:\${id}\`, relation: 'write', subject: \`user:\${id}\` });
client.check({ object: \`spce:\${id}\`, relation: 'write', subject: \`user:\${id}\` }); // wrong
anything.check({ object: text, relation: 'wrte', subject: id, consistency: { mode: 'fully_consistent' } });
client.check({ object: 'space:x', relation: 'read', subject: 'user:a', contextualTuples: [{ object: 'space:x', relation: 'reader', subject: 'user:a' }] });
client.check({ object: 'space:x', relation: 'read', subject: 'user:a', contextualTuples: [{ object: 'space:x', relation: 'read', subject: 'user:a' }] }); // wrong

client.batchCheck({ items: [{ object: 'space:x', relation: 'write', subject: 'user:a' }, { object: 'team:x', relation: 'admin', subject: 'user:a' }] });
client.batchCheck({ items: [{ object: 'space:x', relation: 'write', subject: 'user:a' }, { object: 'team:x', relation: 'amin', subject: 'user:a' }] }); // wrong

client.write({ updates: [{ operation: 'touch', tuple: { object: 'space:x', relation: 'reader', subject: 'user:a' } }] });
client.write({ updates: [{ operation: 'touch', tuple: { object: 'space:x', relation: 'reader', subject: 'user:*' } }, { operation: 'delete', tuple: { object: 'team:x', relation: 'member', subject: 'team:a#member' } }], actor: 'user:a', metadata: { a: 1 } });
client.write({ updates: [{ operation: 'touch', tuple: { object: \`space:\${id}\`, relation: 'reader', subject: \`team:\${id}#member\` } }] });
client.write({ updates: [{ operation: 'touch', tuple: { object: 'space:x', relation: 'read', subject: 'user:a' } }] }); // wrong
client.write({ updates: [{ operation: 'touch', tuple: { object: 'space:x', relation: 'owner', subject: 'user:a' } }] }); // wrong
client.write({ updates: [{ operation: 'touch', tuple: { object: 'team:x', relation: 'admin', subject: 'user:*' } }] }); // wrong
client.write({ updates: [{ operation: 'touch', tuple: { object: 'team:x', relation: 'admin', subject: 'team:a#member' } }] }); // wrong
client.write({ updates: [{ operation: 'touch', tuple: { object: 'space:x', relation: 'owner', subject: 'team:a#member' } }] }); // wrong
client.write({ updates: [{ operation: 'touch', tuple: { object: 'space:x', relation: 'reader', subject: 'team:a#admin' } }] }); // wrong
client.write({ updates: [{ operation: 'touch', tuple: { object: 'space:x', relation: 'reader', subject: 'team:a' } }] }); // wrong
client.write({ updates: [{ operation: 'tuch', tuple: { object: 'space:x', relation: 'reader', subject: 'user:a' } }] }); // wrong
client.write({ updates: [], actr: 'user:a' }); // wrong
client.write({ updates: [], actor: 'usr:a' }); // wrong
client.write({ updates: [], preconditions: [{ condition: 'must_exist', filter: { object: 'space', relation: 'reader' } }] });
client.write({ updates: [], preconditions: [{ condition: 'must_exist', filter: { object: 'space', relation: 'read' } }] }); // wrong
const ids: string[] = ['a', 'b'];
client.write({ updates: ids.map((each) => ({ operation: 'touch', tuple: { object: \`space:\${each}\`, relation: 'reader', subject: 'user:a' } }) as const) });
client.write({ updates: ids.map((each) => ({ operation: 'touch', tuple: { object: \`space:\${each}\`, relation: 'owner', subject: 'user:a' } }) as const) }); // wrong
type Updates = Parameters<typeof client.write>[0]['updates']; const updates: Updates = []; client.write({ updates });

client.read(); client.read({ filter: {} }); client.read({ filter: { object: 'space:x', relation: 'reader', subject: 'team' }, pageSize: 5 }); client.read({ filter: { relation: 'member' } });
client.read({ filter: { object: 'spce' } }); // wrong
client.read({ filter: { object: 'space', relation: 'member' } }); // wrong
client.read({ filter: { relation: 'read' } }); // wrong
client.expand({ object: 'space:x', relation: 'read', depth: 2 }); client.explain({ object: 'space:x', relation: 'read', subject: 'user:a', maxMisses: 1 });
client.expand({ object: 'space:x', relation: 'red' }); // wrong
client.explain({ object: 'space:x', relation: 'red', subject: 'user:a' }); // wrong
client.listPermissions({ object: 'space:x', subject: 'user:a' });
client.listPermissions({ object: 'spce:x', subject: 'user:a' }); // wrong
client.lookupResources({ resourceType: 'space', relation: 'read', subject: 'user:a', pageSize: 3 });
client.lookupResources({ resourceType: 'team', relation: 'read', subject: 'user:a' }); // wrong
client.lookupSubjects({ object: 'space:x', relation: 'read', subjectType: 'user' }); client.lookupSubjects({ object: 'space:x', relation: 'read', subjectType: 'team#member' });
client.lookupSubjects({ object: 'space:x', relation: 'read', subjectType: 'usr' }); // wrong
client.lookupSubjects({ object: 'space:x', relation: 'read', subjectType: 'team#membr' }); // wrong
client.watch(); client.watch({ filters: [{ object: 'space' }] }); client.readSchema(); client.close();
client.watch({ filters: [{ object: 'spce' }] }); // wrong
`;

/** Each is asked for between its quotes. */
const EDITED = `
import { PembaClient } from 'pemba';
import type { Schema } from './schema.ts';
const client = new PembaClient<Schema>({ address: '127.0.0.1:1' });
client.check({ object: 'space:x', relation: '', subject: 'user:a' });
client.check({ object: 'team:x', relation: '' , subject: 'user:a' });
client.write({ updates: [{ operation: 'touch', tuple: { object: 'space:x', subject: 'user:a', relation: ''  } }] });
client.lookupResources({ resourceType: '' });
`;

const compilers: Compiler[] = [];
afterAll(() => {
  for (const compiler of compilers) compiler.dispose();
});

function compile(files: Readonly<Record<string, string>>): Compiler {
  const text = writeTypescript(SCHEMA, { name: 'Schema', origin: 'a test' });
  const compiler = new Compiler({ ...files, 'schema.ts': text });
  compilers.push(compiler);
  return compiler;
}

describe('a client that knows a schema', () => {
  it('compiles with right names, and not with wrong ones', () => {
    const compiler = compile({ 'code.ts': CODE });
    const wrong = CODE.split('\n').flatMap((line, i) => (line.endsWith('// wrong') ? [i + 1] : []));
    expect(wrong.length).toBeGreaterThan(20);
    expect(compiler.errors('schema.ts')).toEqual(new Map());
    const errors = compiler.errors('code.ts');
    const unexpected = [...errors].filter(([line]) => !wrong.includes(line));
    expect(unexpected).toEqual([]);
    const missed = wrong.filter((line) => !errors.has(line)).map((line) => CODE.split('\n')[line - 1]);
    expect(missed).toEqual([]);
  });

  it('lets an editor complete names', () => {
    const compiler = compile({ 'edited.ts': EDITED });
    const at = (marker: string): string[] => compiler.completions('edited.ts', marker).sort();
    expect(at("{ object: 'space:x', relation: '")).toEqual(['owner', 'read', 'reader', 'write']);
    expect(at("{ object: 'team:x', relation: '")).toEqual(['admin', 'member']);
    expect(at("subject: 'user:a', relation: '")).toEqual(['reader']);
    expect(at("resourceType: '")).toEqual(['space', 'team', 'user']);
  });
});
