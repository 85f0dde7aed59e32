-- Up Migration

-- The log is kept longer than what follows it may rely on: revisions before `store.oldest_revision` are there for the
-- audit only. Whoever takes a row's being there for "kept" would follow a history that is not complete any more.
update deployment set reader_version = greatest(reader_version, 3), writer_version = greatest(writer_version, 3);

-- When somebody was erased last. What is recorded only after it happened, as refused writes are, and happened before
-- this, may name who was erased.
alter table store add column erased_at timestamptz;

-- Who did what to an object or a subject, and what somebody did.
create index change_by_object on change (store_id, object_type, object_id, revision, position);
create index change_by_subject on change (store_id, subject_type, subject_id, revision, position);
create index revision_by_actor on revision (store_id, actor, revision) where actor is not null;
create index revision_by_credential on revision (store_id, credential_id, revision) where credential_id is not null;
create index credential_by_creation on credential (store_id, created_revision);
create index credential_by_revocation on credential (store_id, revoked_revision) where revoked_revision is not null;

-- What the audit tells and no revision does. Its place among the revisions is behind the one that was the head then.
create table audit_event (
  id            bigint generated always as identity primary key,
  store_id      bigint not null references store on delete cascade,
  revision      bigint not null,
  time          timestamptz not null,
  kind          text collate "C" not null check (kind in (
                  'write_refused', 'refusals_not_recorded', 'store_created', 'store_deleted', 'subject_erased')),
  actor         text collate "C",
  credential_id text collate "C",
  metadata      text,
  -- Of a refused write: why, and the update that was refused if it was for one of them.
  reason        text collate "C",
  message       text,
  operation     text collate "C" check (operation in ('create', 'touch', 'delete')),
  object_type      text collate "C",
  object_id        text collate "C",
  relation         text collate "C",
  subject_type     text collate "C",
  subject_id       text collate "C",
  subject_relation text collate "C",
  -- Updates of the refused write; refused writes that were not recorded; tuples that an erasure removed.
  count         integer,
  -- The store that was made or deleted, as `NAME (ID)`; the pseudonym of who was erased, as `type:id`.
  name          text
);
create index audit_event_by_place on audit_event (store_id, revision, id);
create index audit_event_by_object on audit_event (store_id, object_type, object_id, revision, id) where object_type is not null;
create index audit_event_by_subject on audit_event (store_id, subject_type, subject_id, revision, id) where subject_type is not null;
create index audit_event_by_actor on audit_event (store_id, actor, revision, id) where actor is not null;
create index audit_event_by_credential on audit_event (store_id, credential_id, revision, id) where credential_id is not null;
create index audit_event_by_time on audit_event (time);

-- Erasures under way: who is to be erased is known here until it is done, and then nowhere. Rows that followers apply are
-- never rewritten: `store.oldest_revision` is moved first to the last revision whose changes name the subject.
create table erasure (
  store_id      bigint not null references store on delete cascade,
  subject_type  text collate "C" not null,
  subject_id    text collate "C" not null,
  pseudonym     text collate "C" not null,
  -- Revisions up to this one are rewritten.
  revision      bigint not null,
  begun_at      timestamptz not null,
  actor         text collate "C",
  credential_id text collate "C",
  metadata      text,
  removed       integer not null,
  primary key (store_id, subject_type, subject_id)
);

-- Down Migration
