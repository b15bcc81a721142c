-- Rights as data: roles, groups and grants within a scope, and what keeps them honest (delegation,
-- separation of duties, emergencies, reviews). The role that a user had becomes a grant over
-- everything; the columns `role` are read no more and go with a later release.
CREATE TABLE access_role (
    name TEXT PRIMARY KEY,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    description_en TEXT NOT NULL,
    description_zh TEXT NOT NULL,
    permissions TEXT NOT NULL,
    duty TEXT,
    delegable BIGINT NOT NULL,
    shipped BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE access_group (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE access_member (
    group_id TEXT NOT NULL REFERENCES access_group (id),
    member_kind TEXT NOT NULL,
    member_id TEXT NOT NULL,
    since BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (group_id, member_kind, member_id)
);
CREATE INDEX access_member_of ON access_member (member_id);

CREATE TABLE access_grant (
    id TEXT PRIMARY KEY,
    holder_kind TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    role TEXT NOT NULL REFERENCES access_role (name),
    scope_kind TEXT NOT NULL,
    scope_ids TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT,
    reason TEXT NOT NULL,
    origin TEXT NOT NULL,
    source_id TEXT,
    delegator_id TEXT,
    granted_by TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_by TEXT,
    end_reason TEXT
);
CREATE INDEX access_grant_holder ON access_grant (holder_id, id);
CREATE INDEX access_grant_role ON access_grant (role, id);
CREATE INDEX access_grant_source ON access_grant (source_id);

-- Grows with every change of what somebody may do: what is remembered of before is forgotten.
CREATE TABLE access_generation (
    id BIGINT PRIMARY KEY,
    generation BIGINT NOT NULL
);
INSERT INTO access_generation (id, generation) VALUES (1, 1);

-- The separation of the three administrators, once it is switched on.
CREATE TABLE access_separation (
    id BIGINT PRIMARY KEY,
    since BIGINT NOT NULL,
    switched_by TEXT NOT NULL,
    reason TEXT NOT NULL
);

-- Sealed rights for emergencies, and each time when a seal was broken.
CREATE TABLE access_emergency (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES access_user (id),
    role TEXT NOT NULL REFERENCES access_role (name),
    scope_kind TEXT NOT NULL,
    scope_ids TEXT NOT NULL,
    hours_max BIGINT NOT NULL,
    reason TEXT NOT NULL,
    sealed_by TEXT NOT NULL,
    sealed_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX access_emergency_user ON access_emergency (user_id, id);

CREATE TABLE access_activation (
    id TEXT PRIMARY KEY,
    emergency_id TEXT NOT NULL REFERENCES access_emergency (id),
    user_id TEXT NOT NULL,
    grant_id TEXT NOT NULL REFERENCES access_grant (id),
    reason TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    confirmed_by TEXT,
    confirmed_at BIGINT,
    confirmation TEXT
);
CREATE INDEX access_activation_user ON access_activation (user_id, ends_at);
CREATE INDEX access_activation_open ON access_activation (confirmed_at, id);

-- Reviews: whether what was granted is still needed, line by line.
CREATE TABLE access_review (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    about TEXT NOT NULL,
    reviewer_id TEXT NOT NULL REFERENCES access_user (id),
    due_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    items BIGINT NOT NULL,
    decided BIGINT NOT NULL,
    overdue_at BIGINT,
    closed_at BIGINT
);
CREATE INDEX access_review_due ON access_review (closed_at, due_at);
CREATE INDEX access_review_reviewer ON access_review (reviewer_id, id);

CREATE TABLE access_review_item (
    id TEXT PRIMARY KEY,
    review_id TEXT NOT NULL REFERENCES access_review (id),
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL,
    scope_ids TEXT NOT NULL,
    path TEXT NOT NULL,
    since BIGINT NOT NULL,
    valid_to BIGINT,
    reason TEXT NOT NULL,
    standing TEXT NOT NULL,
    last_sign_in_at BIGINT,
    decision TEXT,
    decided_by TEXT,
    decided_at BIGINT,
    decision_reason TEXT
);
CREATE INDEX access_review_item_review ON access_review_item (review_id, id);

-- The person of the directory whose user it is; no person has two users.
ALTER TABLE access_user ADD COLUMN person_id TEXT;
CREATE UNIQUE INDEX access_user_person ON access_user (person_id);

-- What a token is limited to; all that its user may do when empty.
ALTER TABLE access_token ADD COLUMN limits TEXT;
UPDATE access_token SET limits = '{"roles":["viewer"]}' WHERE role = 'viewer';

INSERT INTO access_role (
    name, title_en, title_zh, description_en, description_zh, permissions, duty, delegable, shipped,
    version, created_at)
VALUES
('administrator', 'Administrator', '管理员',
    'Everything. Cannot be granted or used while the three administrators are separated.',
    '全部权限。启用三员分立后不能授予，也不能使用。',
    '["*"]', NULL, 0, 1, 1, 0),
('viewer', 'Viewer', '只读用户',
    'Reads everything but users, rights, tokens, secrets and settings.',
    '可查看除用户、权限、令牌、密钥和系统设置以外的全部内容。',
    '["*.read", "-user.read", "-token.read", "-setting.read", "-secret.read", "-role.read", "-group.read", "-grant.read", "-review.read", "-emergency.read", "-separation.read"]',
    NULL, 1, 1, 1, 0),
('operator', 'Operator', '运维人员',
    'Looks after resources, checks and alerts; may pass this on for a time.',
    '负责资源、检查和告警的日常运维，可在有效期内转授。',
    '["*.read", "-user.read", "-token.read", "-setting.read", "-secret.read", "-role.read", "-group.read", "-grant.read", "-review.read", "-emergency.read", "-separation.read", "resource.*", "check.*", "alert.*", "discovery.*", "job.run", "grant.delegate"]',
    NULL, 1, 1, 1, 0),
('system-administrator', 'System administrator', '系统管理员',
    'Configures and runs the system; neither users, rights nor their audit.',
    '负责系统的配置与运行，不管理用户和权限，也不参与审计。',
    '["*", "-user.*", "-token.*", "-role.*", "-group.*", "-grant.*", "-review.*", "-emergency.*", "-separation.*", "-journal.export"]',
    'system', 0, 1, 1, 0),
('security-administrator', 'Security administrator', '安全管理员',
    'Manages users, groups, roles, grants and tokens; neither the system nor the audit.',
    '负责用户、用户组、角色、授权和令牌的管理，不参与系统运行和审计。',
    '["user.*", "token.*", "role.*", "group.*", "grant.*", "emergency.*", "separation.*", "directory.read", "server.read"]',
    'security', 0, 1, 1, 0),
('audit-administrator', 'Audit administrator', '审计管理员',
    'Reads the whole journal with sign-ins and rights, and runs the reviews of access.',
    '查看包括登录和授权在内的全部日志，组织权限复核。',
    '["journal.*", "review.*", "user.read", "token.read", "role.read", "group.read", "grant.read", "emergency.read", "separation.read", "directory.read", "server.read"]',
    'audit', 0, 1, 1, 0);

INSERT INTO access_grant (
    id, holder_kind, holder_id, role, scope_kind, scope_ids, valid_from, reason, origin, granted_by,
    granted_at)
SELECT id, 'user', id, role, 'everything', '[]', created_at, 'the role held before', 'migrated',
    'system', created_at
FROM access_user;
