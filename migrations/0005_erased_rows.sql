-- Up Migration

-- Rows of the log that named who is being erased, as far as they are rewritten: if there are none, there was nothing to
-- erase. The event has it too, for whoever waited while another node finished.
alter table erasure add column rewritten bigint not null default 0;
alter table audit_event add column rewritten bigint;

-- Down Migration
