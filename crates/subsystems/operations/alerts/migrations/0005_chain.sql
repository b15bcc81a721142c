-- Chains that an incident calls stand among its pages, as recipients of the kind `chain`: how far the
-- call is, who answered, and why none was started (JSON text). `message_id` is the call's id, empty
-- until it is known; what happens to a call later is found by it.
ALTER TABLE alerts_page ADD COLUMN call_state TEXT;
ALTER TABLE alerts_page ADD COLUMN call_answered_by TEXT;
ALTER TABLE alerts_page ADD COLUMN call_reason TEXT;
CREATE INDEX alerts_page_message ON alerts_page (message_id);
