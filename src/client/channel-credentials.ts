/** What a channel and its calls identify themselves with. */
import { type ChannelCredentials, credentials } from '@grpc/grpc-js';
import { clientError } from './service-error.ts';

/** The content of PEM files. */
export interface TlsOptions {
  /** The authority that vouches for the service; left out: those the system trusts. */
  ca?: string;
  /** For mTLS, together with the key. */
  cert?: string;
  key?: string;
}

/** The value of the header `authorization`. @throws ServiceError BAD_CREDENTIALS */
export function bearer(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
  throw clientError(
    'INVALID_ARGUMENT',
    'BAD_CREDENTIALS',
    'the token is empty or holds a character no token has',
  );
}

/** @throws ServiceError BAD_CREDENTIALS */
export function channelCredentials(tls: TlsOptions | true | undefined): ChannelCredentials {
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
