/** A Write as a proposal. */
import { judgeWrite, type TupleWrite } from '../judge/judge.ts';
import type { Attribution, IdempotencyKey } from './ledger.ts';
import type { DecisionState, GovernedWrite, Proposal, RevisionBody } from './proposal.ts';

export class TupleProposal implements Proposal {
  readonly kind = 'tuples';
  readonly size: number;
  readonly idempotency: IdempotencyKey | undefined;
  private readonly write: TupleWrite;
  private readonly attribution: Attribution;

  constructor(write: TupleWrite, attribution: Attribution, idempotency: IdempotencyKey | undefined) {
    this.write = write;
    this.attribution = attribution;
    this.idempotency = idempotency;
    this.size = write.updates.length;
  }

  get governed(): GovernedWrite | undefined {
    const { attribution, write } = this;
    return write.actor === undefined ? undefined : { attribution, updates: write.updates };
  }

  decide({ tenant, view, transaction, limits }: DecisionState): RevisionBody {
    const changes = judgeWrite(tenant.currentPlan, view, this.write, transaction.time, limits);
    return { kind: this.kind, changes, ...this.attribution };
  }
}
