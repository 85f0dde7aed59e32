/** One group of proposals on its way through one transaction. */
import { randomBytes } from 'node:crypto';
import { asPembaError, PembaError } from '../base/errors.ts';
import type { AuditEvent } from '../model/audit-event.ts';
import type { RevisionPoint } from '../model/revision.ts';
import { formatTuple, type Tuple } from '../model/tuple.ts';
import type { RevisionRecord } from '../tenant/revision-record.ts';
import type { IdempotentResult, NewRevision, TupleDelta } from './ledger.ts';
import { idempotencyName } from './ledger.ts';
import type { DecisionState, Pending } from './proposal.ts';
import { refusedWriteOf } from './refused-write.ts';

/** What became of the members of a group; answers are given only once it is committed. */
export interface GroupOutcome {
  revisions: NewRevision[];
  answers: (() => void)[];
  /** What the schema refused to actors. */
  refusals: AuditEvent[];
}

/**
 * Decides the members in order, each on the state that those before it leave. A member that is
 * refused leaves no trace, so no savepoints are needed.
 */
export async function decideGroup(
  members: readonly Pending[],
  state: DecisionState,
  earlier: Map<string, IdempotentResult>,
): Promise<GroupOutcome> {
  const outcome: GroupOutcome = { revisions: [], answers: [], refusals: [] };
  let last = state.transaction.head.revision;
  for (const member of members) {
    try {
      const repeated = findRepeated(member, earlier);
      if (repeated !== undefined) {
        outcome.answers.push(() => member.resolve(repeated));
        continue;
      }
      const body = await member.proposal.decide(state);
      const point = { revision: last + 1, tag: randomTag() };
      last = point.revision;
      const { idempotency } = member.proposal;
      outcome.revisions.push({ ...body, ...point, ...(idempotency === undefined ? {} : { idempotency }) });
      outcome.answers.push(() => member.resolve(point));
      if (idempotency !== undefined) {
        earlier.set(idempotencyName(idempotency), { requestHash: idempotency.requestHash, point });
      }
    } catch (error) {
      const reason = asPembaError(error);
      outcome.answers.push(() => member.reject(reason));
      const place = { revision: last, time: state.transaction.time };
      const refusal = refusedWriteOf(member.proposal, reason, place);
      if (refusal !== undefined) outcome.refusals.push(refusal);
    }
  }
  return outcome;
}

function findRepeated(member: Pending, earlier: Map<string, IdempotentResult>): RevisionPoint | undefined {
  const { idempotency } = member.proposal;
  if (idempotency === undefined) return undefined;
  const result = earlier.get(idempotencyName(idempotency));
  if (result === undefined) return undefined;
  if (result.requestHash.equals(idempotency.requestHash)) return result.point;
  throw new PembaError(
    'IDEMPOTENCY_KEY_REUSED',
    `idempotency_key \`${idempotency.key}\` was used for another request within the last 24 hours; choose a new key for each write`,
    { field: 'idempotency_key' },
  );
}

/** What the group as a whole does to the stored tuples: each tuple at most once. */
export function netDelta(revisions: readonly NewRevision[]): TupleDelta {
  const ends = new Map<string, { tuple: Tuple; revision: number; wasThere: boolean; isThere: boolean }>();
  for (const { revision, changes } of revisions) {
    for (const { op, tuple } of changes) {
      const key = formatTuple(tuple);
      // The first change of a tuple tells what was there before: only what is absent is added.
      const wasThere = ends.get(key)?.wasThere ?? op === 'remove';
      ends.set(key, { tuple, revision, wasThere, isThere: op === 'add' });
    }
  }
  const all = [...ends.values()];
  return {
    present: all.filter((end) => end.isThere).map(({ tuple, revision }) => ({ tuple, revision })),
    absent: all.filter((end) => end.wasThere && !end.isThere).map((end) => end.tuple),
  };
}

/** The revision as tenants apply it. */
export function toRecord(
  revision: NewRevision,
  time: number,
  credentials: RevisionRecord['credentials'],
): RevisionRecord {
  const record: RevisionRecord = {
    revision: revision.revision,
    tag: revision.tag,
    time,
    changes: revision.changes,
  };
  if (revision.schema !== undefined) {
    record.schema = { version: revision.schema.version, compiled: revision.schema.compiled };
  }
  if (credentials !== undefined) record.credentials = credentials;
  return record;
}

function randomTag(): string {
  return randomBytes(8).readBigInt64BE().toString();
}
