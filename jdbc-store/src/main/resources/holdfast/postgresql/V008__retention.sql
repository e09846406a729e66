-- Whether a commit took place whose connection was lost: one row for each transaction that a node runs at one time.
CREATE TABLE commit_mark (
  owner      text        COLLATE "C" NOT NULL,
  slot       integer     NOT NULL,
  mark       bigint      NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (owner, slot)
) WITH (fillfactor = 50);
