-- What moderators think of the answers that the bot would have given in shadow mode, by the message that
-- each would have answered.
CREATE TABLE judgements (
    server     BIGINT  NOT NULL,
    message    BIGINT  NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    verdict    INTEGER NOT NULL CHECK (verdict IN (0, 1)),
    judged_at  BIGINT  NOT NULL,
    PRIMARY KEY (server, message)
);
CREATE INDEX judgements_by_age ON judgements (judged_at);
