-- Up to which seal of the audit each webhook was told. A claim moves due_at to the end of its lease.
CREATE TABLE webhook (
  name          text        COLLATE "C" PRIMARY KEY,
  number        bigint      NOT NULL,
  entry         bigint      NOT NULL,
  hash          text        NOT NULL,
  token         bigint      NOT NULL DEFAULT 0,
  claimed_by    text,
  due_at        timestamptz NOT NULL,
  failures      integer     NOT NULL DEFAULT 0,
  last_error    text,
  failing_since timestamptz,
  delivered_at  timestamptz,
  lost          bigint      NOT NULL DEFAULT 0,
  suspended     text
) WITH (fillfactor = 50);
