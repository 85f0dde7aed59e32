/** Fresh databases, and nodes on them. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import type { Log } from '../../src/base/log.ts';
import type { ServeConfig } from '../../src/config/serve-config.ts';
import { type RunningNode, serve } from '../../src/main.ts';
import { TestClient } from './client.ts';

/** Makes an empty database and returns its URL; it is dropped when the test ends. */
export async function freshDatabase(): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await admin(`create database ${name} template template0 encoding 'UTF8'`);
  onTestFinished(() => admin(`drop database if exists ${name} with (force)`));
  return urlOf(name);
}

/** The URL of another database of the test server. */
export function urlOf(name: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs a statement outside of any test's database. */
export async function admin(sql: string): Promise<void> {
  await query(inject('postgresUrl'), sql);
}

export async function query<R extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

export interface TestNode extends RunningNode {
  client: TestClient;
  /** What the node logged, one line each. */
  logged: string[];
}

export type TestConfig = Partial<Omit<ServeConfig, 'limits'>> & {
  database: string;
  limits?: Partial<Limits>;
};

/** Starts a node in this process; it is stopped when the test ends. */
export async function startNode(config: TestConfig): Promise<TestNode> {
  const logged: string[] = [];
  const node = await serve(serveConfig(config), logTo(logged));
  const client = new TestClient(`127.0.0.1:${node.port}`, config.bootstrapToken);
  onTestFinished(async () => {
    client.close();
    await node.stop();
  });
  return { ...node, client, logged };
}

export function serveConfig({ limits, ...config }: TestConfig): ServeConfig {
  return {
    dataDirectory: '',
    listen: { host: '127.0.0.1', port: 0 },
    open: config.bootstrapToken === undefined,
    maxStalenessMs: 2_000,
    historyDays: 7,
    auditDays: 365,
    poolSize: 8,
    defaultDeadlineMs: 10_000,
    drainMs: 1_000,
    logLevel: 'info',
    logFormat: 'text',
    ...config,
    limits: { ...defaultLimits(), ...limits },
  };
}

function logTo(lines: string[]): Log {
  const at = (level: string) => (message: string, fields?: Record<string, unknown>) => {
    const error = fields?.error;
    lines.push(`${level} ${message}${error instanceof Error ? ` ${error.stack}` : ''}`);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
