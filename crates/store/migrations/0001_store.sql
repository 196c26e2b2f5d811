-- One set of SQL for SQLite and PostgreSQL. Hence: no booleans (SQLite has none), no generated
-- keys (the two spell them differently), times as milliseconds since 1970-01-01T00:00:00Z, Discord
-- ids as BIGINT. A migration that was released is never edited: the next one is a new file.

-- What belongs to the database as a whole: the secret behind voters' hashes.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- One row. Whoever changes a server's margin or settings advances it first and holds the row until
-- commit, so that ticks become visible in their order: a reader who has seen tick n has seen
-- everything before n.
CREATE TABLE clock (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    tick BIGINT  NOT NULL
);
INSERT INTO clock (id, tick) VALUES (1, 0);

-- When each server last changed, in ticks: what another process has missed is one range of this.
CREATE TABLE changes (
    server BIGINT NOT NULL PRIMARY KEY,
    tick   BIGINT NOT NULL
);
CREATE UNIQUE INDEX changes_by_tick ON changes (tick);

-- The margin. Only ever appended to.
CREATE TABLE revisions (
    server       BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    entry        TEXT   NOT NULL,
    kind         TEXT   NOT NULL CHECK (kind IN ('add', 'edit', 'remove', 'restore')),
    author       BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    based_on     BIGINT,
    body         TEXT,
    PRIMARY KEY (server, id),
    FOREIGN KEY (server, based_on) REFERENCES revisions (server, id)
);
CREATE INDEX revisions_by_entry ON revisions (server, entry, id);
-- An entry's history is a line, whatever the program does: one beginning, one successor each.
CREATE UNIQUE INDEX revisions_begin_once ON revisions (server, entry) WHERE based_on IS NULL;
CREATE UNIQUE INDEX revisions_follow_once ON revisions (server, based_on) WHERE based_on IS NOT NULL;

-- What was asked, never by whom.
CREATE TABLE questions (
    id         BIGINT NOT NULL PRIMARY KEY,
    server     BIGINT NOT NULL,
    text       TEXT   NOT NULL,
    text_key   TEXT   NOT NULL,
    outcome    TEXT   NOT NULL CHECK (outcome IN ('answer', 'suggest', 'unknown')),
    entry      TEXT,
    confidence DOUBLE PRECISION NOT NULL,
    surface    TEXT   NOT NULL,
    asked_at   BIGINT NOT NULL,
    flagged_at BIGINT
);
CREATE INDEX questions_by_server ON questions (server, asked_at);
CREATE INDEX questions_by_age ON questions (asked_at);
CREATE INDEX questions_open ON questions (server, text_key)
    WHERE outcome <> 'answer' OR flagged_at IS NOT NULL;

-- What moderators did with unanswered questions, by keyed hash of the normalised text, so that
-- "ignore this from now on" keeps no text beyond the retention of questions.
CREATE TABLE resolutions (
    server      BIGINT NOT NULL,
    text_key    TEXT   NOT NULL,
    kind        TEXT   NOT NULL CHECK (kind IN ('answered', 'ignored')),
    entry       TEXT,
    resolved_at BIGINT NOT NULL,
    PRIMARY KEY (server, text_key)
);

CREATE TABLE votes (
    server   BIGINT  NOT NULL,
    answer   BIGINT  NOT NULL,
    voter    TEXT    NOT NULL,
    entry    TEXT    NOT NULL,
    vote     INTEGER NOT NULL CHECK (vote IN (-1, 1)),
    voted_at BIGINT  NOT NULL,
    PRIMARY KEY (server, answer, voter)
);
CREATE INDEX votes_by_voter ON votes (voter);
CREATE INDEX votes_by_time ON votes (server, voted_at);

CREATE TABLE settings (
    server   BIGINT NOT NULL,
    name     TEXT   NOT NULL,
    version  BIGINT NOT NULL,
    document TEXT   NOT NULL,
    PRIMARY KEY (server, name)
);
