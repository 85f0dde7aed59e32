/** The audit trail, entry by entry. */
import type { AuditEntry, ReadAuditRequest } from '../../client/audit.ts';
import type { PembaClient } from '../../client/client.ts';

/**
 * The newest first, at most so many.
 * @returns the page token to go on with; empty if there are no more
 */
export async function* auditEntries(
  client: PembaClient,
  request: Omit<ReadAuditRequest, 'pageSize'>,
  limit: number,
): AsyncGenerator<AuditEntry, string, void> {
  let left = limit;
  let pageToken = request.pageToken ?? '';
  for (;;) {
    // The service chooses the size, for how much it allows is configured there. What it sent once, it allows.
    let page = await client.readAudit({ ...request, pageToken });
    if (page.entries.length > left) page = await client.readAudit({ ...request, pageToken, pageSize: left });
    yield* page.entries;
    left -= page.entries.length;
    pageToken = page.nextPageToken;
    if (pageToken === '' || left === 0) return pageToken;
  }
}
