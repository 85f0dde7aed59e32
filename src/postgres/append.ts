/** Appends revisions to the log and brings the tuples up to date: one batch of statements. */
import type pg from 'pg';
import { SCHEMA_FORMAT } from '../schema/compiled-schema.ts';
import type { NewRevision, TupleDelta } from '../write/ledger.ts';
import { TUPLE_COLUMNS, tupleArrays, WHOLE_ARRAY_TYPES, WHOLE_COLUMNS, wholeArrays } from './rows.ts';

export async function appendRevisions(
  client: pg.PoolClient,
  storeId: string,
  timeMs: number,
  revisions: readonly NewRevision[],
  delta: TupleDelta,
): Promise<void> {
  // Sent one behind the other on the same connection; each waits for its turn there. All are
  // awaited, so that none fails unheard once the first has.
  const results = await Promise.allSettled([
    insertRevisions(client, storeId, timeMs, revisions),
    insertChanges(client, storeId, revisions),
    applyDelta(client, storeId, delta),
    ...revisions.flatMap((revision) => [
      insertSchema(client, storeId, timeMs, revision),
      insertCredential(client, storeId, revision),
      revokeCredential(client, storeId, revision),
    ]),
    insertIdempotency(client, storeId, revisions),
    moveHead(client, storeId, timeMs, revisions),
  ]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** The parameters of {@link wholeArrays}, from `$first` on. */
function wholeParameters(first: number): string {
  return WHOLE_ARRAY_TYPES.map((type, i) => `$${first + i}::${type}`).join(', ');
}

async function insertRevisions(
  client: pg.PoolClient,
  storeId: string,
  timeMs: number,
  revisions: readonly NewRevision[],
): Promise<void> {
  await client.query({
    name: 'append-revisions',
    text: `insert into revision (store_id, time, revision, tag, kind, actor, credential_id, metadata)
           select $1, to_timestamp($2::float8 / 1000), * from
           unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[])`,
    values: [
      storeId,
      timeMs,
      revisions.map((each) => each.revision),
      revisions.map((each) => each.tag),
      revisions.map((each) => each.kind),
      revisions.map((each) => each.actor ?? null),
      revisions.map((each) => each.credentialId ?? null),
      revisions.map((each) => each.metadata ?? null),
    ],
  });
}

async function insertChanges(
  client: pg.PoolClient,
  storeId: string,
  revisions: readonly NewRevision[],
): Promise<void> {
  const rows = revisions.flatMap(({ revision, changes }) =>
    changes.map((change, position) => ({ revision, position, ...change })),
  );
  if (rows.length === 0) return;
  await client.query({
    name: 'append-changes',
    text: `insert into change (store_id, revision, position, added, ${WHOLE_COLUMNS})
           select $1, * from unnest($2::bigint[], $3::int[], $4::bool[], ${wholeParameters(5)})`,
    values: [
      storeId,
      rows.map((row) => row.revision),
      rows.map((row) => row.position),
      rows.map((row) => row.op === 'add'),
      ...wholeArrays(rows.map((row) => row.tuple)),
    ],
  });
}

async function applyDelta(
  client: pg.PoolClient,
  storeId: string,
  { present, absent }: TupleDelta,
): Promise<void> {
  if (absent.length > 0) {
    await client.query({
      name: 'append-deletes',
      text: `delete from tuple using unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                               as gone (${TUPLE_COLUMNS})
              where tuple.store_id = $1
                and tuple.object_type = gone.object_type and tuple.object_id = gone.object_id
                and tuple.relation = gone.relation and tuple.subject_type = gone.subject_type
                and tuple.subject_id = gone.subject_id and tuple.subject_relation = gone.subject_relation`,
      values: [storeId, ...tupleArrays(absent)],
    });
  }
  if (present.length === 0) return;
  await client.query({
    name: 'append-tuples',
    text: `insert into tuple (store_id, created_revision, ${WHOLE_COLUMNS})
           select $1, * from unnest($2::bigint[], ${wholeParameters(3)})
           on conflict (store_id, ${TUPLE_COLUMNS}) do update
             set created_revision = excluded.created_revision, condition_name = excluded.condition_name,
                 condition_context = excluded.condition_context, expires_ms = excluded.expires_ms`,
    values: [
      storeId,
      present.map((each) => each.revision),
      ...wholeArrays(present.map((each) => each.tuple)),
    ],
  });
}

async function insertSchema(
  client: pg.PoolClient,
  storeId: string,
  timeMs: number,
  revision: NewRevision,
): Promise<void> {
  const { schema } = revision;
  if (schema === undefined) return;
  await client.query({
    text: `insert into schema_version (store_id, version, revision, text, compiled, format, written_at, actor)
           values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000), $8)`,
    values: [
      storeId,
      schema.version,
      revision.revision,
      schema.text,
      JSON.stringify(schema.compiled),
      SCHEMA_FORMAT,
      timeMs,
      revision.actor ?? null,
    ],
  });
}

async function insertCredential(
  client: pg.PoolClient,
  storeId: string,
  revision: NewRevision,
): Promise<void> {
  const credential = revision.credentialCreated;
  if (credential === undefined) return;
  await client.query({
    text: `insert into credential (store_id, id, secret_hash, level, description, created_at, created_revision, expires_at)
           values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), $7, to_timestamp($8::float8 / 1000))`,
    values: [
      storeId,
      credential.id,
      credential.secretHash,
      credential.level,
      credential.description,
      credential.createdAt,
      revision.revision,
      credential.expiresAt ?? null,
    ],
  });
}

async function revokeCredential(
  client: pg.PoolClient,
  storeId: string,
  revision: NewRevision,
): Promise<void> {
  const revoked = revision.credentialRevoked;
  if (revoked === undefined) return;
  await client.query({
    // Revoked again, it stays with the revision that revoked it: whoever reads that one looks for it there.
    text: `update credential set revoked_at = to_timestamp($3::float8 / 1000), revoked_revision = $4
            where store_id = $1 and id = $2 and revoked_revision is null`,
    values: [storeId, revoked.id, revoked.revokedAt, revision.revision],
  });
}

async function insertIdempotency(
  client: pg.PoolClient,
  storeId: string,
  revisions: readonly NewRevision[],
): Promise<void> {
  const rows = revisions.flatMap(({ revision, tag, idempotency }) =>
    idempotency === undefined ? [] : [{ revision, tag, ...idempotency }],
  );
  if (rows.length === 0) return;
  await client.query({
    name: 'append-idempotency',
    // A key older than 24 hours may be in the table still; it is free again.
    text: `insert into idempotency (store_id, created_at, credential_id, key, request_hash, revision, tag)
           select $1, case when is_lasting then 'infinity' else now() end, credential_id, key, request_hash, revision, tag
             from unnest($2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::bigint[], $7::bool[])
               as made (credential_id, key, request_hash, revision, tag, is_lasting)
           on conflict (store_id, credential_id, key) do update
             set created_at = excluded.created_at, request_hash = excluded.request_hash,
                 revision = excluded.revision, tag = excluded.tag`,
    values: [
      storeId,
      rows.map((row) => row.credentialId),
      rows.map((row) => row.key),
      rows.map((row) => row.requestHash),
      rows.map((row) => row.revision),
      rows.map((row) => row.tag),
      rows.map((row) => row.isLasting === true),
    ],
  });
}

async function moveHead(
  client: pg.PoolClient,
  storeId: string,
  timeMs: number,
  revisions: readonly NewRevision[],
): Promise<void> {
  const last = revisions[revisions.length - 1];
  const version = revisions.reduce((newest, each) => each.schema?.version ?? newest, 0);
  await client.query({
    name: 'append-head',
    text: `update store set revision = $2, tag = $3, revision_time = to_timestamp($4::float8 / 1000),
                            schema_version = greatest(schema_version, $5)
            where id = $1`,
    values: [storeId, last.revision, last.tag, timeMs, version],
  });
}
