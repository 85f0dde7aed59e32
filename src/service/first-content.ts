/** Fills an empty store at the first start: a schema from a file, and tuples from another. */
import { readFile } from 'node:fs/promises';
import { PembaError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { parseTupleLines } from '../model/tuple-lines.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { SchemaService } from './schema-service.ts';
import type { WriteService } from './write-service.ts';

/** Updates of one write; a revision holds no more. */
const TUPLES_AT_ONCE = 1_000;

export interface FirstContent {
  schemaFile?: string;
  tuplesFile?: string;
}

/**
 * @returns true if the store was filled, false if it had a schema already or there is nothing to fill it with
 * @throws PembaError FILE_UNREADABLE, SCHEMA_INVALID, MALFORMED_REFERENCE naming the file and line
 */
export async function loadFirstContent(
  tenant: Tenant,
  { schemaFile, tuplesFile }: FirstContent,
  services: { schemas: SchemaService; writes: WriteService },
  log: Log,
  deadline: number,
): Promise<boolean> {
  if (schemaFile === undefined || tenant.version > 1) return false;
  const text = await read(schemaFile, 'schema');
  if (tenant.hasSchema && (await services.schemas.read(tenant, 1, deadline)).text !== text) return false;
  // Read before anything is written, so that a mistake in one leaves the store empty for the next try.
  const tuples =
    tuplesFile === undefined ? [] : parseTupleLines(await read(tuplesFile, 'tuples'), tuplesFile);
  const command = { actor: undefined, credentialId: '', deadline };
  let wasFirst = true;
  if (!tenant.hasSchema) {
    try {
      await services.schemas.write(tenant, { ...command, text, expectedVersion: 0, dryRun: false });
    } catch (error) {
      // Another node that starts at the same time was faster; what follows is done by whoever comes to it.
      wasFirst = !(error instanceof PembaError && error.reason === 'PRECONDITION_FAILED');
      if (wasFirst) throw inFile(error, schemaFile);
    }
  }
  // The schema is revision 1 and each write of tuples the next, so a first start that was killed
  // half way goes on where it was.
  const done = (tenant.head.revision - 1) * TUPLES_AT_ONCE;
  if (done >= tuples.length && tenant.head.revision > 1) return false;
  for (let at = done; at < tuples.length; at += TUPLES_AT_ONCE) {
    const updates = tuples
      .slice(at, at + TUPLES_AT_ONCE)
      .map((tuple) => ({ operation: 'touch' as const, tuple }));
    try {
      await services.writes.write(tenant, {
        ...command,
        updates,
        preconditions: [],
        metadata: undefined,
        // Two nodes that do the same make one revision of it.
        idempotencyKey: `first-content-${at}`,
      });
    } catch (error) {
      throw inFile(error, tuplesFile ?? '');
    }
  }
  if (!wasFirst) return false;
  log.info('filled the store', { store: tenant.name, schema: schemaFile, tuples: tuples.length });
  return true;
}

async function read(path: string, setting: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new PembaError(
      'FILE_UNREADABLE',
      `${setting}: cannot read ${path} (${code ?? 'unknown error'}); check the path`,
      {
        cause: error,
      },
    );
  }
}

function inFile(error: unknown, file: string): unknown {
  if (!(error instanceof PembaError)) return error;
  return new PembaError(error.reason, `${file}: ${error.message}`, { cause: error });
}
