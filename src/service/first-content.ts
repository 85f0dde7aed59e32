/** Fills an empty store at the first start: a schema from a file, and tuples from another. */
import { createHash } from 'node:crypto';
import { PembaError } from '../base/errors.ts';
import type { ModelName } from '../base/example-models.ts';
import type { Limits } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import { readTextFile } from '../base/text-file.ts';
import { formatTupleWhole, type Tuple } from '../model/tuple.ts';
import { parseTupleLines } from '../model/tuple-lines.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { DecisionState, RevisionBody } from '../write/proposal.ts';
import { TupleProposal } from '../write/tuple-proposal.ts';
import { isKeyReused, isKeyTaken, keyOf } from './first-content-keys.ts';
import { portionsOf } from './first-content-portions.ts';
import { readSchemaFile } from './schema-file.ts';
import type { SchemaService } from './schema-service.ts';
import type { WriteService } from './write-service.ts';

/** Updates of one write; a revision holds no more. */
const TUPLES_AT_ONCE = 1_000;
/** What an operator has in a file is nobody's doing. */
const NOBODY = { actor: undefined, metadata: undefined, credentialId: '' };
/** The key of the last write, whatever the files: once it is there, the store is filled and stays as it is. */
const LAST_KEY = 'first-content-last';
/** The key of a schema that tuples are to follow. With its version, so that one that somebody else writes has none. */
const schemaKeyOf = (version: number): string => `first-content-schema-${version}`;

export interface FirstContent {
  schemaFile?: string;
  tuplesFile?: string;
  limits: Pick<Limits, 'writeUpdates'>;
}

interface Services {
  schemas: SchemaService;
  writes: WriteService;
}

/**
 * Goes on where an earlier start ended half way, with the files as they are now: each portion of tuples is a write with
 * a key of its own that the store remembers for good. So no portion is written twice, and none is passed over. The
 * files of a store that is filled, or has a schema of others, are not even read.
 * @returns true if this call filled the store; false if another did, or there is nothing to fill it with
 * @throws PembaError FILE_UNREADABLE, SCHEMA_INVALID, MALFORMED_REFERENCE naming the file and line
 */
export async function loadFirstContent(
  tenant: Tenant,
  { schemaFile, tuplesFile, limits }: FirstContent,
  { schemas, writes }: Services,
  log: Log,
  deadline: number,
): Promise<boolean> {
  if (schemaFile === undefined) return false;
  if (tenant.hasSchema && !(await isHalfFilled(tenant, writes, deadline))) return false;
  // Read before anything is written, so that a mistake in one leaves the store empty for the next try.
  const tuples = tuplesFile === undefined ? [] : parseTupleLines(await readTextFile(tuplesFile), tuplesFile);
  const schema = { text: await textOf(schemaFile), file: schemaFile };
  const isWritten = await writeSchema(tenant, schema, tuples.length === 0, schemas, deadline);
  // Another node that starts at the same time, with another schema, was faster.
  if ((await schemas.read(tenant, 0, deadline)).text !== schema.text) return false;
  const isFilled =
    tuples.length === 0
      ? isWritten
      : await writeTuples(tenant, tuples, tuplesFile ?? '', limits, writes, deadline);
  if (isFilled)
    log.info('filled the store', { store: tenant.name, schema: schemaFile, tuples: tuples.length });
  return isFilled;
}

/** Whether a start put the schema in force that is, and no start has come to the last tuple. */
async function isHalfFilled(tenant: Tenant, writes: WriteService, deadline: number): Promise<boolean> {
  const isTaken = (key: string): Promise<boolean> => isKeyTaken(tenant, key, writes, deadline);
  return !(await isTaken(LAST_KEY)) && isTaken(schemaKeyOf(tenant.version));
}

async function textOf(schemaFile: string): Promise<string> {
  try {
    return await readSchemaFile(schemaFile);
  } catch (error) {
    throw inFile(error, schemaFile);
  }
}

