/** A town whose schema refuses in every way, and what the audit has of a store. */
import { writeRequest } from '../support/client.ts';
import { query } from '../support/database.ts';

export const SCHEMA = `
type user
type key
type city { relation mayor : user }
type house {
  created by city.mayor
  deleted by city.mayor
  relation city : city [1]
  relation owner : user [1..]   granted by owner
  relation guest : user   granted by owner
  relation lodger : user must expire   granted by owner
  relation key : key unique   granted by owner
  require one of owner, guest
}
type chest {
  relation city : city [1]
  relation house : house   granted by house.owner
  require house.city contains city
}`;
export const STORED = [
  'city:c#mayor@user:may',
  'house:a#city@city:c',
  'house:a#owner@user:ada',
  'house:b#city@city:c',
  'house:b#owner@user:bea',
  'house:a#guest@user:gus',
  'house:a#key@key:k',
  'chest:x#city@city:c',
  'chest:x#house@house:a',
];

export interface EventRow {
  kind: string;
  revision: number;
  seconds: number;
  actor: string | null;
  credential_id: string | null;
  metadata: string | null;
  reason: string | null;
  message: string | null;
  operation: string | null;
  tuple: string | null;
  count: number;
}

/** What the audit has of a store, oldest first. */
export function eventsOf(database: string, id: string): Promise<EventRow[]> {
  return query<EventRow>(
    database,
    `select kind, revision::int, extract(epoch from time)::float8 as seconds, actor, credential_id, metadata, reason, message,
            operation, count, object_type || ':' || object_id || '#' || relation || '@' || subject_type || ':' || subject_id
              || case subject_relation when '' then '' else '#' || subject_relation end as tuple
       from audit_event where store_id = $1 order by id`,
    [id],
  );
}

/** A write that the schema refuses. */
export const REFUSABLE = {
  ...writeRequest([['touch', 'house:a#guest@user:x']]),
  actor: 'user:eve',
};
