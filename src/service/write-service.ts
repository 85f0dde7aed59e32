/** Write: a request's form is checked here, whether it may happen by the judge. */
import { createHash } from 'node:crypto';
import { PembaError } from '../base/errors.ts';
import { canonicalJson, type Json } from '../base/json.ts';
import { type Limits, withinLimit } from '../base/limits.ts';
import { assertSelective } from '../judge/filter.ts';
import { formatObject, type ObjectRef, quoted } from '../model/reference.ts';
import type { RevisionPoint } from '../model/revision.ts';
import { formatTuple, formatTupleWhole, type Tuple } from '../model/tuple.ts';
import type { Precondition, TupleFilter, Update } from '../model/write.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import type { IdempotencyKey } from '../write/ledger.ts';
import type { Proposal } from '../write/proposal.ts';
import {
  DeleteObjectProposal,
  DeleteTuplesProposal,
  ReplaceProposal,
  type SelectedProposal,
} from '../write/selected-proposal.ts';
import { TupleProposal } from '../write/tuple-proposal.ts';
import type { Writers } from '../write/writers.ts';
import { attributionOf, type Recorded } from './attribution.ts';
import { assertContextWithinLimit } from './context-limit.ts';
import { WRITE_UNDER_WAY, within } from './deadline.ts';

/** Who makes a write, and on whose behalf. */
export interface WriterOfTuples extends Recorded {
  /** Values for the parameters of conditions. */
  context: Record<string, Json> | undefined;
  /** Whether the credential may write without an actor. */
  isTrusted: boolean;
  /** Milliseconds since 1970. */
  deadline: number;
}

export interface WriteCommand extends WriterOfTuples {
  updates: Update[];
  preconditions: Precondition[];
  /** Empty if there is none. */
  idempotencyKey: string;
}

export interface DeleteTuplesCommand extends WriterOfTuples {
  filter: TupleFilter;
  /** The most that a revision holds if 0. */
  limit: number;
}

export interface ReplaceRelationCommand extends WriterOfTuples {
  object: ObjectRef;
  relation: string;
  /** Tuples of this object and relation. */
  tuples: Tuple[];
}

export interface DeleteObjectCommand extends WriterOfTuples {
  object: ObjectRef;
}

/**
 * Whose keys are those of an open service, where callers have no credential: those of the service itself are nobody's,
 * and last. No credential has this id: they are longer, or begin with `bootstrap-`.
 */
const ANYBODY = 'anybody';

// A key is a name of the database's rows, so it may not hold what text there cannot.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NOT_IN_KEY = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;

export class WriteService {
  private readonly writers: Writers;
  private readonly zookies: ZookieCodec;
  private readonly limits: Limits;

  constructor(writers: Writers, zookies: ZookieCodec, limits: Limits) {
    this.writers = writers;
    this.zookies = zookies;
    this.limits = limits;
  }

  /** @returns the zookie of the revision the write made */
  async write(tenant: Tenant, command: WriteCommand): Promise<string> {
    assertMayWrite(command);
    this.assertForm(command);
    const attribution = attributionOf(command, this.limits);
    tenant.assertLoaded();
    const proposal = new TupleProposal(command, attribution, idempotencyOf(command));
    return this.zookies.encode(tenant.id, await this.submit(tenant, proposal, command.deadline));
  }

  /** One revision of what a filter selects; `done` says whether there is more. */
  async deleteTuples(
    tenant: Tenant,
    command: DeleteTuplesCommand,
  ): Promise<{ zookie: string; deleted: number; done: boolean }> {
    const { filter, limit } = command;
    if (Object.keys(filter).length === 0) {
      throw new PembaError('MISSING_FIELD', 'filter: it selects every tuple; set at least one of its parts', {
        field: 'filter',
      });
    }
    if (limit < 0) {
      throw new PembaError(
        'MALFORMED_REQUEST',
        `limit: ${limit} is less than none; send 0 for the default, or how many tuples to remove`,
        { field: 'limit' },
      );
    }
    const atMost = limit || this.limits.writeUpdates;
    withinLimit(this.limits, 'writeUpdates', atMost, 'limit');
    const proposal = new DeleteTuplesProposal(filter, atMost, command, attributionOf(command, this.limits));
    const zookie = await this.change(tenant, command, proposal);
    return { zookie, deleted: proposal.removed, done: proposal.isDone };
  }

