-- Up Migration

-- What belongs to the whole deployment: its id, the key of zookies, the versions of code it admits.
create table deployment (
  only_row       boolean primary key default true check (only_row),
  id             text   not null,
  zookie_key     bytea  not null,
  reader_version integer not null,
  writer_version integer not null
);

-- One isolated world each. Its row is what writers lock; revision and tag are the store's head.
create table store (
  id             bigint primary key,
  name           text collate "C" not null unique,
  created_at     timestamptz not null default clock_timestamp(),
  revision       bigint not null default 0,
  tag            bigint not null,
  revision_time  timestamptz not null default clock_timestamp(),
  schema_version bigint not null default 0
);

-- Every commit of a store, in order, with who made it. The tag tells two histories apart.
create table revision (
  store_id      bigint not null references store on delete cascade,
  revision      bigint not null,
  tag           bigint not null,
  time          timestamptz not null,
  kind          text collate "C" not null check (kind in ('start', 'tuples', 'schema', 'credential')),
  actor         text collate "C",
  credential_id text collate "C",
  metadata      text,
  primary key (store_id, revision)
);
create index revision_by_time on revision (store_id, time);

-- What each revision added and removed.
create table change (
  store_id         bigint not null,
  revision         bigint not null,
  position         integer not null,
  added            boolean not null,
  object_type      text collate "C" not null,
  object_id        text collate "C" not null,
  relation         text collate "C" not null,
  subject_type     text collate "C" not null,
  subject_id       text collate "C" not null,
  subject_relation text collate "C" not null,
  primary key (store_id, revision, position),
  foreign key (store_id, revision) references revision on delete cascade
);

-- What is true now, and nothing else.
create table tuple (
  store_id         bigint not null references store on delete cascade,
  object_type      text collate "C" not null,
  object_id        text collate "C" not null,
  relation         text collate "C" not null,
  subject_type     text collate "C" not null,
  subject_id       text collate "C" not null,
  subject_relation text collate "C" not null,
  created_revision bigint not null,
  primary key (store_id, object_type, object_id, relation, subject_type, subject_id, subject_relation)
);
create index tuple_by_subject
  on tuple (store_id, subject_type, subject_id, subject_relation, object_type, relation, object_id);

-- Every schema a store ever had, as written and as compiled.
create table schema_version (
  store_id   bigint not null references store on delete cascade,
  version    bigint not null,
  revision   bigint not null,
  text       text not null,
  compiled   text not null,
  format     integer not null,
  written_at timestamptz not null,
  actor      text collate "C",
  primary key (store_id, version)
);
create index schema_version_by_revision on schema_version (store_id, revision);

-- Who may call. The secret itself is nowhere.
create table credential (
  id               text collate "C" primary key,
  store_id         bigint not null references store on delete cascade,
  secret_hash      bytea not null,
  level            text collate "C" not null check (level in ('read', 'governed_write', 'write', 'admin')),
  description      text not null,
  created_at       timestamptz not null,
  created_revision bigint not null,
  expires_at       timestamptz,
  revoked_at       timestamptz,
  revoked_revision bigint
);
create index credential_by_store on credential (store_id);

-- Writes that may be sent again without happening again.
create table idempotency (
  store_id      bigint not null references store on delete cascade,
  credential_id text collate "C" not null,
  key           text collate "C" not null,
  request_hash  bytea not null,
  revision      bigint not null,
  tag           bigint not null,
  created_at    timestamptz not null,
  primary key (store_id, credential_id, key)
);
create index idempotency_by_age on idempotency (created_at);

-- Down Migration
