-- What is said about many installs at one time: labels, quarantines, and rollouts with their members.

-- Those of a workspace have an empty plugin.
CREATE TABLE label (
  workspace text COLLATE "C" NOT NULL,
  plugin    text COLLATE "C" NOT NULL,
  key       text COLLATE "C" NOT NULL,
  value     text COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace, plugin, key)
);
CREATE INDEX label_by_value ON label (key, value, workspace);

-- A source is its text up to the ref. An empty source, or an empty revision, means any.
CREATE TABLE quarantine (
  id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source   text        COLLATE "C",
  revision text        COLLATE "C",
  scope    text        NOT NULL,
  reason   text        NOT NULL,
  actor    text        NOT NULL,
  since    timestamptz NOT NULL,
  until    timestamptz,
  rollout  bigint,
  CONSTRAINT quarantine_content CHECK (source IS NOT NULL OR revision IS NOT NULL)
);
CREATE INDEX quarantine_by_revision ON quarantine (revision) WHERE revision IS NOT NULL;
CREATE INDEX quarantine_by_source ON quarantine (source) WHERE revision IS NULL;

CREATE TABLE rollout_plan (
  name text COLLATE "C" PRIMARY KEY,
  plan text NOT NULL
);

-- The plan is the text that the rollout began with.
CREATE TABLE rollout (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text        COLLATE "C" NOT NULL,
  plan       text        NOT NULL,
  source     text        COLLATE "C" NOT NULL,
  track      text        COLLATE "C",
  revision   text        COLLATE "C" NOT NULL,
  version    text,
  state      text        NOT NULL,
  ring       integer     NOT NULL,
  ring_since timestamptz NOT NULL,
  soak_until timestamptz,
  note       text        NOT NULL,
  actor      text        NOT NULL,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  CONSTRAINT rollout_state CHECK (state IN ('RUNNING', 'PAUSED', 'HALTED', 'STOPPED', 'SUPERSEDED', 'DONE'))
);
CREATE INDEX rollout_by_goal ON rollout (source, revision, id DESC);
CREATE INDEX rollout_open ON rollout (id DESC) WHERE state IN ('RUNNING', 'PAUSED');

-- Whoever changes a row has locked its rollout's, so what was counted holds until the commit.
CREATE TABLE rollout_member (
  rollout      bigint      NOT NULL REFERENCES rollout ON DELETE CASCADE,
  workspace    text        COLLATE "C" NOT NULL,
  plugin       text        COLLATE "C" NOT NULL,
  ring         integer     NOT NULL,
  state        text        NOT NULL,
  operation_id bigint,
  changed_at   timestamptz NOT NULL,
  PRIMARY KEY (rollout, workspace, plugin),
  CONSTRAINT rollout_member_state CHECK (state IN ('WAITING', 'UNDER_WAY', 'SUCCEEDED', 'FAILED', 'LEFT'))
);
-- A rollout's members are counted by ring and state without a look at the table.
CREATE INDEX rollout_member_by_ring ON rollout_member (rollout, ring, workspace, plugin) INCLUDE (state);
CREATE INDEX rollout_member_by_operation ON rollout_member (operation_id) WHERE operation_id IS NOT NULL;
CREATE INDEX rollout_member_by_key ON rollout_member (workspace, plugin) WHERE state IN ('WAITING', 'SUCCEEDED');

-- The installs of a source, whatever their ref, in the order of their keys.
CREATE INDEX install_by_source ON install (split_part(source, '#', 1), workspace, plugin);
