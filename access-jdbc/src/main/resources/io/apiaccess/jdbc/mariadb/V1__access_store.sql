-- Keeps clients, profiles, collections, policies, plans and keys. Instants and lengths of time are seconds, instants since
-- 1970-01-01T00:00Z, to the nanosecond: exact, the same on every database, and free of time zones.

CREATE TABLE IF NOT EXISTS access_revision (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    latest BIGINT NOT NULL,
    forgotten BIGINT NOT NULL,
    print_key VARBINARY(1000)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Where a commit gets no answer, its token says whether it took effect.
CREATE TABLE IF NOT EXISTS access_commit (
    token VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    revision BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_commit_revision_index ON access_commit (revision);

CREATE TABLE IF NOT EXISTS access_removal (
    kind VARCHAR(20) NOT NULL,
    entity_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    revision BIGINT NOT NULL,
    removed_at DECIMAL(28, 9) NOT NULL,
    PRIMARY KEY (kind, entity_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_removal_revision_index ON access_removal (revision);

CREATE TABLE IF NOT EXISTS access_audit (
    seq BIGINT AUTO_INCREMENT PRIMARY KEY,
    revision BIGINT NOT NULL,
    made_at DECIMAL(28, 9) NOT NULL,
    actor VARCHAR(200) NOT NULL,
    action VARCHAR(200) NOT NULL,
    target VARCHAR(700) NOT NULL,
    project VARCHAR(200),
    client_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    before_text LONGTEXT,
    after_text LONGTEXT
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_audit_made_at_index ON access_audit (made_at);
CREATE INDEX IF NOT EXISTS access_audit_target_index ON access_audit (target, seq);
CREATE INDEX IF NOT EXISTS access_audit_actor_index ON access_audit (actor, seq);
CREATE INDEX IF NOT EXISTS access_audit_project_index ON access_audit (project, seq);
CREATE INDEX IF NOT EXISTS access_audit_client_index ON access_audit (client_id, seq);

CREATE TABLE IF NOT EXISTS access_audit_change (
    audit_seq BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    change_text LONGTEXT NOT NULL,
    FOREIGN KEY (audit_seq) REFERENCES access_audit (seq) ON DELETE CASCADE,
    PRIMARY KEY (audit_seq, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_policy (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY CHECK (id <> '' AND id NOT REGEXP '[^A-Za-z0-9_-]'),
    revision BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    name VARCHAR(200) NOT NULL UNIQUE,
    description VARCHAR(2000),
    project VARCHAR(200),
    shared BOOLEAN NOT NULL,
    shadow BOOLEAN NOT NULL,
    restricted BOOLEAN NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_policy_revision_index ON access_policy (revision);

CREATE TABLE IF NOT EXISTS access_policy_label (
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    label VARCHAR(200) NOT NULL,
    FOREIGN KEY (policy_id) REFERENCES access_policy (id) ON DELETE CASCADE,
    PRIMARY KEY (policy_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_policy_limit (
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    kind VARCHAR(20) NOT NULL CHECK (kind IN ('RATE', 'BUCKET', 'HOURS', 'DATES', 'FIXED')),
    name VARCHAR(200) NOT NULL,
    scope VARCHAR(40) NOT NULL CHECK (scope IN ('PROFILE', 'CLIENT', 'KEY', 'COLLECTION', 'PROFILE_AND_COLLECTION', 'ADDRESS', 'GLOBAL')),
    shadow BOOLEAN NOT NULL,
    failure_mode VARCHAR(20) NOT NULL CHECK (failure_mode IN ('OPEN', 'CLOSED', 'LOCAL')),
    failure_part BIGINT,
    failure_parts BIGINT,
    units BIGINT NOT NULL CHECK (units >= 0),
    refill BIGINT CHECK (refill > 0),
    period_length DECIMAL(28, 9) CHECK (period_length > 0),
    anchor_instant DECIMAL(28, 9),
    calendar_unit VARCHAR(20) CHECK (calendar_unit IN ('DAYS', 'WEEKS', 'MONTHS', 'YEARS')),
    first_weekday VARCHAR(20),
    first_month BIGINT,
    first_day BIGINT,
    zone_id VARCHAR(100),
    FOREIGN KEY (policy_id) REFERENCES access_policy (id) ON DELETE CASCADE,
    PRIMARY KEY (policy_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_policy_window (
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    monday BOOLEAN NOT NULL,
    tuesday BOOLEAN NOT NULL,
    wednesday BOOLEAN NOT NULL,
    thursday BOOLEAN NOT NULL,
    friday BOOLEAN NOT NULL,
    saturday BOOLEAN NOT NULL,
    sunday BOOLEAN NOT NULL,
    from_time VARCHAR(20) NOT NULL,
    until_time VARCHAR(20) NOT NULL,
    zone_id VARCHAR(100) NOT NULL,
    FOREIGN KEY (policy_id) REFERENCES access_policy (id) ON DELETE CASCADE,
    PRIMARY KEY (policy_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_policy_range (
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    verdict VARCHAR(20) NOT NULL CHECK (verdict IN ('ALLOW', 'BLOCK')),
    cidr VARCHAR(100) NOT NULL,
    FOREIGN KEY (policy_id) REFERENCES access_policy (id) ON DELETE CASCADE,
    PRIMARY KEY (policy_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_policy_condition (
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    name VARCHAR(64) NOT NULL,
    FOREIGN KEY (policy_id) REFERENCES access_policy (id) ON DELETE CASCADE,
    PRIMARY KEY (policy_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_policy_parameter (
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    condition_seq BIGINT NOT NULL,
    name VARCHAR(200) NOT NULL,
    content VARCHAR(2000) NOT NULL,
    FOREIGN KEY (policy_id) REFERENCES access_policy (id) ON DELETE CASCADE,
    PRIMARY KEY (policy_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_plan (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY CHECK (id <> '' AND id NOT REGEXP '[^A-Za-z0-9_-]'),
    revision BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    name VARCHAR(200) NOT NULL,
    version_label VARCHAR(200),
    project VARCHAR(200),
    shared BOOLEAN NOT NULL,
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status VARCHAR(20) NOT NULL CHECK (status IN ('DRAFT', 'LOCKED')),
    FOREIGN KEY (policy_id) REFERENCES access_policy (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_plan_revision_index ON access_plan (revision);
CREATE INDEX IF NOT EXISTS access_plan_policy_id_index ON access_plan (policy_id);

CREATE TABLE IF NOT EXISTS access_plan_label (
    plan_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    label VARCHAR(200) NOT NULL,
    FOREIGN KEY (plan_id) REFERENCES access_plan (id) ON DELETE CASCADE,
    PRIMARY KEY (plan_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_collection (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY CHECK (id <> '' AND id NOT REGEXP '[^A-Za-z0-9_-]'),
    revision BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    name VARCHAR(200) NOT NULL,
    version_label VARCHAR(200) NOT NULL,
    description VARCHAR(2000),
    project VARCHAR(200),
    shared BOOLEAN NOT NULL,
    visibility VARCHAR(20) NOT NULL CHECK (visibility IN ('PRIVATE', 'PUBLIC')),
    publication VARCHAR(20) NOT NULL CHECK (publication IN ('DRAFT', 'PUBLISHED', 'RETIRED')),
    active BOOLEAN NOT NULL,
    base_path LONGTEXT,
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    FOREIGN KEY (policy_id) REFERENCES access_policy (id),
    UNIQUE (name, version_label)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_collection_revision_index ON access_collection (revision);
CREATE INDEX IF NOT EXISTS access_collection_policy_id_index ON access_collection (policy_id);

CREATE TABLE IF NOT EXISTS access_collection_label (
    collection_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    label VARCHAR(200) NOT NULL,
    FOREIGN KEY (collection_id) REFERENCES access_collection (id) ON DELETE CASCADE,
    PRIMARY KEY (collection_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_route (
    collection_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    template LONGTEXT NOT NULL,
    cost BIGINT NOT NULL CHECK (cost >= 0),
    active BOOLEAN NOT NULL,
    FOREIGN KEY (collection_id) REFERENCES access_collection (id) ON DELETE CASCADE,
    PRIMARY KEY (collection_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_route_method (
    collection_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    route_seq BIGINT NOT NULL,
    method LONGTEXT NOT NULL,
    FOREIGN KEY (collection_id) REFERENCES access_collection (id) ON DELETE CASCADE,
    PRIMARY KEY (collection_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_route_scope (
    collection_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    route_seq BIGINT NOT NULL,
    scope LONGTEXT NOT NULL,
    FOREIGN KEY (collection_id) REFERENCES access_collection (id) ON DELETE CASCADE,
    PRIMARY KEY (collection_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_collection_plan (
    collection_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    plan_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    FOREIGN KEY (collection_id) REFERENCES access_collection (id) ON DELETE CASCADE,
    FOREIGN KEY (plan_id) REFERENCES access_plan (id),
    PRIMARY KEY (collection_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_collection_plan_plan_id_index ON access_collection_plan (plan_id);

CREATE TABLE IF NOT EXISTS access_client (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY CHECK (id <> '' AND id NOT REGEXP '[^A-Za-z0-9_-]'),
    revision BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    name VARCHAR(200) NOT NULL,
    description VARCHAR(2000),
    logo MEDIUMBLOB,
    project VARCHAR(200),
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    registration VARCHAR(20) NOT NULL CHECK (registration IN ('AUTOMATIC', 'MANUAL')),
    status VARCHAR(20) NOT NULL CHECK (status IN ('ACTIVE', 'INACTIVE', 'RETIRED')),
    FOREIGN KEY (policy_id) REFERENCES access_policy (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_client_revision_index ON access_client (revision);
CREATE INDEX IF NOT EXISTS access_client_policy_id_index ON access_client (policy_id);

CREATE TABLE IF NOT EXISTS access_client_label (
    client_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    label VARCHAR(200) NOT NULL,
    FOREIGN KEY (client_id) REFERENCES access_client (id) ON DELETE CASCADE,
    PRIMARY KEY (client_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_client_override (
    client_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    limit_name VARCHAR(200) NOT NULL,
    units BIGINT NOT NULL CHECK (units >= 0),
    until_instant DECIMAL(28, 9) NOT NULL,
    FOREIGN KEY (client_id) REFERENCES access_client (id) ON DELETE CASCADE,
    FOREIGN KEY (policy_id) REFERENCES access_policy (id),
    PRIMARY KEY (client_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_client_override_policy_id_index ON access_client_override (policy_id);

CREATE TABLE IF NOT EXISTS access_profile (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY CHECK (id <> '' AND id NOT REGEXP '[^A-Za-z0-9_-]'),
    revision BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    client_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(200) NOT NULL,
    description VARCHAR(2000),
    version_label VARCHAR(200),
    status VARCHAR(20) NOT NULL CHECK (status IN ('ACTIVE', 'INACTIVE', 'RETIRED')),
    FOREIGN KEY (client_id) REFERENCES access_client (id),
    UNIQUE (client_id, name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_profile_revision_index ON access_profile (revision);

CREATE TABLE IF NOT EXISTS access_profile_label (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    label VARCHAR(200) NOT NULL,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    PRIMARY KEY (profile_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_profile_override (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    limit_name VARCHAR(200) NOT NULL,
    units BIGINT NOT NULL CHECK (units >= 0),
    until_instant DECIMAL(28, 9) NOT NULL,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    FOREIGN KEY (policy_id) REFERENCES access_policy (id),
    PRIMARY KEY (profile_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_profile_override_policy_id_index ON access_profile_override (policy_id);

-- The present terms of each profile, and where it was registered those of the last registration.
CREATE TABLE IF NOT EXISTS access_terms (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    stage VARCHAR(20) NOT NULL CHECK (stage IN ('PRESENT', 'REGISTERED')),
    policy_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    restricted BOOLEAN NOT NULL,
    proof VARCHAR(20) NOT NULL CHECK (proof IN ('AUTH_TOKEN', 'JWT', 'OAUTH2', 'OPENID_CONNECT')),
    introspected BOOLEAN NOT NULL,
    key_set_url LONGTEXT,
    key_issuer LONGTEXT,
    token_type LONGTEXT,
    expires BOOLEAN NOT NULL,
    max_lifetime DECIMAL(28, 9),
    certified BOOLEAN NOT NULL,
    by_thumbprint BOOLEAN NOT NULL,
    by_subject BOOLEAN NOT NULL,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    FOREIGN KEY (policy_id) REFERENCES access_policy (id),
    PRIMARY KEY (profile_id, seq),
    UNIQUE (profile_id, stage)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_terms_policy_id_index ON access_terms (policy_id);

-- A registered grant may name what is gone since; the references hold as long as it counts.
CREATE TABLE IF NOT EXISTS access_grant (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    stage VARCHAR(20) NOT NULL CHECK (stage IN ('PRESENT', 'REGISTERED')),
    collection_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    plan_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    held_collection_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    held_plan_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    all_scopes BOOLEAN NOT NULL,
    read_only BOOLEAN NOT NULL,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    FOREIGN KEY (held_collection_id) REFERENCES access_collection (id),
    FOREIGN KEY (held_plan_id) REFERENCES access_plan (id),
    PRIMARY KEY (profile_id, seq),
    UNIQUE (profile_id, stage, collection_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_grant_held_collection_id_index ON access_grant (held_collection_id);
CREATE INDEX IF NOT EXISTS access_grant_held_plan_id_index ON access_grant (held_plan_id);

CREATE TABLE IF NOT EXISTS access_grant_scope (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    grant_seq BIGINT NOT NULL,
    scope LONGTEXT NOT NULL,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    PRIMARY KEY (profile_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_grant_exception (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    grant_seq BIGINT NOT NULL,
    method LONGTEXT NOT NULL,
    template LONGTEXT NOT NULL,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    PRIMARY KEY (profile_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_profile_range (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    stage VARCHAR(20) NOT NULL CHECK (stage IN ('PRESENT', 'REGISTERED')),
    verdict VARCHAR(20) NOT NULL CHECK (verdict IN ('ALLOW', 'BLOCK')),
    cidr VARCHAR(100) NOT NULL,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    PRIMARY KEY (profile_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- What a proof by token lists: issuers, audiences, claims, algorithms, parties; thumbprints and subjects of certificates.
CREATE TABLE IF NOT EXISTS access_proof_text (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    stage VARCHAR(20) NOT NULL CHECK (stage IN ('PRESENT', 'REGISTERED')),
    kind VARCHAR(20) NOT NULL CHECK (kind IN ('ALGORITHM', 'ISSUER', 'AUDIENCE', 'REQUIRED', 'PARTY', 'THUMBPRINT', 'SUBJECT')),
    content LONGTEXT NOT NULL,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    PRIMARY KEY (profile_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- A public key is kept as a JSON Web Key, a secret only as the cipher has sealed it. The fingerprint finds who has the same
-- key: of a public one its thumbprint, of a secret an HMAC under access_revision.print_key, which the cipher has sealed.
CREATE TABLE IF NOT EXISTS access_token_key (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    stage VARCHAR(20) NOT NULL CHECK (stage IN ('PRESENT', 'REGISTERED')),
    jwk LONGTEXT,
    sealed MEDIUMBLOB,
    fingerprint VARBINARY(32) NOT NULL,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    PRIMARY KEY (profile_id, seq),
    CHECK ((jwk IS NULL AND sealed IS NOT NULL) OR (jwk IS NOT NULL AND sealed IS NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_token_key_fingerprint_index ON access_token_key (fingerprint);

CREATE TABLE IF NOT EXISTS access_token_key_algorithm (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    key_seq BIGINT NOT NULL,
    algorithm VARCHAR(20) NOT NULL,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    PRIMARY KEY (profile_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_external_subject (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    stage VARCHAR(20) NOT NULL CHECK (stage IN ('PRESENT', 'REGISTERED')),
    issuer LONGTEXT NOT NULL,
    subject LONGTEXT NOT NULL,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    PRIMARY KEY (profile_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Every name that counts, once: by the SHA-256 of issuer, line feed, name.
CREATE TABLE IF NOT EXISTS access_subject_digest (
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    digest VARBINARY(32) NOT NULL UNIQUE,
    FOREIGN KEY (profile_id) REFERENCES access_profile (id) ON DELETE CASCADE,
    PRIMARY KEY (profile_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS access_key (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY CHECK (id <> '' AND id NOT REGEXP '[^A-Za-z0-9_-]'),
    revision BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    digest VARBINARY(32) NOT NULL UNIQUE,
    pepper_id VARCHAR(64),
    used_for VARCHAR(20) NOT NULL CHECK (used_for IN ('CALLS', 'TOKENS')),
    hint VARCHAR(20) NOT NULL,
    imported BOOLEAN NOT NULL,
    label VARCHAR(200),
    status VARCHAR(20) NOT NULL CHECK (status IN ('ENABLED', 'DISABLED', 'REVOKED')),
    created_at DECIMAL(28, 9) NOT NULL,
    not_before DECIMAL(28, 9),
    expires_at DECIMAL(28, 9),
    revoked_at DECIMAL(28, 9),
    FOREIGN KEY (profile_id) REFERENCES access_profile (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_key_revision_index ON access_key (revision);
CREATE INDEX IF NOT EXISTS access_key_profile_id_index ON access_key (profile_id);

CREATE TABLE IF NOT EXISTS access_issued_token (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY CHECK (id <> '' AND id NOT REGEXP '[^A-Za-z0-9_-]'),
    revision BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    secret_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    digest VARBINARY(32) NOT NULL UNIQUE,
    pepper_id VARCHAR(64),
    narrowed BOOLEAN NOT NULL,
    issued_at DECIMAL(28, 9) NOT NULL,
    expires_at DECIMAL(28, 9) NOT NULL,
    FOREIGN KEY (secret_id) REFERENCES access_key (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX IF NOT EXISTS access_issued_token_revision_index ON access_issued_token (revision);
CREATE INDEX IF NOT EXISTS access_issued_token_secret_id_index ON access_issued_token (secret_id);

CREATE TABLE IF NOT EXISTS access_issued_token_scope (
    token_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq INTEGER NOT NULL,
    scope LONGTEXT NOT NULL,
    FOREIGN KEY (token_id) REFERENCES access_issued_token (id) ON DELETE CASCADE,
    PRIMARY KEY (token_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

INSERT INTO access_revision (id, latest, forgotten)
SELECT 1, 0, 0 FROM (SELECT COUNT(*) AS present FROM access_revision) AS seen WHERE seen.present = 0;

-- Last: what is here, whoever ran this.
CREATE TABLE IF NOT EXISTS access_schema (
    version INTEGER PRIMARY KEY
) ENGINE = InnoDB;

INSERT INTO access_schema (version)
SELECT 1 FROM (SELECT COUNT(*) AS present FROM access_schema) AS seen WHERE seen.present = 0;
