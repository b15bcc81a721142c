-- Ways of a message may go one after another: the next when the one before failed for good, or was
-- not taken or acknowledged in time. What was asked for (`way_order`), what is in force (`turns`)
-- and what the message is about are kept, so that a restart knows whose turn it is.
ALTER TABLE notify_message ADD COLUMN way_order TEXT;
ALTER TABLE notify_message ADD COLUMN turns TEXT;
ALTER TABLE notify_message ADD COLUMN about TEXT;
ALTER TABLE notify_message ADD COLUMN acknowledged_at BIGINT;
CREATE INDEX notify_message_by_about ON notify_message (about, state);

-- 0: goes at once, beside all others; from 1: its turn. `not_before`: the end of quiet hours.
ALTER TABLE notify_delivery ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notify_delivery ADD COLUMN not_before BIGINT NOT NULL DEFAULT 0;
CREATE INDEX notify_delivery_by_turn ON notify_delivery (state, due_at);
