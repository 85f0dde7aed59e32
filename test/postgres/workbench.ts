/** The write path on a real database without the service around it. */
import { onTestFinished } from 'vitest';
import { defaultLimits } from '../../src/base/limits.ts';
import type { Log } from '../../src/base/log.ts';
import { Feed } from '../../src/feed/feed.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { PostgresRefusalLog } from '../../src/postgres/audit-events.ts';
import { Database } from '../../src/postgres/database.ts';
import { openDeployment } from '../../src/postgres/deployment.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { PostgresFeedSource } from '../../src/postgres/postgres-feed-source.ts';
import { PostgresHistory } from '../../src/postgres/postgres-history.ts';
import { type LedgerTimeouts, PostgresLedger } from '../../src/postgres/postgres-ledger.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { SchemaService } from '../../src/service/schema-service.ts';
import { WriteService } from '../../src/service/write-service.ts';
import { DatabaseClock } from '../../src/tenant/database-clock.ts';
import { systemClock } from '../../src/tenant/freshness.ts';
import type { Tenant } from '../../src/tenant/tenant.ts';
import { Tenants } from '../../src/tenant/tenants.ts';
import { ZookieCodec } from '../../src/tenant/zookie.ts';
import { RefusalRecorder } from '../../src/write/refusal-recorder.ts';
import { Writers } from '../../src/write/writers.ts';

export const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A database with its tables; its connections are closed when the test ends. */
export async function openDatabase(url: string): Promise<Database> {
  const database = new Database({
    url,
    poolSize: 4,
    connectTimeoutMs: 2_000,
    statementTimeoutMs: 5_000,
    headTimeoutMs: 2_000,
    log: SILENT,
  });
  onTestFinished(() => database.close());
  await migrate(database, SILENT);
  return database;
}

export interface TestWriter {
  database: Database;
  tenant: Tenant;
  writers: Writers;
  refusals: RefusalRecorder;
  schema(text: string): Promise<unknown>;
  /** @returns the zookie */
  write(tuples: string[], idempotencyKey?: string): Promise<string>;
}

export async function makeWriter(url: string, timeouts: Partial<LedgerTimeouts>): Promise<TestWriter> {
  const database = await openDatabase(url);
  const { zookieKey } = await openDeployment(database, ['default']);
  const zookies = new ZookieCodec(zookieKey);
  const tenants = new Tenants(systemClock, 2_000, zookies);
  const source = new PostgresFeedSource(database, 'test');
  onTestFinished(() => source.stop());
  const feed = new Feed({
    source,
    tenants,
    clock: systemClock,
    databaseClock: new DatabaseClock(systemClock),
    log: SILENT,
    intervalMs: 500,
    onHistoryLost: () => undefined,
  });
  onTestFinished(() => feed.stop());
  await feed.start();
  const limits = defaultLimits();
  const ledger = new PostgresLedger(database, 'test', {
    lockMs: 2_000,
    statementMs: 5_000,
    idleMs: 5_000,
    lostAnswerMs: 10_000,
    ...timeouts,
  });
  const refusals = new RefusalRecorder({
    refusalLog: new PostgresRefusalLog(database),
    clock: systemClock,
    log: SILENT,
    perSecond: limits.refusalsRecorded,
    onRecorded: () => undefined,
    onNotRecorded: () => undefined,
  });
  onTestFinished(() => refusals.stop(1_000));
  const onCommit = () => undefined;
  const writers = new Writers({ ledger, clock: systemClock, limits, log: SILENT, onCommit, refusals });
  onTestFinished(() => writers.idle());
  const compile = (text: string) => compileSchema({ path: 'schema', text });
  const schemas = new SchemaService(writers, new PostgresHistory(database), zookies, limits, compile);
  const writes = new WriteService(writers, zookies, limits);
  const tenant = tenants.get('default');
  const command = () => ({
    actor: undefined,
    metadata: undefined,
    credentialId: '',
    deadline: Date.now() + 20_000,
  });
  return {
    database,
    tenant,
    writers,
    refusals,
    schema: (text) =>
      schemas.write(tenant, { ...command(), text, expectedVersion: undefined, dryRun: false }),
    write: (tuples, idempotencyKey = '') =>
      writes.write(tenant, {
        ...command(),
        updates: tuples.map((tuple) => ({ operation: 'touch' as const, tuple: parseTuple(tuple, 'tuple') })),
        preconditions: [],
        metadata: undefined,
        context: undefined,
        isTrusted: true,
        idempotencyKey,
      }),
  };
}
