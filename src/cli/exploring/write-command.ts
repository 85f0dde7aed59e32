/** A command that makes changes, to be pasted into a shell. */
import { visible } from '../../base/visible.ts';
import type { StoredTuple } from '../../client/requests.ts';
import { formatTupleText } from '../tuple-text.ts';

/** @param store its name or id, unless it is the one that commands take by default */
export function writeCommandOf(
  { add, remove }: { add: readonly StoredTuple[]; remove: readonly StoredTuple[] },
  store: string | undefined,
): string {
  const words = ['pemba', 'write'];
  for (const tuple of add) words.push('--touch', quotedForShell(formatTupleText(tuple)));
  for (const tuple of remove) words.push('--delete', quotedForShell(formatTupleText(tuple)));
  if (store !== undefined) words.push('--store', quotedForShell(store));
  return words.join(' ');
}

/** In the quotes of POSIX shells, within which nothing but the quote itself has a meaning. */
export function quotedForShell(text: string): string {
  return `'${visible(text).replace(/'/g, "'\\''")}'`;
}
