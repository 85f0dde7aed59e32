/** How much of the log an audit trail is of: times as revisions, and portions of what is large. */
import type { AuditFilter, AuditPlace } from '../model/audit.ts';
import type { Database } from './database.ts';

/** By how much the time of an event and those of the revisions around it may disagree. */
const EVENT_SLACK_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What to read of a source. */
export interface Extent {
  storeId: string;
  filter: AuditFilter;
  /** Revisions, both included. */
  first: number;
  last: number;
  /** Events may stand at others, and have times of their own, in milliseconds since 1970. */
  events: { first: number; last: number; since: number; until: number | undefined };
  after: AuditPlace | undefined;
}

/** The revisions a trail may be of; null if there are none. */
interface Bounds {
  now_ms: string;
  first: string | null;
  last: string | null;
  events_first: string | null;
  events_last: string | null;
}

/**
 * The revisions that times stand for. They go up with them, as every writer sees to that, so that no statement has to
 * pass what is too young or too old. Without a first page's end the head is it: what is committed meanwhile is left out.
 */
export async function readExtent(
  database: Database,
  auditDays: number,
  storeId: string,
  filter: AuditFilter,
  after: AuditPlace | undefined,
): Promise<Extent | undefined> {
  const { since = 0, until } = filter;
  const [bounds] = await database.query<Bounds>({
    name: 'audit-bounds',
    text: `select now_ms,
                  (select revision from revision
                    where store_id = $1 and time >= ${timeOf('since_ms')} order by time, revision limit 1) as first,
                  ${lastBefore('$3::float8')} as last,
                  ${lastBefore(`since_ms - ${EVENT_SLACK_MS}`)} as events_first,
                  ${lastBefore(`$3::float8 + ${EVENT_SLACK_MS}`)} as events_last
             from (select floor(extract(epoch from now()) * 1000) as now_ms) as clock
            cross join lateral (select greatest($2::float8, now_ms - $4::float8) as since_ms) as begun
            where exists (select from store where id = $1 and deleted_at is null)`,
    values: [storeId, since, until ?? 'Infinity', auditDays * DAY_MS],
  });
  if (bounds === undefined) return undefined;
  const { now_ms, first, last, events_first, events_last } = bounds;
  const extent: Extent = {
    storeId,
    filter,
    first: Number(first ?? Number.MAX_SAFE_INTEGER),
    last: Number(last ?? -1),
    events: {
      first: Number(events_first ?? 0),
      last: Number(events_last ?? -1),
      since: Math.max(since, Number(now_ms) - auditDays * DAY_MS),
      until,
    },
    after: undefined,
  };
  return after === undefined ? extent : behind(extent, after);
}

/** The time of a parameter in milliseconds since 1970. */
export function timeOf(parameter: string): string {
  return `to_timestamp(${parameter}::float8 / 1000)`;
}

function lastBefore(ms: string): string {
  return `(select revision from revision
            where store_id = $1 and time < ${timeOf(`(${ms})`)} order by time desc, revision desc limit 1)`;
}

/**
 * True if no index leads to what the filter asks for: it is looked for among all that happened, which may be very much,
 * so in portions.
 */
export function isSparse({ tuple, kinds }: AuditFilter): boolean {
  const isOfObject = tuple.objectId !== undefined || tuple.subjectId !== undefined;
  return !isOfObject && (kinds.length > 0 || Object.keys(tuple).length > 0);
}

/** The newest of it: so many revisions; the same extent if it has no more. */
export function newestOf(extent: Extent, revisions: number): Extent {
  const { first, last, events } = extent;
  const from = Math.max(last, events.last) - revisions + 1;
  if (from <= Math.min(first, events.first)) return extent;
  return {
    ...extent,
    first: Math.max(first, from),
    events: { ...events, first: Math.max(events.first, from) },
  };
}

export function behind(extent: Extent, after: AuditPlace): Extent {
  const { last, events } = extent;
  // Behind the beginning of a revision there is nothing of it.
  const most = after.rank === 0 && after.number < 0 ? after.revision - 1 : after.revision;
  return {
    ...extent,
    last: Math.min(last, most),
    events: { ...events, last: Math.min(events.last, most) },
    after,
  };
}
