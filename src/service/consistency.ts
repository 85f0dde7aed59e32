/** Brings a node to the revision a caller asks for, and finds the state to answer from. */
import { PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Feed } from '../feed/feed.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import { within } from './deadline.ts';
import type { History } from './history.ts';
import { assertKept, inWords, lostHistory, notYetKnown, type RevisionName } from './named-revision.ts';
import { buildSnapshot } from './snapshot.ts';
import { type PinnedState, pinnedState, type State, type WaitOptions } from './state.ts';

export type Consistency =
  | { mode: 'minimize_latency' }
  | { mode: 'at_least_as_fresh'; zookie: string }
  | { mode: 'fully_consistent' }
  | { mode: 'at_exact_snapshot'; zookie: string }
  | { mode: 'at_exact_time'; timeMs: number };

export class ConsistencyService {
  private readonly feed: Feed;
  private readonly history: History;
  private readonly zookies: ZookieCodec;
  private readonly limits: Limits;

  constructor(feed: Feed, history: History, zookies: ZookieCodec, limits: Limits) {
    this.feed = feed;
    this.history = history;
    this.zookies = zookies;
    this.limits = limits;
  }

  /** True if the node's current revision will do as it is. */
  isImmediate(consistency: Consistency): boolean {
    return consistency.mode === 'minimize_latency';
  }

  /** The node's current revision. @throws PembaError STALE, NOT_READY, NO_SCHEMA */
  current(tenant: Tenant): State {
    tenant.assertLoaded();
    tenant.assertFresh();
    return {
      plan: tenant.currentPlan,
      view: tenant.view,
      overlayView: () => tenant.overlayView(),
      zookie: tenant.zookie,
      release: () => undefined,
    };
  }

  /**
   * The state the caller asks for; to be used at once, before anything is awaited, and then released.
   * @param deadline milliseconds since 1970
   */
  async state(tenant: Tenant, consistency: Consistency, deadline: number): Promise<State> {
    if (isExact(consistency)) return this.exact(tenant, consistency, { deadline });
    await this.bringUp(tenant, consistency, deadline);
    return this.current(tenant);
  }

  /**
   * The state the caller asks for, for work that takes long. It has to be released. That the node is fresh is looked
   * at when the pin is made: what comes of it is true of the revision its zookie names, however long it takes.
   */
  async pinned(tenant: Tenant, consistency: Consistency, options: WaitOptions): Promise<PinnedState> {
    if (isExact(consistency)) return this.exact(tenant, consistency, options);
    await this.bringUp(tenant, consistency, options.deadline);
    return this.pinCurrent(tenant);
  }

  /**
   * A revision the service named itself, such as in a page token.
   * @param name what to call it in errors
   */
  async pinnedAt(
    tenant: Tenant,
    point: RevisionPoint,
    name: RevisionName,
    options: WaitOptions,
  ): Promise<PinnedState> {
    if (tenant.isAt(point)) return this.pinCurrent(tenant);
    await this.assertStillKept(tenant, point, name, options.deadline);
    return this.snapshot(tenant, point, name, options);
  }

  /** @throws PembaError as {@link assertKept} */
  async assertStillKept(
    tenant: Tenant,
    point: RevisionPoint,
    name: RevisionName,
    deadline: number,
  ): Promise<void> {
    // Where nothing has happened since, the database need not be asked.
    if (tenant.isAt(point)) return;
    const kept = this.history.status(tenant.id, point).then((status) => assertKept(tenant, status, name));
    await within(kept, deadline);
  }

  private async exact(tenant: Tenant, consistency: Exact, options: WaitOptions): Promise<PinnedState> {
    const point = await within(this.exactPoint(tenant, consistency), options.deadline);
    return this.snapshot(tenant, point, nameOf(consistency), options);
  }

  /** Waits until the node's current revision is one the caller asks for. */
  private async bringUp(
    tenant: Tenant,
    consistency: Exclude<Consistency, Exact>,
    deadline: number,
  ): Promise<void> {
    if (consistency.mode === 'fully_consistent') await within(this.feed.catchUp(tenant), deadline);
    if (consistency.mode === 'at_least_as_fresh')
      await within(this.reach(tenant, this.decode(tenant, consistency), nameOf(consistency)), deadline);
  }

  private pinCurrent(tenant: Tenant): PinnedState {
    const { plan, zookie } = this.current(tenant);
    return pinnedState(tenant, {
      plan,
      view: tenant.pin(),
      point: tenant.head,
      zookie,
      loads: tenant.loadCount,
    });
  }

