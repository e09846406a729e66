-- What was last seen of an install on its target. A claim moves due_at to the end of its lease.
CREATE SEQUENCE inspection_token;
CREATE TABLE observation (
  workspace   text        COLLATE "C" NOT NULL,
  plugin      text        COLLATE "C" NOT NULL,
  condition   text        NOT NULL DEFAULT 'INTACT',
  detail      text        NOT NULL DEFAULT '',
  since       timestamptz NOT NULL,
  looked_at   timestamptz NOT NULL,
  verified_at timestamptz NOT NULL,
  due_at      timestamptz NOT NULL,
  token       bigint      NOT NULL DEFAULT 0,
  claimed_by  text,
  failures    integer     NOT NULL DEFAULT 0,
  last_error  text,
  PRIMARY KEY (workspace, plugin),
  CONSTRAINT observation_install FOREIGN KEY (workspace, plugin) REFERENCES install ON DELETE CASCADE
) WITH (fillfactor = 80);
CREATE INDEX observation_due ON observation (due_at);
CREATE INDEX observation_differing ON observation (workspace, plugin) WHERE condition <> 'INTACT';
CREATE INDEX install_by_authority ON install (split_part(address, '/', 3));

-- Nobody has looked at these: over the first day somebody does.
INSERT INTO observation (workspace, plugin, since, looked_at, verified_at, due_at)
SELECT workspace, plugin, updated_at, updated_at, updated_at, clock() + random() * interval '1 day' FROM install;
