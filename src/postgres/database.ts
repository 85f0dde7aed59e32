/** The connections to Postgres, and its errors in our words. */
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PembaError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

/** The oldest version whose SQL this project uses and tests. */
const OLDEST_VERSION = 140_000;
/** How long connections get to say goodbye; a database that has fallen silent does not answer that either. */
const GOODBYE_MS = 2_000;

export interface DatabaseOptions {
  url: string;
  /** Connections for writes and reads; one more listens, and one more follows. */
  poolSize: number;
  connectTimeoutMs: number;
  /** Longest a statement of a write or read may take, in milliseconds. */
  statementTimeoutMs: number;
  /** How long the answer to a head question is waited for: a later one would say nothing of use. */
  headTimeoutMs: number;
  log: Log;
}

interface Suitability {
  version: number;
  encoding: string;
  in_recovery: boolean;
  role: string;
  schema: string;
  may_create: boolean;
}

export class Database {
  readonly options: DatabaseOptions;
  private readonly pool: pg.Pool;
  /** Writes have connections to themselves, so that a flood of long reads cannot stop them. */
  private readonly writePool: pg.Pool;
  /**
   * Following has a connection to itself, so that a busy pool cannot make a node stale, and so that what a head question
   * leads to goes the way its answer has just come.
   */
  private readonly feedPool: pg.Pool;
  private readonly sockets = new Set<Socket>();
  private closed = false;

  constructor(options: DatabaseOptions) {
    this.options = options;
    const forWrites = Math.ceil(options.poolSize / 2);
    this.pool = this.makePool(Math.max(1, options.poolSize - forWrites));
    this.writePool = this.makePool(forWrites);
    this.feedPool = this.makePool(1);
  }

  private makePool(max: number): pg.Pool {
    const { url, connectTimeoutMs, statementTimeoutMs, log } = this.options;
    const pool = new pg.Pool({
      connectionString: url,
      max,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + 1000,
      keepAlive: true,
      stream: () => this.makeSocket(),
      // The statements of one write go out one behind the other without waiting for each answer.
      pipeline: true,
      application_name: 'pemba',
    });
    // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
    pool.on('error', (error) => log.debug('an idle database connection broke', { error }));
    // One that breaks while it is in use is told to its query, if there is one just then; the event would end the process.
    pool.on('connect', (client) =>
      client.on('error', (error) => log.debug('a database connection broke', { error })),
    );
    return pool;
  }

