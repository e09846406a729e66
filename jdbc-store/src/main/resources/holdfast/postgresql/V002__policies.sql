-- Who decides on updates, what is known of upstreams beyond their last error, and when a revision was first seen.

ALTER TABLE install ADD COLUMN policy text NOT NULL DEFAULT 'manual';
CREATE INDEX install_automatic ON install (workspace, plugin) WHERE policy <> 'manual';

ALTER TABLE update_entry ADD COLUMN seen_at timestamptz;
UPDATE update_entry u SET seen_at = (
  SELECT min(e.created_at) FROM update_entry e
  WHERE e.kind = u.kind AND e.to_revision = u.to_revision
    AND e.workspace IS NOT DISTINCT FROM u.workspace AND e.plugin IS NOT DISTINCT FROM u.plugin
    AND e.image IS NOT DISTINCT FROM u.image);
ALTER TABLE update_entry ALTER COLUMN seen_at SET NOT NULL;
CREATE INDEX update_seen ON update_entry (workspace, plugin, to_revision, seen_at);

ALTER TABLE upstream
  ADD COLUMN suspended     text,
  ADD COLUMN failing_since timestamptz,
  ADD COLUMN refs          text[] NOT NULL DEFAULT '{}',
  ADD COLUMN revisions     text[] NOT NULL DEFAULT '{}';
UPDATE upstream SET failing_since = now() WHERE failures > 0;
DROP INDEX upstream_due;
CREATE INDEX upstream_due ON upstream (due_at, id) WHERE followed AND suspended IS NULL;
