/** Erasing a subject in Postgres. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { must } from '../base/assert.ts';
import { PembaError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { formatObject, type ObjectRef } from '../model/reference.ts';
import { type Beginning, type ErasureTable, eraseAgain, type NewErasure } from '../service/erasure-table.ts';
import { insertAuditEvents } from './audit-events.ts';
import type { Database } from './database.ts';
import { assertWritable } from './deployment.ts';
import { rewriteLog } from './erase-log.ts';
import type { Erasure } from './erase-portion.ts';
import type { Stopped } from './forget.ts';

const LOCK_TIMEOUT_MS = 10_000;
const PSEUDONYM_CHARACTERS = 20;
/** By then nearly all nodes have followed what the one that ended had written; others load the store anew. */
const SETTLED_MS = 2_000;
/** The revision of an erasure that waits for all nodes to follow. */
const NOT_BEGUN = -1;
const BASE_32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** The head of a store, under its lock. */
interface Head {
  revision: string;
  tag: string;
  /** Milliseconds since 1970, never before the head's. */
  time_ms: string;
  writer_version: number;
}

export class PostgresErasures implements ErasureTable {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  async isNamed(storeId: string, subject: ObjectRef): Promise<boolean> {
    const [{ is_named }] = await this.database.query<{ is_named: boolean }>({
      text: `select exists (select from change where store_id = $1 and object_type = $2 and object_id = $3)
                 or exists (select from change where store_id = $1 and subject_type = $2 and subject_id = $3)
                 or exists (select from revision where store_id = $1 and actor = $4)
                 or exists (select from schema_version where store_id = $1 and actor = $4)
                 or exists (select from audit_event where store_id = $1 and object_type = $2 and object_id = $3)
                 or exists (select from audit_event where store_id = $1 and subject_type = $2 and subject_id = $3)
                 or exists (select from audit_event where store_id = $1 and actor = $4)
                 or exists (select from erasure where store_id = $1 and subject_type = $2 and subject_id = $3)
                 as is_named`,
      values: [...keyOf(storeId, subject), formatObject(subject)],
    });
    return is_named;
  }

  begin(storeId: string, erasure: NewErasure): Promise<Beginning> {
    return this.underLock(storeId, async (client, head) => {
      const key = keyOf(storeId, erasure.subject);
      const last = await lastMention(client, key);
      if (last.is_stored) return { state: 'stored' };
      if (last.age_ms !== null && Number(last.age_ms) < erasure.settleMs) {
        await putErasure(client, key, erasure, NOT_BEGUN);
        return { state: 'settling', waitMs: Math.max(1, erasure.settleMs - Number(last.age_ms)) };
      }
      // Whoever has not read these rows yet loads the store anew; nobody may apply them once they are rewritten.
      await client.query(
        `update store set oldest_revision = greatest(oldest_revision, $2),
                          erased_at = greatest(clock_timestamp(), revision_time) where id = $1`,
        [storeId, last.revision ?? 0],
      );
      const { pseudonym, removed } = await putErasure(client, key, erasure, Number(head.revision));
      return {
        state: 'begun',
        point: { revision: Number(head.revision), tag: head.tag },
        pseudonym: { type: erasure.subject.type, id: pseudonym },
        removed,
      };
    });
  }

  async finish(storeId: string, subject: ObjectRef, isStopped: Stopped): Promise<void> {
    // Taken up again by somebody else meanwhile, it may have to go further.
    for (;;) {
      const erasure = await this.find(storeId, subject);
      if (erasure === undefined) return;
      if (!(await rewriteLog(this.database, erasure, isStopped))) throw eraseAgain();
      await this.conclude(erasure);
    }
  }

  async rewritten(storeId: string, pseudonym: ObjectRef, since: number): Promise<number | undefined> {
    const [told] = await this.database.query<{ rewritten: string | null }>({
      text: `select rewritten from audit_event
              where store_id = $1 and revision >= $2 and kind = 'subject_erased' and name = $3`,
      values: [storeId, since, formatObject(pseudonym)],
    });
    return told === undefined ? undefined : Number(told.rewritten ?? 0);
  }

  /** Those under way, the oldest first; some may not have come to the log yet. */
  async unfinished(): Promise<{ storeId: string; subject: ObjectRef; hasBegun: boolean }[]> {
    const rows = await this.database.query<{
      store_id: string;
      subject_type: string;
      subject_id: string;
      has_begun: boolean;
    }>({
      text: `select store_id, subject_type, subject_id, erasure.revision <> ${NOT_BEGUN} as has_begun from erasure join store on store.id = store_id
              where deleted_at is null order by begun_at`,
    });
    return rows.map((row) => ({
      storeId: row.store_id,
      subject: { type: row.subject_type, id: row.subject_id },
      hasBegun: row.has_begun,
    }));
  }

  private async find(storeId: string, subject: ObjectRef): Promise<Erasure | undefined> {
    const [row] = await this.database.query<{ pseudonym: string; revision: string }>({
      text: `select pseudonym, erasure.revision from erasure join store on store.id = store_id and deleted_at is null
              where store_id = $1 and subject_type = $2 and subject_id = $3 and erasure.revision <> ${NOT_BEGUN}`,
      values: keyOf(storeId, subject),
    });
    if (row === undefined) return undefined;
    return { storeId, subject, pseudonym: row.pseudonym, upTo: Number(row.revision) };
  }

