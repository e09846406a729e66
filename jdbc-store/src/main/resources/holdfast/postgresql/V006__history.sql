-- What was live at a destination, which operation a release was made for, and when somebody should look at a place.

CREATE INDEX operation_changes ON operation (address, plugin, id DESC)
  WHERE phase IN ('RECORDED', 'RELOADED', 'REVERTING');
CREATE INDEX operation_by_stamp ON operation (goal_stamp, id) WHERE goal_stamp IS NOT NULL;

-- due_at is null where nothing is to be done; a claim moves it to the end of its lease. Places that are known already are
-- looked at once more, spread over an hour. The default is for nodes of an older version that share the database.
CREATE SEQUENCE place_token;
ALTER TABLE place
  ADD COLUMN due_at      timestamptz DEFAULT now(),
  ADD COLUMN token       bigint  NOT NULL DEFAULT 0,
  ADD COLUMN claimed_by  text,
  ADD COLUMN lease_until timestamptz,
  ADD COLUMN again       boolean NOT NULL DEFAULT false,
  ADD COLUMN failures    integer NOT NULL DEFAULT 0,
  ADD COLUMN trouble     text;
UPDATE place SET due_at = now() + random() * interval '1 hour';
CREATE INDEX place_due ON place (due_at, address, plugin) WHERE due_at IS NOT NULL;
CREATE INDEX place_by_workspace ON place (workspace);
CREATE INDEX place_troubled ON place (address, plugin) WHERE trouble IS NOT NULL;
