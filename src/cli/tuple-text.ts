/** Between tuples and the text the client sends. */
import type { StoredTuple, TupleText } from '../client/requests.ts';
import { formatGrant, type TupleCondition } from '../model/grant.ts';
import { formatObject, formatSubject } from '../model/reference.ts';
import { parseTuple, parseTupleWhole, type Tuple } from '../model/tuple.ts';

export function toTupleText({ object, relation, subject }: Tuple): TupleText {
  return { object: formatObject(object), relation, subject: formatSubject(subject) };
}

/** Reads `object#relation@subject`. @throws PembaError MALFORMED_REFERENCE */
export function parseTupleText(text: string): TupleText {
  return toTupleText(parseTuple(text));
}

/** With what it carries. */
export function toStoredTuple(tuple: Tuple): StoredTuple {
  const { condition, expiresAt } = tuple;
  return {
    ...toTupleText(tuple),
    ...(condition === undefined ? {} : { condition }),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
  };
}

/** Reads `object#relation@subject [condition {…}] [expires T]`. @throws PembaError MALFORMED_REFERENCE */
export function parseStoredTuple(text: string): StoredTuple {
  return toStoredTuple(parseTupleWhole(text));
}

export function formatTupleText({ object, relation, subject, condition, expiresAt }: StoredTuple): string {
  const carried = formatGrant({
    ...(condition === undefined
      ? {}
      : {
          condition: {
            name: condition.name,
            context: (condition.context ?? {}) as TupleCondition['context'],
          },
        }),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.getTime() }),
  });
  return `${object}#${relation}@${subject}${carried}`;
}
