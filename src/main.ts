/** The composition root: the only place that names concrete classes of storage and transport. */
import { randomUUID } from 'node:crypto';
import { PembaError } from './base/errors.ts';
import type { ModelName } from './base/example-models.ts';
import type { Log } from './base/log.ts';
import { makeLog } from './config/logger.ts';
import { isLoopback } from './config/loopback.ts';
import type { ServeConfig } from './config/serve-config.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { Feed } from './feed/feed.ts';
import { PostgresRefusalLog } from './postgres/audit-events.ts';
import { PostgresAuditTrail } from './postgres/audit-reader.ts';
import { Database, forOperators } from './postgres/database.ts';
import { openDeployment } from './postgres/deployment.ts';
import { PostgresErasures } from './postgres/erase.ts';
import { Maintenance } from './postgres/maintenance.ts';
import { migrate } from './postgres/migrate.ts';
import { PostgresFeedSource } from './postgres/postgres-feed-source.ts';
import { PostgresHistory } from './postgres/postgres-history.ts';
import { PostgresLedger } from './postgres/postgres-ledger.ts';
import { PostgresStoreTable } from './postgres/postgres-store-table.ts';
import { Metrics, serveMetrics } from './rpc/metrics.ts';
import { RpcServer, type RpcServices } from './rpc/server.ts';
import { readTls } from './rpc/tls.ts';
import { CompilerThread } from './schema/compiler-thread.ts';
import { Access } from './service/access.ts';
import { AuditService } from './service/audit-service.ts';
import { CheckService } from './service/check-service.ts';
import { ConsistencyService } from './service/consistency.ts';
import { CredentialService } from './service/credential-service.ts';
import { within } from './service/deadline.ts';
import { EraseService } from './service/erase-service.ts';
import { ExploreService } from './service/explore-service.ts';
import { heldModel, loadFirstContent } from './service/first-content.ts';
import { ReadService } from './service/read-service.ts';
import { SchemaService } from './service/schema-service.ts';
import { StoreService } from './service/store-service.ts';
import { WatchService } from './service/watch-service.ts';
import { WriteService } from './service/write-service.ts';
import { DatabaseClock } from './tenant/database-clock.ts';
import { systemClock } from './tenant/freshness.ts';
import { DEFAULT_STORE, SYSTEM_STORE, Tenants } from './tenant/tenants.ts';
import { ZookieCodec } from './tenant/zookie.ts';
import { RefusalRecorder } from './write/refusal-recorder.ts';
import { Writers } from './write/writers.ts';

/** How long a node waits for a connection, and a write for its lock and statements, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const LOCK_TIMEOUT_MS = 10_000;
const LOST_ANSWER_MS = 10_000;
const START_DEADLINE_MS = 60_000;
/** How long the writes whose callers were sent away may take to end. */
const LAST_WRITES_MS = 3_000;

/** A node that answers. */
export interface RunningNode {
  /** The port it listens on. */
  port: number;
  /** The store that requests mean which name none is new: it was filled at this start. */
  isFirstStart: boolean;
  /** The model of the package that this store holds, if that is what was asked for. */
  example: ModelName | undefined;
  /** Where the embedded Postgres keeps its data; undefined if there is none. */
  dataLocation: string | undefined;
  /** Resolves, with what to tell, if another Pemba has taken the data directory: this node has to stop. */
  lost: Promise<PembaError>;
  /** Drains and stops; twice is fine. */
  stop(): Promise<void>;
}

/** @throws PembaError with what to do */
export async function serve(
  config: ServeConfig,
  log: Log = makeLog({ level: config.logLevel, format: config.logFormat }),
): Promise<RunningNode> {
  const stops: (() => Promise<void> | void)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= stopAll(stops, log);
    return stopped;
  };
  try {
    return { ...(await start(config, log, stops)), stop };
  } catch (error) {
    await stop();
    throw forOperators(error);
  }
}

/** Last started, first stopped. */
async function stopAll(stops: (() => Promise<void> | void)[], log: Log): Promise<void> {
  for (const stop of stops.reverse()) {
    try {
      await stop();
    } catch (error) {
      log.warn('stopping was not clean', { error });
    }
  }
}

