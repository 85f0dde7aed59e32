/** The feed's source in Postgres. */
import type pg from 'pg';
import { PembaError } from '../base/errors.ts';
import type { FeedSource, Heads } from '../feed/feed-source.ts';
import { Graph } from '../graph/graph.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { RevisionRecord, StoredSchema } from '../tenant/revision-record.ts';
import type { TenantState } from '../tenant/tenant.ts';
import type { Database } from './database.ts';
import { assertReadable } from './deployment.ts';
import { readRecords, type SchemaRow, schemaOf } from './record-reader.ts';
import {
  CREDENTIAL_COLUMNS,
  type CredentialRow,
  credentialOf,
  type TupleRow,
  tupleOf,
  WHOLE_COLUMNS,
} from './rows.ts';

export const CHANNEL = 'pemba';
/** Rows of one fetch while loading; between fetches the event loop runs. */
const LOAD_ROWS = 1_000;
/** How long to wait before listening again once the connection broke. */
const RELISTEN_MS = 500;

export class PostgresFeedSource implements FeedSource {
  private readonly database: Database;
  /** Notifications of this node itself say nothing new. */
  private readonly nodeId: string;
  private listener: pg.Client | undefined;
  private stopped = false;

  constructor(database: Database, nodeId: string) {
    this.database = database;
    this.nodeId = nodeId;
  }

  async heads(): Promise<Heads> {
    const rows = await this.database.queryHead<HeadRow>({
      name: 'heads',
      text: `select pg_is_in_recovery() as in_recovery,
                    floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms,
                    reader_version, store.id, name, revision, tag
               from deployment left join store on store.deleted_at is null`,
    });
    this.assertPrimary(rows[0].in_recovery);
    assertReadable(rows[0].reader_version);
    const stores = rows.flatMap(({ id, name, revision, tag }) =>
      id === null ? [] : [{ storeId: id, name, revision: Number(revision), tag }],
    );
    return { stores, databaseTime: Number(rows[0].now_ms) };
  }

  after(storeId: string, point: RevisionPoint): Promise<RevisionRecord[] | undefined> {
    return readRecords((query) => this.database.queryFeed(query), storeId, point);
  }

  load(storeId: string, onProgress: (tuples: number) => void): Promise<TenantState | undefined> {
    return this.database.withClient(async (client) => {
      // The one place where head and rows have to be of one snapshot.
      await client.query('begin isolation level repeatable read read only');
      await client.query('set local statement_timeout = 0');
      const { rows } = await client.query<{ in_recovery: boolean }>(
        'select pg_is_in_recovery() as in_recovery',
      );
      this.assertPrimary(rows[0].in_recovery);
      const state = await loadStore(client, storeId, onProgress);
      await client.query('commit');
      return state;
    });
  }

  /** What a replica says may be old, and it does not know how old. */
  private assertPrimary(inRecovery: boolean): void {
    if (!inRecovery) return;
    throw new PembaError('DATABASE_UNAVAILABLE', 'the database is a replica now; waiting for the primary');
  }

  async listen(onWake: () => void): Promise<void> {
    const client = this.database.makeClient('pemba-listen');
    // Whatever breaks it is told to the question under way, or by its end.
    client.on('error', () => undefined);
    client.on('notification', ({ payload }) => {
      if (payload !== this.nodeId) onWake();
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      if (this.stopped) throw new PembaError('SHUTTING_DOWN', 'this node is stopping');
    } catch (error) {
      void client.end().catch(() => undefined);
      throw this.database.inOurWords(error);
    }
    // Only from here on, for an attempt that fails is followed by the next one anyway.
    client.once('end', () => this.relistenLater(onWake));
    this.listener = client;
  }

  private relistenLater(onWake: () => void): void {
    if (!this.stopped) setTimeout(() => void this.relisten(onWake), RELISTEN_MS).unref();
  }

  private async relisten(onWake: () => void): Promise<void> {
    try {
      await this.listen(onWake);
      // What was announced meanwhile went unheard.
      onWake();
    } catch {
      // The head questions report that the database is away; polling carries on meanwhile.
      this.relistenLater(onWake);
    }
  }

  /** The database's end is not waited for: it may have fallen silent. Closing the database ends what is left. */
  stop(): void {
    this.stopped = true;
    void this.listener?.end().catch(() => undefined);
  }
}

interface HeadRow {
  in_recovery: boolean;
  now_ms: string;
  reader_version: number;
  id: string | null;
  name: string;
  revision: string;
  tag: string;
}

async function loadStore(
  client: pg.PoolClient,
  storeId: string,
  onProgress: (tuples: number) => void,
): Promise<TenantState | undefined> {
  const head = await client.query<{ revision: string; tag: string; time_ms: string }>(
    `select revision, tag, floor(extract(epoch from revision_time) * 1000)::bigint as time_ms from store
      where id = $1 and deleted_at is null`,
    [storeId],
  );
  if (head.rows.length === 0) return undefined;
  const { revision, tag, time_ms } = head.rows[0];
  const credentials = await client.query<CredentialRow>(
    `select ${CREDENTIAL_COLUMNS} from credential where store_id = $1`,
    [storeId],
  );
  return {
    point: { revision: Number(revision), tag },
    time: Number(time_ms),
    schema: await loadSchema(client, storeId),
    credentials: credentials.rows.map(credentialOf),
    graph: await loadGraph(client, storeId, onProgress),
  };
}

async function loadSchema(client: pg.PoolClient, storeId: string): Promise<StoredSchema | undefined> {
  const { rows } = await client.query<SchemaRow>(
    'select version, format, compiled from schema_version where store_id = $1 order by version desc limit 1',
    [storeId],
  );
  return rows.length === 0 ? undefined : schemaOf(rows[0]);
}

async function loadGraph(
  client: pg.PoolClient,
  storeId: string,
  onProgress: (tuples: number) => void,
): Promise<Graph> {
  const graph = new Graph();
  await client.query({
    text: `declare tuples no scroll cursor for select ${WHOLE_COLUMNS} from tuple where store_id = $1`,
    values: [storeId],
  });
  for (;;) {
    const { rows } = await client.query<TupleRow>(`fetch ${LOAD_ROWS} from tuples`);
    if (rows.length === 0) return graph;
    for (const row of rows) graph.add(tupleOf(row));
    onProgress(graph.size);
  }
}
