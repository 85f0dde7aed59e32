/** Erasing on a real database, without the service around it. */
import type pg from 'pg';
import { onTestFinished } from 'vitest';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import { parseObject } from '../../src/model/reference.ts';
import { parseTupleWhole } from '../../src/model/tuple.ts';
import type { Operation } from '../../src/model/write.ts';
import type { Database } from '../../src/postgres/database.ts';
import { openDeployment } from '../../src/postgres/deployment.ts';
import { PostgresErasures } from '../../src/postgres/erase.ts';
import { PostgresHistory } from '../../src/postgres/postgres-history.ts';
import { type Erased, EraseService } from '../../src/service/erase-service.ts';
import type { ErasureTable } from '../../src/service/erasure-table.ts';
import { WriteService } from '../../src/service/write-service.ts';
import { ZookieCodec } from '../../src/tenant/zookie.ts';
import { makeWriter, SILENT, type TestWriter } from '../postgres/workbench.ts';
import { freshDatabase } from '../support/database.ts';

const SCHEMA = `
type user
type team {
  relation member : user | team#member  granted by member
  relation friend : team
}
type space {
  relation admin : user [1..]
  relation reader : user | user:* | team#member  granted by admin
  relation guest : user with office_hours
}
condition office_hours(owner string) { owner != "" }
`;

export interface WriteOptions {
  actor?: string;
  metadata?: object;
  operation?: Operation;
}

export interface EraseBench extends TestWriter {
  url: string;
  zookies: ZookieCodec;
  history: PostgresHistory;
  table: PostgresErasures;
  /** Writes tuples with who and why; trusted unless there is an actor. @returns the zookie */
  put(tuples: string[], options?: WriteOptions): Promise<string>;
  /** A service with another table, or other limits. */
  service(table?: ErasureTable, limits?: Partial<Limits>, maxStalenessMs?: number): EraseService;
  erase(subject: string, metadata?: object, table?: ErasureTable): Promise<Erased>;
  /** Rows of the default store, with its id as `$1`. */
  rows<R extends pg.QueryResultRow>(text: string): Promise<R[]>;
}

/** @param url of a database that has been used already, for another node on it */
export async function eraseBench(url?: string): Promise<EraseBench> {
  const at = url ?? (await freshDatabase());
  const writer = await makeWriter(at, {});
  const { zookieKey } = await openDeployment(writer.database, []);
  const zookies = new ZookieCodec(zookieKey);
  if (url === undefined) await writer.schema(SCHEMA);
  const writes = new WriteService(writer.writers, zookies, defaultLimits());
  const table = new PostgresErasures(writer.database);
  const service = (
    of: ErasureTable = table,
    limits: Partial<Limits> = {},
    maxStalenessMs = 0,
  ): EraseService => {
    const made = new EraseService({
      writers: writer.writers,
      table: of,
      zookies,
      limits: { ...defaultLimits(), ...limits },
      log: SILENT,
      maxStalenessMs,
    });
    onTestFinished(() => made.stop());
    return made;
  };
  return {
    ...writer,
    url: at,
    zookies,
    history: new PostgresHistory(writer.database),
    table,
    service,
    put: (tuples, { actor, metadata, operation = 'touch' } = {}) =>
      writes.write(writer.tenant, {
        updates: tuples.map((tuple) => ({ operation, tuple: parseTupleWhole(tuple) })),
        preconditions: [],
        actor: actor === undefined ? undefined : parseObject(actor, 'actor'),
        metadata: metadata === undefined ? undefined : JSON.stringify(metadata),
        context: undefined,
        credentialId: 'abcd',
        isTrusted: actor === undefined,
        idempotencyKey: '',
        deadline: Date.now() + 20_000,
      }),
    erase: (subject, metadata, of) => service(of).erase(writer.tenant, commandOf(subject, metadata)),
    rows: (text) => writer.database.query({ text, values: [writer.tenant.id] }),
  };
}

export function commandOf(subject: string, metadata?: object, deadline = Date.now() + 20_000) {
  return {
    subject: parseObject(subject, 'subject'),
    metadata: metadata === undefined ? undefined : JSON.stringify(metadata),
    credentialId: 'efgh',
    deadline,
  };
}

/** A database that calls back around each statement, with what it says; what is thrown is as if the connection broke. */
export function watched(
  database: Database,
  before: (text: string) => Promise<void> | void,
  after: (text: string) => Promise<void> | void = () => undefined,
): Database {
  const around = async <T>(query: pg.QueryConfig | string, ask: () => Promise<T>): Promise<T> => {
    const text = typeof query === 'string' ? query : query.text;
    await before(text);
    const result = await ask();
    await after(text);
    return result;
  };
  const client = (real: pg.PoolClient) =>
    ({
      query: (query: string | pg.QueryConfig, values?: unknown[]) =>
        around(query, () => real.query(query as string, values)),
    }) as pg.PoolClient;
  return {
    query: (query: pg.QueryConfig) => around(query, () => database.query(query)),
    withClient: <T>(use: (of: pg.PoolClient) => Promise<T>) =>
      database.withClient((real) => use(client(real))),
  } as unknown as Database;
}

/** Every text in every column of every table, with the names of both. */
export async function allTexts({ database }: EraseBench): Promise<{ at: string; text: string }[]> {
  const [{ all }] = await database.query<{ all: string }>({
    text: `select string_agg(format('select %1$L as name, to_jsonb(t) as row from %1$I as t', table_name), ' union all ') as all
       from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  });
  const rows = await database.query<{ name: string; row: Record<string, unknown> }>({ text: all });
  return rows.flatMap(({ name, row }) =>
    Object.entries(row).flatMap(([column, value]) =>
      value === null ? [] : [{ at: `${name}.${column}`, text: String(value) }],
    ),
  );
}

/** Where the database holds a text, in any column; one that random ids and keys cannot have by accident. */
export async function placesOf(bench: EraseBench, text: string): Promise<string[]> {
  const inJson = JSON.stringify(text).slice(1, -1);
  const texts = await allTexts(bench);
  return texts.filter((each) => each.text.includes(text) || each.text.includes(inJson)).map(({ at }) => at);
}
