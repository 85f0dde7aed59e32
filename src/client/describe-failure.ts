/** What a failed call means, from its status and trailing metadata. */
import { type ServiceError as GrpcError, status } from '@grpc/grpc-js';
import { type ClientReason, clientError, ServiceError } from './service-error.ts';

/** How it was called. */
interface Called {
  address: string;
  timeoutMs: number;
  usesTls: boolean;
}

/** The name of a gRPC status. */
export function statusName(code: number): string {
  return status[code] ?? `status ${code}`;
}

/** An error with `pemba-reason` is the service's own; any other arose on the way. */
export function describeFailure(error: GrpcError, called: Called): ServiceError {
  const { address, timeoutMs } = called;
  const code = statusName(error.code);
  const reason = firstText(error, 'pemba-reason');
  if (reason !== undefined) {
    return new ServiceError(error.details, {
      code,
      reason,
      field: decoded(firstText(error, 'pemba-field')),
      cause: error,
    });
  }
  switch (error.code) {
    case status.UNAVAILABLE:
      return clientError(code, ...unreachable(error.details, called), error);
    case status.DEADLINE_EXCEEDED:
      return clientError(code, 'NO_ANSWER', `${address} gave no answer within ${timeoutMs} ms`, error);
    case status.UNIMPLEMENTED:
      return clientError(
        code,
        'NOT_PEMBA',
        `the service at ${address} does not know this call: it is another service, or another version of Pemba`,
        error,
      );
    default:
      return new ServiceError(error.details, { code, reason: undefined, cause: error });
  }
}

function firstText(error: GrpcError, key: string): string | undefined {
  // Failures before a connection may come without metadata.
  return error.metadata?.get(key)[0]?.toString();
}

/** A header has ASCII alone: other characters of a field are percent-encoded. */
function decoded(field: string | undefined): string | undefined {
  try {
    return field === undefined ? undefined : decodeURIComponent(field);
  } catch {
    // Not ours, then: another server's, or one before fields were encoded.
    return field;
  }
}

/** Why no connection came about, as the texts of grpc-js, Node and OpenSSL tell it. */
function unreachable(details: string, { address, usesTls }: Called): [ClientReason, string] {
  if (/ECONNREFUSED/.test(details))
    return ['UNREACHABLE', `no service listens at ${address}; start one with \`npm start\``];
  if (/ENOTFOUND|EAI_AGAIN|Name resolution failed/.test(details))
    return ['UNREACHABLE', `the host of ${address} is not known; look at how the address is written`];
  const why = withoutNoise(details);
  if (usesTls) {
    const reason = tlsReason(why);
    if (reason === 'TLS_UNEXPECTED') return [reason, `the service at ${address} does not speak TLS`];
    if (reason !== undefined) return [reason, `TLS with ${address} failed: ${why}`];
  } else if (/^Failed to connect$/.test(why)) {
    return [
      'TLS_EXPECTED',
      `${address} closed the connection, as a service does that speaks TLS; connect with TLS`,
    ];
  }
  return ['UNREACHABLE', `cannot reach ${address}: ${why}`];
}

function tlsReason(why: string): ClientReason | undefined {
  if (/wrong version number|packet length too long/.test(why)) return 'TLS_UNEXPECTED';
  if (/alert/.test(why) && /certificate|unknown ca/.test(why)) return 'TLS_CLIENT_UNKNOWN';
  if (/self-signed|unable to (?:get|verify)|DEPTH_ZERO|UNABLE_TO/.test(why)) return 'TLS_UNTRUSTED';
  return /certificate|altnames|SSL|TLS/i.test(why) ? 'TLS_FAILED' : undefined;
}

/** Without what grpc-js and OpenSSL put around it: times, thread numbers and places in their source. */
function withoutNoise(details: string): string {
  return details
    .replace(/^No connection established\. Last error: /, '')
    .replace(/\s*\.?\s*Resolution note:\s*$/, '')
    .replace(/\s*\(\d{4}-\d\d-\d\dT[\d:.]+Z\)/g, '')
    .replace(/^Error: /, '')
    .replace(
      /[0-9A-F]{8,}:error:[0-9A-F]+:SSL routines:[^:]*:([^:]+):\S*?:\d+:(?:SSL alert number \d+)?/g,
      'SSL: $1',
    )
    .trim();
}
