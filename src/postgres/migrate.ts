/** Brings the database's tables to what this version needs. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type pg from 'pg';
import { PembaError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Database } from './database.ts';

/** Beside `src/` and `dist/` alike. */
const DIRECTORY = fileURLToPath(new URL('../../migrations', import.meta.url));

/**
 * Runs what is missing, under a lock that other starting nodes wait for and that ends with the connection.
 * @throws PembaError DATABASE_UNSUITABLE if an applied file has changed since
 */
export async function migrate(database: Database, log: Log): Promise<void> {
  await database.withPatientClient(async (client) => {
    // The runner's own lock fails at once when another has it; this one waits.
    await client.query("select pg_advisory_lock(hashtext('pemba-migrations'))");
    const applied = await runner({
      dbClient: client,
      dir: DIRECTORY,
      direction: 'up',
      migrationsTable: 'migration',
      noLock: true,
      singleTransaction: true,
      checkOrder: true,
      log: () => undefined,
    });
    for (const { name } of applied) log.info('migrated the database', { migration: name });
    await compareChecksums(client);
  });
}

/** The runner keeps names only; a file that was edited after it ran would pass unseen. */
async function compareChecksums(client: pg.Client): Promise<void> {
  await client.query(
    'create table if not exists migration_checksum (name text primary key, sha256 text not null)',
  );
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from migration_checksum',
  );
  const known = new Map(rows.map((row) => [row.name, row.sha256]));
  for (const file of (await readdir(DIRECTORY)).sort()) {
    const sha256 = createHash('sha256')
      .update(await readFile(join(DIRECTORY, file)))
      .digest('hex');
    const before = known.get(file);
    if (before === undefined) {
      await client.query('insert into migration_checksum (name, sha256) values ($1, $2)', [file, sha256]);
    } else if (before !== sha256) {
      throw new PembaError(
        'DATABASE_UNSUITABLE',
        `migration ${file} was applied to this database with other contents; run the version of Pemba that did so, or restore the file`,
      );
    }
  }
}
