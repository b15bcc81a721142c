-- Articles of the knowledge base, each with the text that is worked on; what was published of
-- them; by which words they are found; what readers think of them, and which tickets they belong
-- to. Times are UTC microseconds, days ISO 8601, what an article says JSON text.
--
-- `returned`: why it was sent back last. `authors`: who has written on it since it was published.
-- `source_id`: the ticket it was made from.
CREATE TABLE knowledge_article (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    unit_id TEXT NOT NULL,
    owner TEXT,
    category TEXT NOT NULL,
    audience TEXT NOT NULL,
    review_on TEXT,
    state TEXT NOT NULL,
    draft TEXT NOT NULL,
    authors TEXT NOT NULL,
    returned TEXT NOT NULL,
    revision BIGINT NOT NULL,
    source_id TEXT UNIQUE,
    source_number TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX knowledge_article_unit ON knowledge_article (unit_id, id);
CREATE INDEX knowledge_article_owner ON knowledge_article (owner, id);
CREATE INDEX knowledge_article_review ON knowledge_article (state, review_on);

CREATE TABLE knowledge_number (
    prefix TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);

-- `live`: 1 for the one revision that readers see, if they see any.
CREATE TABLE knowledge_revision (
    article_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    unit_id TEXT NOT NULL,
    category TEXT NOT NULL,
    audience TEXT NOT NULL,
    draft TEXT NOT NULL,
    authors TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_by_id TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    live BIGINT NOT NULL,
    PRIMARY KEY (article_id, revision)
);
CREATE INDEX knowledge_revision_live ON knowledge_revision (live, article_id);

-- `layer`: 0 for the text that is worked on, 1 for what readers see.
CREATE TABLE knowledge_term (
    layer BIGINT NOT NULL,
    term TEXT NOT NULL,
    article_id TEXT NOT NULL,
    weight BIGINT NOT NULL,
    PRIMARY KEY (layer, term, article_id)
);
CREATE INDEX knowledge_term_article ON knowledge_term (article_id, layer);

CREATE TABLE knowledge_vote (
    article_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    useful BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    voted_at BIGINT NOT NULL,
    PRIMARY KEY (article_id, user_id)
);

-- `number`: by what people called the ticket when it was linked.
CREATE TABLE knowledge_ticket (
    ticket_id TEXT NOT NULL,
    article_id TEXT NOT NULL,
    number TEXT NOT NULL,
    linked_by TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, article_id)
);
CREATE INDEX knowledge_ticket_article ON knowledge_ticket (article_id, ticket_id);
