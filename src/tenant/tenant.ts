/**
 * One store at run time: its schema, its graph, its credentials, and how fresh they are.
 *
 * Its state changes in one place only, {@link Tenant.apply}, a whole revision at a time and without
 * awaiting, so whoever reads without awaiting reads one revision.
 */
import { assert } from '../base/assert.ts';
import { PembaError } from '../base/errors.ts';
import { Plan } from '../engine/plan.ts';
import { Graph } from '../graph/graph.ts';
import type { Credential } from '../model/credential.ts';
import { type RevisionPoint, samePoint } from '../model/revision.ts';
import { PinnedView } from '../view/pinned-view.ts';
import { OverlayView, View } from '../view/view.ts';
import type { Freshness } from './freshness.ts';
import type { RevisionRecord, StoredSchema } from './revision-record.ts';
import type { ZookieCodec } from './zookie.ts';

/** A whole store as the database had it at one moment. */
export interface TenantState {
  point: RevisionPoint;
  /** Milliseconds since 1970 of that revision. */
  time: number;
  graph: Graph;
  schema: StoredSchema | undefined;
  credentials: Credential[];
}

/** Plans of earlier schemas kept in memory; exact snapshots ask for them. */
const KEPT_PLANS = 8;
/** Tags kept in memory, so that a recent zookie needs no question to the database. */
const RECENT_TAGS = 10_000;

export class Tenant {
  readonly id: string;
  readonly name: string;
  readonly freshness: Freshness;
  private readonly zookies: ZookieCodec;
  /** Why this node could not follow or load the store when it last tried; undefined if it could. */
  failure: PembaError | undefined;
  private graph: Graph = new Graph();
  private plan: Plan | undefined;
  private schemaVersion = 0;
  /** By version. */
  private readonly plans = new Map<number, Plan>();
  private credentials = new Map<string, Credential>();
  private point: RevisionPoint = { revision: -1, tag: '' };
  private pointTime = 0;
  private isLoaded = false;
  private isDeleted = false;
  private currentZookie: string | undefined;
  private currentView = new View(this.graph);
  private readonly recentTags = new Map<number, string>();
  private readonly listeners = new Set<() => void>();
  /** Counts how often the history was lost and everything loaded anew. */
  private generation = 0;

  constructor(id: string, name: string, freshness: Freshness, zookies: ZookieCodec) {
    this.id = id;
    this.name = name;
    this.freshness = freshness;
    this.zookies = zookies;
  }

  /** Puts a loaded state in place of whatever there was. */
  install(state: TenantState): void {
    this.recentTags.clear();
    this.plans.clear();
    this.graph = state.graph;
    this.currentView = new View(state.graph);
    this.credentials = new Map(state.credentials.map((credential) => [credential.id, credential]));
    this.setSchema(state.schema);
    this.moveTo(state.point, state.time);
    this.generation++;
    this.isLoaded = true;
  }

  /** Stops serving until {@link install} is called. */
  unload(): void {
    this.isLoaded = false;
    this.freshness.forget();
    this.graph = new Graph();
    this.currentView = new View(this.graph);
    this.tellListeners();
  }

  /** The store is no more. */
  delete(): void {
    this.isDeleted = true;
    this.unload();
    this.plan = undefined;
    this.plans.clear();
    this.credentials.clear();
    this.recentTags.clear();
  }

  /**
   * Applies what follows the current revision; what is already applied is passed over.
   * @param base what the records follow: the tenant may have been loaded anew since they were asked for
   * @returns false if the records belong to another history, or leave a gap
   */
  apply(base: RevisionPoint, records: readonly RevisionRecord[]): boolean {
    if (!this.isLoaded || base.revision > this.point.revision) return false;
    if (base.revision === this.point.revision && base.tag !== this.point.tag) return false;
    for (const record of records) {
      if (record.revision < this.point.revision) continue;
      if (record.revision === this.point.revision) {
        if (record.tag !== this.point.tag) return false;
        continue;
      }
      if (record.revision !== this.point.revision + 1) return false;
      this.applyWhole(record);
    }
    return true;
  }

  /** One that turns out not to fit half way leaves nothing to be served, and all is loaded anew. */
  private applyWhole(record: RevisionRecord): void {
    try {
      this.applyOne(record);
    } catch (error) {
      this.unload();
      throw error;
    }
  }

  private applyOne(record: RevisionRecord): void {
    for (const change of record.changes) {
      const done = change.op === 'add' ? this.graph.add(change.tuple) : this.graph.remove(change.tuple);
      assert(done, `revision ${record.revision} of store ${this.name} changes what is there`);
    }
    if (record.schema !== undefined) this.setSchema(record.schema);
    for (const credential of record.credentials ?? []) this.credentials.set(credential.id, credential);
    this.moveTo({ revision: record.revision, tag: record.tag }, record.time);
  }

