/** What the service says of itself to Prometheus. */
import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { DatabaseClock } from '../tenant/database-clock.ts';
import type { Tenants } from '../tenant/tenants.ts';

/** From a tenth of a millisecond up: most answers take less than one. */
const SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** The measures of one method; looked up once, not at each call. */
export interface MethodMetrics {
  /** @param seconds how long the call took */
  done(reason: string, seconds: number): void;
}

export class Metrics {
  readonly registry = new Registry();
  private readonly calls = new Counter({
    name: 'pemba_calls_total',
    help: 'Calls answered, by method and reason; the reason of a success is OK',
    labelNames: ['method', 'reason'],
    registers: [this.registry],
  });
  private readonly durations = new Histogram({
    name: 'pemba_call_seconds',
    help: 'Time from a call read to its answer handed over',
    labelNames: ['method'],
    buckets: SECONDS,
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

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  method(method: string): MethodMetrics {
    const duration = this.durations.labels(method);
    const success = this.calls.labels(method, 'OK');
    return {
      done: (reason, seconds) => {
        if (reason === 'OK') success.inc();
        else this.calls.labels(method, reason).inc();
        duration.observe(seconds);
      },
    };
  }

  /** Gauges that are read when asked for. */
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
      'pemba_store_staleness_seconds',
      'Time since fresh-as-of',
      tenants,
      (tenant) => tenant.freshness.age() / 1000,
    );
    const skew: Gauge = new Gauge({
      name: 'pemba_clock_skew_seconds',
      help: "The database's clock less this machine's",
      registers: [this.registry],
      collect: (): void => skew.set(clock.skewMs / 1000),
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