  /** Runs `use` with a connection; one that broke, or was left in a transaction, is not used again. */
  async withClient<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connect(this.pool);
    try {
      const result = await use(client);
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw this.inOurWords(error);
    }
  }

  /** As {@link withClient}, with a connection of its own on which statements may take as long as they do. */
  async withPatientClient<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = this.makeClient('pemba');
    // Whatever breaks it is told to the query under way.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await use(client);
    } catch (error) {
      throw this.inOurWords(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** A connection beside the pool, without a bound on its statements; the caller connects and ends it. */
  makeClient(applicationName: string): pg.Client {
    return new pg.Client({
      connectionString: this.options.url,
      connectionTimeoutMillis: this.options.connectTimeoutMs,
      keepAlive: true,
      stream: () => this.makeSocket(),
      application_name: applicationName,
    });
  }

  private makeSocket(): Socket {
    const socket = new Socket();
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  }

  /** A connection for a write, which the caller releases. */
  connectToWrite(): Promise<pg.PoolClient> {
    return this.connect(this.writePool);
  }

  private async connect(pool: pg.Pool): Promise<pg.PoolClient> {
    try {
      return await pool.connect();
    } catch (error) {
      throw this.inOurWords(error);
    }
  }

  /** One statement. */
  async query<R extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<R[]> {
    try {
      const { rows } = await this.pool.query<R>(query);
      return rows;
    } catch (error) {
      throw this.inOurWords(error);
    }
  }

  /** A head question. One that is not answered in time ends its connection, which may be dead without telling. */
  queryHead<R extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<R[]> {
    const timed: pg.QueryConfig & { query_timeout: number } = {
      ...query,
      query_timeout: this.options.headTimeoutMs,
    };
    return this.queryFeed<R>(timed);
  }

  /** One statement on the connection of head questions. */
  async queryFeed<R extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<R[]> {
    try {
      const { rows } = await this.feedPool.query<R>(query);
      return rows;
    } catch (error) {
      throw this.inOurWords(error);
    }
  }

  /** @throws PembaError DATABASE_UNAVAILABLE, DATABASE_UNSUITABLE */
  async assertSuitable(): Promise<void> {
    const [row] = await this.query<Suitability>({
      text: `select current_setting('server_version_num')::int as version,
                    current_setting('server_encoding') as encoding,
                    pg_is_in_recovery() as in_recovery,
                    current_user as role,
                    coalesce(current_schema(), 'public') as schema,
                    has_schema_privilege(coalesce(current_schema(), 'public'), 'create') as may_create`,
    });
    if (row.version < OLDEST_VERSION) {
      throw unsuitable(`it is Postgres ${Math.floor(row.version / 10_000)}; Pemba needs 14 or newer`);
    }
    if (row.encoding !== 'UTF8')
      throw unsuitable(`its encoding is ${row.encoding}; create it with encoding UTF8`);
    if (row.in_recovery) throw unsuitable('it is a read-only replica; give the address of the primary');
    if (!row.may_create) {
      const { role, schema } = row;
      throw unsuitable(
        `its role \`${role}\` may not make tables in the schema \`${schema}\`; let its owner run: grant create on schema ${schema} to ${role}`,
      );
    }
  }

  /** Ends all connections, in order if that can be had soon. */
  async close(): Promise<void> {
    this.closed = true;
    const ended = Promise.all([this.pool.end(), this.writePool.end(), this.feedPool.end()]);
    const patience = new AbortController();
    await Promise.race([
      ended,
      sleep(GOODBYE_MS, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
    for (const socket of this.sockets) socket.destroy();
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Host and port, without user and password. */
  get address(): string {
    return addressOf(this.options.url);
  }

  /**
   * What the driver threw, as our error. Callers learn no more than that the database cannot serve them now; the cause,
   * which is logged, says what and where.
   */
  inOurWords(error: unknown): PembaError {
    if (error instanceof PembaError) return error;
    const code = codeOf(error);
    const detail = error instanceof Error ? error.message : String(error);
    if (isBug(code)) return internal(error);
    const cause = new Error(this.forOperators(code, detail), { cause: error });
    if (isBusy(code)) {
      return new PembaError(
        'DATABASE_UNAVAILABLE',
        'the database was too busy to do this in time; try again',
        { cause },
      );
    }
    return new PembaError('DATABASE_UNAVAILABLE', 'the database does not answer now; try again shortly', {
      cause,
    });
  }

  private forOperators(code: string | undefined, detail: string): string {
    if (code === '3D000' || code === '28P01' || code === '28000') {
      return `the database at ${this.address} refused the login: ${detail}`;
    }
    if (isBusy(code)) return `the database at ${this.address} gave up: ${detail} (${code})`;
    return `the database at ${this.address} does not answer (${code ?? detail}); check that it runs and is reachable from here`;
  }
}

function internal(cause: unknown): PembaError {
  return new PembaError('INTERNAL', 'internal error; the log of the server says more', { cause });
}

/** The error with the words meant for operators in place of those meant for callers. */
export function forOperators(error: unknown): unknown {
  if (!(error instanceof PembaError) || error.reason !== 'DATABASE_UNAVAILABLE') return error;
  return error.cause instanceof Error
    ? new PembaError(error.reason, error.cause.message, { cause: error })
    : error;
}

function addressOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port === '' ? '5432' : port}${pathname}`;
  } catch {
    throw new PembaError(
      'CONFIG_INVALID',
      'the database URL is not one; write postgres://USER:PASSWORD@HOST:PORT/NAME',
    );
  }
}

function unsuitable(what: string): PembaError {
  return new PembaError('DATABASE_UNSUITABLE', `the database cannot be used: ${what}`);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Data, constraint and syntax errors come from our SQL, not from the state of the database. */
function isBug(code: string | undefined): boolean {
  return code !== undefined && /^(21|22|23|42|0A)...$/.test(code);
}

/** Waited too long for a lock or a statement, or was in the way of another transaction. */
function isBusy(code: string | undefined): boolean {
  return code !== undefined && ['55P03', '57014', '40001', '40P01'].includes(code);
}
