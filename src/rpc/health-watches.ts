/** The open streams of gRPC's health service. */
import type { ServerWritableStream } from '@grpc/grpc-js';

/** As grpc.health.v1.HealthCheckResponse.ServingStatus names them. */
export type ServingStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

export type HealthWatch = ServerWritableStream<{ service: string }, { status: ServingStatus }>;

/** How late a watching client may learn of a change. */
const POLL_INTERVAL_MS = 500;

/** Tells each watching client the status of its service when it comes and when it changes. */
export class HealthWatches {
  private readonly statusOf: (service: string) => ServingStatus;
  /** With the status that was sent last. */
  private readonly watches = new Map<HealthWatch, ServingStatus>();
  /** Runs while somebody watches. */
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(statusOf: (service: string) => ServingStatus) {
    this.statusOf = statusOf;
  }

  add(watch: HealthWatch): void {
    this.tell(watch);
    if (this.stopped) {
      this.end(watch);
      return;
    }
    // grpc-js emits it however the call ends.
    watch.on('cancelled', () => this.remove(watch));
    this.timer ??= setInterval(() => this.tellAll(), POLL_INTERVAL_MS).unref();
  }

  /** Tells the clients the status once more and ends their streams, which would keep the server open. */
  stop(): void {
    this.stopped = true;
    this.tellAll();
    for (const watch of [...this.watches.keys()]) this.end(watch);
  }

  private end(watch: HealthWatch): void {
    this.remove(watch);
    watch.end();
  }

  private remove(watch: HealthWatch): void {
    this.watches.delete(watch);
    if (this.watches.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tellAll(): void {
    for (const watch of this.watches.keys()) this.tell(watch);
  }

  private tell(watch: HealthWatch): void {
    const status = this.statusOf(watch.request.service);
    if (this.watches.get(watch) === status) return;
    this.watches.set(watch, status);
    watch.write({ status });
  }
}
