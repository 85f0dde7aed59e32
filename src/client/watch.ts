/** Following changes, across broken connections and restarts of the service. */
import type { Connection } from './connection.ts';
import type { WatchEvent, WatchRequest } from './explore-requests.ts';
import { fromWireEvent, toWireWatch, type WireEvent } from './explore-wire.ts';
import { duration } from './numbers.ts';
import type { CallOptions } from './requests.ts';
import { Backoff } from './retry.ts';

const DEFAULT_HEARTBEAT_MS = 10_000;
/** A connection that misses so many heartbeats is given up. */
const HEARTBEATS_MISSED = 3;
const SHORTEST_SILENCE_MS = 5_000;

/**
 * A watch that cannot begin fails soon. Once it has begun it outlives every outage: it goes on after the last
 * event that was taken, and ends only with its signal, its own deadline, or an error that lasts.
 */
export async function* watch(
  connection: Connection,
  request: WatchRequest,
  { timeoutMs, signal }: CallOptions = {},
): AsyncGenerator<WatchEvent, void, void> {
  const deadline = timeoutMs === undefined ? undefined : Date.now() + duration('timeoutMs', timeoutMs);
  const heartbeatMs = duration('heartbeatMs', request.heartbeatMs ?? DEFAULT_HEARTBEAT_MS);
  const silenceMs = Math.max(heartbeatMs * HEARTBEATS_MISSED, SHORTEST_SILENCE_MS);
  let after = request.after ?? '';
  const whileItBegins = new Backoff({ ...connection.patience({}), signal });
  const onceBegun = new Backoff({
    retries: Infinity,
    begun: Date.now(),
    deadline: deadline ?? Infinity,
    signal,
  });
  let hasBegun = false;
  for (;;) {
    try {
      const wire = toWireWatch(request, after);
      const options = { deadline, signal, silenceMs };
      for await (const event of connection.stream<WireEvent>('PermissionService', 'Watch', wire, options)) {
        after = event.zookie;
        hasBegun = true;
        onceBegun.progressed();
        yield fromWireEvent(event);
      }
      return;
    } catch (error) {
      await (hasBegun ? onceBegun : whileItBegins).pauseAfter(error);
    }
  }
}
