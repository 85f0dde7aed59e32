/** What waits in the writer's queue: something that may become a revision. */
import type { PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Update } from '../model/write.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { OverlayView } from '../view/view.ts';
import type { Attribution, IdempotencyKey, LedgerTransaction, NewRevision } from './ledger.ts';

/** The state a proposal is decided on: the head, under the lock, with those accepted before it. */
export interface DecisionState {
  tenant: Tenant;
  view: OverlayView;
  transaction: LedgerTransaction;
  limits: Limits;
}

/** A revision without its number. */
export type RevisionBody = Omit<NewRevision, keyof RevisionPoint>;

/** A write on behalf of an actor, whose refusal is recorded. */
export interface GovernedWrite {
  attribution: Attribution;
  /** As far as they are known: some are found only while it is decided. */
  updates: readonly Update[];
}

export interface Proposal {
  /** Proposals about tuples share a transaction; others have one of their own. */
  readonly kind: NewRevision['kind'];
  /** True if it has to have a transaction of its own although it is about tuples. */
  readonly isAlone?: boolean;
  /** The most changes it can make. */
  readonly size: number;
  readonly idempotency?: IdempotencyKey | undefined;
  /** Absent if it is on nobody's behalf. */
  readonly governed?: GovernedWrite | undefined;
  /**
   * Decides what the revision holds.
   * @throws PembaError if it may not happen; nothing has changed then
   */
  decide(state: DecisionState): RevisionBody | Promise<RevisionBody>;
  /** What it was refused with, as its caller is told; absent: as it is. */
  told?(error: unknown): unknown;
}

/** A proposal with whoever waits for it. */
export interface Pending {
  proposal: Proposal;
  /** Milliseconds since 1970; past it the proposal is dropped if it has not begun. */
  deadline: number;
  resolve(point: RevisionPoint): void;
  reject(error: PembaError): void;
}
