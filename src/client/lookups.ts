/** Lookups: streams that go on where they broke off. */
import type { Connection } from './connection.ts';
import type { LookupResourcesRequest, LookupResults, LookupSubjectsRequest } from './explore-requests.ts';
import { fromWireResults, type WireLookupResults } from './explore-wire.ts';
import type { CallOptions } from './requests.ts';
import { Backoff } from './retry.ts';
import { toWireConsistency } from './wire.ts';

/** All parts of a lookup, at one revision. @throws ServiceError */
export async function* lookup(
  connection: Connection,
  method: 'LookupResources' | 'LookupSubjects',
  request: LookupResourcesRequest | LookupSubjectsRequest,
  options: CallOptions = {},
): AsyncGenerator<LookupResults, void, void> {
  const patience = connection.patience(options);
  const backoff = new Backoff(patience);
  let rest: object = { ...request, consistency: toWireConsistency(request.consistency) };
  let missing = request.pageSize ?? 0;
  for (;;) {
    try {
      for await (const message of connection.stream<WireLookupResults>(
        'PermissionService',
        method,
        rest,
        patience,
      )) {
        const { results, nextPageToken } = message;
        const isLast = nextPageToken === '' || (missing > 0 && results.length >= missing);
        missing = Math.max(0, missing - results.length);
        yield fromWireResults(message);
        if (isLast) return;
        backoff.progressed();
        // The token says which revision, so that nothing is missed or told twice.
        rest = { ...request, consistency: undefined, pageToken: nextPageToken, pageSize: missing };
      }
      return;
    } catch (error) {
      await backoff.pauseAfter(error);
    }
  }
}
