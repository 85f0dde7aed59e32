/** One channel to a service: credentials, deadlines and errors of every call. */
import {
  type ChannelCredentials,
  Client,
  credentials,
  type ServiceError as GrpcError,
  Metadata,
} from '@grpc/grpc-js';
import { checkAddress, isLocal } from './address.ts';
import { describeFailure } from './describe-failure.ts';
import { loadMethods, type Method, type ServiceName } from './protos.ts';
import type { CallOptions } from './requests.ts';
import { clientError } from './service-error.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
/** A page of Read with tuples of the longest ids fits; grpc-js would stop at 4 MiB. */
const MAX_RESPONSE_BYTES = 67_108_864;

/** The content of PEM files. */
export interface TlsOptions {
  /** The authority that vouches for the service; left out: those the system trusts. */
  ca?: string;
  /** For mTLS, together with the key. */
  cert?: string;
  key?: string;
}

export interface ConnectOptions {
  /** `host:port`, or `unix:path` */
  address: string;
  /** Sent as `authorization: Bearer TOKEN`. */
  token?: string;
  /** True: TLS with the authorities that the system trusts. */
  tls?: TlsOptions | true;
  /** How long a call may take; 10,000 if left out. */
  timeoutMs?: number;
}

export class Connection {
  private readonly address: string;
  private readonly timeoutMs: number;
  private readonly usesTls: boolean;
  private readonly metadata = new Metadata();
  private readonly client: Client;
  private readonly method: (service: ServiceName, method: string) => Method;

  /** Connects with the first call. @throws ServiceError BAD_ADDRESS, BAD_CREDENTIALS */
  constructor({ address, token, tls, timeoutMs }: ConnectOptions) {
    checkAddress(address);
    this.address = address;
    this.timeoutMs = timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.usesTls = tls !== undefined;
    if (token !== undefined) this.metadata.set('authorization', bearer(token));
    this.client = new Client(address, channelCredentials(tls), {
      'grpc.max_receive_message_length': MAX_RESPONSE_BYTES,
      // A proxy of the environment is never the way to this very machine.
      'grpc.enable_http_proxy': isLocal(address) ? 0 : 1,
    });
    this.method = loadMethods();
  }

  /** @throws ServiceError */
  call<Response>(
    service: ServiceName,
    name: string,
    request: object,
    options: CallOptions = {},
  ): Promise<Response> {
    const { path, requestSerialize, responseDeserialize } = this.method(service, name);
    const timeoutMs = options.timeoutMs ?? this.timeoutMs;
    return new Promise((resolve, reject) => {
      const done = (error: GrpcError | null, response?: object): void => {
        if (error === null) resolve(response as Response);
        else reject(describeFailure(error, { address: this.address, timeoutMs, usesTls: this.usesTls }));
      };
      const deadline = { deadline: Date.now() + timeoutMs };
      this.client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        this.metadata,
        deadline,
        done,
      );
    });
  }

  close(): void {
    this.client.close();
  }
}

function bearer(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
  throw clientError(
    'INVALID_ARGUMENT',
    'BAD_CREDENTIALS',
    'the token is empty or holds a character no token has',
  );
}

function channelCredentials(tls: TlsOptions | true | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  if (tls === true) return credentials.createSsl();
  const { ca, cert, key } = tls;
  if ((cert === undefined) !== (key === undefined)) {
    throw clientError(
      'INVALID_ARGUMENT',
      'BAD_CREDENTIALS',
      'a client certificate needs its key, and the key needs it',
    );
  }
  try {
    return credentials.createSsl(pem(ca), pem(key), pem(cert));
  } catch (cause) {
    const what = (cause as Error).message;
    throw clientError('INVALID_ARGUMENT', 'BAD_CREDENTIALS', `the TLS files cannot be used: ${what}`, cause);
  }
}

function pem(text: string | undefined): Buffer | null {
  return text === undefined ? null : Buffer.from(text);
}
