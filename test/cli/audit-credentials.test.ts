/** `pemba audit` and `pemba blame` of a service that asks for credentials: people are told what each is for. */
import { beforeEach, expect, it } from 'vitest';
import { newStore, shareNodes } from '../service/shared.ts';
import { type Run, run } from './command-line.ts';

const BOOTSTRAP = 'bootstrap-token-of-at-least-32-characters';
const shared = shareNodes(1, { bootstrapToken: BOOTSTRAP });
const TUPLE = 'team:a#member@user:ada';

let store = '';
let admin: Made;
let shop: Made;

interface Made {
  id: string;
  token: string;
}

beforeEach(async () => {
  store = await newStore(shared);
  admin = await make('LEVEL_ADMIN', '');
  shop = await make('LEVEL_WRITE', 'the "web" shop');
  const updates = [
    { operation: 'OPERATION_TOUCH', tuple: { object: 'team:a', relation: 'member', subject: 'user:ada' } },
  ];
  await shared.client.call('PermissionService/Write', { store, updates }, { token: shop.token });
});

async function make(level: string, description: string): Promise<Made> {
  const request = { store, level, description };
  const { credential, token } = await shared.client.call('CredentialService/CreateCredential', request);
  return { id: credential.id, token };
}

const ask = (token: string, ...argv: string[]): Promise<Run> =>
  run([...argv, '--store', store], {
    env: { PEMBA_ADDRESS: `127.0.0.1:${shared.nodes[0].port}`, PEMBA_TOKEN: token },
  });

it('tell what the credential that was used is for, beside its id', async () => {
  const named = `with credential ${shop.id} ("the \\"web\\" shop")\n`;
  const { out, err } = await ask(BOOTSTRAP, 'audit');
  expect(err).toBe('');
  const [newest, , , schema] = out.split('\n');
  expect(`${newest}\n`).toContain(`+ ${TUPLE}  ${named}`);
  // One of the `system` store.
  expect(schema).toMatch(/put in force {2}with credential \S+ \(".+"\)$/);
  expect((await ask(BOOTSTRAP, 'blame', TUPLE)).out.split(named)).toHaveLength(3);
});

it('tell the id of one that has no description, or that the caller may not list', async () => {
  const { code, out, err } = await ask(admin.token, 'audit');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.split('\n')[0]).toContain(`with credential ${shop.id} ("the`);
  expect(out).toMatch(/put in force {2}with credential [a-z0-9-]+\n/);
});

it('tell programs the id', async () => {
  const { out } = await ask(BOOTSTRAP, 'audit', '--json', '--limit', '1');
  expect(JSON.parse(out).credential).toBe(shop.id);
});
