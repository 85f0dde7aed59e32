/** The certificates the server shows and demands. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { PembaError } from '../base/errors.ts';

export interface TlsFiles {
  cert: string;
  key: string;
  /** Given: only clients with a certificate of this authority may connect. */
  clientCa?: string;
}

/** What is in them. */
export interface Tls {
  cert: Buffer;
  key: Buffer;
  clientCa: Buffer | null;
}

/**
 * Reads the files and tries whether they can be used, which gRPC does not before the port is bound.
 * @throws PembaError FILE_UNREADABLE, CONFIG_INVALID
 */
export async function readTls(tls: TlsFiles): Promise<Tls> {
  const [cert, key, clientCa] = await Promise.all([
    readPem(tls.cert, '--tls-cert'),
    readPem(tls.key, '--tls-key'),
    tls.clientCa === undefined ? null : readPem(tls.clientCa, '--tls-client-ca'),
  ]);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const message = `--tls-cert ${tls.cert} and --tls-key ${tls.key} cannot be used together`;
    throw new PembaError('CONFIG_INVALID', message, { cause });
  }
  if (clientCa !== null) assertCertificate(clientCa, `--tls-client-ca ${tls.clientCa}`);
  return { cert, key, clientCa };
}

/** A context takes anything for an authority, and then lets nobody in. */
function assertCertificate(pem: Buffer, what: string): void {
  try {
    new X509Certificate(pem);
  } catch (cause) {
    throw new PembaError('CONFIG_INVALID', `${what} is no certificate in PEM form`, { cause });
  }
}

async function readPem(path: string, option: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new PembaError(
      'FILE_UNREADABLE',
      `${option}: cannot read ${path} (${code ?? message}); check the path`,
      { cause },
    );
  }
}
