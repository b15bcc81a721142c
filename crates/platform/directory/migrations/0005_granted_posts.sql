-- What a post carries is somebody's decision here, not an outside source's: whether a source may
-- fill posts that roles are granted to, and whom it was refused to put on which post, so that a
-- refusal is told once and not with every run.
ALTER TABLE directory_source ADD COLUMN granted_posts BIGINT NOT NULL DEFAULT 0;

CREATE TABLE directory_refused_post (
    source_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    post_id TEXT NOT NULL,
    carried TEXT NOT NULL,
    refused_at BIGINT NOT NULL,
    PRIMARY KEY (source_id, person_id, post_id)
);
