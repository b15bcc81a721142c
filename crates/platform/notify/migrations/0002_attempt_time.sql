-- Whether anything was tried lately is asked while something waits.
CREATE INDEX notify_attempt_by_time ON notify_attempt (started_at);
