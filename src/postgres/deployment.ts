/** What belongs to the whole deployment: made by the first node, read by all. */
import { randomBytes, randomUUID } from 'node:crypto';
import { PembaError } from '../base/errors.ts';
import type { Database } from './database.ts';
import { createStore } from './postgres-store-table.ts';

/**
 * What this version of the code can read and write of the database; see {@link assertReadable}.
 * 2: tuples carry conditions and expiries. 3: the log holds more than the kept history.
 */
const READER_VERSION = 3;
const WRITER_VERSION = 3;

export interface Deployment {
  id: string;
  /** The key of zookies and page tokens. */
  zookieKey: Buffer;
}

interface DeploymentRow {
  id: string;
  zookie_key: Buffer;
  reader_version: number;
  writer_version: number;
}

/** @param stores names of the stores that are there from the start */
export async function openDeployment(database: Database, stores: readonly string[]): Promise<Deployment> {
  await database.query({
    text: `insert into deployment (id, zookie_key, reader_version, writer_version) values ($1, $2, $3, $4)
           on conflict do nothing`,
    values: [randomUUID(), randomBytes(32), READER_VERSION, WRITER_VERSION],
  });
  const [row] = await database.query<DeploymentRow>({
    text: 'select id, zookie_key, reader_version, writer_version from deployment',
  });
  assertReadable(row.reader_version);
  assertWritable(row.writer_version);
  for (const name of stores) await createStore(database, name);
  return { id: row.id, zookieKey: row.zookie_key };
}

/**
 * A later version may have changed what is stored in a way that this one would misread. Looked at with
 * every head question, so that a node that is overtaken while it runs stops serving.
 * @param required the oldest version of the code that the database still admits as a reader
 * @throws PembaError DATABASE_UNSUITABLE
 */
export function assertReadable(required: number): void {
  if (required > READER_VERSION) throw tooOld();
}

/** As {@link assertReadable}, for writers; looked at in every transaction. */
export function assertWritable(required: number): void {
  if (required > WRITER_VERSION) throw tooOld();
}

function tooOld(): PembaError {
  return new PembaError(
    'DATABASE_UNSUITABLE',
    'a newer version of Pemba has changed this database; run that version',
  );
}
