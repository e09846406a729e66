-- Updates of images: queued by site, and what their attempts came to is written to their queue entries.

ALTER TABLE update_entry ADD COLUMN site text COLLATE "C";
ALTER TABLE update_entry DROP CONSTRAINT update_subject;
ALTER TABLE update_entry ADD CONSTRAINT update_subject CHECK (
  (kind = 'plugin' AND workspace IS NOT NULL AND plugin IS NOT NULL AND site IS NULL AND image IS NULL)
  OR (kind = 'image' AND site IS NOT NULL AND image IS NOT NULL AND workspace IS NULL AND plugin IS NULL));
DROP INDEX update_open_image;
CREATE UNIQUE INDEX update_open_image ON update_entry (site, image)
  WHERE kind = 'image' AND status IN ('PENDING', 'APPLYING');
CREATE INDEX update_by_image ON update_entry (site, image, id DESC) WHERE kind = 'image';

ALTER TABLE image_entry DROP COLUMN attempts, DROP COLUMN last_error, DROP COLUMN retry_at;

ALTER TABLE audit ADD COLUMN site text COLLATE "C", ADD COLUMN image text COLLATE "C";
