//! What the store of series keeps, and what it may take.

use super::{Key, Shape, key};
use crate::config::{limits, retention, rollups};

pub(super) const RETENTION_DAYS: Key = key(
    "series.retention_days",
    Shape::Number { min: 1, max: 3_650 },
    "31",
    "How long samples are kept",
    "监测数据保留天数",
)
.at_once();

pub(super) const RETENTION_RULES: Key = key(
    "series.retention_rules",
    Shape::Checked(retention::check),
    "",
    "Series that are kept for another time, or take so much room at most, such as \
     `{env=\"test\"} 7d, {site=\"east\"} 90d 20GB, up 5GB`; the first rule that matches a series \
     counts",
    "为部分时间序列单独设定保留期或容量上限，如 `{env=\"test\"} 7d, {site=\"east\"} 90d 20GB, up \
     5GB`；以最先匹配的规则为准",
)
.at_once();

pub(super) const LIMITS: Key = key(
    "series.limits",
    Shape::Checked(limits::check),
    "",
    "Limits for a part of the series, such as `{site=\"east\"} series_max=50000 labels_max=30 \
     label_value_length_max=200`; all rules that match a series count",
    "对部分时间序列的上限，如 `{site=\"east\"} series_max=50000 labels_max=30 \
     label_value_length_max=200`；匹配的规则全部生效",
)
.at_once();

pub(super) const ROLLUPS: Key = key(
    "series.rollups",
    Shape::Checked(rollups::check),
    "5m 90d, 1h 2y",
    "By which steps days that are over are rolled up, and how long each is kept; empty: not at all",
    "过去的数据按哪些步长降采样，以及各自的保留时长；留空则不降采样",
)
.at_once();

pub(super) const ROLLUPS_AFTER_DAYS: Key = key(
    "series.rollups_after_days",
    Shape::Number { min: 0, max: 30 },
    "2",
    "How many days after its end a day is rolled up: newer ones are read sample by sample. Sooner, \
     where samples would go before that",
    "一天结束后过多少天再降采样：更近的数据逐个样本读取；若样本会更早过期，则提前降采样",
)
.at_once();

pub(super) const SIZE_MIB_MAX: Key = key(
    "series.size_mib_max",
    Shape::Number { min: 0, max: 1 << 40 },
    "0",
    "How much all blocks of samples may take, roll-ups included, in MiB: the oldest go beyond it; \
     0: no limit",
    "样本数据块（含降采样数据）的总大小上限（MiB），超出时删除最早的数据；0 表示不限",
)
.at_once();

pub(super) const BLOCK_DAYS: Key = key(
    "series.block_days",
    Shape::Number { min: 1, max: 31 },
    "3",
    "Blocks of so many days become one when all of them are over; 1: of a day at most",
    "过去的数据块按多少天合并为一个；1 表示每天一个",
)
.at_once();

pub(super) const MEMORY_MIB_MAX: Key = key(
    "series.memory_mib_max",
    Shape::Number { min: 16, max: 1 << 30 },
    "2048",
    "How much memory the newest hours of samples may take, in MiB; further samples are refused",
    "最近数小时样本占用内存的上限（MiB），超出的样本不接收",
)
.at_once();

pub(super) const LIVE_MAX: Key = key(
    "series.live_max",
    Shape::Number { min: 1_000, max: 1_000_000_000 },
    "1000000",
    "How many series may be in memory; samples of further ones are refused",
    "内存中的时间序列数上限，超出的序列不接收",
)
.at_once();

pub(super) const SYNC_MS: Key = key(
    "series.sync_ms",
    Shape::Number { min: 0, max: 10_000 },
    "200",
    "How long a sample that nobody waits for is on its way to the disk at most, in milliseconds; \
     0: each write brings itself there",
    "无人等待应答的样本最迟多少毫秒后落盘；0 表示每次写入都立即落盘",
)
.at_once();

pub(super) const ACK: Key = key(
    "series.ack",
    Shape::Choice(&["synced", "written"]),
    "synced",
    "When whoever sends samples is answered: when they are on the disk, or as soon as they are in \
     the log, of which a power failure may take the last `series.sync_ms`",
    "何时应答样本写入方：synced 为落盘之后，written 为写入日志之后（断电最多丢失最后 `series.sync_ms` 内的样本）",
)
.at_once();

pub(super) const LATE_MINUTES_MAX: Key = key(
    "series.late_minutes_max",
    Shape::Number { min: 0, max: 10_080 },
    "180",
    "How far a written sample may lie behind the newest one of its series, in minutes; imports \
     and back-fills may lie further",
    "写入的样本最多可比同一时间序列的最新样本早多少分钟；导入和回填不受此限",
)
.at_once();
