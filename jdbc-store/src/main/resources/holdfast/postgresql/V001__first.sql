-- Holdfast on PostgreSQL 15 or newer. Names are unqualified: whoever runs this sets search_path to the schema.

-- The one clock that leases and due times are measured by. Tests may set holdfast.clock; nobody else does.
CREATE FUNCTION clock() RETURNS timestamptz LANGUAGE sql STABLE
  RETURN coalesce(nullif(current_setting('holdfast.clock', true), '')::timestamptz, now());
CREATE FUNCTION later(milliseconds bigint) RETURNS timestamptz LANGUAGE sql STABLE
  RETURN clock() + milliseconds * interval '1 millisecond';

-- The fencing sequence. A row, not a sequence: it must be able to jump past what a target shows, and never fall back.
CREATE TABLE epoch (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  value    bigint  NOT NULL
);
INSERT INTO epoch (value) VALUES (0);
CREATE SEQUENCE sweep_token;

CREATE TABLE upstream (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  scheme      text        COLLATE "C" NOT NULL,
  key         text        COLLATE "C" NOT NULL,
  host        text        COLLATE "C" NOT NULL,
  followed    boolean     NOT NULL,
  due_at      timestamptz NOT NULL,
  token       bigint      NOT NULL DEFAULT 0,
  claimed_by  text,
  claimed_at  timestamptz,
  lease_until timestamptz,
  again       boolean     NOT NULL DEFAULT false,
  failures    integer     NOT NULL DEFAULT 0,
  last_error  text,
  checked_at  timestamptz,
  UNIQUE (key, scheme, host)
);
-- A claim moves due_at to the end of its lease, so one index serves what is due and what is held.
CREATE INDEX upstream_due ON upstream (due_at, id) WHERE followed;

CREATE TABLE install (
  workspace    text        COLLATE "C" NOT NULL,
  plugin       text        COLLATE "C" NOT NULL,
  address      text        COLLATE "C" NOT NULL,
  source       text        NOT NULL,
  track        text        COLLATE "C" NOT NULL,
  follows      boolean     NOT NULL,
  upstream_id  bigint      NOT NULL REFERENCES upstream,
  stamp        text        NOT NULL,
  revision     text        COLLATE "C" NOT NULL,
  version      text,
  digest       text        NOT NULL,
  installed_at timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  PRIMARY KEY (workspace, plugin),
  CONSTRAINT install_destination UNIQUE (address, plugin)
);
CREATE INDEX install_by_upstream ON install (upstream_id, track, revision);

CREATE TABLE update_entry (
  id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind          text        NOT NULL,
  workspace     text        COLLATE "C",
  plugin        text        COLLATE "C",
  image         text        COLLATE "C",
  from_revision text        NOT NULL,
  to_revision   text        NOT NULL,
  version       text,
  why           text        NOT NULL,
  status        text        NOT NULL,
  attempts      integer     NOT NULL DEFAULT 0,
  last_error    text,
  retry_at      timestamptz,
  actor         text        NOT NULL,
  created_at    timestamptz NOT NULL,
  changed_at    timestamptz NOT NULL,
  CONSTRAINT update_subject CHECK (
    (kind = 'plugin' AND workspace IS NOT NULL AND plugin IS NOT NULL AND image IS NULL)
    OR (kind = 'image' AND image IS NOT NULL AND workspace IS NULL AND plugin IS NULL)),
  CONSTRAINT update_status CHECK (
    status IN ('PENDING', 'APPLYING', 'APPLIED', 'DISMISSED', 'SUPERSEDED', 'RESOLVED', 'FAILED'))
);
CREATE UNIQUE INDEX update_open_plugin ON update_entry (workspace, plugin)
  WHERE kind = 'plugin' AND status IN ('PENDING', 'APPLYING');
CREATE UNIQUE INDEX update_open_image ON update_entry (image)
  WHERE kind = 'image' AND status IN ('PENDING', 'APPLYING');
CREATE INDEX update_by_plugin ON update_entry (workspace, plugin, id DESC);
CREATE INDEX update_by_status ON update_entry (status, id DESC);
CREATE INDEX update_dismissed ON update_entry (workspace, plugin, to_revision) WHERE status = 'DISMISSED';

CREATE TABLE bad_revision (
  workspace text   COLLATE "C" NOT NULL,
  plugin    text   COLLATE "C" NOT NULL,
  revision  text   NOT NULL,
  update_id bigint,
  PRIMARY KEY (workspace, plugin, revision)
);

CREATE TABLE operation (
  id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind            text        NOT NULL,
  workspace       text        COLLATE "C" NOT NULL,
  plugin          text        COLLATE "C" NOT NULL,
  address         text        COLLATE "C" NOT NULL,
  goal_source     text,
  goal_track      text,
  goal_upstream   text[],
  goal_stamp      text,
  goal_revision   text,
  goal_version    text,
  from_revision   text,
  update_id       bigint,
  actor           text        NOT NULL,
  owner           text        NOT NULL,
  lease_until     timestamptz NOT NULL,
  epoch           bigint      NOT NULL,
  phase           text        NOT NULL,
  outcome         text,
  note            text,
  opened_at       timestamptz NOT NULL,
  closed_at       timestamptz,
  CONSTRAINT operation_outcome CHECK (outcome IN ('SUCCEEDED', 'FAILED'))
);
CREATE UNIQUE INDEX operation_open_destination ON operation (address, plugin) WHERE outcome IS NULL;
CREATE UNIQUE INDEX operation_open_key ON operation (workspace, plugin) WHERE outcome IS NULL;
CREATE INDEX operation_expired ON operation (lease_until, id) WHERE outcome IS NULL;
CREATE INDEX operation_by_key ON operation (workspace, plugin, id DESC);

-- Every destination that was ever touched, and whose it was last.
CREATE TABLE place (
  address   text COLLATE "C" NOT NULL,
  plugin    text COLLATE "C" NOT NULL,
  workspace text COLLATE "C" NOT NULL,
  PRIMARY KEY (address, plugin)
);

CREATE TABLE audit (
  id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at            timestamptz NOT NULL,
  actor         text        NOT NULL,
  action        text        NOT NULL,
  workspace     text        COLLATE "C",
  plugin        text        COLLATE "C",
  from_revision text,
  to_revision   text,
  outcome       text        NOT NULL
);
CREATE INDEX audit_by_workspace ON audit (workspace, id DESC);