  /** The revision to read the database at. */
  async point(tenant: Tenant, consistency: Consistency, deadline: number): Promise<RevisionPoint> {
    if (isExact(consistency)) {
      const point = await within(this.exactPoint(tenant, consistency), deadline);
      await within(this.reach(tenant, point, nameOf(consistency)), deadline);
      return point;
    }
    await this.bringUp(tenant, consistency, deadline);
    this.current(tenant);
    return tenant.head;
  }

  /** Waits until this node has `point`. @throws PembaError ZOOKIE_NOT_YET_KNOWN, ZOOKIE_LOST_HISTORY */
  private async reach(tenant: Tenant, point: RevisionPoint, name: RevisionName): Promise<void> {
    // What this node remembers may be of a history that a restore ended a moment ago, so the head is asked for
    // before a zookie is called lost.
    const isBehind = !tenant.loaded || tenant.head.revision < point.revision;
    if (isBehind || (tenant.tagOf(point.revision) ?? point.tag) !== point.tag)
      await this.feed.catchUp(tenant);
    tenant.assertLoaded();
    if (tenant.head.revision < point.revision) throw notYetKnown(name);
    const tag = tenant.tagOf(point.revision);
    if (tag === undefined) {
      // Older than what this node remembers; a pruned point is surely older than the present.
      const status = await this.history.status(tenant.id, point);
      if (status !== 'pruned') assertKept(tenant, status, name);
      return;
    }
    if (tag !== point.tag) throw lostHistory(name);
  }

  private decode(tenant: Tenant, consistency: { mode: string; zookie: string }): RevisionPoint {
    return this.zookies.decode(consistency.zookie, tenant.id, fieldOf(consistency));
  }

  private async exactPoint(tenant: Tenant, consistency: Exact): Promise<RevisionPoint> {
    if (consistency.mode === 'at_exact_time') return this.history.pointAt(tenant.id, consistency.timeMs);
    const point = this.decode(tenant, consistency);
    assertKept(tenant, await this.history.status(tenant.id, point), nameOf(consistency));
    return point;
  }

  private async snapshot(
    tenant: Tenant,
    point: RevisionPoint,
    name: RevisionName,
    options: WaitOptions,
  ): Promise<PinnedState> {
    const made = this.makeSnapshot(tenant, point, name, options);
    try {
      return await within(made, options.deadline);
    } catch (error) {
      // What is ready only after the deadline is of no use any more.
      void made.then((state) => state.release()).catch(() => undefined);
      throw error;
    }
  }

  private async makeSnapshot(
    tenant: Tenant,
    point: RevisionPoint,
    name: RevisionName,
    options: WaitOptions,
  ): Promise<PinnedState> {
    await this.reach(tenant, point, name);
    tenant.assertFresh();
    if (tenant.isAt(point)) return this.pinCurrent(tenant);
    const schema = await this.history.schemaAt(tenant.id, point.revision);
    if (schema === undefined) {
      throw new PembaError(
        'NO_SCHEMA',
        `${inWords(name)}: store \`${tenant.name}\` had no schema at that revision; name a later one`,
        { field: name.field },
      );
    }
    const loads = tenant.loadCount;
    const view = await buildSnapshot(tenant, point, this.history, this.limits, options);
    const zookie = this.zookies.encode(tenant.id, point);
    try {
      tenant.assertFresh();
      const state = pinnedState(tenant, { plan: tenant.planFor(schema), view, point, zookie, loads });
      state.assertCurrent();
      return state;
    } catch (error) {
      view.release();
      throw error;
    }
  }
}

type Exact = Extract<Consistency, { mode: 'at_exact_snapshot' | 'at_exact_time' }>;

/** True if one revision is asked for, rather than one that is new enough. */
export function isExact(consistency: Consistency): consistency is Exact {
  return consistency.mode === 'at_exact_snapshot' || consistency.mode === 'at_exact_time';
}

/** The mode's field in a request. */
function fieldOf({ mode }: { mode: string }): string {
  return `consistency.${mode}`;
}

/** What names a revision, in errors about it. */
export function nameOf(consistency: Consistency): RevisionName {
  const field = fieldOf(consistency);
  if ('zookie' in consistency) return { field, text: consistency.zookie };
  if ('timeMs' in consistency) return { field, text: new Date(consistency.timeMs).toISOString() };
  return { field };
}
