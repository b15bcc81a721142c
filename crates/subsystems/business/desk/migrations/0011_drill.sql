-- Figures lead to the tickets behind them: what they count is found by an index.
CREATE INDEX desk_ticket_channel ON desk_ticket (channel, id);
CREATE INDEX desk_ticket_response ON desk_ticket (response_kept, id);
-- Few are, so that these are found and not looked for.
CREATE INDEX desk_ticket_reopened ON desk_ticket (id) WHERE reopened > 0;

-- How many questions of its form that must be answered are not: a mail opens a ticket all the same.
ALTER TABLE desk_ticket ADD COLUMN lacking BIGINT NOT NULL DEFAULT 0;
CREATE INDEX desk_ticket_lacking ON desk_ticket (id) WHERE lacking > 0;

-- The states that came with the product in which a ticket waits for whoever asks: their reply takes
-- it up again. Those that people changed are theirs to mark.
UPDATE desk_type
SET draft = REPLACE(
    REPLACE(
        draft,
        '{"key":"waiting","name":{"en":"Waiting for the requester","zh":"等待用户反馈"},"phase":"paused"}',
        '{"key":"waiting","name":{"en":"Waiting for the requester","zh":"等待用户反馈"},"phase":"paused","waits_for_requester":true}'),
    '{"key":"waiting","name":{"en":"Waiting for the citizen","zh":"待补充材料"},"phase":"paused"}',
    '{"key":"waiting","name":{"en":"Waiting for the citizen","zh":"待补充材料"},"phase":"paused","waits_for_requester":true}')
WHERE key IN ('request', 'incident', 'enquiry');
