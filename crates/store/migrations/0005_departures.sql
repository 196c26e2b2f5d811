-- Servers that the bot has left, and when: what it kept of them goes some time later.
CREATE TABLE departures (
    server  BIGINT NOT NULL PRIMARY KEY,
    left_at BIGINT NOT NULL
);
