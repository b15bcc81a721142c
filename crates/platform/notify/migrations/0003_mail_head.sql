-- What a mail says of itself where it continues a conversation: the mail that it answers, where
-- answers go. JSON text; NULL where a message is no such mail.
ALTER TABLE notify_message ADD COLUMN mail_head TEXT;
