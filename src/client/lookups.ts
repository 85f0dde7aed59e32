/** Lookups: streams that go on where they broke off. */
import type { Connection } from './connection.ts';
import type { LookupResourcesRequest, LookupResults, LookupSubjectsRequest } from './explore-requests.ts';
import { fromWireResults, type WireLookupResults } from './explore-wire.ts';
import type { CallOptions } from './requests.ts';
import { Backoff } from './retry.ts';
import { toWireQuestion } from './wire.ts';

/** All parts of a lookup, at one revision. @throws ServiceError */
export async function* lookup(
  connection: Connection,
  method: 'LookupResources' | 'LookupSubjects',
  request: LookupResourcesRequest | LookupSubjectsRequest,
  options: CallOptions = {},
): AsyncGenerator<LookupResults, void, void> {
  const patience = connection.patience(options);
  const backoff = new Backoff(patience);
  const { consistency: _, ...again } = request;
  let rest = toWireQuestion(request);
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
        rest = { ...toWireQuestion(again), pageToken: nextPageToken, pageSize: missing };
      }
      return;
    } catch (error) {
      await backoff.pauseAfter(error);
    }
  }
}
