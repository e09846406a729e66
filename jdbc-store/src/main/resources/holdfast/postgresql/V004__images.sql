-- Which digest of an image was seen, is being put to work, and was put to work, by site: whose containers run it.

CREATE SEQUENCE image_token;

CREATE TABLE image_entry (
  site        text        COLLATE "C" NOT NULL,
  image       text        COLLATE "C" NOT NULL,
  observed    text        COLLATE "C" NOT NULL,
  committed   text        COLLATE "C",
  attempts    integer     NOT NULL DEFAULT 0,
  last_error  text,
  retry_at    timestamptz,
  changed_at  timestamptz NOT NULL,
  token       bigint      NOT NULL DEFAULT 0,
  node        text,
  lease_until timestamptz,
  PRIMARY KEY (site, image)
);
