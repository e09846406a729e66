-- Whether a commit took place whose connection was lost: one row for each transaction that a node runs at one time.
CREATE TABLE commit_mark (
  owner      text        COLLATE "C" NOT NULL,
  slot       integer     NOT NULL,
  mark       bigint      NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (owner, slot)
) WITH (fillfactor = 50);

-- An answer is written for the installs of one upstream in the order of their keys, some thousand at one time.
CREATE INDEX install_followers ON install (upstream_id, workspace, plugin) WHERE follows;

-- Of a workspace that was forgotten: history, which decides nothing for a later workspace of that name.
ALTER TABLE update_entry ADD COLUMN forgotten boolean NOT NULL DEFAULT false;

-- The revision that has waited longest, however many wait.
CREATE INDEX update_waiting ON update_entry (seen_at) WHERE status = 'PENDING';
