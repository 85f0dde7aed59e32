/** A process that holds an embedded Postgres, for tests to kill. Usage: owner.ts <data directory> <options as JSON> */
import { PembaError } from '../../src/base/errors.ts';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts';

const [dataDirectory = '', options = '{}'] = process.argv.slice(2);

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify({ pid: process.pid, ...what })}\n`);
}

async function own(): Promise<void> {
  try {
    const server = await startEmbeddedPostgres({
      dataDirectory,
      durable: false,
      log: () => undefined,
      ...(JSON.parse(options) as object),
    });
    process.once('SIGTERM', () => void server.stop());
    tell({ url: server.url, postgres: server.pid, origin: server.origin });
  } catch (error) {
    tell({ reason: error instanceof PembaError ? error.reason : 'other', message: String(error) });
  }
}

void own();
