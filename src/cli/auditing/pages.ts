/** The audit trail, entry by entry. */
import type { AuditEntry, ReadAuditRequest } from '../../client/audit.ts';
import type { PembaClient } from '../../client/client.ts';

/**
 * The newest first, at most so many.
 * @returns true if there are more
 */
export async function* auditEntries(
  client: PembaClient,
  request: Omit<ReadAuditRequest, 'pageSize' | 'pageToken'>,
  limit: number,
): AsyncGenerator<AuditEntry, boolean, void> {
  let left = limit;
  let pageToken = '';
  do {
    // The service chooses the size, for how much it allows is configured there.
    const page = await client.readAudit({ ...request, pageToken });
    yield* page.entries.slice(0, left);
    if (page.entries.length > left) return true;
    left -= page.entries.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== '' && left > 0);
  return pageToken !== '';
}
