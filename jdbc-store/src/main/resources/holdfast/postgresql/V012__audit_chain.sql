-- One row: where the chain over the audit stands, behind which entry it is kept, and up to which entry it may go on once the
-- transactions have ended that wrote to the audit when that was noted.
CREATE TABLE audit_chain (
  id          boolean PRIMARY KEY DEFAULT true,
  number      bigint  NOT NULL DEFAULT 0,
  entry       bigint  NOT NULL DEFAULT 0,
  hash        text    NOT NULL DEFAULT '0000000000000000000000000000000000000000000000000000000000000000',
  kept_number bigint  NOT NULL DEFAULT 0,
  kept_entry  bigint  NOT NULL DEFAULT 0,
  kept_hash   text    NOT NULL DEFAULT '0000000000000000000000000000000000000000000000000000000000000000',
  settling    bigint  NOT NULL DEFAULT 0,
  awaited     text[]  NOT NULL DEFAULT '{}',
  CONSTRAINT audit_chain_one CHECK (id)
);
INSERT INTO audit_chain DEFAULT VALUES;

-- The seal of each audit entry. It has no foreign key: a seal whose entry was deleted must stay to tell.
CREATE TABLE audit_seal (
  number bigint PRIMARY KEY,
  entry  bigint NOT NULL,
  hash   bytea  NOT NULL
);
