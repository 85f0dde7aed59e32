/** One database, and nodes on it, for all tests of a file: each test takes a store of its own. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { serve } from '../../src/main.ts';
import { TestClient } from '../support/client.ts';
import { admin, query, serveConfig, type TestConfig, urlOf } from '../support/database.ts';

/** Users in teams, and spaces that both may write and read unless they are banned. */
export const SCHEMA = `
type user
type team {
  relation member : user | team#member  granted by member
}
type space {
  roles writer > reader : user | user:* | team#member  granted by writer
  relation banned : user
  permission write = writer except banned
  permission read = reader except banned
}
`;

export interface SharedNode {
  client: TestClient;
  port: number;
}

export interface Shared {
  /** The URL of the database. */
  database: string;
  nodes: SharedNode[];
  /** What the nodes logged, one line each. */
  logged: string[];
  /** The client of the first node. */
  client: TestClient;
}

/** To be called at the top of a file; what it returns is filled before the first test. */
export function shareNodes(count = 1, config: Omit<TestConfig, 'database'> = {}): Shared {
  const shared = { database: '', nodes: [], logged: [] } as unknown as Shared;
  const name = `shared_${randomBytes(8).toString('hex')}`;
  const stops: (() => Promise<void>)[] = [];
  const note = (message: string, fields?: Record<string, unknown>): void => {
    shared.logged.push(`${message} ${String((fields?.error as Error | undefined)?.stack ?? '')}`);
  };
  beforeAll(async () => {
    await admin(`create database ${name} template template0 encoding 'UTF8'`);
    shared.database = urlOf(name);
    const log = { debug: note, info: note, warn: note, error: note };
    for (let i = 0; i < count; i++) {
      const node = await serve(serveConfig({ ...config, database: shared.database }), log);
      const client = new TestClient(`127.0.0.1:${node.port}`, config.bootstrapToken);
      shared.nodes.push({ client, port: node.port });
      stops.push(async () => {
        client.close();
        await node.stop();
      });
    }
    shared.client = shared.nodes[0].client;
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
    await admin(`drop database if exists ${name} with (force)`);
  });
  return shared;
}

/** A new store of its own name, with a schema unless that is empty. @returns its name */
export async function newStore({ client }: { client: TestClient }, schema = SCHEMA): Promise<string> {
  const name = `s-${randomBytes(6).toString('hex')}`;
  await client.call('StoreService/CreateStore', { name });
  if (schema !== '') await client.writeSchema(schema, { store: name });
  return name;
}

/** The id of a store. */
export async function storeId({ database }: Shared, name: string): Promise<string> {
  const [{ id }] = await query<{ id: string }>(database, 'select id from store where name = $1', [name]);
  return id;
}
