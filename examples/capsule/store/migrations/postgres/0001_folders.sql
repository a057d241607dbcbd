-- Times are microseconds since 1970, UTC. Tokens are kept as their SHA-256 only: whoever reads the
-- database cannot use them.

CREATE TABLE access_tokens (
    token_hash TEXT PRIMARY KEY,
    role       TEXT NOT NULL CHECK (role IN ('admin', 'operator')),
    expires_at BIGINT -- NULL: never
);

CREATE TABLE session_tokens (
    token_hash TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE TABLE folders (
    folder_id  TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    payload    TEXT NOT NULL
);

CREATE INDEX folders_newest ON folders (created_at DESC, folder_id);

CREATE TABLE media (
    folder_id TEXT NOT NULL REFERENCES folders ON DELETE CASCADE,
    name      TEXT COLLATE "C" NOT NULL,
    size      BIGINT NOT NULL,
    sha256    TEXT NOT NULL,
    data      BYTEA NOT NULL,
    PRIMARY KEY (folder_id, name)
);

CREATE TABLE analyses (
    analysis_id TEXT PRIMARY KEY,
    folder_id   TEXT NOT NULL REFERENCES folders ON DELETE CASCADE,
    type        TEXT NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE INDEX analyses_of_folder ON analyses (folder_id);
