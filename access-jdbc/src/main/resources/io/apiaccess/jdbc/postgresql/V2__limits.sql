-- What limits hold, one row for each counter, all of it in the row: after waiting for a lock PostgreSQL reads the locked row
-- again and nothing else. No column that changes is indexed and pages have room, so that a taking writes no index.
-- From free_at on nothing is held, in nanoseconds since 1970-01-01T00:00Z.
CREATE TABLE access_counter (
    id      BYTEA        PRIMARY KEY CHECK (octet_length(id) = 32),
    policy  VARCHAR(64)  NOT NULL,
    name    VARCHAR(200) NOT NULL,
    kind    VARCHAR(6)   NOT NULL CHECK (kind IN ('RATE', 'BUCKET', 'QUOTA')),
    shadow  BOOLEAN      NOT NULL,
    scope   VARCHAR(22)  NOT NULL,
    subject VARCHAR(200) NOT NULL,
    used    BIGINT       NOT NULL DEFAULT 0,
    held    BYTEA        NOT NULL,
    free_at BIGINT       NOT NULL,
    resets  INTEGER      NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Where counters begin at the earliest: at the time until which those that were deleted had held something.
CREATE TABLE access_counter_floor (
    kind    VARCHAR(6) PRIMARY KEY CHECK (kind IN ('RATE', 'BUCKET', 'QUOTA')),
    reached BIGINT     NOT NULL
);

INSERT INTO access_schema (version)
VALUES (2);
