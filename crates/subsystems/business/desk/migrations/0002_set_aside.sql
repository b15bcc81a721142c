-- Tickets whose clocks could not be read: looked at again a day later, so that they hold up nobody else.
CREATE TABLE desk_set_aside (
    ticket_id TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL
);
