-- When the asker chose one of the suggestions: the entry is then the chosen one, and the outcome an answer.
ALTER TABLE questions ADD COLUMN followed_at BIGINT;
DROP INDEX questions_open;
CREATE INDEX questions_open ON questions (server, text_key)
    WHERE outcome <> 'answer' OR flagged_at IS NOT NULL OR followed_at IS NOT NULL;
