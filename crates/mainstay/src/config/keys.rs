/// What a setting may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// Any text; empty means "not set".
    Text,
    /// `ADDRESS:PORT`.
    Listen,
    /// true or false.
    Switch,
    /// A whole number within the bounds.
    Number { min: i64, max: i64 },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// IP networks (`10.0.0.0/8`), separated by commas.
    Networks,
    /// URL of a PostgreSQL database; empty means "not set". It is shown without its password.
    Database,
}

/// One setting that exists.
#[derive(Debug)]
pub(crate) struct Key {
    /// `table.key` as in the file; `MAINSTAY_TABLE_KEY` in the environment.
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) default: &'static str,
    pub(crate) en: &'static str,
    pub(crate) zh: &'static str,
}

const fn key(
    name: &'static str,
    shape: Shape,
    default: &'static str,
    en: &'static str,
    zh: &'static str,
) -> Key {
    Key { name, shape, default, en, zh }
}

/// Every setting, in the order in which they are shown.
pub(crate) const KEYS: &[Key] = &[
    key("data", Shape::Text, "data", "The directory that keeps everything", "数据目录"),
    key(
        "database.url",
        Shape::Database,
        "",
        "PostgreSQL for the records, postgres://USER:PASSWORD@HOST:PORT/DATABASE; \
         empty: SQLite in the data directory",
        "存放记录的 PostgreSQL 地址 postgres://用户:口令@主机:端口/库名;留空则使用数据目录中的 SQLite",
    ),
    key(
        "listen",
        Shape::Listen,
        "127.0.0.1:7780",
        "Address and port of the web UI and API",
        "网页与接口的监听地址和端口",
    ),
    key(
        "tls.certificate",
        Shape::Text,
        "",
        "PEM file with the certificate chain",
        "证书链文件(PEM)",
    ),
    key("tls.key", Shape::Text, "", "PEM file with the private key", "私钥文件(PEM)"),
    key(
        "log.level",
        Shape::Choice(&["error", "warn", "info", "debug", "trace"]),
        "info",
        "How much is logged",
        "日志级别",
    ),
    key("log.format", Shape::Choice(&["text", "json"]), "text", "How log lines look", "日志格式"),
    key(
        "session.idle_minutes",
        Shape::Number { min: 5, max: 10_080 },
        "720",
        "A session ends after so long without use",
        "会话空闲超时(分钟)",
    ),
    key(
        "session.absolute_hours",
        Shape::Number { min: 1, max: 2_160 },
        "168",
        "A session ends after so long in any case",
        "会话最长有效期(小时)",
    ),
    key(
        "series.retention_days",
        Shape::Number { min: 1, max: 3_650 },
        "31",
        "How long samples are kept",
        "监测数据保留天数",
    ),
    key("host.watch", Shape::Switch, "true", "Watch this machine", "监测本机"),
    key(
        "host.interval_s",
        Shape::Number { min: 1, max: 300 },
        "10",
        "How often this machine is read",
        "本机采集间隔(秒)",
    ),
    key(
        "discovery.automatic",
        Shape::Switch,
        "true",
        "Put services found on this machine under a check without asking",
        "自动为本机发现的服务建立检查",
    ),
    key(
        "discovery.interval_s",
        Shape::Number { min: 1, max: 3_600 },
        "10",
        "How often listening services are looked for",
        "服务发现间隔(秒)",
    ),
    key(
        "checks.concurrency_max",
        Shape::Number { min: 1, max: 10_000 },
        "512",
        "How many checks run at once",
        "同时执行的检查数上限",
    ),
    key(
        "outbound.loopback",
        Shape::Switch,
        "true",
        "Whether checks may reach this machine's loopback addresses",
        "是否允许检查访问本机回环地址",
    ),
    key(
        "outbound.private",
        Shape::Switch,
        "true",
        "Whether checks may reach private networks (RFC 1918, RFC 4193)",
        "是否允许检查访问私有网络",
    ),
    key(
        "outbound.allow",
        Shape::Networks,
        "",
        "Networks that checks may reach although they are refused otherwise",
        "额外允许检查访问的网段",
    ),
];
