/** What of a request names a revision, and the errors of one that cannot be had. */
import { PembaError } from '../base/errors.ts';
import { quoted } from '../model/reference.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { PointStatus } from './history.ts';

export interface RevisionName {
  /** The field of the request. */
  field: string;
  /** The token it holds; absent where no token names the revision. */
  text?: string;
}

/** The field and the value, as errors begin. */
export function inWords({ field, text }: RevisionName): string {
  return text === undefined ? field : `${field} ${quoted(text)}`;
}

/** What a caller gets who waits for a revision that does not come. */
export function notYetKnown(name: RevisionName): PembaError {
  return new PembaError(
    'ZOOKIE_NOT_YET_KNOWN',
    `${inWords(name)}: this revision is not in the database; if it was restored from an earlier copy the write is lost, otherwise try again`,
    { field: name.field },
  );
}

export function lostHistory(name: RevisionName): PembaError {
  return new PembaError(
    'ZOOKIE_LOST_HISTORY',
    `${inWords(name)}: this revision belongs to a history the database no longer has, as after a restore from an earlier copy; read and write anew to get a current zookie`,
    { field: name.field },
  );
}

function tooOld(name: RevisionName): PembaError {
  return new PembaError(
    'ZOOKIE_TOO_OLD',
    `${inWords(name)}: this revision is older than the history that is kept, for --history-days or since somebody was erased; use a newer one`,
    { field: name.field },
  );
}

/** @throws PembaError ZOOKIE_NOT_YET_KNOWN, ZOOKIE_LOST_HISTORY, ZOOKIE_TOO_OLD, UNKNOWN_STORE */
export function assertKept(tenant: Tenant, status: PointStatus, name: RevisionName): void {
  switch (status) {
    case 'kept':
      return;
    case 'ahead':
      throw notYetKnown(name);
    case 'lost':
      throw lostHistory(name);
    case 'gone':
      throw new PembaError('UNKNOWN_STORE', `store: \`${tenant.name}\` has been deleted`, { field: 'store' });
    case 'pruned':
      throw tooOld(name);
  }
}
