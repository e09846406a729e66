-- What an install followed when its update was queued. Of closed entries it is not known any more.

ALTER TABLE update_entry ADD COLUMN track text;
UPDATE update_entry u SET track = i.track FROM install i
  WHERE u.kind = 'plugin' AND u.status IN ('PENDING', 'APPLYING')
    AND i.workspace = u.workspace AND i.plugin = u.plugin;
