/** Fills an empty store at the first start: a schema from a file, and tuples from another. */
import { createHash } from 'node:crypto';
import { PembaError } from '../base/errors.ts';
import type { ModelName } from '../base/example-models.ts';
import type { Limits } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import { formatObject } from '../model/reference.ts';
import { formatTupleWhole, type Tuple } from '../model/tuple.ts';
import { parseTupleLines } from '../model/tuple-lines.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { IdempotencyKey } from '../write/ledger.ts';
import type { DecisionState, Proposal, RevisionBody } from '../write/proposal.ts';
import { TupleProposal } from '../write/tuple-proposal.ts';
import { isSchemaFile, readSchemaFile, readText } from './schema-file.ts';
import type { SchemaService } from './schema-service.ts';
import type { WriteService } from './write-service.ts';

/** Updates of one write; a revision holds no more. */
const TUPLES_AT_ONCE = 1_000;
/** What an operator has in a file is nobody's doing. */
const NOBODY = { actor: undefined, metadata: undefined, credentialId: '' };
/** The key of the last write, whatever the file: once it is there, the store is filled and stays as it is. */
const LAST_KEY = 'first-content-last';

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
 * Goes on where an earlier start was killed half way: each portion of tuples is a write with a key of its own
 * that the store remembers for good. So no portion is written twice, and none is passed over.
 * @returns true if this call filled the store; false if another did, or there is nothing to fill it with
 * @throws PembaError FILE_UNREADABLE, SCHEMA_INVALID, MALFORMED_REFERENCE naming the file and line
 */
export async function loadFirstContent(
  tenant: Tenant,
  { schemaFile, tuplesFile, limits }: FirstContent,
  services: Services,
  log: Log,
  deadline: number,
): Promise<boolean> {
  if (schemaFile === undefined || tenant.version > 1) return false;
  // Read before anything is written, so that a mistake in one leaves the store empty for the next try.
  const tuples =
    tuplesFile === undefined ? [] : parseTupleLines(await readText(tuplesFile, 'tuples'), tuplesFile);
  const isFirst = await writeSchema(tenant, schemaFile, services.schemas, deadline);
  const { text } = await services.schemas.read(tenant, 1, deadline);
  if (tenant.version > 1 || !(await isSchemaFile(schemaFile, text))) return false;
  const isFilled =
    tuples.length === 0
      ? isFirst
      : await writeTuples(tenant, tuples, tuplesFile ?? '', limits, services.writes, deadline);
  if (isFilled)
    log.info('filled the store', { store: tenant.name, schema: schemaFile, tuples: tuples.length });
  return isFilled;
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

/** @returns false if the store has one */
async function writeSchema(
  tenant: Tenant,
  file: string,
  schemas: SchemaService,
  deadline: number,
): Promise<boolean> {
  if (tenant.hasSchema) return false;
  const others = { expectedVersion: 0, dryRun: false, ...NOBODY, deadline };
  try {
    await schemas.write(tenant, { text: await readSchemaFile(file), ...others });
    return true;
  } catch (error) {
    // Another node that starts at the same time was faster.
    if (error instanceof PembaError && error.reason === 'PRECONDITION_FAILED') return false;
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
  if (await isDone(tenant, writes, deadline)) return false;
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

/**
 * All tuples, at most so many in each portion.
 * @param together whether those of one object come together if they fit; objects keep the order in which the file first
 *   names them
 */
export function portionsOf(tuples: readonly Tuple[], atMost: number, together: boolean): Tuple[][] {
  const byObject = new Map<string, Tuple[]>();
  for (const [i, tuple] of tuples.entries()) {
    const object = together ? formatObject(tuple.object) : `${i}`;
    const known = byObject.get(object);
    if (known === undefined) byObject.set(object, [tuple]);
    else known.push(tuple);
  }
  const portions: Tuple[][] = [];
  let portion: Tuple[] = [];
  for (const ofObject of byObject.values()) {
    if (portion.length + ofObject.length > atMost && portion.length > 0) {
      portions.push(portion);
      portion = [];
    }
    for (const tuple of ofObject) {
      if (portion.length === atMost) {
        portions.push(portion);
        portion = [];
      }
      portion.push(tuple);
    }
  }
  if (portion.length > 0) portions.push(portion);
  return portions;
}

async function isDone(tenant: Tenant, writes: WriteService, deadline: number): Promise<boolean> {
  try {
    await writes.submit(tenant, new IsKeyThere(keyOf(LAST_KEY, '')), deadline);
    return true;
  } catch (error) {
    if (error instanceof KeyNotThere) return false;
    if (isKeyReused(error)) return true;
    throw error;
  }
}

/** Knows whether it was written, or found to be there. */
class FirstTuples extends TupleProposal {
  wasDecided = false;

  override decide(state: DecisionState): RevisionBody {
    this.wasDecided = true;
    return super.decide(state);
  }
}

/** Ends a question's transaction; never leaves this module. */
class KeyNotThere extends PembaError {
  constructor() {
    super('CANCELLED', 'the key is not there');
  }
}

/** Asks for a key without ever taking it. */
class IsKeyThere implements Proposal {
  readonly kind = 'tuples';
  readonly size = 0;
  readonly idempotency: IdempotencyKey;

  constructor(key: IdempotencyKey) {
    this.idempotency = key;
  }

  decide(): never {
    throw new KeyNotThere();
  }
}

function keyOf(key: string, content: string): IdempotencyKey {
  const requestHash = createHash('sha256').update(content).digest();
  return { credentialId: '', key, requestHash, isLasting: true };
}

function isKeyReused(error: unknown): boolean {
  return error instanceof PembaError && error.reason === 'IDEMPOTENCY_KEY_REUSED';
}

function inFile(error: unknown, file: string): unknown {
  // One that says which file it could not read needs no other name.
  if (!(error instanceof PembaError) || error.reason === 'FILE_UNREADABLE') return error;
  return new PembaError(error.reason, `${file}: ${error.message}`, { cause: error });
}
