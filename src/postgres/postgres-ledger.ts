/** The writer's ledger in Postgres. */
import pg from 'pg';
import { PembaError } from '../base/errors.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Tuple } from '../model/tuple.ts';
import type { TupleFilter } from '../model/write.ts';
import type { RevisionRecord } from '../tenant/revision-record.ts';
import {
  CommitAnswerLost,
  type IdempotencyKey,
  type IdempotentResult,
  idempotencyName,
  type Ledger,
  type LedgerTransaction,
  type NewRevision,
  type TupleDelta,
} from '../write/ledger.ts';
import { appendRevisions } from './append.ts';
import type { Database } from './database.ts';
import { assertWritable } from './deployment.ts';
import { CHANNEL } from './postgres-feed-source.ts';
import { readRecords } from './record-reader.ts';
import { filterColumns, TUPLE_COLUMNS, type TupleRow, tupleOf, WHOLE_COLUMNS } from './rows.ts';

const LOST_ANSWER_PAUSE_MS = 100;
/** How long an idempotency key is kept. */
export const IDEMPOTENCY_HOURS = 24;

/** In milliseconds. */
export interface LedgerTimeouts {
  lockMs: number;
  statementMs: number;
  idleMs: number;
  /** How long a lost COMMIT answer is asked after. */
  lostAnswerMs: number;
}

export class PostgresLedger implements Ledger {
  private readonly database: Database;
  private readonly nodeId: string;
  private readonly timeouts: LedgerTimeouts;
  private announcing: Promise<unknown> | undefined;
  private announceAgain = false;

  constructor(database: Database, nodeId: string, timeouts: LedgerTimeouts) {
    this.database = database;
    this.nodeId = nodeId;
    this.timeouts = timeouts;
  }

  async begin(storeId: string): Promise<LedgerTransaction> {
    const client = await this.database.connectToWrite();
    try {
      // The lock stands alone in its statement: one that locks and reads sees the rows from before
      // it waited. All of it is one round trip.
      const results = (await client.query(`begin isolation level read committed;
        set local lock_timeout = ${this.timeouts.lockMs};
        set local statement_timeout = ${this.timeouts.statementMs};
        set local idle_in_transaction_session_timeout = ${this.timeouts.idleMs};
        select 1 from store where id = ${BigInt(storeId)} for update;
        select revision, tag, (select writer_version from deployment),
               floor(extract(epoch from greatest(clock_timestamp(), revision_time)) * 1000)::bigint as time_ms
          from store where id = ${BigInt(storeId)} and deleted_at is null`)) as unknown as pg.QueryResult[];
      const row = results[results.length - 1].rows[0] as
        | { revision: string; tag: string; writer_version: number; time_ms: string }
        | undefined;
      if (row === undefined)
        throw new PembaError('UNKNOWN_STORE', 'store: it has been deleted', { field: 'store' });
      assertWritable(row.writer_version);
      const head = { revision: Number(row.revision), tag: row.tag };
      return new PostgresTransaction(this.database, client, storeId, head, Number(row.time_ms));
    } catch (error) {
      client.release(true);
      throw notCommitted(this.database.inOurWords(error));
    }
  }

  async wasCommitted(storeId: string, point: RevisionPoint): Promise<boolean> {
    const giveUpAt = Date.now() + this.timeouts.lostAnswerMs;
    for (;;) {
      try {
        return await this.database.withClient((client) => findPoint(client, storeId, point));
      } catch (error) {
        if (Date.now() > giveUpAt || this.database.isClosed) {
          throw new PembaError(
            'WRITE_OUTCOME_UNKNOWN',
            'the database went away while the write was being committed, so it may or may not have happened; send it again with the same idempotency_key, or read what is stored',
            { cause: error },
          );
        }
        await new Promise((resolve) => setTimeout(resolve, LOST_ANSWER_PAUSE_MS));
      }
    }
  }

  announce(): void {
    // Outside the write's transaction, where NOTIFY was measured to cost 30 % of commits, and
    // one for all that was committed while the last was under way.
    if (this.announcing !== undefined) {
      this.announceAgain = true;
      return;
    }
    this.announcing = this.database
      .query({ name: 'announce', text: 'select pg_notify($1, $2)', values: [CHANNEL, this.nodeId] })
      .catch(() => {
        // Others find out by their next head question.
      })
      .finally(() => {
        this.announcing = undefined;
        if (!this.announceAgain) return;
        this.announceAgain = false;
        this.announce();
      });
  }
}

