/** Between tuples and the text the client sends. */
import type { TupleText } from '../client/requests.ts';
import { formatObject, formatSubject } from '../model/reference.ts';
import { parseTuple, type Tuple } from '../model/tuple.ts';

export function toTupleText({ object, relation, subject }: Tuple): TupleText {
  return { object: formatObject(object), relation, subject: formatSubject(subject) };
}

/** Reads `object#relation@subject`. @throws PembaError MALFORMED_REFERENCE */
export function parseTupleText(text: string): TupleText {
  return toTupleText(parseTuple(text));
}

export function formatTupleText({ object, relation, subject }: TupleText): string {
  return `${object}#${relation}@${subject}`;
}
