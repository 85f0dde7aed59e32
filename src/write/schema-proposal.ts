/** A new schema as a proposal: it must admit every tuple that is stored, and none may break its invariants. */
import { PembaError } from '../base/errors.ts';
import { runSliced } from '../base/slices.ts';
import { Plan } from '../engine/plan.ts';
import { findNotAdmitted, findViolations } from '../judge/audit.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import type { Attribution, IdempotencyKey } from './ledger.ts';
import type { DecisionState, Proposal, RevisionBody } from './proposal.ts';

export interface SchemaWrite {
  text: string;
  compiled: CompiledSchema;
  /** The version that must be in force; undefined if any may. */
  expectedVersion: number | undefined;
}

export class SchemaProposal implements Proposal {
  readonly kind = 'schema';
  readonly size = 0;
  readonly idempotency: IdempotencyKey | undefined;
  private readonly write: SchemaWrite;
  private readonly attribution: Attribution;
  /** The version it got, once it is decided; 0 if an earlier write had its key. */
  decidedVersion = 0;

  constructor(write: SchemaWrite, attribution: Attribution, idempotency?: IdempotencyKey) {
    this.write = write;
    this.attribution = attribution;
    this.idempotency = idempotency;
  }

  async decide(state: DecisionState): Promise<RevisionBody> {
    const { tenant } = state;
    const { text, compiled, expectedVersion } = this.write;
    if (expectedVersion !== undefined && expectedVersion !== tenant.version) {
      throw new PembaError(
        'PRECONDITION_FAILED',
        `expected_version: version ${tenant.version} is in force, not ${expectedVersion}; read the schema again`,
        { field: 'expected_version' },
      );
    }
    if (tenant.hasSchema) await assertFitsStored(tenant.currentPlan.schema, compiled, state);
    this.decidedVersion = tenant.version + 1;
    return {
      kind: this.kind,
      changes: [],
      schema: { version: this.decidedVersion, text, compiled },
      ...this.attribution,
    };
  }
}

/**
 * The schema in force holds for all that is stored, so only what the new one changes needs to be looked at. The store's
 * lock keeps the graph as it is for so long.
 * @throws PembaError SCHEMA_IN_USE naming the first offenders, LIMIT
 */
async function assertFitsStored(
  inForce: CompiledSchema,
  proposed: CompiledSchema,
  { view, transaction, limits }: DecisionState,
): Promise<void> {
  const { graph } = view;
  const plan = new Plan(proposed, graph.types, graph.relations);
  const unhurried = { deadline: Number.POSITIVE_INFINITY };
  const notAdmitted = await runSliced(findNotAdmitted(inForce, plan, view, transaction.time), unhurried);
  if (notAdmitted.length > 0) {
    throw inUse(
      `the new schema does not admit tuples that are stored: ${notAdmitted.join('; ')}. Delete them first, or keep what admits them`,
    );
  }
  const broken = await runSliced(findViolations(inForce, plan, view, transaction.time, limits), unhurried);
  if (broken.length > 0) {
    throw inUse(
      `what is stored breaks invariants of the new schema: ${broken.join('; ')}. Change the tuples first, or leave the rules as they are`,
    );
  }
}

function inUse(message: string): PembaError {
  return new PembaError('SCHEMA_IN_USE', message, { field: 'text' });
}
