-- The index of containers: what runs where, and for which workload.

-- Never falls back, so that a row which was dropped and made again has another version than any it ever had.
CREATE SEQUENCE container_version;

CREATE TABLE container (
  host           text        COLLATE "C" NOT NULL,
  workload       text        COLLATE "C" NOT NULL,
  role           text        COLLATE "C" NOT NULL,
  replica        text        COLLATE "C" NOT NULL,
  kind           text        NOT NULL,
  container_id   text        COLLATE "C" NOT NULL,
  name           text        NOT NULL,
  image          text        NOT NULL,
  state          text        NOT NULL,
  exit_code      bigint,
  ports          text        NOT NULL,
  stop_requested boolean     NOT NULL,
  host_data      text,
  version        bigint      NOT NULL,
  seen_at        timestamptz NOT NULL,
  changed_at     timestamptz NOT NULL,
  PRIMARY KEY (host, workload, role, replica),
  CONSTRAINT container_state CHECK (
    state IN ('CREATED', 'RUNNING', 'RESTARTING', 'PAUSED', 'REMOVING', 'STOPPED', 'FAILED', 'MISSING'))
);
CREATE INDEX container_by_id ON container (host, container_id);
CREATE UNIQUE INDEX container_registered ON container (host, container_id) WHERE host_data IS NOT NULL;
CREATE INDEX container_by_workload ON container (workload);
