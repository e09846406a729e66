-- What a host that ran the first schema has: one install, an update that came, went and came again, a failing upstream.
INSERT INTO upstream (scheme, key, host, followed, due_at, failures, last_error)
VALUES ('scripted', 'scripted://greeter', 'scripted', true, '2026-01-04Z', 3, 'no route');
INSERT INTO install (workspace, plugin, address, source, track, follows, upstream_id, stamp, revision, digest,
  installed_at, updated_at)
SELECT 'ws-1', 'greeter', 'dir:///srv/ws-1', 'scripted://greeter', 'tag:latest', true, id, '20260101T000000000Z-0000000001',
  repeat('a', 40), 'sha256:' || repeat('a', 64), '2026-01-01Z', '2026-01-01Z' FROM upstream;
INSERT INTO update_entry (kind, workspace, plugin, from_revision, to_revision, why, status, actor, created_at, changed_at)
VALUES
  ('plugin', 'ws-1', 'greeter', repeat('a', 40), repeat('b', 40), 'UPSTREAM_MOVED', 'SUPERSEDED', 'sweep', '2026-01-02Z', '2026-01-02Z'),
  ('plugin', 'ws-1', 'greeter', repeat('a', 40), repeat('c', 40), 'UPSTREAM_MOVED', 'SUPERSEDED', 'sweep', '2026-01-03Z', '2026-01-03Z'),
  ('plugin', 'ws-1', 'greeter', repeat('a', 40), repeat('b', 40), 'UPSTREAM_MOVED', 'PENDING', 'sweep', '2026-01-04Z', '2026-01-04Z');
