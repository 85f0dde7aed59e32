/** EraseSubject: makes a store forget a person, or whatever else an object stands for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AtMost } from '../base/at-most.ts';
import { PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import { jsonMentions } from '../model/mentions.ts';
import { formatObject, type ObjectRef } from '../model/reference.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import { EraseProposal } from '../write/erase-proposal.ts';
import type { Attribution } from '../write/ledger.ts';
import type { Writers } from '../write/writers.ts';
import { attributionOf } from './attribution.ts';
import { within } from './deadline.ts';
import { type ErasureTable, eraseAgain } from './erasure-table.ts';

const UNDER_WAY =
  'the deadline passed while the subject was being erased, which goes on; send the request again to learn how it ends';
/** How long one revision of an erasure may wait for its turn, in milliseconds: nobody may be waiting for it any more. */
const WRITE_MS = 60_000;
/** How long a node that is loading the store is given before it is asked again, in milliseconds. */
const LOADING_MS = 100;
/**
 * For how long a caller is told the same again, in milliseconds: one whose deadline passed, or whose connection broke, asks
 * again, and finds nothing to erase any more.
 */
const TOLD_AGAIN_MS = 300_000;
/** Logs rewritten at a time: others need the database, too. */
const REWRITES_AT_ONCE = 2;

export interface EraseCommand {
  subject: ObjectRef;
  /** JSON; undefined if there is none. */
  metadata: string | undefined;
  /** Empty if the service is open. */
  credentialId: string;
  /** Milliseconds since 1970. */
  deadline: number;
}

export interface Erased {
  /** Of the revision from which the subject is nowhere. */
  zookie: string;
  /** Tuples. */
  removed: number;
  /** What stands in the log in its place, as `type:id`; empty if nothing named it. */
  pseudonym: string;
  /** Rows of the log that named it, those that told of its tuples among them. */
  rewritten: number;
}

export interface EraseOptions {
  writers: Writers;
  table: ErasureTable;
  zookies: ZookieCodec;
  limits: Limits;
  log: Log;
  /** A node that has not followed for so long does not answer, in milliseconds. */
  maxStalenessMs: number;
}

export class EraseService {
  private readonly options: EraseOptions;
  /** By store and subject: who asks again while it is under way joins in. */
  private readonly underWay = new Map<string, Promise<Erased>>();
  /** What was erased shortly before, by store and subject. */
  private readonly recent = new Map<string, { erased: Erased; forget: NodeJS.Timeout }>();
  private readonly rewriting = new AtMost(REWRITES_AT_ONCE);
  private readonly stopping = new AbortController();

  constructor(options: EraseOptions) {
    this.options = options;
  }

  /**
   * Removes all tuples of the subject, and replaces its name in the log. Goes on after the deadline, and can be repeated
   * whatever came between. Repeated soon, it says what it said, unless there was more to erase.
   * @throws PembaError UNKNOWN_TYPE, INVARIANT_…, LIMIT, DEADLINE, MALFORMED_REQUEST if the metadata names the subject, and what a write throws
   */
  async erase(tenant: Tenant, command: EraseCommand): Promise<Erased> {
    const { limits, log } = this.options;
    const { subject, deadline } = command;
    const attribution = attributionOf({ actor: undefined, ...command }, limits);
    assertUnnamed(attribution, subject);
    tenant.assertLoaded();
    const key = JSON.stringify([tenant.id, subject.type, subject.id]);
    let erasing = this.underWay.get(key);
    if (erasing === undefined) {
      erasing = this.eraseWhole(tenant, subject, attribution)
        .then((erased) => this.remember(key, erased))
        .finally(() => this.underWay.delete(key));
      this.underWay.set(key, erasing);
    }
    const told = erasing;
    return within(told, deadline, UNDER_WAY).catch((error: unknown) => {
      if (error instanceof PembaError && error.message === UNDER_WAY) this.tellTheLog(told, tenant, log);
      throw error;
    });
  }

  /** Ends what is under way with its portion. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled(this.underWay.values());
    for (const { forget } of this.recent.values()) clearTimeout(forget);
    this.recent.clear();
  }

  /** @returns what the caller is to be told */
  private remember(key: string, erased: Erased): Erased {
    const before = this.recent.get(key);
    if (erased.pseudonym === '') return before?.erased ?? erased;
    clearTimeout(before?.forget);
    const forget = setTimeout(() => this.recent.delete(key), TOLD_AGAIN_MS);
    forget.unref();
    this.recent.set(key, { erased, forget });
    return erased;
  }

