/**
 * The group commit of one store: writes that arrive while one transaction is under way share the
 * next. Each succeeds or fails, and gets its revision, on its own.
 */
import { asPembaError, PembaError } from '../base/errors.ts';
import { type Limits, limitReached } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import type { Credential } from '../model/credential.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Clock } from '../tenant/freshness.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { decideGroup, type GroupOutcome, netDelta, toRecord } from './group.ts';
import { CommitAnswerLost, type Ledger, type LedgerTransaction, type NewRevision } from './ledger.ts';
import type { Pending, Proposal } from './proposal.ts';
import type { RefusalRecorder } from './refusal-recorder.ts';

/** Bounds on one transaction, so that one huge group does not keep the lock for long. */
const GROUP_MEMBERS = 1_000;
const GROUP_CHANGES = 1_000;
/** A transaction that surely did not commit is tried again, this many times in all. */
const ATTEMPTS = 3;

export interface WriterOptions {
  ledger: Ledger;
  clock: Clock;
  limits: Limits;
  log: Log;
  /** Told of each transaction that committed: for metrics. */
  onCommit: (writes: number) => void;
  refusals: RefusalRecorder;
}

export class Writer {
  private readonly tenant: Tenant;
  private readonly options: WriterOptions;
  private readonly queue: Pending[] = [];
  /** Updates of all in the queue: a write alone may hold megabytes. */
  private queuedUpdates = 0;
  private running: Promise<void> | undefined;

  constructor(tenant: Tenant, options: WriterOptions) {
    this.tenant = tenant;
    this.options = options;
  }

