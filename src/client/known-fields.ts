/** Which keys a request may have: proto-loader drops all others, and plain JavaScript never learns of it. */
import { didYouMean } from '../base/nearest.ts';
import { badRequest } from './numbers.ts';

/** The fields of a message, each with those of the message that it holds; undefined if it holds none of ours. */
export type Fields = ReadonlyMap<string, Fields | undefined>;

/** The descriptor of a message, or of an enum, which has no fields; as far as it matters here. */
export interface Described {
  field?: { name: string; typeName: string }[];
}

/** Fields that the client's requests have by another name. */
const SAID_AS: Readonly<Record<string, string>> = { heartbeat: 'heartbeatMs' };

/** Reads the fields of messages out of what proto-loader has loaded. */
export class KnownFields {
  private readonly described: (name: string) => Described | undefined;
  private readonly known = new Map<string, Fields>();

  /** @param described what is ours by its name; undefined for all else, such as a Struct */
  constructor(described: (name: string) => Described | undefined) {
    this.described = described;
  }

  of(name: string): Fields | undefined {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const described = this.described(name)?.field;
    if (described === undefined) return undefined;
    const fields = new Map<string, Fields | undefined>();
    this.known.set(name, fields);
    for (const field of described) fields.set(field.name, this.of(field.typeName));
    return fields;
  }
}

/** @throws ServiceError BAD_REQUEST that names the first key that none of the messages has */
export function assertKnown(message: object, fields: Fields, path = ''): void {
  // Inherited ones, too: proto-loader reads them as well.
  for (const key in message) {
    const value = (message as Record<string, unknown>)[key];
    if (value === undefined) continue;
    if (!fields.has(key) && !isOfTuple(key, fields, path)) throw unknownKey(path, key, fields);
    const inner = fields.get(key);
    if (inner === undefined || value === null) continue;
    if (!Array.isArray(value)) assertMessage(value, inner, `${path}${key}`);
    else for (let i = 0; i < value.length; i++) assertMessage(value[i], inner, `${path}${key}[${i}]`);
  }
}

const OF_TUPLE: readonly string[] = ['object', 'relation', 'subject', 'condition', 'expiresAt'];

/**
 * A whole tuple may be handed to what is about some of its parts, such as a question or a filter. Not to a change:
 * it would do more than the tuple says.
 */
function isOfTuple(key: string, fields: Fields, path: string): boolean {
  const isAboutParts = fields.has('object') || fields.has('subject');
  return isAboutParts && (path !== '' || fields.has('consistency')) && OF_TUPLE.includes(key);
}

function assertMessage(value: unknown, fields: Fields, path: string): void {
  if (typeof value !== 'object' || value === null)
    throw badRequest(`${path}: ${String(value)} is no object with keys`);
  assertKnown(value, fields, `${path}.`);
}

function unknownKey(path: string, key: string, fields: Fields): Error {
  const names = [...fields.keys()].map((name) => SAID_AS[name] ?? name);
  const meant = didYouMean(key, names) || `; there are ${names.join(', ')}`;
  return badRequest(`${path}${key}: there is no such key here${meant}`);
}
