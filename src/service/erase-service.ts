/** EraseSubject: makes a store forget a person, or whatever else an object stands for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AtMost } from '../base/at-most.ts';
import { PembaError } from '../base/errors.ts';
import { type Limits, withinLimit } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import { jsonMentions } from '../model/mentions.ts';
import { formatObject, type ObjectRef } from '../model/reference.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import { EraseProposal } from '../write/erase-proposal.ts';
import type { Attribution } from '../write/ledger.ts';
import type { Writers } from '../write/writers.ts';
import { within } from './deadline.ts';

const UNDER_WAY =
  'the deadline passed while the subject was being erased, which goes on; send the request again to learn how it ends';
/** How long one revision of an erasure may wait for its turn, in milliseconds: nobody may be waiting for it any more. */
const WRITE_MS = 60_000;
/** How long a node that is loading the store is given before it is asked again, in milliseconds. */
const LOADING_MS = 100;
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
  /** What stands in the log in its place, as `type:id`. */
  pseudonym: string;
}

/** An erasure whose tuples are removed. */
export interface NewErasure {
  subject: ObjectRef;
  attribution: Attribution;
  removed: number;
  /** How long all nodes have to follow the last removal before the log is touched, in milliseconds. */
  settleMs: number;
}

/** What became of an attempt to begin. */
export type Beginning =
  | { state: 'begun'; point: RevisionPoint; pseudonym: ObjectRef; removed: number }
  /** There are tuples of it: they have to be removed first. */
  | { state: 'stored' }
  /** Some node may still have to read rows that name it; to be tried again in so many milliseconds. */
  | { state: 'settling'; waitMs: number };

/** Erasing in the log: implemented by `postgres/`. */
export interface ErasureTable {
  /** Whether the store's log names the subject, or an erasure of it is under way. */
  isNamed(storeId: string, subject: ObjectRef): Promise<boolean>;
  /**
   * Ends the history that may be followed where it names the subject, and records that it is to be erased: from then on
   * it will be, even if this node ends. One that is under way already is taken up again, and all that it removed counts.
   * @throws PembaError UNKNOWN_STORE, DATABASE_UNAVAILABLE
   */
  begin(storeId: string, erasure: NewErasure): Promise<Beginning>;
  /**
   * Puts the pseudonym in the place of the subject, and forgets who it was.
   * @param isStopped asked before each portion
   * @throws PembaError SHUTTING_DOWN if it was stopped, DATABASE_UNAVAILABLE
   */
  finish(storeId: string, subject: ObjectRef, isStopped: () => boolean): Promise<void>;
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
  private readonly rewriting = new AtMost(REWRITES_AT_ONCE);
  private readonly stopping = new AbortController();

  constructor(options: EraseOptions) {
    this.options = options;
  }

  /**
   * Removes all tuples of the subject, and replaces its name in the log. Goes on after the deadline, and can be repeated
   * whatever came between.
   * @throws PembaError UNKNOWN_TYPE, NO_SCHEMA, INVARIANT_…, LIMIT, DEADLINE, and what a write throws
   */
  async erase(tenant: Tenant, command: EraseCommand): Promise<Erased> {
    const { limits, log } = this.options;
    const { metadata, subject, deadline } = command;
    if (metadata !== undefined) withinLimit(limits, 'metadataBytes', Buffer.byteLength(metadata), 'metadata');
    tenant.assertLoaded();
    const key = JSON.stringify([tenant.id, subject.type, subject.id]);
    let erasing = this.underWay.get(key);
    if (erasing === undefined) {
      erasing = this.eraseWhole(tenant, command).finally(() => this.underWay.delete(key));
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
  }

  /** Nobody else hears of it. The message might name the subject. */
  private tellTheLog(erasing: Promise<Erased>, tenant: Tenant, log: Log): void {
    erasing.catch((error: unknown) => {
      const reason = error instanceof PembaError ? error.reason : 'INTERNAL';
      log.warn('erasing a subject ended early', { store: tenant.name, reason });
    });
  }

  private async eraseWhole(tenant: Tenant, command: EraseCommand): Promise<Erased> {
    const { table, zookies, maxStalenessMs: settleMs } = this.options;
    const { subject } = command;
    await this.assertKnown(tenant, subject);
    const attribution = attributionOf(command);
    let removed = 0;
    for (;;) {
      this.assertGoingOn();
      const begun = await table.begin(tenant.id, { subject, attribution, removed, settleMs });
      if (begun.state === 'begun') {
        const isStopped = (): boolean => this.stopping.signal.aborted;
        await this.rewriting.run(() => table.finish(tenant.id, subject, isStopped));
        const { point, pseudonym } = begun;
        return {
          zookie: zookies.encode(tenant.id, point),
          removed: begun.removed,
          pseudonym: formatObject(pseudonym),
        };
      }
      if (begun.state === 'stored') removed += await this.remove(tenant, subject, attribution, removed);
      else await this.pause(begun.waitMs);
    }
  }

  /**
   * A name misspelt would erase nothing, without a word; but the log may name types that the schema has no longer.
   * @throws PembaError UNKNOWN_TYPE, NO_SCHEMA
   */
  private async assertKnown(tenant: Tenant, subject: ObjectRef): Promise<void> {
    if (tenant.hasSchema && tenant.currentPlan.types.has(subject.type)) return;
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

/** What a caller is told whose erasure did not come to its end. */
export function eraseAgain(): PembaError {
  return new PembaError(
    'SHUTTING_DOWN',
    'this node is stopping before the subject was erased; send the request again, to another node',
  );
}

/** The refusal as it is, with what has happened nevertheless. */
function withRemoved(error: unknown, removed: number): unknown {
  if (!(error instanceof PembaError)) return error;
  const { reason, message, field, cause } = error;
  const nothing = reason === 'WRITE_OUTCOME_UNKNOWN' ? 'send the request again' : 'nothing was removed';
  const so = removed === 0 ? nothing : `${removed} tuples were removed before this`;
  return new PembaError(reason, `${message} (the subject is not erased; ${so})`, {
    ...(field === undefined ? {} : { field }),
    cause,
  });
}

/** Metadata that names the subject is not recorded: it would be the first to be rewritten. */
function attributionOf({ subject, metadata, credentialId }: EraseCommand): Attribution {
  return {
    ...(credentialId === '' ? {} : { credentialId }),
    ...(metadata === undefined || jsonMentions(metadata, subject) ? {} : { metadata }),
  };
}
