-- Keeps who used what. What calls have in common is a row of access_usage_key, found by its hash, so that counts are narrow;
-- a count is of a minute, a day or a month, and no call is in two of them. Times are seconds since 1970-01-01T00:00Z.

CREATE TABLE IF NOT EXISTS access_usage_key (
    key_hash BINARY(32) PRIMARY KEY,
    caller VARCHAR(10) NOT NULL CHECK (caller IN ('PROFILE', 'ANONYMOUS', 'UNPROVEN', 'UNSORTED')),
    client_id VARCHAR(64),
    profile_id VARCHAR(64),
    api_key_id VARCHAR(64),
    collection_id VARCHAR(64),
    route CHARACTER VARYING,
    reason VARCHAR(40)
);
CREATE INDEX IF NOT EXISTS access_usage_key_client_index ON access_usage_key (client_id);
CREATE INDEX IF NOT EXISTS access_usage_key_profile_index ON access_usage_key (profile_id);

CREATE TABLE IF NOT EXISTS access_usage (
    length VARCHAR(6) NOT NULL CHECK (length IN ('MINUTE', 'DAY', 'MONTH')),
    started_at BIGINT NOT NULL,
    key_hash BINARY(32) NOT NULL,
    calls BIGINT NOT NULL,
    PRIMARY KEY (length, started_at, key_hash)
);

CREATE TABLE IF NOT EXISTS access_usage_node (
    node VARCHAR(64) PRIMARY KEY,
    batch BIGINT NOT NULL,
    added_at BIGINT NOT NULL
);

-- An empty key id stands for proofs without one.
CREATE TABLE IF NOT EXISTS access_last_use (
    profile_id VARCHAR(64) NOT NULL,
    api_key_id VARCHAR(64) NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (profile_id, api_key_id)
);
CREATE INDEX IF NOT EXISTS access_last_use_used_at_index ON access_last_use (used_at);

INSERT INTO access_schema (version)
SELECT 3 FROM (SELECT COUNT(*) AS present FROM access_schema WHERE version = 3) AS seen WHERE seen.present = 0;
