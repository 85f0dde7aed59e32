/** `postgres.json`: the port and the password of the cluster, kept so that a later start finds them. */
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { errorCode, onFile } from './file-errors.ts';
import { giveToOwnerOf } from './ownership.ts';

export interface Access {
  port: number;
  password: string;
}

/** User and database of the service in its cluster. */
export const OWNER = 'pemba';
export const DATABASE = 'pemba';
export const HOST = '127.0.0.1';

const PASSWORD_BYTES = 24;
/** Below the ports that systems hand out for outgoing connections (from 32768 or 49152), so that a restart finds its port free. */
const PORTS = { from: 20_000, to: 32_000 };
const PORT_ATTEMPTS = 50;

export function connectionUrl(access: Access): string {
  return `postgres://${OWNER}:${encodeURIComponent(access.password)}@${HOST}:${access.port}/${DATABASE}`;
}

/** A password that needs no escaping in a URL or in SQL. */
export function newPassword(): string {
  return randomBytes(PASSWORD_BYTES).toString('base64url');
}

/** What is kept, or undefined if there is nothing or nothing of use. */
export async function readAccess(home: string): Promise<Access | undefined> {
  const path = join(home, 'postgres.json');
  const text = await onFile('read', path, () =>
    readFile(path, 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return '';
      throw error;
    }),
  );
  try {
    const { port, password } = JSON.parse(text) as Partial<Access>;
    const portIsUsable = Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
    if (portIsUsable && typeof password === 'string' && /^[\w-]{16,}$/.test(password))
      return { port: Number(port), password };
  } catch {
    // not JSON: as good as none
  }
  return undefined;
}

/** Keeps `access`; whoever reads the file sees the old or the new content, even after a power cut. */
export async function writeAccess(home: string, access: Access): Promise<void> {
  const path = join(home, 'postgres.json');
  const temporary = `${path}.new`;
  await onFile('write', path, async () => {
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(access, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await giveToOwnerOf(home, temporary);
    await rename(temporary, path);
  });
}

/** The wanted port if it is free, else another free one. */
export async function freePort(wanted: number | undefined): Promise<number> {
  if (wanted !== undefined && (await isFree(wanted))) return wanted;
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    if (await isFree(port)) return port;
  }
  return listenOnce(0); // a crowded machine: any port the system gives
}

async function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: HOST, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
