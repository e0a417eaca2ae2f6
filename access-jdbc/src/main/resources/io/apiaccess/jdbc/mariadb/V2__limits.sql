-- What limits hold, one row for each counter, all of it in the row: who locks the row sees all there is.
-- From free_at on nothing is held, in nanoseconds since 1970-01-01T00:00Z.
CREATE TABLE IF NOT EXISTS access_counter (
    id      BINARY(32)      PRIMARY KEY,
    policy  VARCHAR(64)     NOT NULL,
    name    VARCHAR(200)    NOT NULL,
    kind    VARCHAR(6)      NOT NULL CHECK (kind IN ('RATE', 'BUCKET', 'QUOTA')),
    shadow  BOOLEAN         NOT NULL,
    scope   VARCHAR(22)     NOT NULL,
    subject VARCHAR(200)    NOT NULL,
    used    BIGINT          NOT NULL DEFAULT 0,
    held    VARBINARY(2000) NOT NULL,
    free_at BIGINT          NOT NULL,
    resets  INTEGER         NOT NULL DEFAULT 0
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Where counters begin at the earliest: at the time until which those that were deleted had held something.
CREATE TABLE IF NOT EXISTS access_counter_floor (
    kind    VARCHAR(6) PRIMARY KEY CHECK (kind IN ('RATE', 'BUCKET', 'QUOTA')),
    reached BIGINT     NOT NULL
) ENGINE = InnoDB CHARACTER SET ascii;

INSERT INTO access_schema (version)
SELECT 2 FROM (SELECT COUNT(*) AS present FROM access_schema WHERE version = 2) AS seen WHERE seen.present = 0;
