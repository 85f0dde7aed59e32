/** The audit trail in Postgres. */
import type { AuditEntry, AuditFilter, AuditPlace } from '../model/audit.ts';
import type { AuditPage, AuditTrail } from '../service/audit-trail.ts';
import { behind, type Extent, isSparse, newestOf, readExtent } from './audit-extent.ts';
import { type AuditRow, bytesOf, compare, placeOf, toEntry } from './audit-rows.ts';
import { isAsked, SOURCES } from './audit-sources.ts';
import type { Database } from './database.ts';

/** A page ends where its entries have about so many bytes: a caller takes few megabytes, and metadata grows on its way. */
const PAGE_BYTES = 524_288;
const PORTION_GROWTH = 2;

/** Where no index leads to what is asked for. */
export interface Search {
  /** So many revisions are looked through at first, then ever more. */
  firstPortion: number;
  /** For so long, in milliseconds; then comes a page with what there is. */
  patienceMs: number;
}
const SEARCH: Search = { firstPortion: 10_000, patienceMs: 1_000 };

/** How much a page may still take. */
interface Room {
  entries: number;
  bytes: number;
}

export class PostgresAuditTrail implements AuditTrail {
  private readonly database: Database;
  private readonly auditDays: number;
  private readonly search: Search;

  /** @param auditDays nothing older is told, though it may be there still */
  constructor(database: Database, auditDays: number, search = SEARCH) {
    this.database = database;
    this.search = search;
    this.auditDays = auditDays;
  }

  async read(
    storeId: string,
    filter: AuditFilter,
    after: AuditPlace | undefined,
    limit: number,
  ): Promise<AuditPage | undefined> {
    let rest = await readExtent(this.database, this.auditDays, storeId, filter, after);
    if (rest === undefined) return undefined;
    const room: Room = { entries: limit, bytes: PAGE_BYTES };
    if (!isSparse(filter)) return this.fill(room, rest);
    const giveUpAt = performance.now() + this.search.patienceMs;
    const entries: AuditEntry[] = [];
    for (let revisions = this.search.firstPortion; ; revisions *= PORTION_GROWTH) {
      const portion = newestOf(rest, revisions);
      const page = await this.fill(room, portion);
      entries.push(...page.entries);
      if (page.next !== undefined || portion === rest) return { entries, next: page.next };
      // All that happened from this revision on has been looked at.
      const first = Math.min(portion.first, portion.events.first);
      const next: AuditPlace = { revision: first, rank: 0, number: -1 };
      if (room.entries === 0 || performance.now() > giveUpAt) return { entries, next };
      rest = behind(rest, next);
    }
  }

  /** As many as there is room for, which they take; at least one if all of it is left. */
  private async fill(room: Room, extent: Extent): Promise<AuditPage> {
    const { storeId, filter } = extent;
    const found: AuditRow[] = [];
    // One after the other, and each from its own moment: what comes meanwhile lies beyond the extent.
    for (const source of SOURCES) {
      if (!source.kinds.some((kind) => isAsked(filter, kind))) continue;
      // One more, which tells that this is not the last page.
      const statement = source.statement(extent, room.entries + 1);
      if (statement !== undefined) found.push(...(await this.database.query<AuditRow>(statement)));
    }
    const rows = found.map((row) => ({ row, place: placeOf(row) })).sort((a, b) => compare(b.place, a.place));
    const told: typeof rows = [];
    for (const each of rows) {
      const bytes = bytesOf(each.row);
      if (room.entries === 0 || (bytes > room.bytes && room.bytes < PAGE_BYTES)) break;
      told.push(each);
      room.entries--;
      room.bytes -= bytes;
    }
    const metadata = await this.metadataOf(storeId, told);
    const entries = told.map(({ row, place }) => toEntry(row, place, metadata.get(nameOf(place))));
    if (told.length === rows.length) return { entries, next: undefined };
    return { entries, next: entries.at(-1)?.place ?? extent.after };
  }

  /** By {@link nameOf}. */
  private async metadataOf(
    storeId: string,
    told: readonly { row: AuditRow; place: AuditPlace }[],
  ): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const places = told.filter(({ row }) => row.metadata_bytes > 0).map(({ place }) => place);
    for (const [rank, table, key] of [
      [0, 'revision', 'revision'],
      [1, 'audit_event', 'id'],
    ] as const) {
      const keys = places.filter((place) => place.rank === rank).map(keyOf);
      if (keys.length === 0) continue;
      const rows = await this.database.query<{ key: string; metadata: string | null }>({
        name: `audit-metadata-${table}`,
        text: `select ${key} as key, metadata from ${table} where store_id = $1 and ${key} = any ($2::bigint[])`,
        values: [storeId, [...new Set(keys)]],
      });
      for (const { key: each, metadata } of rows) {
        if (metadata !== null) found.set(`${rank} ${each}`, metadata);
      }
    }
    return found;
  }
}

/** What tells whose metadata it is. */
function nameOf(place: AuditPlace): string {
  return `${place.rank} ${keyOf(place)}`;
}

function keyOf({ rank, revision, number }: AuditPlace): number {
  return rank === 1 ? number : revision;
}
