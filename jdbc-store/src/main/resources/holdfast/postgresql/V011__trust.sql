-- Who signed what comes from an upstream, and its first commits. It outlives the installs.
CREATE TABLE trust_pin (
  scheme   text        COLLATE "C" NOT NULL,
  upstream text        COLLATE "C" NOT NULL,
  kind     text        NOT NULL,
  pinned   text[]      NOT NULL,
  actor    text        NOT NULL,
  since    timestamptz NOT NULL,
  PRIMARY KEY (scheme, upstream, kind),
  CONSTRAINT trust_pin_kind CHECK (kind IN ('SIGNER', 'ORIGIN'))
);

-- What was proved of a revision before it was delivered to an install.
CREATE TABLE trust_verified (
  workspace   text        COLLATE "C" NOT NULL,
  plugin      text        COLLATE "C" NOT NULL,
  revision    text        COLLATE "C" NOT NULL,
  rule        text        NOT NULL,
  part        text        NOT NULL,
  fingerprint text        NOT NULL,
  signer      text        NOT NULL,
  account     text        NOT NULL,
  at          timestamptz NOT NULL,
  PRIMARY KEY (workspace, plugin, revision)
);
