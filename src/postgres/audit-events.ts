/** Writes what the audit tells and no revision does. */
import type pg from 'pg';
import type { AuditEvent } from '../model/audit-event.ts';
import type { RefusalLog } from '../write/refusal-recorder.ts';
import type { Database } from './database.ts';

/** Runs one statement. @returns how many rows it wrote */
export type Write = (query: pg.QueryConfig) => Promise<number>;

/** How long an event waits for a write that holds the store, in milliseconds: it can be tried again. */
const LOCK_TIMEOUT_MS = 2_000;

/** The columns with their types, and the value that an event has in each. */
const COLUMNS: [name: string, type: string, value: (event: AuditEvent) => string | number | null][] = [
  ['kind', 'text', (event) => event.kind],
  ['revision', 'bigint', (event) => event.revision],
  ['time', 'float8', (event) => event.time / 1000],
  ['actor', 'text', (event) => event.actor ?? null],
  ['credential_id', 'text', (event) => event.credentialId ?? null],
  ['metadata', 'text', (event) => event.metadata ?? null],
  ['reason', 'text', (event) => event.reason ?? null],
  ['message', 'text', (event) => event.message ?? null],
  ['operation', 'text', (event) => event.operation ?? null],
  ['object_type', 'text', ({ tuple }) => tuple?.object.type ?? null],
  ['object_id', 'text', ({ tuple }) => tuple?.object.id ?? null],
  ['relation', 'text', ({ tuple }) => tuple?.relation ?? null],
  ['subject_type', 'text', ({ tuple }) => tuple?.subject.type ?? null],
  ['subject_id', 'text', ({ tuple }) => tuple?.subject.id ?? null],
  ['subject_relation', 'text', ({ tuple }) => tuple?.subject.relation ?? null],
  ['count', 'int', (event) => event.count ?? null],
  ['rewritten', 'bigint', (event) => event.rewritten ?? null],
  ['name', 'text', (event) => event.name ?? null],
];
const NAMES = COLUMNS.map(([name]) => name).join(', ');
const ARRAYS = COLUMNS.map(([, type], i) => `$${i + 2}::${type}[]`).join(', ');
const IS_OF_NOW = '(there.erased_at is null or to_timestamp(event.time) > there.erased_at)';
/** Where a value differs from what it is given as. */
const OTHER_VALUES: Readonly<Record<string, string>> = {
  time: 'to_timestamp(event.time)',
  actor: `case when event.kind <> 'refusals_not_recorded' or ${IS_OF_NOW} then event.actor end`,
};
const VALUES = COLUMNS.map(([name]) => OTHER_VALUES[name] ?? `event.${name}`).join(', ');

/**
 * Writes events of one store, in order. A refused write from before somebody was erased is left out: it may name
 * them. So is whose those were that are counted.
 * @returns how many there are now: none of a store that is gone
 */
export function insertAuditEvents(
  write: Write,
  storeId: string,
  events: readonly AuditEvent[],
): Promise<number> {
  return write({
    name: 'insert-audit-events',
    // The store's row is locked as a foreign key would anyway, and first: it may be removed meanwhile.
    text: `with there as (select id, erased_at from store where id = $1 and deleted_at is null for key share)
           insert into audit_event (store_id, ${NAMES})
           select there.id, ${VALUES}
             from there, unnest(${ARRAYS}) with ordinality as event (${NAMES}, place)
            where event.kind <> 'write_refused' or ${IS_OF_NOW}
            order by event.place`,
    values: [storeId, ...COLUMNS.map(([, , value]) => events.map(value))],
  });
}

/** The log of refused writes in Postgres. */
export class PostgresRefusalLog implements RefusalLog {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /**
   * One store in each transaction, so that it never waits for one with another locked. Sent at once, so that whatever
   * becomes of this node, the store is locked for no longer than the insert takes.
   */
  write(storeId: string, events: readonly AuditEvent[]): Promise<number> {
    return this.database.withClient(async (client) => {
      const [begun, written, committed] = await Promise.allSettled([
        client.query(`begin isolation level read committed;
          set local lock_timeout = ${LOCK_TIMEOUT_MS};
          set local idle_in_transaction_session_timeout = ${LOCK_TIMEOUT_MS}`),
        insertAuditEvents(async (query) => (await client.query(query)).rowCount ?? 0, storeId, events),
        client.query('commit'),
      ]);
      if (begun.status === 'rejected') throw begun.reason;
      if (written.status === 'rejected') throw written.reason;
      if (committed.status === 'rejected') throw committed.reason;
      return written.value;
    });
  }
}
