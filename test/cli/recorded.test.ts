/** On whose behalf and why: what the commands that change something say, and what the audit tells of it. */
import { describe, expect, it } from 'vitest';
import { newStore, shareNodes, storeId } from '../service/shared.ts';
import { type Run, run } from './command-line.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();
const shared = shareNodes();

const RECORDED = ['--actor', 'user:ada', '--why', 'ticket 4711', '--metadata', '{"by": "phone"}'];
const compiling = { parts: { checkSchema: () => Promise.resolve([]) } };
const credential = { id: 'c1', level: 'LEVEL_READ', description: '', createdAt: { seconds: 1 } };

const COMMANDS: [argv: string[], method: string, answer: object][] = [
  [['schema', 'write', '-'], 'WriteSchema', { zookie: 'z', version: 1, warnings: [] }],
  [['credential', 'create', '--level', 'read'], 'CreateCredential', { credential, token: 't', zookie: 'z' }],
  [['credential', 'revoke', 'c1'], 'RevokeCredential', { zookie: 'z' }],
  [['store', 'create', 'main'], 'CreateStore', { store: { id: '7', name: 'main' } }],
  [['store', 'delete', '7'], 'DeleteStore', {}],
  [['write', 'space:s#reader@user:ben'], 'Write', { zookie: 'z' }],
  [['replace', 'space:s#reader', 'user:ben'], 'ReplaceRelation', { zookie: 'z', added: 1, removed: 0 }],
  [['delete', 'space:s'], 'DeleteTuples', { zookie: 'z', deleted: 1, done: true }],
  [['delete-object', 'space:s'], 'DeleteObject', { zookie: 'z', deleted: 1 }],
];

describe.each(COMMANDS)('%j', (argv, method, answer) => {
  const sent = async (...options: string[]) => {
    bench.service.handlers = { [method]: () => answer };
    const { code, err } = await bench.ask([...argv, ...options], { stdin: 'type user', ...compiling });
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    const { actor, metadata } = bench.service.last.request;
    return { actor: actor ?? '', metadata: metadata?.fields };
  };
  const text = (stringValue: string) => expect.objectContaining({ stringValue });

  it('says on whose behalf, and why', async () => {
    expect(await sent(...RECORDED)).toEqual({
      actor: 'user:ada',
      metadata: { by: text('phone'), why: text('ticket 4711') },
    });
    expect((await sent('--why', 'a move')).metadata).toEqual({ why: text('a move') });
    expect((await sent('--metadata', '{"n": 1}')).metadata).toEqual({
      n: expect.objectContaining({ numberValue: 1 }),
    });
  });

  it('says neither unless it is told to', async () => {
    expect(await sent()).toEqual({ actor: '', metadata: undefined });
  });

  it('takes no metadata that is no object', async () => {
    const { code, err } = await bench.ask([...argv, '--metadata', '[1]'], compiling);
    expect(code).not.toBe(0);
    expect(err).toContain('Expected a JSON object');
  });
});

it('is what `pemba audit` tells of schemas, credentials and stores', async () => {
  const above = await newStore(shared, '');
  const name = `${above}-new`;
  const ask = async (...argv: string[]): Promise<string> => {
    const env = { PEMBA_ADDRESS: `127.0.0.1:${shared.nodes[0].port}`, LANG: 'C.UTF-8' };
    const done: Run = await run(argv, { env, stdin: 'type user', ...compiling });
    expect({ ...done, err: done.code === 0 ? '' : done.err }).toMatchObject({ code: 0, err: '' });
    return done.out.trim();
  };
  await ask('store', 'create', name, ...RECORDED);
  await ask('schema', 'write', '-', '--store', name, ...RECORDED);
  await ask('credential', 'create', '--level', 'read', '--store', name, ...RECORDED);
  const [{ id }] = JSON.parse(await ask('credential', 'list', '--store', name, '--json'));
  await ask('credential', 'revoke', id, '--store', name, ...RECORDED);
  const store = await storeId(shared, name);
  const lines = (await ask('audit', '--store', name)).split('\n');
  await ask('store', 'delete', store, ...RECORDED);
  const [deleted = '', created = ''] = (
    await ask(
      'audit',
      '--store',
      'system',
      '--kind',
      'store_deleted',
      '--kind',
      'store_created',
      '--limit',
      '2',
    )
  ).split('\n');
  const said = '  by user:ada  {"by":"phone","why":"ticket 4711"}';
  expect([...lines, deleted, created].map((line) => line.replace(/^\S+ {2}#\d+ {2}/, ''))).toEqual([
    `credential ${id} (read) revoked${said}`,
    `credential ${id} (read) created${said}`,
    `schema version 1 put in force${said}`,
    `store ${name} (${store}) created${said}`,
    `store ${name} (${store}) deleted${said}`,
    `store ${name} (${store}) created${said}`,
  ]);
});
