-- Up Migration

-- A store that is being deleted is not there any more; its rows go in portions afterwards. The oldest
-- revision is recorded rather than looked for among rows that come and go.
alter table store
  add column deleted_at      timestamptz,
  add column oldest_revision bigint not null default 0;
update store set oldest_revision = coalesce((select min(revision) from revision where store_id = store.id), 0);
create index store_deleted on store (id) where deleted_at is not null;

-- Down Migration
