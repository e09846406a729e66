-- Each choice of events has a place of its own: nodes that differ during a deployment pass over nothing of each other's.
ALTER TABLE webhook ADD COLUMN events text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE webhook DROP CONSTRAINT webhook_pkey;
ALTER TABLE webhook ADD CONSTRAINT webhook_pkey PRIMARY KEY (name, events);