  /** @returns the zookie, and how many tuples came and went */
  async replaceRelation(
    tenant: Tenant,
    command: ReplaceRelationCommand,
  ): Promise<{ zookie: string; added: number; removed: number }> {
    const { object, relation, tuples } = command;
    withinLimit(this.limits, 'writeUpdates', tuples.length, 'subjects');
    for (const [i, tuple] of tuples.entries()) assertContextWithinLimit(tuple, `subjects[${i}]`, this.limits);
    assertNoTupleTwice(tuples, 'subjects');
    const target = { object, relation, wanted: tuples };
    const proposal = new ReplaceProposal(target, command, attributionOf(command, this.limits), this.limits);
    const zookie = await this.change(tenant, command, proposal);
    return { zookie, added: proposal.added, removed: proposal.removed };
  }

  async deleteObject(
    tenant: Tenant,
    command: DeleteObjectCommand,
  ): Promise<{ zookie: string; deleted: number }> {
    const attribution = attributionOf(command, this.limits);
    const proposal = new DeleteObjectProposal(command.object, command, attribution, this.limits);
    const zookie = await this.change(tenant, command, proposal);
    return { zookie, deleted: proposal.removed };
  }

  private async change(tenant: Tenant, command: WriterOfTuples, proposal: SelectedProposal): Promise<string> {
    assertMayWrite(command);
    tenant.assertLoaded();
    try {
      return this.zookies.encode(tenant.id, await this.submit(tenant, proposal, command.deadline));
    } catch (error) {
      throw proposal.told(error);
    }
  }

  /** A proposal of the service itself, whose form needs no looking at. */
  submit(tenant: Tenant, proposal: Proposal, deadline: number): Promise<RevisionPoint> {
    return within(this.writers.for(tenant).submit(proposal, deadline), deadline, WRITE_UNDER_WAY);
  }

  /** @throws PembaError LIMIT, MISSING_FIELD, DUPLICATE_UPDATE, MALFORMED_REQUEST */
  private assertForm({ updates, preconditions, idempotencyKey }: WriteCommand): void {
    if (updates.length === 0) {
      throw new PembaError('MISSING_FIELD', 'updates: there is none; send at least one', {
        field: 'updates',
      });
    }
    withinLimit(this.limits, 'writeUpdates', updates.length, 'updates');
    withinLimit(this.limits, 'writePreconditions', preconditions.length, 'preconditions');
    withinLimit(this.limits, 'idempotencyKeyBytes', Buffer.byteLength(idempotencyKey), 'idempotency_key');
    if (NOT_IN_KEY.test(idempotencyKey)) {
      throw new PembaError(
        'MALFORMED_REQUEST',
        `idempotency_key ${quoted(idempotencyKey)} holds control characters; leave them out`,
        {
          field: 'idempotency_key',
        },
      );
    }
    for (const [i, { filter }] of preconditions.entries())
      assertSelective(filter, `preconditions[${i}].filter`);
    assertNoTupleTwice(
      updates.map(({ tuple }) => tuple),
      'updates',
    );
    for (const [i, { tuple }] of updates.entries())
      assertContextWithinLimit(tuple, `updates[${i}].tuple`, this.limits);
  }
}

/** @throws PembaError CREDENTIAL_LEVEL for the trusted path without the level for it */
function assertMayWrite({ actor, isTrusted }: WriterOfTuples): void {
  if (actor !== undefined || isTrusted) return;
  throw new PembaError(
    'CREDENTIAL_LEVEL',
    'a write without an actor needs a credential of level write; name the actor on whose behalf it is',
    { field: 'actor' },
  );
}

function assertNoTupleTwice(tuples: readonly Tuple[], list: 'updates' | 'subjects'): void {
  const seen = new Map<string, number>();
  for (const [i, tuple] of tuples.entries()) {
    const text = formatTuple(tuple);
    const first = seen.get(text);
    if (first !== undefined) {
      throw new PembaError(
        'DUPLICATE_UPDATE',
        `${list}[${i}]: \`${text}\` is in ${list}[${first}] already; a write may name a tuple once`,
        { field: list === 'updates' ? `updates[${i}].tuple` : `subjects[${i}]` },
      );
    }
    seen.set(text, i);
  }
}

function idempotencyOf(command: WriteCommand): IdempotencyKey | undefined {
  const { idempotencyKey, credentialId } = command;
  if (idempotencyKey === '') return undefined;
  const request = JSON.stringify([
    command.updates.map(({ operation, tuple }) => [operation, formatTupleWhole(tuple)]),
    command.preconditions,
    command.actor === undefined ? null : formatObject(command.actor),
    command.metadata ?? null,
    ...(command.context === undefined ? [] : [canonicalJson(command.context)]),
  ]);
  const requestHash = createHash('sha256').update(request).digest();
  return { credentialId: credentialId === '' ? ANYBODY : credentialId, key: idempotencyKey, requestHash };
}