type Stops = (() => Promise<void> | void)[];

async function start(config: ServeConfig, log: Log, stops: Stops): Promise<Omit<RunningNode, 'stop'>> {
  await assertSensible(config);
  const embedded = config.database === undefined ? await startEmbedded(config, log, stops) : undefined;
  const database = await openDatabase(config.database ?? embedded?.url ?? '', config, log, stops);
  const deployment = await openDeployment(database, [DEFAULT_STORE, SYSTEM_STORE]);

  const nodeId = randomUUID();
  const metrics = new Metrics();
  const zookies = new ZookieCodec(deployment.zookieKey);
  const tenants = new Tenants(systemClock, config.maxStalenessMs, zookies);
  const source = new PostgresFeedSource(database, nodeId);
  stops.push(() => source.stop());
  const databaseClock = new DatabaseClock(systemClock);
  const feed = new Feed({
    source,
    tenants,
    clock: systemClock,
    databaseClock,
    log,
    intervalMs: config.maxStalenessMs / 4,
    onHistoryLost: () => metrics.historiesLost.inc(),
  });
  metrics.watch(tenants, databaseClock);
  stops.push(() => feed.stop());
  await feed.start();

  const writers = makeWriters(database, nodeId, config, log, metrics, stops);

  const now = (): number => databaseClock.now();
  const history = new PostgresHistory(database);
  const consistency = new ConsistencyService(feed, history, zookies, config.limits);
  const explore = new ExploreService(consistency, zookies, config.limits, now);
  metrics.watchExplorations(explore.explorations);
  const compiler = new CompilerThread();
  stops.push(() => compiler.stop());
  const compile = (text: string) => compiler.compile({ path: 'schema', text });
  const credentials = new CredentialService(writers, zookies, {
    limits: config.limits,
    maxDays: config.credentialMaxDays,
    now,
  });
  const erasures = new EraseService({
    writers,
    table: new PostgresErasures(database),
    zookies,
    limits: config.limits,
    log,
    maxStalenessMs: config.maxStalenessMs,
  });
  stops.push(() => within(erasures.stop(), Date.now() + LAST_WRITES_MS));
  const services: RpcServices = {
    checks: new CheckService(consistency, config.limits, now),
    explore,
    writes: new WriteService(writers, zookies, config.limits),
    reads: new ReadService(consistency, history, zookies, config.limits),
    watches: new WatchService(history, zookies, config.limits),
    schemas: new SchemaService(writers, history, zookies, config.limits, compile),
    stores: new StoreService(new PostgresStoreTable(database), feed, config.limits),
    credentials,
    erasures,
    audit: new AuditService(new PostgresAuditTrail(database, config.auditDays), zookies, config.limits),
  };

  const deadline = Date.now() + START_DEADLINE_MS;
  if (config.bootstrapToken !== undefined)
    await credentials.bootstrap(tenants.system, config.bootstrapToken, deadline);
  if (!config.open) assertSomebodyMayCall(credentials, tenants, now());
  const isFirstStart = await loadFirstContent(tenants.get(DEFAULT_STORE), config, services, log, deadline);
  const place = embedded?.location ?? `the database at ${database.address}`;
  const example = heldModel(tenants.get(DEFAULT_STORE), config, place);

  const maintenance = new Maintenance(database, config, log);
  maintenance.start();
  stops.push(() => maintenance.stop());
  await listenForMetrics(config, metrics, log, stops);

  const rpc = new RpcServer({
    tenants,
    access: new Access(tenants, config.open, now),
    metrics,
    log,
    discover: () => feed.discover(),
    defaultDeadlineMs: config.defaultDeadlineMs,
    services,
    limits: config.limits,
    isServing: () => tenants.areFresh(),
    tls: config.tls,
  });
  stops.push(() => rpc.drain(config.drainMs));
  const port = await rpc.listen(config.listen.host, config.listen.port);
  const lost = embedded?.lost ?? new Promise<never>(() => undefined);
  return { port, isFirstStart, example, dataLocation: embedded?.location, lost };
}

