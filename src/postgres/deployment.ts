/** What belongs to the whole deployment: made by the first node, read by all. */
import { randomBytes, randomUUID } from 'node:crypto';
import { PembaError } from '../base/errors.ts';
import type { Database } from './database.ts';
import { createStore } from './postgres-store-table.ts';

/** What this version of the code can read and write of the database; see {@link assertAdmitted}. */
const READER_VERSION = 1;
const WRITER_VERSION = 1;

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
  assertAdmitted(row);
  for (const name of stores) await createStore(database, name);
  return { id: row.id, zookieKey: row.zookie_key };
}

/** A later version may have changed what is stored in a way that this one would misread. */
function assertAdmitted(row: DeploymentRow): void {
  if (row.reader_version <= READER_VERSION && row.writer_version <= WRITER_VERSION) return;
  throw new PembaError(
    'DATABASE_UNSUITABLE',
    'a newer version of Pemba has changed this database; run that version',
  );
}
