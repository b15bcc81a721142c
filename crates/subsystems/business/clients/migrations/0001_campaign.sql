-- Campaigns by which client software is installed, upgraded or removed, and the machines of each,
-- frozen when it is started.
-- Times are UTC microseconds, days ISO 8601, what a campaign says JSON text.
CREATE TABLE clients_campaign (
    id TEXT PRIMARY KEY,
    unit_id TEXT NOT NULL,
    owner TEXT,
    draft TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX clients_campaign_unit ON clients_campaign (unit_id, id);
CREATE INDEX clients_campaign_owner ON clients_campaign (owner, id);

-- `name`: what the machine was called when the campaign was started.
-- `ticket`: `none`, `owed` until the desk has opened it, `opened`.
CREATE TABLE clients_machine (
    campaign_id TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    by_id TEXT,
    by_name TEXT,
    changed_at BIGINT,
    version BIGINT NOT NULL,
    ticket TEXT NOT NULL,
    ticket_id TEXT,
    ticket_number TEXT,
    PRIMARY KEY (campaign_id, resource_id)
);
CREATE INDEX clients_machine_name ON clients_machine (campaign_id, name, resource_id);
CREATE INDEX clients_machine_resource ON clients_machine (resource_id, campaign_id);
CREATE INDEX clients_machine_ticket ON clients_machine (ticket, changed_at);
