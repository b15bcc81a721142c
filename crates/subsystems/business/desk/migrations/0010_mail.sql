-- Mail that opens tickets and continues them: the mailboxes that are read, each mail once, and who
-- may continue which ticket.
-- Booleans are 0 or 1, times UTC microseconds, what a mailbox says and reasons JSON text.
CREATE TABLE desk_mailbox (
    id TEXT PRIMARY KEY,
    draft TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- How far its folder was read: mails up to this number are known, as long as the validity of
    -- numbers stays the same.
    uid_validity BIGINT,
    uid_known BIGINT NOT NULL,
    read_at BIGINT,
    failing_since BIGINT,
    fault TEXT
);

-- Mails that came, in the state they are in, and mails that went out to requesters.
CREATE TABLE desk_mail (
    id TEXT PRIMARY KEY,
    mailbox_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    direction TEXT NOT NULL,
    state TEXT NOT NULL,
    uid_validity BIGINT,
    uid BIGINT,
    filed BIGINT NOT NULL,
    message_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    ticket_id TEXT,
    reason TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    noticed_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE UNIQUE INDEX desk_mail_uid ON desk_mail (mailbox_id, uid_validity, uid);
CREATE INDEX desk_mail_message ON desk_mail (message_id);
CREATE INDEX desk_mail_digest ON desk_mail (digest);
CREATE INDEX desk_mail_ticket ON desk_mail (ticket_id, id);
CREATE INDEX desk_mail_state ON desk_mail (state, id);
CREATE INDEX desk_mail_address ON desk_mail (address, noticed_at);

-- By which mailbox a ticket is answered, and what its number is written with in subjects, so that
-- nobody continues a ticket by guessing its number.
CREATE TABLE desk_mail_thread (
    ticket_id TEXT PRIMARY KEY,
    mailbox_id TEXT NOT NULL,
    token TEXT NOT NULL
);

-- Whose mails belong to a ticket.
CREATE TABLE desk_mail_party (
    ticket_id TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (ticket_id, address)
);
