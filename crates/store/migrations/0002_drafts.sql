-- What moderators typed and have not published yet. Kept for days, not for ever.
CREATE TABLE drafts (
    server   BIGINT NOT NULL,
    author   BIGINT NOT NULL,
    subject  TEXT   NOT NULL,
    document TEXT   NOT NULL,
    kept_at  BIGINT NOT NULL,
    PRIMARY KEY (server, author, subject)
);
CREATE INDEX drafts_by_age ON drafts (kept_at);
CREATE INDEX drafts_by_author ON drafts (author);
