mod series;

use kernel::Text;

use super::checks;

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
    /// A whole number within the bounds, and why it may be no less.
    AtLeast { min: i64, max: i64, because: &'static str, because_zh: &'static str },
    /// Empty, or what the function reads.
    Checked(fn(&str) -> Result<(), Text>),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// IP networks (`10.0.0.0/8`), separated by commas.
    Networks,
    /// URL of a PostgreSQL database; empty means "not set". It is shown without its password.
    Database,
}

/// When a value that was given by the API holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Never: only file, environment and flags give it, those who hold the machine.
    Never,
    /// From the next start.
    AtStart,
    /// At once.
    AtOnce,
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
    pub(crate) effect: Effect,
}

const fn key(
    name: &'static str,
    shape: Shape,
    default: &'static str,
    en: &'static str,
    zh: &'static str,
) -> Key {
    Key { name, shape, default, en, zh, effect: Effect::Never }
}

impl Key {
    /// The same, and the API may give it: it holds from the next start.
    const fn at_start(self) -> Self {
        Self { effect: Effect::AtStart, ..self }
    }

    /// The same, and the API may give it: it holds at once.
    const fn at_once(self) -> Self {
        Self { effect: Effect::AtOnce, ..self }
    }
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
        "存放记录的 PostgreSQL 地址 postgres://用户:口令@主机:端口/库名；留空则使用数据目录中的 SQLite",
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
        "证书链文件（PEM）",
    ),
    key("tls.key", Shape::Text, "", "PEM file with the private key", "私钥文件（PEM）"),
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
        "会话空闲超时（分钟）",
    )
    .at_start(),
    key(
        "session.absolute_hours",
        Shape::Number { min: 1, max: 2_160 },
        "168",
        "A session ends after so long in any case",
        "会话最长有效期（小时）",
    )
    .at_start(),
    series::RETENTION_DAYS,
    series::RETENTION_RULES,
    series::LIMITS,
    series::ROLLUPS,
    series::ROLLUPS_AFTER_DAYS,
    series::SIZE_MIB_MAX,
    series::BLOCK_DAYS,
    series::MEMORY_MIB_MAX,
    series::LIVE_MAX,
    series::SYNC_MS,
    series::ACK,
    series::LATE_MINUTES_MAX,
    key(
        "series.ahead_s",
        Shape::Number { min: 0, max: 86_400 },
        "600",
        "How far ahead of the clock a sample may be that is written by remote write",
        "远程写入的样本时间最多可超前的秒数",
    )
    .at_start(),
    key(
        "series.labels_max",
        Shape::Number { min: 1, max: 64 },
        "64",
        "How many labels a series may have that is written by remote write",
        "远程写入的时间序列的标签数上限",
    )
    .at_start(),
    key(
        "series.write_mib_max",
        Shape::Number { min: 1, max: 1_024 },
        "32",
        "The largest request of remote write, unpacked, in MiB",
        "单次远程写入请求解压后的大小上限（MiB）",
    )
    .at_start(),
    key(
        "series.listen",
        Shape::Checked(checks::loopback),
        "",
        "Loopback address and port on which series are served in Prometheus' way without sign-in; \
         empty: nowhere",
        "以 Prometheus 方式提供时间序列且无需登录的本机回环地址和端口；留空则不提供",
    ),
    key(
        "series.query_timeout_s",
        Shape::Number { min: 1, max: 28 },
        "28",
        "How long a query may take, in seconds",
        "单次查询的最长时间（秒）",
    )
    .at_start(),
    key(
        "series.query_concurrency_max",
        Shape::Number { min: 1, max: 1_000 },
        "8",
        "How many queries run at once; further ones wait",
        "同时执行的查询数上限，超出的查询排队等待",
    )
    .at_start(),
    key(
        "series.query_series_max",
        Shape::Number { min: 1, max: 100_000_000 },
        "1000000",
        "How many series a selector of a query may find",
        "查询中每个选择器最多匹配的时间序列数",
    )
    .at_start(),
    key(
        "series.query_samples_max",
        Shape::Number { min: 1, max: 100_000_000_000 },
        "50000000",
        "How many samples a query may read",
        "单次查询最多读取的样本数",
    )
    .at_start(),
    key(
        "series.query_memory_mib_max",
        Shape::Number { min: 1, max: 1_048_576 },
        "512",
        "How much memory all values of a query may take at any moment, in MiB",
        "一个查询在任一时刻所有数值可占用的内存上限（MiB）",
    )
    .at_start(),
    key(
        "series.query_answers_mib_max",
        Shape::Number { min: 0, max: 1_048_576 },
        "32",
        "How much memory answers of range queries may take that are kept for those who ask again, \
         in MiB; 0: none are kept",
        "为重复的区间查询保留的结果可占用的内存上限（MiB）；0 表示不保留",
    )
    .at_start(),
    key("host.watch", Shape::Switch, "true", "Watch this machine", "监测本机"),
    key(
        "host.interval_s",
        Shape::Number { min: 1, max: 300 },
        "10",
        "How often this machine is read",
        "本机采集间隔（秒）",
    )
    .at_start(),
    key(
        "discovery.automatic",
        Shape::Switch,
        "true",
        "Put services found on this machine under a check without asking",
        "自动为本机发现的服务建立检查",
    )
    .at_start(),
    key(
        "discovery.interval_s",
        Shape::Number { min: 1, max: 3_600 },
        "10",
        "How often listening services are looked for",
        "服务发现间隔（秒）",
    )
    .at_start(),
    key(
        "checks.concurrency_max",
        Shape::Number { min: 1, max: 10_000 },
        "512",
        "How many checks run at once",
        "同时执行的检查数上限",
    )
    .at_start(),
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
    key(
        "journal.retention_days",
        Shape::AtLeast {
            min: 180,
            max: 36_500,
            because: "audit records are kept for at least six months (Cybersecurity Law of the \
                      PRC, article 21)",
            because_zh: "审计记录至少保存六个月（《网络安全法》第二十一条）",
        },
        "1095",
        "How long the journal stays in the records; older rows move to archive files",
        "日志在数据库中的保留天数，更早的记录转入归档文件",
    )
    .at_start(),
    key(
        "journal.keys",
        Shape::Text,
        "",
        "Folder of the journal's keys; empty: keys in the data directory",
        "日志密钥目录；留空则为数据目录下的 keys",
    ),
    key(
        "journal.archive",
        Shape::Text,
        "",
        "Folder of the journal's archive files; empty: archive in the data directory",
        "日志归档目录；留空则为数据目录下的 archive",
    ),
    key(
        "journal.anchor.file",
        Shape::Text,
        "",
        "A file on another disk or machine to which the journal's checkpoints are appended",
        "日志锚点文件（应位于其他磁盘或机器）",
    ),
    key(
        "journal.anchor.syslog",
        Shape::Checked(checks::syslog),
        "",
        "Syslog server that gets the journal's checkpoints: udp://, tcp:// or tls://HOST:PORT",
        "接收日志检查点的 syslog 服务器：udp://、tcp:// 或 tls://主机:端口",
    ),
    key(
        "journal.anchor.http",
        Shape::Checked(checks::url),
        "",
        "https:// URL that gets the journal's checkpoints by POST",
        "以 POST 接收日志检查点的 https:// 地址",
    ),
    key(
        "journal.anchor.http_token",
        Shape::Text,
        "",
        "File with the bearer token for that URL",
        "该地址的访问令牌文件",
    ),
    key(
        "journal.anchor.authority",
        Shape::Text,
        "",
        "PEM file of a certificate authority that anchors may have besides the machine's own",
        "锚点使用的附加 CA 证书文件（PEM）",
    ),
    key(
        "journal.forward.syslog",
        Shape::Checked(checks::syslog),
        "",
        "Syslog server that gets every fact: udp://, tcp:// or tls://HOST:PORT",
        "接收全部日志记录的 syslog 服务器：udp://、tcp:// 或 tls://主机:端口",
    ),
    key(
        "server.url",
        Shape::Checked(checks::base_url),
        "",
        "The address of the web UI, for links in messages, passkeys and identity providers",
        "用户访问本系统的网址（用于消息链接、通行密钥和身份提供方）",
    )
    .at_once(),
    key(
        "scim.accounts",
        Shape::Switch,
        "true",
        "Whether people whom an identity provider brings by SCIM get an account",
        "身份源通过 SCIM 同步的人员是否同时建立账号",
    )
    .at_start(),
    key(
        "scim.posts",
        Shape::Switch,
        "false",
        "Whether they hold the post of their unit that is called as their title",
        "是否按 SCIM 提供的职务自动担任本单位同名岗位",
    )
    .at_start(),
    key(
        "vault.key_file",
        Shape::Text,
        "",
        "File with the vault's master keys; empty: keys/vault.keys in the data directory",
        "密钥库主密钥文件；留空则为数据目录下的 keys/vault.keys",
    ),
    key(
        "attachments.size_mib_max",
        Shape::Number { min: 1, max: 10_240 },
        "64",
        "The largest file that can be attached, in MiB",
        "附件大小上限（MiB）",
    )
    .at_once(),
    key(
        "attachments.retention_days",
        Shape::Number { min: 0, max: 36_500 },
        "0",
        "How long attachments are kept; 0: for ever",
        "附件保留天数，0 表示永久保留",
    )
    .at_once(),
    key(
        "attachments.scan_command",
        Shape::Checked(checks::command),
        "",
        "The virus scanner, a JSON list of program and arguments, {file} standing for the file",
        "病毒扫描程序，JSON 数组形式的程序与参数，{file} 代表文件",
    ),
    key(
        "attachments.scan_timeout_s",
        Shape::Number { min: 1, max: 600 },
        "60",
        "How long the virus scanner may take for one file",
        "单个文件的病毒扫描时限（秒）",
    )
    .at_once(),
    key(
        "attachments.storage",
        Shape::Choice(&["disk", "s3"]),
        "disk",
        "Where attachments are kept; those elsewhere are moved there",
        "附件的存储方式（disk 本机磁盘，s3 对象存储）；已有附件会自动迁移",
    ),
    key(
        "attachments.s3.endpoint",
        Shape::Checked(checks::base_url),
        "",
        "Address of the S3-compatible store; empty: Amazon's for the region",
        "S3 兼容存储的地址；留空则使用该区域的亚马逊 S3",
    ),
    key(
        "attachments.s3.bucket",
        Shape::Checked(checks::bucket),
        "",
        "The bucket for attachments",
        "存放附件的存储桶",
    ),
    key(
        "attachments.s3.region",
        Shape::Checked(checks::word),
        "us-east-1",
        "The bucket's region",
        "存储桶所在区域",
    ),
    key(
        "attachments.s3.prefix",
        Shape::Checked(checks::prefix),
        "attachments",
        "What the names of all objects begin with",
        "对象名称前缀",
    ),
    key(
        "attachments.s3.path_style",
        Shape::Switch,
        "true",
        "Whether the bucket stands in the path of URLs and not in the host's name",
        "存储桶名写在路径中（而非域名中）",
    ),
    key(
        "attachments.s3.access_key",
        Shape::Checked(checks::word),
        "",
        "The id of the access key",
        "访问密钥的编号（Access Key ID）",
    ),
    key(
        "attachments.s3.secret_key_file",
        Shape::Text,
        "",
        "File with the secret of the access key",
        "存放访问密钥（Secret Access Key）的文件",
    ),
    key(
        "attachments.s3.secret",
        Shape::Text,
        "",
        "Instead of the file: the name of the vault's secret with the secret of the access key",
        "密钥库中存放访问密钥的凭据名称（代替文件）",
    ),
    key(
        "attachments.s3.authority",
        Shape::Text,
        "",
        "PEM file of a certificate authority that the store may have besides the machine's own",
        "对象存储使用的附加 CA 证书文件（PEM）",
    ),
    key(
        "notify.retention_days",
        Shape::Number { min: 1, max: 3_650 },
        "400",
        "How long messages are kept, with their attempts and receipts",
        "消息及其发送记录的保留天数",
    )
    .at_once(),
    key(
        "notify.zone",
        Shape::Checked(checks::zone),
        "",
        "Time zone of the organisation, for moments in messages to whom has said none; the \
         machine's when empty",
        "单位所在时区；接收方未设置时区时，消息中的时间按此显示；留空则使用服务器时区",
    )
    .at_once(),
];
