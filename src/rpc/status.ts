/** Our errors as gRPC statuses. */
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { asPembaError, type Code, type PembaError } from '../base/errors.ts';

/** The one table of codes. */
export const STATUS_OF: Record<Code, status> = {
  INVALID_ARGUMENT: status.INVALID_ARGUMENT,
  NOT_FOUND: status.NOT_FOUND,
  ALREADY_EXISTS: status.ALREADY_EXISTS,
  FAILED_PRECONDITION: status.FAILED_PRECONDITION,
  OUT_OF_RANGE: status.OUT_OF_RANGE,
  PERMISSION_DENIED: status.PERMISSION_DENIED,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  RESOURCE_EXHAUSTED: status.RESOURCE_EXHAUSTED,
  UNAVAILABLE: status.UNAVAILABLE,
  DEADLINE_EXCEEDED: status.DEADLINE_EXCEEDED,
  CANCELLED: status.CANCELLED,
  INTERNAL: status.INTERNAL,
};

/** Messages travel in a header, percent-encoded; clients refuse headers beyond 8 KiB. */
const MAX_ENCODED_MESSAGE = 6_000;

const SHORTENED = '… (shortened)';

/** A field is a path in the request, and may name keys that the caller made up, of any length and script. */
const MAX_FIELD = 500;

const REASON_HEADER = 'pemba-reason';
const FIELD_HEADER = 'pemba-field';

/** What a failed call is answered with. */
export function toServiceError(thrown: unknown): Partial<ServiceError> {
  const error: PembaError = asPembaError(thrown);
  const metadata = new Metadata();
  metadata.set(REASON_HEADER, error.reason);
  if (error.field !== undefined) metadata.set(FIELD_HEADER, fieldHeader(error.field));
  return { code: STATUS_OF[error.code], details: headerSafe(messageFor(error)), metadata };
}

/** A defect's own words may say anything, so they stay in the log. */
function messageFor(error: PembaError): string {
  return error.code === 'INTERNAL' ? 'internal error; the log of the server says more' : error.message;
}

/** The field as a header takes it: what is not printable ASCII is percent-encoded, as grpc does with messages. */
function fieldHeader(field: string): string {
  return shortened(field, MAX_FIELD).replace(/[^ -~]|%/gu, encodeURIComponent);
}

/** A field as it stands in a message. */
export function shortenedField(field: string): string {
  return shortened(field, MAX_FIELD);
}

function headerSafe(message: string): string {
  // A character is one byte of a header at least.
  const text = shortened(message, MAX_ENCODED_MESSAGE);
  if (encodeURIComponent(text).length <= MAX_ENCODED_MESSAGE) return text;
  let length = MAX_ENCODED_MESSAGE;
  let short = text;
  while (encodeURIComponent(short).length > MAX_ENCODED_MESSAGE) {
    length = Math.floor(length * 0.8);
    short = shortened(text, length);
  }
  return short;
}

/** So many characters of a message, and a word that there were more. */
export function shortened(message: string, length: number): string {
  const isWhole = message.length <= length;
  const start = isWhole ? message : message.slice(0, length).replace(/[\ud800-\udbff]$/, '');
  // A lone surrogate, as left by cutting a text, has no encoding and would break the answer itself.
  const text = start.replace(/\p{Surrogate}/gu, '\ufffd');
  return isWhole ? text : `${text}${SHORTENED}`;
}