  /**
   * Resolves with the revision once it is committed and applied on this node.
   * @param deadline milliseconds since 1970
   * @throws PembaError
   */
  submit(proposal: Proposal, deadline: number): Promise<RevisionPoint> {
    const { writeQueue, writeQueueUpdates } = this.options.limits;
    if (this.queue.length >= writeQueue) return Promise.reject(limitReached('writeQueue', writeQueue));
    if (this.queuedUpdates + proposal.size > writeQueueUpdates) {
      return Promise.reject(limitReached('writeQueueUpdates', writeQueueUpdates));
    }
    this.queuedUpdates += proposal.size;
    return new Promise((resolve, reject) => {
      this.queue.push({ proposal, deadline, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves once nothing is queued or under way. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    // Let those that arrive in the same turn of the event loop join the first group.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const group = this.takeGroup();
      if (group.length === 0) continue;
      try {
        await this.commit(group);
      } catch (error) {
        const refusal = asPembaError(error);
        if (refusal.reason === 'INTERNAL') this.options.log.error('a group of writes failed', { error });
        for (const member of group) member.reject(refusal);
      }
    }
    // In the same turn as the last look at the queue: whoever comes later starts it anew.
    this.running = undefined;
  }

  private takeGroup(): Pending[] {
    const now = this.options.clock.now().wall;
    const group: Pending[] = [];
    let changes = 0;
    while (this.queue.length > 0 && group.length < GROUP_MEMBERS) {
      const next = this.queue[0];
      const isAlone = next.proposal.kind !== 'tuples' || next.proposal.isAlone === true;
      if (group.length > 0 && (isAlone || changes + next.proposal.size > GROUP_CHANGES)) break;
      this.queue.shift();
      this.queuedUpdates -= next.proposal.size;
      if (next.deadline <= now) {
        next.reject(
          new PembaError('DEADLINE', 'the deadline passed before the write began; nothing was written'),
        );
        continue;
      }
      group.push(next);
      changes += next.proposal.size;
      if (isAlone) break;
    }
    return group;
  }

  private async commit(group: readonly Pending[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(group);
      } catch (error) {
        if (attempt === ATTEMPTS || !mayRetry(error)) throw error;
        this.options.log.warn('a group of writes did not commit; trying again', {
          store: this.tenant.name,
          error,
        });
      }
    }
  }

  private async attempt(group: readonly Pending[]): Promise<void> {
    const { ledger, clock } = this.options;
    const { loadCount } = this.tenant;
    const asked = clock.now();
    const transaction = await ledger.begin(this.tenant.id);
    let outcome: GroupOutcome;
    try {
      await this.reachHead(transaction);
      outcome = await this.decide(group, transaction);
      if (outcome.revisions.length > 0)
        await transaction.append(outcome.revisions, netDelta(outcome.revisions));
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
    if (outcome.revisions.length === 0) await transaction.rollback();
    else await this.finish(transaction, outcome.revisions);
    // A state that was loaded meanwhile is as fresh as its loading says.
    if (this.tenant.loaded && this.tenant.loadCount === loadCount) this.tenant.freshness.confirm(asked);
    for (const answer of outcome.answers) answer();
    for (const refusal of outcome.refusals) this.options.refusals.note(this.tenant.id, refusal);
  }

  /** Brings the tenant to the head it was locked at: others may have written since it last looked. */
  private async reachHead(transaction: LedgerTransaction): Promise<void> {
    const { tenant } = this;
    while (!tenant.isAt(transaction.head)) {
      tenant.assertLoaded();
      const base = tenant.head;
      const records =
        tenant.head.revision < transaction.head.revision ? await transaction.after(tenant.head) : undefined;
      if (records === undefined || records.length === 0 || !tenant.apply(base, records)) {
        // The feed will notice as well and load the store anew; until then nothing can be judged.
        throw new PembaError(
          'NOT_READY',
          'the history this node follows is gone from the database; it is being loaded anew',
        );
      }
    }
  }

  private async decide(group: readonly Pending[], transaction: LedgerTransaction): Promise<GroupOutcome> {
    const keys = group.flatMap(({ proposal }) => proposal.idempotency ?? []);
    const earlier = keys.length === 0 ? new Map() : await transaction.findIdempotent(keys);
    const state = {
      tenant: this.tenant,
      view: this.tenant.overlayView(),
      transaction,
      limits: this.options.limits,
    };
    return decideGroup(group, state, earlier);
  }

  private async finish(transaction: LedgerTransaction, revisions: readonly NewRevision[]): Promise<void> {
    const { ledger, onCommit } = this.options;
    try {
      await transaction.commit();
    } catch (error) {
      if (!(error instanceof CommitAnswerLost)) throw error;
      if (!(await ledger.wasCommitted(this.tenant.id, revisions[0]))) {
        throw new PembaError(
          'WRITE_NOT_COMMITTED',
          'the database went away before the write was committed; try again',
          {
            cause: error,
          },
        );
      }
    }
    onCommit(revisions.length);
    this.applyCommitted(transaction, revisions);
    ledger.announce();
  }

  /**
   * What is committed is answered as such even if this node cannot apply it: then it serves nothing of the
   * store until the feed has loaded it anew.
   */
  private applyCommitted({ head, time }: LedgerTransaction, revisions: readonly NewRevision[]): void {
    const { tenant } = this;
    let error: unknown;
    try {
      const records = revisions.map((each) => toRecord(each, time, this.credentialsOf(each)));
      if (tenant.apply(head, records)) return;
    } catch (thrown) {
      error = thrown;
    }
    this.options.log.error('a committed write could not be applied; loading the store anew', {
      store: tenant.name,
      revision: revisions[0].revision,
      error,
    });
    tenant.unload();
  }

  private credentialsOf({ credentialCreated, credentialRevoked }: NewRevision): Credential[] | undefined {
    if (credentialCreated !== undefined) return [credentialCreated];
    if (credentialRevoked === undefined) return undefined;
    const known = this.tenant.credential(credentialRevoked.id);
    return known === undefined ? undefined : [{ ...known, revokedAt: credentialRevoked.revokedAt }];
  }
}

/** Only what surely left no trace, and may go better the next time. */
function mayRetry(error: unknown): boolean {
  return error instanceof PembaError && error.reason === 'WRITE_NOT_COMMITTED';
}
