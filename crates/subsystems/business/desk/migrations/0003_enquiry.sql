-- Enquiries from outside: by which code somebody asks after theirs (its hash alone is kept), with what
-- forms are stamped, and which stamps were used.
CREATE TABLE desk_enquiry (
    ticket_id TEXT PRIMARY KEY,
    code_hash TEXT NOT NULL,
    category TEXT,
    enquired_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX desk_enquiry_code ON desk_enquiry (code_hash);

CREATE TABLE desk_stamp_key (
    name TEXT PRIMARY KEY,
    secret TEXT NOT NULL
);

CREATE TABLE desk_stamp_used (
    nonce TEXT PRIMARY KEY,
    used_at BIGINT NOT NULL
);
CREATE INDEX desk_stamp_used_at ON desk_stamp_used (used_at);
