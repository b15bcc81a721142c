-- The register of everything managed, thin: kinds and relation kinds are data, so that a new kind
-- of thing needs rows and no code. Booleans are 0 or 1, times UTC microseconds, JSON text.
CREATE TABLE resources_kind (
    name TEXT PRIMARY KEY,
    position BIGINT NOT NULL,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    parent TEXT REFERENCES resources_kind (name),
    icon TEXT NOT NULL,
    attributes TEXT NOT NULL
);

CREATE TABLE resources_relation_kind (
    name TEXT PRIMARY KEY,
    position BIGINT NOT NULL,
    forward_en TEXT NOT NULL,
    forward_zh TEXT NOT NULL,
    backward_en TEXT NOT NULL,
    backward_zh TEXT NOT NULL,
    one_target BIGINT NOT NULL,
    acyclic BIGINT NOT NULL
);

CREATE TABLE resources_resource (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL REFERENCES resources_kind (name),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    named_by_hand BIGINT NOT NULL,
    identity TEXT,
    description TEXT NOT NULL,
    attributes TEXT NOT NULL,
    source TEXT NOT NULL,
    retired BIGINT NOT NULL,
    retired_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX resources_resource_identity ON resources_resource (kind, identity);
CREATE INDEX resources_resource_list ON resources_resource (retired, kind, id);

CREATE TABLE resources_relation (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL REFERENCES resources_relation_kind (name),
    source_id TEXT NOT NULL REFERENCES resources_resource (id),
    target_id TEXT NOT NULL REFERENCES resources_resource (id),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX resources_relation_ends ON resources_relation (source_id, kind, target_id);
CREATE INDEX resources_relation_target ON resources_relation (target_id, kind, source_id);

INSERT INTO resources_relation_kind (
    name, position, forward_en, forward_zh, backward_en, backward_zh, one_target, acyclic)
VALUES
    ('runs-on', 1, 'runs on', '运行于', 'runs', '承载', 1, 1),
    ('part-of', 2, 'is part of', '属于', 'contains', '包含', 0, 1),
    ('depends-on', 3, 'depends on', '依赖', 'is needed by', '被依赖', 0, 0);

INSERT INTO resources_kind (name, position, title_en, title_zh, parent, icon, attributes)
VALUES
    ('host', 1, 'Host', '主机', NULL, 'server', '[
        {"name":"hostname","title":{"en":"Host name","zh":"主机名"},"type":"string"},
        {"name":"fqdn","title":{"en":"Full name","zh":"完整域名"},"type":"string"},
        {"name":"address","title":{"en":"Address","zh":"地址"},"type":"ip"},
        {"name":"machine_id","title":{"en":"Machine ID","zh":"机器标识"},"type":"string"},
        {"name":"kernel_release","title":{"en":"Kernel","zh":"内核"},"type":"string"},
        {"name":"kernel_version","title":{"en":"Kernel build","zh":"内核构建"},"type":"string"},
        {"name":"architecture","title":{"en":"Architecture","zh":"架构"},"type":"string"},
        {"name":"booted_at_s","title":{"en":"Started","zh":"开机时间"},"type":"integer","unit":"s"},
        {"name":"memory_bytes","title":{"en":"Memory","zh":"内存"},"type":"integer","unit":"B"},
        {"name":"swap_bytes","title":{"en":"Swap","zh":"交换区"},"type":"integer","unit":"B"},
        {"name":"virtualisation","title":{"en":"Virtualisation","zh":"虚拟化"},"type":"string"},
        {"name":"timezone","title":{"en":"Time zone","zh":"时区"},"type":"string"},
        {"name":"location","title":{"en":"Location","zh":"位置"},"type":"string"},
        {"name":"contact","title":{"en":"Contact","zh":"联系人"},"type":"string"}
    ]'),
    ('service', 2, 'Service', '服务', NULL, 'plug', '[
        {"name":"protocol","title":{"en":"Protocol","zh":"协议"},"type":"string"},
        {"name":"address","title":{"en":"Address","zh":"地址"},"type":"ip"},
        {"name":"port","title":{"en":"Port","zh":"端口"},"type":"integer"},
        {"name":"product","title":{"en":"Product","zh":"产品"},"type":"string"},
        {"name":"product_version","title":{"en":"Version","zh":"版本"},"type":"string"},
        {"name":"process","title":{"en":"Process","zh":"进程"},"type":"string"},
        {"name":"unit","title":{"en":"systemd unit","zh":"systemd 单元"},"type":"string"},
        {"name":"contact","title":{"en":"Contact","zh":"联系人"},"type":"string"}
    ]'),
    ('network-interface', 3, 'Network interface', '网络接口', NULL, 'network', '[
        {"name":"device","title":{"en":"Device","zh":"设备"},"type":"string"},
        {"name":"mac","title":{"en":"Hardware address","zh":"物理地址"},"type":"string"},
        {"name":"address","title":{"en":"Address","zh":"地址"},"type":"ip"},
        {"name":"speed_bits_per_s","title":{"en":"Speed","zh":"速率"},"type":"integer","unit":"bit/s"},
        {"name":"mtu","title":{"en":"MTU","zh":"MTU"},"type":"integer","unit":"B"}
    ]'),
    ('file-system', 4, 'File system', '文件系统', NULL, 'folder-tree', '[
        {"name":"mountpoint","title":{"en":"Mount point","zh":"挂载点"},"type":"string"},
        {"name":"device","title":{"en":"Device","zh":"设备"},"type":"string"},
        {"name":"fstype","title":{"en":"Type","zh":"类型"},"type":"string"},
        {"name":"size_bytes","title":{"en":"Size","zh":"容量"},"type":"integer","unit":"B"},
        {"name":"readonly","title":{"en":"Read-only","zh":"只读"},"type":"bool"}
    ]'),
    ('disk', 5, 'Disk', '磁盘', NULL, 'hard-drive', '[
        {"name":"device","title":{"en":"Device","zh":"设备"},"type":"string"},
        {"name":"model","title":{"en":"Model","zh":"型号"},"type":"string"},
        {"name":"serial","title":{"en":"Serial number","zh":"序列号"},"type":"string"},
        {"name":"size_bytes","title":{"en":"Size","zh":"容量"},"type":"integer","unit":"B"},
        {"name":"rotational","title":{"en":"Rotational","zh":"机械盘"},"type":"bool"}
    ]'),
    ('website', 6, 'Website', '网站', 'service', 'globe', '[
        {"name":"url","title":{"en":"Address","zh":"网址"},"type":"url"}
    ]'),
    ('certificate', 7, 'Certificate', '证书', NULL, 'badge-check', '[
        {"name":"subject","title":{"en":"Subject","zh":"使用者"},"type":"string"},
        {"name":"issuer","title":{"en":"Issuer","zh":"颁发者"},"type":"string"},
        {"name":"serial","title":{"en":"Serial number","zh":"序列号"},"type":"string"},
        {"name":"not_before","title":{"en":"Valid from","zh":"生效时间"},"type":"time"},
        {"name":"not_after","title":{"en":"Valid until","zh":"到期时间"},"type":"time"}
    ]'),
    ('business-system', 8, 'Business system', '业务系统', NULL, 'briefcase', '[
        {"name":"owner","title":{"en":"Owner","zh":"负责人"},"type":"string"},
        {"name":"url","title":{"en":"Address","zh":"网址"},"type":"url"},
        {"name":"availability_target","title":{"en":"Availability target","zh":"可用率目标"},"type":"number","unit":"%"},
        {"name":"in_service_since","title":{"en":"In service since","zh":"上线时间"},"type":"time"}
    ]');
