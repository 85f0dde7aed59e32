/** What a failed call means, from its status and trailing metadata. */
import { type ServiceError as GrpcError, status } from '@grpc/grpc-js';
import { clientError, ServiceError } from './service-error.ts';

/** The name of a gRPC status. */
export function statusName(code: number): string {
  return status[code] ?? `status ${code}`;
}

/** An error with `pemba-reason` is the service's own; any other arose on the way. */
export function describeFailure(error: GrpcError, address: string, timeoutMs: number): ServiceError {
  const code = statusName(error.code);
  const reason = firstText(error, 'pemba-reason');
  if (reason !== undefined) {
    return new ServiceError(error.details, {
      code,
      reason,
      field: firstText(error, 'pemba-field'),
      cause: error,
    });
  }
  switch (error.code) {
    case status.UNAVAILABLE:
      return clientError(code, 'UNREACHABLE', unreachable(error.details, address), error);
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

function unreachable(details: string, address: string): string {
  if (/ECONNREFUSED/.test(details)) return `no service listens at ${address}; start one with \`npm start\``;
  if (/ENOTFOUND|EAI_AGAIN|Name resolution failed/.test(details)) {
    return `the host of ${address} is not known; look at how the address is written`;
  }
  if (/wrong version number|packet length too long/.test(details)) {
    return `the service at ${address} does not speak TLS; connect without it`;
  }
  const why = details
    .replace(/^No connection established\. Last error: /, '')
    .replace(/\s*\.?\s*Resolution note:\s*$/, '');
  if (/certificate|altnames|SSL|TLS/i.test(why)) return `TLS with ${address} failed: ${why}`;
  return `cannot reach ${address}: ${why}; if it speaks TLS, connect with TLS`;
}
