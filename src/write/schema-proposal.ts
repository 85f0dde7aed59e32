/** A new schema as a proposal: it must admit every tuple that is stored. */
import { PembaError } from '../base/errors.ts';
import { formatTuple, type Tuple } from '../model/tuple.ts';
import type { CompiledMember, CompiledSchema, SubjectForm } from '../schema/compiled-schema.ts';
import { formatForm } from '../schema/subject-form.ts';
import type { Attribution, LedgerTransaction, TupleShape } from './ledger.ts';
import type { DecisionState, Proposal, RevisionBody } from './proposal.ts';

/** How many offending tuples an error names. */
const NAMED_OFFENDERS = 3;

export interface SchemaWrite {
  text: string;
  compiled: CompiledSchema;
  /** The version that must be in force; undefined if any may. */
  expectedVersion: number | undefined;
}

export class SchemaProposal implements Proposal {
  readonly kind = 'schema';
  readonly size = 0;
  private readonly write: SchemaWrite;
  private readonly attribution: Attribution;
  /** The version it got, once it is decided. */
  decidedVersion = 0;

  constructor(write: SchemaWrite, attribution: Attribution) {
    this.write = write;
    this.attribution = attribution;
  }

  async decide({ tenant, transaction }: DecisionState): Promise<RevisionBody> {
    const { text, compiled, expectedVersion } = this.write;
    if (expectedVersion !== undefined && expectedVersion !== tenant.version) {
      throw new PembaError(
        'PRECONDITION_FAILED',
        `expected_version: version ${tenant.version} is in force, not ${expectedVersion}; read the schema again`,
        { field: 'expected_version' },
      );
    }
    if (tenant.hasSchema) await assertAdmitsStored(tenant.currentPlan.schema, compiled, transaction);
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
 * Every stored tuple is admitted by the schema in force, so only shapes that one admits and
 * the new one does not need to be looked for.
 * @throws PembaError SCHEMA_IN_USE naming the first offenders
 */
async function assertAdmitsStored(
  inForce: CompiledSchema,
  proposed: CompiledSchema,
  transaction: LedgerTransaction,
): Promise<void> {
  const problems: string[] = [];
  for (const shape of droppedShapes(inForce, proposed)) {
    const offenders = await transaction.findTuples(shape, NAMED_OFFENDERS + 1);
    if (offenders.length > 0) problems.push(describe(shape, offenders));
  }
  if (problems.length === 0) return;
  throw new PembaError(
    'SCHEMA_IN_USE',
    `the new schema does not admit tuples that are stored: ${problems.join('; ')}. Delete them first, or keep what admits them`,
    { field: 'text' },
  );
}

function describe({ objectType, relation, form }: TupleShape, offenders: readonly Tuple[]): string {
  const what = form === undefined ? '' : `@${formatForm(form)}`;
  const named = offenders.slice(0, NAMED_OFFENDERS).map((tuple) => `\`${formatTuple(tuple)}\``);
  const more = offenders.length > NAMED_OFFENDERS ? ' and others' : '';
  return `\`${objectType}#${relation}${what}\` is used by ${named.join(', ')}${more}`;
}

function droppedShapes(inForce: CompiledSchema, proposed: CompiledSchema): TupleShape[] {
  return inForce.types.flatMap((type) => {
    const kept = proposed.types.find((other) => other.name === type.name);
    return type.members
      .filter((member) => member.kind === 'relation')
      .flatMap((member) => {
        const now = kept?.members.find((other) => other.name === member.name && other.kind === 'relation');
        if (now === undefined) return [{ objectType: type.name, relation: member.name }];
        return droppedForms(member, now).map((form) => ({
          objectType: type.name,
          relation: member.name,
          form,
        }));
      });
  });
}

function droppedForms(before: CompiledMember, after: CompiledMember): SubjectForm[] {
  const kept = new Set(after.subjects.map(formatForm));
  return before.subjects.filter((form) => !kept.has(formatForm(form)));
}