  private setSchema(schema: StoredSchema | undefined): void {
    this.schemaVersion = schema?.version ?? 0;
    this.plan = schema === undefined ? undefined : this.planFor(schema);
  }

  private moveTo(point: RevisionPoint, time: number): void {
    this.recentTags.set(point.revision, point.tag);
    if (this.recentTags.size > RECENT_TAGS) this.recentTags.delete(point.revision - RECENT_TAGS);
    this.point = point;
    this.pointTime = time;
    this.currentZookie = undefined;
    this.tellListeners();
  }

  private tellListeners(): void {
    for (const listener of this.listeners) listener();
  }

  /** A schema of this store made ready for its graph; those asked for last are kept. */
  planFor(schema: StoredSchema): Plan {
    const known = this.plans.get(schema.version);
    if (known !== undefined) return known;
    const plan = new Plan(schema.compiled, this.graph.types, this.graph.relations);
    if (this.plans.size >= KEPT_PLANS) this.plans.clear();
    this.plans.set(schema.version, plan);
    return plan;
  }

  get loaded(): boolean {
    return this.isLoaded;
  }

  get deleted(): boolean {
    return this.isDeleted;
  }

  /** @throws PembaError NOT_READY, UNKNOWN_STORE */
  assertLoaded(): void {
    if (this.isDeleted) {
      throw new PembaError('UNKNOWN_STORE', `store: \`${this.name}\` has been deleted`, { field: 'store' });
    }
    if (this.isLoaded) return;
    const what =
      this.failure === undefined ? 'is still being loaded' : `cannot be loaded: ${this.failure.message}`;
    throw new PembaError(
      'NOT_READY',
      `store \`${this.name}\` ${what}; try again shortly, or ask another node`,
    );
  }

  /** @throws PembaError STALE */
  assertFresh(): void {
    if (this.freshness.isFresh()) return;
    const reason = this.failure?.reason;
    if (reason === 'NOT_READY' || reason === 'DATABASE_UNSUITABLE') {
      throw new PembaError('STALE', `this node cannot follow the database: ${this.failure?.message}`);
    }
    this.freshness.assertFresh();
  }

  get head(): RevisionPoint {
    return this.point;
  }

  /** The tag of a revision, if this node remembers it. */
  tagOf(revision: number): string | undefined {
    return this.recentTags.get(revision);
  }

  /** When the current revision was made, in milliseconds since 1970 by the database's clock. */
  get headTime(): number {
    return this.pointTime;
  }

  /** Changes whenever the whole state was loaded anew. */
  get loadCount(): number {
    return this.generation;
  }

  /** The view of the current revision. */
  get view(): View {
    return this.currentView;
  }

  /** A view of the current revision that can be changed by itself. */
  overlayView(): OverlayView {
    return new OverlayView(this.graph);
  }

  /** A view that stays at the current revision while the store goes on; it must be released. */
  pin(): PinnedView {
    return new PinnedView(this.graph);
  }

  /** Pinned views that have not been released. */
  get pinCount(): number {
    return this.graph.pinCount;
  }

  get tupleCount(): number {
    return this.graph.size;
  }

  get byteLength(): number {
    return this.graph.byteLength;
  }

  /** Version of the schema in force; 0 if there is none. */
  get version(): number {
    return this.schemaVersion;
  }

  /** @throws PembaError NO_SCHEMA */
  get currentPlan(): Plan {
    if (this.plan !== undefined) return this.plan;
    throw new PembaError(
      'NO_SCHEMA',
      `store \`${this.name}\` has no schema yet; write one with \`pemba schema write FILE\``,
    );
  }

  get hasSchema(): boolean {
    return this.plan !== undefined;
  }

  credential(id: string): Credential | undefined {
    return this.credentials.get(id);
  }

  listCredentials(): Credential[] {
    return [...this.credentials.values()];
  }

  /** The zookie of the current revision; made once. */
  get zookie(): string {
    this.currentZookie ??= this.zookies.encode(this.id, this.point);
    return this.currentZookie;
  }

  /**
   * Calls back whenever this node is at another revision, or has ceased to be at any, until the function returned is
   * called. A listener runs in the middle of the change, so it must do next to nothing.
   */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** True if `point` is the current revision of this history. */
  isAt(point: RevisionPoint): boolean {
    return this.isLoaded && samePoint(this.point, point);
  }
}