async function findPoint(
  client: pg.PoolClient,
  storeId: string,
  { revision, tag }: RevisionPoint,
): Promise<boolean> {
  await client.query('begin isolation level read committed');
  await client.query('select 1 from store where id = $1 for update', [storeId]);
  const { rowCount } = await client.query(
    'select 1 from revision where store_id = $1 and revision = $2 and tag = $3',
    [storeId, revision, tag],
  );
  await client.query('rollback');
  return rowCount === 1;
}

/** A transaction that failed before COMMIT was sent has surely left nothing behind. */
function notCommitted(error: PembaError): PembaError {
  if (error.reason !== 'DATABASE_UNAVAILABLE') return error;
  return new PembaError('WRITE_NOT_COMMITTED', `nothing was written: ${error.message}`, { cause: error });
}

class PostgresTransaction implements LedgerTransaction {
  readonly head: RevisionPoint;
  readonly time: number;
  private readonly database: Database;
  private readonly client: pg.PoolClient;
  private readonly storeId: string;

  constructor(database: Database, client: pg.PoolClient, storeId: string, head: RevisionPoint, time: number) {
    this.database = database;
    this.client = client;
    this.storeId = storeId;
    this.head = head;
    this.time = time;
  }

  after(point: RevisionPoint): Promise<RevisionRecord[] | undefined> {
    return readRecords((query) => this.query(query), this.storeId, point);
  }

  async findIdempotent(keys: readonly IdempotencyKey[]): Promise<Map<string, IdempotentResult>> {
    interface Row {
      credential_id: string;
      key: string;
      request_hash: Buffer;
      revision: string;
      tag: string;
    }
    const rows = await this.query<Row>({
      name: 'idempotency-find',
      text: `select credential_id, key, request_hash, revision, tag
               from idempotency join unnest($2::text[], $3::text[]) as asked (credential_id, key) using (credential_id, key)
              where store_id = $1 and created_at > now() - interval '${IDEMPOTENCY_HOURS} hours'`,
      values: [this.storeId, keys.map((key) => key.credentialId), keys.map((key) => key.key)],
    });
    return new Map(
      rows.map((row) => [
        idempotencyName({ credentialId: row.credential_id, key: row.key }),
        { requestHash: row.request_hash, point: { revision: Number(row.revision), tag: row.tag } },
      ]),
    );
  }

  async selectTuples(filter: TupleFilter, limit: number): Promise<Tuple[]> {
    const values: unknown[] = [this.storeId, limit];
    const conditions = filterColumns(filter).map(
      ([column, value]) => `and ${column} = $${values.push(value)}`,
    );
    const rows = await this.query<TupleRow>({
      text: `select ${WHOLE_COLUMNS} from tuple where store_id = $1 ${conditions.join(' ')}
              order by ${TUPLE_COLUMNS} limit $2`,
      values,
    });
    return rows.map(tupleOf);
  }

  async append(revisions: readonly NewRevision[], delta: TupleDelta): Promise<void> {
    try {
      await appendRevisions(this.client, this.storeId, this.time, revisions, delta);
    } catch (error) {
      throw notCommitted(this.database.inOurWords(error));
    }
  }

  async commit(): Promise<void> {
    try {
      await this.client.query('commit');
    } catch (error) {
      this.client.release(true);
      // Postgres itself saying no means it is rolled back; anything else leaves it open.
      if (error instanceof pg.DatabaseError && error.severity === 'ERROR')
        throw notCommitted(this.database.inOurWords(error));
      throw new CommitAnswerLost('the answer to COMMIT was lost', { cause: error });
    }
    this.client.release();
  }

  async rollback(): Promise<void> {
    try {
      await this.client.query('rollback');
      this.client.release();
    } catch {
      // A connection that broke has rolled back by itself.
      this.client.release(true);
    }
  }

  private async query<R extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<R[]> {
    try {
      const { rows } = await this.client.query<R>(query);
      return rows;
    } catch (error) {
      throw notCommitted(this.database.inOurWords(error));
    }
  }
}
