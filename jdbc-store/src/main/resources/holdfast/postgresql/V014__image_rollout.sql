-- How far a digest of an image has come through the rings of a plan. A member is '<ring> <state> <container>'.
ALTER TABLE image_entry
  ADD COLUMN rollout_digest     text COLLATE "C",
  ADD COLUMN rollout_name       text COLLATE "C",
  ADD COLUMN rollout_plan       text,
  ADD COLUMN rollout_state      text,
  ADD COLUMN rollout_ring       integer,
  ADD COLUMN rollout_ring_since timestamptz,
  ADD COLUMN rollout_soak_until timestamptz,
  ADD COLUMN rollout_note       text,
  ADD COLUMN rollout_members    text[];
