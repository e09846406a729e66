-- What was live at a destination, and which operation a release was made for, however long the journal is.

CREATE INDEX operation_changes ON operation (address, plugin, id DESC)
  WHERE phase IN ('RECORDED', 'RELOADED', 'REVERTING');
CREATE INDEX operation_by_stamp ON operation (goal_stamp, id) WHERE goal_stamp IS NOT NULL;
