/** What a call fails with. */

/** The reasons that come from this side of the line; all others are the service's own. */
export type ClientReason = 'UNREACHABLE' | 'NO_ANSWER' | 'NOT_PEMBA' | 'BAD_ADDRESS' | 'BAD_CREDENTIALS';

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
