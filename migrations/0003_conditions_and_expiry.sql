-- Up Migration

-- What a tuple carries: the name of a condition with values for its parameters, as JSON, and when it expires, in
-- milliseconds since 1970. All null for a tuple that always holds, as is every one so far.
alter table tuple
  add column condition_name    text collate "C",
  add column condition_context text,
  add column expires_ms        bigint;
alter table change
  add column condition_name    text collate "C",
  add column condition_context text,
  add column expires_ms        bigint;

-- Whoever does not know these columns takes a tuple that holds now and then for one that always does.
update deployment set reader_version = greatest(reader_version, 2), writer_version = greatest(writer_version, 2);

-- Down Migration
