-- A mailbox that was removed is read no more, but mails that it set aside still become tickets as it
-- said. Of those removed before nothing was kept: their mails can be dismissed only.
ALTER TABLE desk_mailbox ADD COLUMN removed_at BIGINT;