  /**
   * Tells that it is done, and forgets who it was: unless it has to go further, or is told already. Of one that nothing
   * named there is nothing to tell.
   */
  private conclude({ storeId, subject, pseudonym, upTo }: Erasure): Promise<void> {
    return this.underLock(storeId, async (client, head) => {
      const { rows } = await client.query<{
        credential_id: string | null;
        metadata: string | null;
        removed: number;
        rewritten: string;
      }>(
        `delete from erasure where store_id = $1 and subject_type = $2 and subject_id = $3 and revision = $4
         returning credential_id, metadata, removed, rewritten`,
        [...keyOf(storeId, subject), upTo],
      );
      const [done] = rows;
      if (done === undefined || (done.removed === 0 && done.rewritten === '0')) return;
      const event = {
        kind: 'subject_erased' as const,
        revision: Number(head.revision),
        time: Number(head.time_ms),
        ...(done.credential_id === null ? {} : { credentialId: done.credential_id }),
        ...(done.metadata === null ? {} : { metadata: done.metadata }),
        count: done.removed,
        rewritten: Number(done.rewritten),
        name: formatObject({ type: subject.type, id: pseudonym }),
      };
      await insertAuditEvents(async (query) => (await client.query(query)).rowCount ?? 0, storeId, [event]);
    });
  }

  /** One transaction with the lock that writers take. */
  private underLock<T>(storeId: string, use: (client: pg.PoolClient, head: Head) => Promise<T>): Promise<T> {
    return this.database.withClient(async (client) => {
      await client.query(`begin isolation level read committed; set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
      // The lock stands alone in its statement, which sees the rows from before it waited.
      await client.query('select 1 from store where id = $1 for update', [storeId]);
      const { rows } = await client.query<Head>(
        `select revision, tag, (select writer_version from deployment),
                floor(extract(epoch from greatest(clock_timestamp(), revision_time)) * 1000)::bigint as time_ms
           from store where id = $1 and deleted_at is null`,
        [storeId],
      );
      const [head] = rows;
      if (head === undefined)
        throw new PembaError('UNKNOWN_STORE', 'store: it has been deleted', { field: 'store' });
      assertWritable(head.writer_version);
      const result = await use(client, head);
      await client.query('commit');
      return result;
    });
  }
}

/**
 * Finishes what the end of a node left behind. Never fails. One whose subject has been written about again waits for the
 * next request to erase it.
 */
export async function finishErasures(database: Database, log: Log, isStopped: Stopped): Promise<void> {
  const erasures = new PostgresErasures(database);
  const warn = (error: unknown): void => {
    if (!isStopped()) log.warn('a subject could not be erased; trying again later', { error });
  };
  const unfinished = await erasures.unfinished().catch((error: unknown) => {
    warn(error);
    return [];
  });
  for (const { storeId, subject, hasBegun } of unfinished) {
    try {
      const erasure = { subject, attribution: {}, removed: 0, settleMs: SETTLED_MS };
      if (hasBegun || (await erasures.begin(storeId, erasure)).state === 'begun')
        await erasures.finish(storeId, subject, isStopped);
    } catch (error) {
      warn(error);
    }
  }
}

/** Puts it on record; what is on record of one that is under way counts, too. */
async function putErasure(
  client: pg.PoolClient,
  key: [string, string, string],
  { attribution, removed }: NewErasure,
  revision: number,
): Promise<{ pseudonym: string; removed: number }> {
  const { rows } = await client.query<{ pseudonym: string; removed: number }>(
    `insert into erasure (store_id, subject_type, subject_id, pseudonym, revision, begun_at, credential_id, metadata, removed)
     values ($1, $2, $3, $4, $5, clock_timestamp(), $6, $7, $8)
     on conflict (store_id, subject_type, subject_id) do update
       set revision = greatest(erasure.revision, excluded.revision), removed = erasure.removed + excluded.removed
     returning pseudonym, removed`,
    [
      ...key,
      makePseudonym(),
      revision,
      attribution.credentialId ?? null,
      attribution.metadata ?? null,
      removed,
    ],
  );
  return rows[0];
}

function keyOf(storeId: string, { type, id }: ObjectRef): [string, string, string] {
  return [storeId, type, id];
}

interface LastMention {
  is_stored: boolean;
  /** Of the last change that names the subject. */
  revision: string | null;
  age_ms: string | null;
}

async function lastMention(client: pg.PoolClient, key: [string, string, string]): Promise<LastMention> {
  const { rows } = await client.query<LastMention>(
    `with mention as (
       (select revision from change where store_id = $1 and object_type = $2 and object_id = $3
         order by revision desc, position desc limit 1)
       union all
       (select revision from change where store_id = $1 and subject_type = $2 and subject_id = $3
         order by revision desc, position desc limit 1)
     ), last as (select max(revision) as revision from mention)
     select exists (select from tuple where store_id = $1 and object_type = $2 and object_id = $3)
         or exists (select from tuple where store_id = $1 and subject_type = $2 and subject_id = $3) as is_stored,
            last.revision, floor(extract(epoch from clock_timestamp() - time) * 1000)::bigint as age_ms
       from last left join revision on store_id = $1 and revision.revision = last.revision`,
    key,
  );
  return must(rows[0], 'an aggregate has a row');
}

/** Random, so that nothing leads from it to the subject. */
function makePseudonym(): string {
  const bytes = [...randomBytes(PSEUDONYM_CHARACTERS)];
  return `erased-${bytes.map((byte) => BASE_32[byte % 32]).join('')}`;
}
