/** The method Watch of PermissionService. */
import { PembaError } from '../base/errors.ts';
import type { Change } from '../model/tuple.ts';
import { parseTupleFilter } from '../model/write.ts';
import type { WatchEvent, WatchService } from '../service/watch-service.ts';
import { fromMilliseconds, fromTuple, jsonToStruct } from './convert.ts';
import type { StreamMethod } from './streaming.ts';
import type { WatchRequest, WireDuration } from './wire.ts';

const DEFAULT_HEARTBEAT_MS = 10_000;
const MIN_HEARTBEAT_MS = 100;
const MAX_HEARTBEAT_MS = 3_600_000;

export function watchMethods(watches: WatchService) {
  return {
    Watch: {
      level: 'read',
      about: 'named store',
      hasDefaultDeadline: false,
      stream: (request, { tenant, signal }) => {
        const query = {
          filters: request.filters.map((filter, i) => parseTupleFilter(filter, `filters[${i}]`)),
          after: request.after,
          heartbeatMs: toHeartbeat(request.heartbeat),
        };
        return messagesOf(watches.watch(tenant, query, signal));
      },
    } satisfies StreamMethod<WatchRequest, object>,
  };
}

/** In milliseconds. @throws PembaError MALFORMED_REQUEST */
function toHeartbeat(duration: WireDuration | null): number {
  if (duration === null) return DEFAULT_HEARTBEAT_MS;
  const ms = duration.seconds * 1000 + duration.nanos / 1_000_000;
  if (ms >= MIN_HEARTBEAT_MS && ms <= MAX_HEARTBEAT_MS) return ms;
  throw new PembaError(
    'MALFORMED_REQUEST',
    `heartbeat: ${ms / 1000} seconds is out of bounds; send 0.1 seconds to 1 hour, or leave it out for ${DEFAULT_HEARTBEAT_MS / 1000} seconds`,
    { field: 'heartbeat' },
  );
}

async function* messagesOf(events: AsyncIterable<WatchEvent>): AsyncGenerator<object> {
  for await (const event of events) {
    yield {
      zookie: event.zookie,
      changes: event.changes.map(fromChange),
      time: event.time === undefined ? null : fromMilliseconds(event.time),
      actor: event.actor ?? '',
      metadata: jsonToStruct(event.metadata),
      schemaVersion: event.schemaVersion ?? 0,
    };
  }
}

function fromChange({ op, tuple }: Change): object {
  return { operation: op === 'add' ? 'OPERATION_ADDED' : 'OPERATION_REMOVED', tuple: fromTuple(tuple) };
}