/** What is wrong however it starts is told before anything is started. */
async function assertSensible(config: ServeConfig): Promise<void> {
  if (config.open && !isLoopback(config.listen.host)) {
    throw new PembaError(
      'CONFIG_INVALID',
      `--open asks nobody for a credential, so it is for loopback only, not ${config.listen.host}`,
    );
  }
  if (config.tls !== undefined) await readTls(config.tls);
}

function makeWriters(
  database: Database,
  nodeId: string,
  config: ServeConfig,
  log: Log,
  metrics: Metrics,
  stops: Stops,
): Writers {
  const refusals = makeRefusalRecorder(database, config, log, metrics);
  // After the last writes.
  stops.push(() => refusals.stop(LAST_WRITES_MS));
  const ledger = new PostgresLedger(database, nodeId, {
    lockMs: LOCK_TIMEOUT_MS,
    statementMs: STATEMENT_TIMEOUT_MS,
    idleMs: STATEMENT_TIMEOUT_MS,
    lostAnswerMs: LOST_ANSWER_MS,
  });
  const writers = new Writers({
    ledger,
    clock: systemClock,
    limits: config.limits,
    log,
    refusals,
    onCommit: (writes) => {
      metrics.commits.inc();
      metrics.writes.inc(writes);
    },
  });
  stops.push(() => within(writers.idle(), Date.now() + LAST_WRITES_MS));
  return writers;
}

function makeRefusalRecorder(
  database: Database,
  config: ServeConfig,
  log: Log,
  metrics: Metrics,
): RefusalRecorder {
  return new RefusalRecorder({
    refusalLog: new PostgresRefusalLog(database),
    clock: systemClock,
    log,
    perSecond: config.limits.refusalsRecorded,
    onRecorded: (count) => metrics.refusalsRecorded.inc(count),
    onNotRecorded: (count) => metrics.refusalsNotRecorded.inc(count),
  });
}

async function startEmbedded(config: ServeConfig, log: Log, stops: Stops): Promise<EmbeddedPostgres> {
  const embedded = await startEmbeddedPostgres({
    dataDirectory: config.dataDirectory,
    durable: true,
    maxConnections: config.poolSize + 20,
    log: (level, message, fields) => log[level](message, fields),
  });
  stops.push(() => embedded.stop());
  return embedded;
}

async function openDatabase(url: string, config: ServeConfig, log: Log, stops: Stops): Promise<Database> {
  const database = new Database({
    url,
    poolSize: config.poolSize,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    headTimeoutMs: config.maxStalenessMs,
    log,
  });
  stops.push(() => database.close());
  await database.assertSuitable();
  await migrate(database, log);
  return database;
}

function assertSomebodyMayCall(credentials: CredentialService, tenants: Tenants, now: number): void {
  const alive = credentials
    .list(tenants.system)
    .some(
      ({ revokedAt, expiresAt = Infinity, level }) =>
        revokedAt === undefined && expiresAt > now && level === 'admin',
    );
  if (alive) return;
  throw new PembaError(
    'CONFIG_INVALID',
    'nobody could call this service: there is no admin credential of the system store that is neither revoked nor expired. Set PEMBA_BOOTSTRAP_TOKEN to a random text of at least 32 characters (`openssl rand -base64 32`), or serve a loopback address with --open',
  );
}

async function listenForMetrics(
  config: ServeConfig,
  metrics: Metrics,
  log: Log,
  stops: Stops,
): Promise<void> {
  if (config.metricsListen === undefined) return;
  const { host, port } = config.metricsListen;
  // Where credentials are asked for, somebody has thought about who may reach what.
  if (config.open && !isLoopback(host)) {
    log.warn(
      '--open is for this machine only, but the metrics, which name every store, can be read from others; give --metrics-listen an address such as 127.0.0.1',
      { metricsListen: `${host}:${port}` },
    );
  }
  try {
    const server = await serveMetrics(metrics, host, port);
    stops.push(() => {
      server.close();
      server.closeAllConnections();
    });
  } catch (error) {
    throw new PembaError(
      'PORT_TAKEN',
      `metrics-listen: cannot listen on ${host}:${port}: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}
