-- Which events nodes want of each webhook, and when one of them said so last.
CREATE TABLE webhook_events (
  name    text        COLLATE "C" NOT NULL,
  event   text        COLLATE "C" NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (name, event)
) WITH (fillfactor = 50);
