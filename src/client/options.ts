import type { TlsOptions } from './channel-credentials.ts';

export interface ConnectOptions {
  /** `host:port`, or `unix:path` */
  address: string;
  /** Sent as `authorization: Bearer TOKEN`. */
  token?: string;
  /** True: TLS with the authorities that the system trusts. */
  tls?: TlsOptions | true;
  /** How long a call may take, retries included; 10,000 if left out. */
  timeoutMs?: number;
  /** Name or id of the store of all requests that do not name one; `default` if left out. */
  store?: string;
  /** How often a call that is safe to repeat is sent again while the service is unavailable; 4 if left out. */
  retries?: number;
  /** False: each check is sent by itself. Otherwise those of one tick are sent as one batch. */
  batching?: boolean;
  /** At most so many checks in a batch of them; 1,000 if left out. */
  maxBatch?: number;
  /** True: whatever does not say how fresh it has to be sees all that this client wrote before. */
  readYourWrites?: boolean;
}
