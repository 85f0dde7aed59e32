/** Errors of the judge, which speaks of updates, in the words of a request that has none. */
import { PembaError } from '../base/errors.ts';

/**
 * @param placeOf what to call a part of an update, such as `subject`; empty for all of it
 * @returns the error as it is if it names no update
 */
export function inWordsOfRequest(error: unknown, placeOf: (index: number, part: string) => string): unknown {
  if (!(error instanceof PembaError)) return error;
  const { reason, message, field = '', cause } = error;
  const inWords = (text: string): string =>
    text.replace(/^updates\[(\d+)\](?:\.tuple)?(?:\.(\w+))?/, (_, index: string, part = '') =>
      placeOf(Number(index), part),
    );
  const place = inWords(field);
  return place === field ? error : new PembaError(reason, inWords(message), { field: place, cause });
}
