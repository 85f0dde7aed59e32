/** Single questions to the server, each on a connection of its own. */
import pg from 'pg';
import { type Access, DATABASE, HOST, OWNER } from './access.ts';
import { errorCode } from './file-errors.ts';

/** A process that is stopped (SIGSTOP) accepts connections by its kernel and never answers. */
const ANSWER_MS = 3_000;

/** The rows that `sql` yields in `database`. */
export async function ask(access: Access, database: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    host: HOST,
    port: access.port,
    user: OWNER,
    password: access.password,
    database,
    ssl: false,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS * 10,
    application_name: 'pemba supervisor',
  });
  // the server may go away while the connection is open; the query says so, and an unheard event would end us
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes the service's database if it is missing, as on the first start or after a crash in the middle of that. */
export async function ensureDatabase(access: Access): Promise<void> {
  const found = await ask(access, 'postgres', `select 1 from pg_database where datname = '${DATABASE}'`);
  if (found.length === 0) await ask(access, 'postgres', `create database ${DATABASE}`);
}

/** The server is there and is starting up or shutting down. */
export function isComingOrGoing(error: unknown): boolean {
  const CANNOT_CONNECT_NOW = '57P03';
  return errorCode(error) === CANNOT_CONNECT_NOW;
}

export function isRefusedPassword(error: unknown): boolean {
  const [INVALID_AUTHORIZATION, INVALID_PASSWORD] = ['28000', '28P01'];
  const code = errorCode(error);
  return code === INVALID_AUTHORIZATION || code === INVALID_PASSWORD;
}
