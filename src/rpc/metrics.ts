/** What the service says of itself to Prometheus. */
import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Explorations } from '../service/explorations.ts';
import type { DatabaseClock } from '../tenant/database-clock.ts';
import type { Tenants } from '../tenant/tenants.ts';
import { CallTally, registerTallies } from './call-tally.ts';

/** The measures of one method that is answered by streams. */
export interface StreamingMetrics {
  /** @param seconds how long the call took */
  done(reason: string, seconds: number): void;
  /** So many more are open, or fewer. */
  open(change: number): void;
}

export class Metrics {
  readonly registry = new Registry();
  private readonly tallies: CallTally[] = [];
  private readonly streams = new Gauge({
    name: 'pemba_open_streams',
    help: 'Streams that are open, by method',
    labelNames: ['method'],
    registers: [this.registry],
  });
  readonly commits = new Counter({
    name: 'pemba_commits_total',
    help: 'Transactions that committed writes',
    registers: [this.registry],
  });
  readonly writes = new Counter({
    name: 'pemba_writes_total',
    help: 'Revisions made by this node',
    registers: [this.registry],
  });
  readonly historiesLost = new Counter({
    name: 'pemba_histories_lost_total',
    help: 'Times a store was loaded anew because the database no longer had the history this node followed',
    registers: [this.registry],
  });

  readonly refusalsRecorded = new Counter({
    name: 'pemba_refusals_recorded_total',
    help: 'Writes that the schema refused to actors, in the audit',
    registers: [this.registry],
  });
  readonly refusalsNotRecorded = new Counter({
    name: 'pemba_refusals_not_recorded_total',
    help: 'Writes that the schema refused to actors, beyond what the audit records one by one',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    registerTallies(this.registry, this.tallies);
  }

  /** The measures of one method; asked for once, not at each call. */
  method(method: string): CallTally {
    const tally = new CallTally(method);
    this.tallies.push(tally);
    return tally;
  }

  streamingMethod(method: string): StreamingMetrics {
    const streams = this.streams.labels(method);
    streams.set(0);
    const tally = this.method(method);
    return {
      done: (reason, seconds) => tally.done(reason, seconds),
      open: (change) => streams.inc(change),
    };
  }

  /** Gauges that are read when asked for. */
  watchExplorations(explorations: Explorations): void {
    this.number('pemba_open_explorations', 'Long questions that are open', () => explorations.openCount);
    this.number(
      'pemba_lookup_bytes',
      'Memory for what lookups found: not sent yet, or kept for following pages',
      () => explorations.heldBytes,
    );
  }

  /** As {@link watchExplorations}. */
  watch(tenants: Tenants, clock: DatabaseClock): void {
    this.gauge('pemba_store_revision', 'Revision this node is at', tenants, (tenant) => tenant.head.revision);
    this.gauge(
      'pemba_store_revision_time_seconds',
      "When that revision was made, by the database's clock",
      tenants,
      (tenant) => tenant.headTime / 1000,
    );
    this.gauge('pemba_store_tuples', 'Tuples in memory', tenants, (tenant) => tenant.tupleCount);
    this.gauge('pemba_store_bytes', 'Bytes of the graph', tenants, (tenant) => tenant.byteLength);
    this.gauge(
      'pemba_store_pins',
      'Revisions held for questions that take long',
      tenants,
      (tenant) => tenant.pinCount,
    );
    this.gauge(
      'pemba_store_staleness_seconds',
      'Time since fresh-as-of',
      tenants,
      (tenant) => tenant.freshness.age() / 1000,
    );
    this.number(
      'pemba_clock_skew_seconds',
      "The database's clock less this machine's",
      () => clock.skewMs / 1000,
    );
  }

  private number(name: string, help: string, value: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: (): void => gauge.set(value()),
    });
  }

  private gauge(
    name: string,
    help: string,
    tenants: Tenants,
    value: (tenant: ReturnType<Tenants['get']>) => number,
  ): void {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ['store'],
      registers: [this.registry],
      collect: () => {
        gauge.reset();
        for (const tenant of tenants.all()) gauge.set({ store: tenant.name }, value(tenant));
      },
    });
  }
}

/** Serves `/metrics` over plain HTTP. */
export function serveMetrics(metrics: Metrics, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end('there is /metrics\n');
      return;
    }
    metrics.registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}