/**
 * Which model of the package the store holds, of the one that was asked for. One that was changed since is still that
 * model: only a schema of another name is something else.
 * @param place where the store is
 * @throws PembaError CONFIG_INVALID if it is something else although its name was given
 */
export function heldModel(
  tenant: Tenant,
  { example, model }: { example?: ModelName; model?: ModelName },
  place: string,
): ModelName | undefined {
  const name = tenant.hasSchema ? tenant.currentPlan.schema.name : undefined;
  if (name === example) return example;
  if (model === undefined) return undefined;
  const held = name === undefined ? 'a schema without a name' : `the schema \`${name}\``;
  throw new PembaError(
    'CONFIG_INVALID',
    `--model \`${model}\`: the store \`${tenant.name}\` in ${place} holds ${held} already; leave out --model to serve that, or name another place with --data or --database`,
  );
}

/**
 * @param isAll whether no tuples follow
 * @returns false if that is the schema in force, or another node was faster
 */
async function writeSchema(
  tenant: Tenant,
  { text, file }: { text: string; file: string },
  isAll: boolean,
  schemas: SchemaService,
  deadline: number,
): Promise<boolean> {
  if (tenant.hasSchema && (await schemas.read(tenant, 0, deadline)).text === text) return false;
  const expectedVersion = tenant.version;
  const idempotency = keyOf(isAll ? LAST_KEY : schemaKeyOf(expectedVersion + 1), text);
  try {
    const { version } = await schemas.write(tenant, {
      text,
      file,
      expectedVersion,
      dryRun: false,
      idempotency,
      ...NOBODY,
      deadline,
    });
    return version > 0;
  } catch (error) {
    if (isKeyReused(error) || (error instanceof PembaError && error.reason === 'PRECONDITION_FAILED'))
      return false;
    throw inFile(error, file);
  }
}

/** @returns false if another did so, now or long ago */
async function writeTuples(
  tenant: Tenant,
  tuples: readonly Tuple[],
  file: string,
  { writeUpdates }: Pick<Limits, 'writeUpdates'>,
  writes: WriteService,
  deadline: number,
): Promise<boolean> {
  if (await isKeyTaken(tenant, LAST_KEY, writes, deadline)) return false;
  const atOnce = Math.min(TUPLES_AT_ONCE, writeUpdates);
  const fileHash = createHash('sha256').update(tuples.map(formatTupleWhole).join('\n')).digest('hex');
  const portions = portionsOf(tuples, atOnce, hasRules(tenant));
  let at = 0;
  for (const portion of portions) {
    const isLast = portion === portions.at(-1);
    // Where it begins and how long it is: with another limit the portions are others.
    const key = keyOf(isLast ? LAST_KEY : `first-content-${fileHash}-${at}-${atOnce}`, fileHash);
    const updates = portion.map((tuple) => ({ operation: 'touch' as const, tuple }));
    at += portion.length;
    const proposal = new FirstTuples({ updates, preconditions: [] }, {}, key);
    try {
      await writes.submit(tenant, proposal, deadline);
    } catch (error) {
      if (isLast && isKeyReused(error)) return false;
      throw inFile(error, file);
    }
    if (isLast) return proposal.wasDecided;
  }
  return false;
}

/** Whether the schema in force has invariants, which hold after each portion. */
function hasRules(tenant: Tenant): boolean {
  return tenant.currentPlan.schema.types.some(
    ({ members, requires }) =>
      requires.length > 0 || members.some(({ multiplicity }) => multiplicity !== undefined),
  );
}

/** Knows whether it was written, or found to be there. */
class FirstTuples extends TupleProposal {
  wasDecided = false;

  override decide(state: DecisionState): RevisionBody {
    this.wasDecided = true;
    return super.decide(state);
  }
}

function inFile(error: unknown, file: string): unknown {
  // One that says which file it could not read needs no other name.
  if (!(error instanceof PembaError) || error.reason === 'FILE_UNREADABLE') return error;
  // The field of a request that nobody sent.
  const message = error.field === 'text' ? error.message.replace(/^text: /, '') : error.message;
  return new PembaError(error.reason, `${file}: ${message}`, { cause: error });
}
