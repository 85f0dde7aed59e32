/** WriteSchema and ReadSchema. */
import { PembaError } from '../base/errors.ts';
import { type Limits, withinLimit } from '../base/limits.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import { type Diagnostic, formatDiagnostic } from '../schema/diagnostic.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import type { IdempotencyKey } from '../write/ledger.ts';
import { SchemaProposal } from '../write/schema-proposal.ts';
import type { Writers } from '../write/writers.ts';
import { attributionOf, type Recorded } from './attribution.ts';
import { within } from './deadline.ts';
import type { History, SchemaText } from './history.ts';

/** The compiler; loaded when first needed, for it is large and no check needs it. */
export type Compile = (
  text: string,
) => Promise<{ schema: CompiledSchema | undefined; diagnostics: Diagnostic[] }>;

export interface SchemaCommand extends Recorded {
  text: string;
  /** Where the text comes from, for what is wrong with it. */
  file?: string;
  expectedVersion: number | undefined;
  dryRun: boolean;
  /** Not of a dry run. */
  idempotency?: IdempotencyKey;
  /** Milliseconds since 1970. */
  deadline: number;
}

export interface SchemaResult {
  /** Empty for a dry run. */
  zookie: string;
  /** 0 for a dry run, and for a write whose key an earlier one had. */
  version: number;
  warnings: Diagnostic[];
}

/** Ends a dry run's transaction; never leaves this module. */
class DryRunPassed extends PembaError {
  constructor() {
    super('CANCELLED', 'the dry run found nothing to refuse');
  }
}

class DryRunProposal extends SchemaProposal {
  override async decide(...args: Parameters<SchemaProposal['decide']>): Promise<never> {
    await super.decide(...args);
    throw new DryRunPassed();
  }
}

export class SchemaService {
  private readonly writers: Writers;
  private readonly history: History;
  private readonly zookies: ZookieCodec;
  private readonly limits: Limits;
  private readonly compile: Compile;

  constructor(writers: Writers, history: History, zookies: ZookieCodec, limits: Limits, compile: Compile) {
    this.writers = writers;
    this.history = history;
    this.zookies = zookies;
    this.limits = limits;
    this.compile = compile;
  }

  async write(tenant: Tenant, command: SchemaCommand): Promise<SchemaResult> {
    withinLimit(this.limits, 'schemaBytes', Buffer.byteLength(command.text), 'text');
    const attribution = attributionOf(command, this.limits);
    const { schema, diagnostics: found } = await this.compile(command.text);
    // What is stored says `schema` of each place: it may be read where nobody knows the file.
    const { file } = command;
    const diagnostics = file === undefined ? found : found.map((each) => ({ ...each, file }));
    if (schema === undefined) throw invalid(diagnostics);
    tenant.assertLoaded();
    const write = { text: command.text, compiled: schema, expectedVersion: command.expectedVersion };
    const writer = this.writers.for(tenant);
    if (command.dryRun) {
      try {
        await within(
          writer.submit(new DryRunProposal(write, attribution), command.deadline),
          command.deadline,
        );
      } catch (error) {
        if (!(error instanceof DryRunPassed)) throw error;
      }
      return { zookie: '', version: 0, warnings: diagnostics };
    }
    const proposal = new SchemaProposal(write, attribution, command.idempotency);
    const point = await within(writer.submit(proposal, command.deadline), command.deadline);
    return {
      zookie: this.zookies.encode(tenant.id, point),
      version: proposal.decidedVersion,
      warnings: diagnostics,
    };
  }

  /** @param version the one in force if 0 */
  async read(tenant: Tenant, version: number, deadline: number): Promise<SchemaText & { zookie: string }> {
    tenant.assertLoaded();
    tenant.assertFresh();
    const { zookie } = tenant;
    const wanted = version === 0 ? tenant.currentPlan && tenant.version : version;
    const isVersion = wanted > 0 && Number.isSafeInteger(wanted);
    const text = isVersion ? await within(this.history.schemaText(tenant.id, wanted), deadline) : undefined;
    if (text !== undefined) return { ...text, zookie };
    throw new PembaError(
      'NO_SCHEMA',
      `version: this store has no schema of version ${wanted}; the newest is ${tenant.version}`,
      {
        field: 'version',
      },
    );
  }
}

/** What is said of a schema with errors. */
export function invalid(diagnostics: readonly Diagnostic[]): PembaError {
  const errors = diagnostics.filter((each) => each.severity === 'error');
  const isCut = errors.some((each) => each.code === 'too-many-errors');
  const several = isCut ? `more than ${errors.length - 1} errors` : `${errors.length} errors`;
  const count = errors.length === 1 ? 'an error' : several;
  return new PembaError(
    'SCHEMA_INVALID',
    `text: the schema has ${count}\n${errors.map(formatDiagnostic).join('\n')}`,
    {
      field: 'text',
    },
  );
}
