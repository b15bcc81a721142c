-- Calls for incidents: which one a call is about, what that is called, and which fact led to it.
-- `fact_seq` orders a call against what happens to its incident later; `told_over_at` is when whoever
-- was called was told that the incident is over. Names are JSON text, times UTC microseconds.
ALTER TABLE duty_call ADD COLUMN incident_id TEXT;
ALTER TABLE duty_call ADD COLUMN incident TEXT;
ALTER TABLE duty_call ADD COLUMN fact_seq BIGINT;
ALTER TABLE duty_call ADD COLUMN told_over_at BIGINT;
CREATE INDEX duty_call_incident ON duty_call (incident_id, id);

-- What became of each escalation, by the number of its fact: one that is delivered again calls
-- nobody a second time. Without a call: none was started.
CREATE TABLE duty_escalation (
    fact_seq BIGINT PRIMARY KEY,
    incident_id TEXT NOT NULL,
    chain_id TEXT NOT NULL,
    call_id TEXT,
    at BIGINT NOT NULL
);
