/** What a call fails with. */

/** The reasons that come from this side of the line; all others are the service's own. */
export type ClientReason =
  | 'UNREACHABLE'
  /** The service closes a connection without TLS, and so most likely expects it. */
  | 'TLS_EXPECTED'
  /** The service does not speak TLS. */
  | 'TLS_UNEXPECTED'
  /** The certificate of the service is of no authority that is trusted. */
  | 'TLS_UNTRUSTED'
  /** The service asks for a certificate of the client, or does not take the one it has. */
  | 'TLS_CLIENT_UNKNOWN'
  /** Another failure of TLS, such as a certificate for another name. */
  | 'TLS_FAILED'
  | 'NO_ANSWER'
  /** The caller's own signal was aborted. */
  | 'CANCELLED'
  /** The client was closed before. */
  | 'CLOSED'
  | 'NOT_PEMBA'
  | 'BAD_ADDRESS'
  | 'BAD_CREDENTIALS'
  /** An option or a field of a request has a value that it cannot have. */
  | 'BAD_REQUEST';

export interface ServiceErrorDetails {
  /** The name of the gRPC status, such as `FAILED_PRECONDITION`. */
  code: string;
  /** A stable name to react to; undefined if the service did not say one. */
  reason: string | undefined;
  /** Path of the offending field in the request. */
  field?: string | undefined;
  cause?: unknown;
}

/** The only error the client throws. The message is for a person. */
export class ServiceError extends Error {
  readonly code: string;
  readonly reason: string | undefined;
  readonly field: string | undefined;

  constructor(message: string, { code, reason, field, cause }: ServiceErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ServiceError';
    this.code = code;
    this.reason = reason;
    this.field = field;
  }
}

/** An error that arose on this side. */
export function clientError(
  code: string,
  reason: ClientReason,
  message: string,
  cause?: unknown,
): ServiceError {
  return new ServiceError(message, { code, reason, cause });
}