  /** Nobody else hears of it. The message might name the subject. */
  private tellTheLog(erasing: Promise<Erased>, tenant: Tenant, log: Log): void {
    erasing.catch((error: unknown) => {
      const reason = error instanceof PembaError ? error.reason : 'INTERNAL';
      log.warn('erasing a subject ended early', { store: tenant.name, reason });
    });
  }

  private async eraseWhole(tenant: Tenant, subject: ObjectRef, attribution: Attribution): Promise<Erased> {
    const { table, zookies, maxStalenessMs } = this.options;
    await this.assertKnown(tenant, subject);
    let removed = 0;
    // Waited for once: who goes on writing about the subject does not hold the erasure off. Nodes that have not followed
    // by then load the store anew.
    let settleMs = maxStalenessMs;
    for (;;) {
      this.assertGoingOn();
      const begun = await table.begin(tenant.id, { subject, attribution, removed, settleMs });
      if (begun.state === 'begun') {
        const isStopped = (): boolean => this.stopping.signal.aborted;
        await this.rewriting.run(() => table.finish(tenant.id, subject, isStopped));
        const { point, pseudonym } = begun;
        const rewritten = await table.rewritten(tenant.id, pseudonym, point.revision);
        const isNamed = begun.removed > 0 || rewritten !== undefined;
        return {
          zookie: zookies.encode(tenant.id, point),
          removed: begun.removed,
          pseudonym: isNamed ? formatObject(pseudonym) : '',
          rewritten: rewritten ?? 0,
        };
      }
      if (begun.state === 'stored') removed += await this.remove(tenant, subject, attribution, removed);
      else {
        await this.pause(begun.waitMs);
        removed = 0;
        settleMs = 0;
      }
    }
  }

  /**
   * A name misspelt would erase nothing, without a word; but the log may name types that the schema has no longer. Without
   * a schema, as the store above the stores is, there is nothing to tell it by, and metadata may name anybody.
   * @throws PembaError UNKNOWN_TYPE
   */
  private async assertKnown(tenant: Tenant, subject: ObjectRef): Promise<void> {
    if (!tenant.hasSchema || tenant.currentPlan.types.has(subject.type)) return;
    if (await this.options.table.isNamed(tenant.id, subject)) return;
    tenant.currentPlan.type(subject.type, 'subject');
  }

  /** Removes what there is now, in as many revisions as it takes. @returns how many tuples */
  private async remove(
    tenant: Tenant,
    subject: ObjectRef,
    attribution: Attribution,
    before: number,
  ): Promise<number> {
    const { writers, limits } = this.options;
    let removed = 0;
    let until = Date.now() + WRITE_MS;
    for (;;) {
      this.assertGoingOn();
      const proposal = new EraseProposal(subject, attribution, limits);
      try {
        await writers.for(tenant).submit(proposal, until);
      } catch (error) {
        // Another erasure has ended the history that this node was still reading; it is loading the store anew.
        const isLoading = error instanceof PembaError && error.reason === 'NOT_READY' && Date.now() < until;
        if (!isLoading) throw withRemoved(proposal.told(error), before + removed);
        await this.pause(LOADING_MS);
        continue;
      }
      until = Date.now() + WRITE_MS;
      removed += proposal.removed;
      if (proposal.isDone) return removed;
    }
  }

  /** Ends early if this node stops. */
  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  /** @throws PembaError SHUTTING_DOWN */
  private assertGoingOn(): void {
    if (this.stopping.signal.aborted) throw eraseAgain();
  }
}

/** The refusal as it is, with what has happened nevertheless. */
function withRemoved(error: unknown, removed: number): unknown {
  if (!(error instanceof PembaError)) return error;
  const { reason, message, field, cause } = error;
  const nothing = reason === 'WRITE_OUTCOME_UNKNOWN' ? 'send the request again' : 'nothing was removed';
  const tuples = removed === 1 ? '1 tuple was' : `${removed} tuples were`;
  const so = removed === 0 ? nothing : `${tuples} removed before this`;
  return new PembaError(reason, `${message} (the subject is not erased; ${so})`, {
    ...(field === undefined ? {} : { field }),
    cause,
  });
}

/** The erasure itself would tell who was erased. @throws PembaError MALFORMED_REQUEST */
function assertUnnamed({ metadata }: Attribution, subject: ObjectRef): void {
  if (metadata === undefined || !jsonMentions(metadata, subject)) return;
  throw new PembaError(
    'MALFORMED_REQUEST',
    'metadata: it names the subject; say why without naming who is erased',
    { field: 'metadata' },
  );
}
