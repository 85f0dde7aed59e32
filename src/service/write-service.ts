/** Write: a request's form is checked here, whether it may happen by the judge. */
import { createHash } from 'node:crypto';
import { PembaError } from '../base/errors.ts';
import { type Limits, withinLimit } from '../base/limits.ts';
import { assertSelective } from '../judge/filter.ts';
import { formatObject, type ObjectRef, quoted, WILDCARD } from '../model/reference.ts';
import type { RevisionPoint } from '../model/revision.ts';
import { formatTuple } from '../model/tuple.ts';
import type { Precondition, Update } from '../model/write.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import type { Attribution, IdempotencyKey } from '../write/ledger.ts';
import type { Proposal } from '../write/proposal.ts';
import { TupleProposal } from '../write/tuple-proposal.ts';
import type { Writers } from '../write/writers.ts';
import { WRITE_UNDER_WAY, within } from './deadline.ts';

export interface WriteCommand {
  updates: Update[];
  preconditions: Precondition[];
  actor: ObjectRef | undefined;
  /** JSON; undefined if there is none. */
  metadata: string | undefined;
  /** Empty if there is none. */
  idempotencyKey: string;
  /** Empty if the service is open. */
  credentialId: string;
  /** Milliseconds since 1970. */
  deadline: number;
}

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
    this.assertForm(command);
    tenant.assertLoaded();
    const proposal = new TupleProposal(command, attributionOf(command), idempotencyOf(command));
    return this.zookies.encode(tenant.id, await this.submit(tenant, proposal, command.deadline));
  }

  /** A proposal of the service itself, whose form needs no looking at. */
  submit(tenant: Tenant, proposal: Proposal, deadline: number): Promise<RevisionPoint> {
    return within(this.writers.for(tenant).submit(proposal, deadline), deadline, WRITE_UNDER_WAY);
  }

  /** @throws PembaError LIMIT, MISSING_FIELD, DUPLICATE_UPDATE, MALFORMED_REQUEST */
  private assertForm({ updates, preconditions, metadata, idempotencyKey }: WriteCommand): void {
    if (updates.length === 0) {
      throw new PembaError('MISSING_FIELD', 'updates: there is none; send at least one', {
        field: 'updates',
      });
    }
    withinLimit(this.limits, 'writeUpdates', updates.length, 'updates');
    withinLimit(this.limits, 'writePreconditions', preconditions.length, 'preconditions');
    if (metadata !== undefined)
      withinLimit(this.limits, 'metadataBytes', Buffer.byteLength(metadata), 'metadata');
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
    assertNoTupleTwice(updates);
  }
}

function assertNoTupleTwice(updates: readonly Update[]): void {
  const seen = new Map<string, number>();
  for (const [i, { tuple }] of updates.entries()) {
    const text = formatTuple(tuple);
    const first = seen.get(text);
    if (first !== undefined) {
      throw new PembaError(
        'DUPLICATE_UPDATE',
        `updates[${i}]: \`${text}\` is in updates[${first}] already; a write may name a tuple once`,
        { field: `updates[${i}].tuple` },
      );
    }
    seen.set(text, i);
  }
}

/** @throws PembaError MALFORMED_REFERENCE if the actor is no plain object */
export function attributionOf(
  command: Pick<WriteCommand, 'actor' | 'credentialId' | 'metadata'>,
): Attribution {
  const { actor, credentialId, metadata } = command;
  if (actor?.id === WILDCARD) {
    throw new PembaError('MALFORMED_REFERENCE', 'actor: a wildcard cannot act; name an object', {
      field: 'actor',
    });
  }
  return {
    ...(actor === undefined ? {} : { actor: formatObject(actor) }),
    ...(credentialId === '' ? {} : { credentialId }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function idempotencyOf(command: WriteCommand): IdempotencyKey | undefined {
  const { idempotencyKey, credentialId } = command;
  if (idempotencyKey === '') return undefined;
  const request = JSON.stringify([
    command.updates.map(({ operation, tuple }) => [operation, formatTuple(tuple)]),
    command.preconditions,
    command.actor === undefined ? null : formatObject(command.actor),
    command.metadata ?? null,
  ]);
  return { credentialId, key: idempotencyKey, requestHash: createHash('sha256').update(request).digest() };
}
