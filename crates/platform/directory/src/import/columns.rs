use serde::{Deserialize, Serialize};

/// The sheets of a workbook that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SheetKind {
    /// Regions.
    Regions,
    /// Units.
    Units,
    /// Sites.
    Sites,
    /// Posts.
    Posts,
    /// People.
    People,
    /// Who holds which post.
    Holdings,
}

/// A column of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name in code and in English headings.
    pub(crate) name: &'static str,
    /// Its Chinese heading.
    pub(crate) zh: &'static str,
    /// Whether a row needs it when the thing is new.
    pub(crate) needed: bool,
    /// What belongs into it.
    pub(crate) note: (&'static str, &'static str),
}

const fn column(
    name: &'static str,
    zh: &'static str,
    needed: bool,
    note: (&'static str, &'static str),
) -> Column {
    Column { name, zh, needed, note }
}

const CODE: (&str, &str) = ("unique, at most 64 characters", "唯一，不超过 64 个字符");
const ONE_NAME: (&str, &str) = ("one of the two names is needed", "两种名称至少填一种");
const ONE_TITLE: (&str, &str) = ("one of the two titles is needed", "两种名称至少填一种");
const ANY: (&str, &str) = ("", "");

const FROM: Column = column(
    "from",
    "生效日期",
    false,
    (
        "since when: 2026-03-01; this moment when empty. What a row names must exist by then.",
        "何时生效，如 2026-03-01，空为此刻；行中引用的内容须不晚于此日生效",
    ),
);

const REGIONS: [Column; 6] = [
    column("code", "区划代码", true, ("unique, such as 330100", "唯一，如 330100")),
    column("name_zh", "区域名称", false, ONE_NAME),
    column("name_en", "英文名称", false, ONE_NAME),
    column("kind", "区域类型", false, ("your own words: province, city", "自定：省、市、县")),
    column("parent_code", "上级区划代码", false, ("empty: at the top", "空为顶级区域")),
    FROM,
];

const UNITS: [Column; 8] = [
    column("code", "单位编码", true, CODE),
    column("name_zh", "单位名称", false, ONE_NAME),
    column("name_en", "英文名称", false, ONE_NAME),
    column("short_name", "简称", false, ANY),
    column("kind", "单位类型", false, ("your own words: bureau", "自定：局、处室、科室")),
    column("parent_code", "上级单位编码", false, ("empty: at the top", "空为顶级单位")),
    column("region_code", "行政区划代码", false, ("the code of a region", "区域的区划代码")),
    FROM,
];

const SITES: [Column; 9] = [
    column("code", "地点编码", true, CODE),
    column("name_zh", "地点名称", false, ONE_NAME),
    column("name_en", "英文名称", false, ONE_NAME),
    column("address", "地址", false, ANY),
    column("unit_code", "单位编码", false, ("the unit that answers for it", "负责单位")),
    column("region_code", "行政区划代码", false, ("the code of a region", "区域的区划代码")),
    column(
        "latitude",
        "纬度",
        false,
        ("degrees, −90 to 90; north is +", "度，-90 到 90，北纬为正"),
    ),
    column(
        "longitude",
        "经度",
        false,
        ("degrees, −180 to 180; east is +", "度，-180 到 180，东经为正"),
    ),
    FROM,
];

const POSTS: [Column; 7] = [
    column("code", "岗位编码", true, CODE),
    column("title_zh", "岗位名称", false, ONE_TITLE),
    column("title_en", "英文名称", false, ONE_TITLE),
    column("description", "岗位职责", false, ANY),
    column("unit_code", "单位编码", true, ("the unit it is in", "所在单位")),
    column("head", "是否负责人", false, ("yes or no", "是、否")),
    FROM,
];

const PEOPLE: [Column; 12] = [
    column("number", "工号", true, CODE),
    column("name", "姓名", true, ANY),
    column("language", "语言", false, ("zh or en", "中文、英文")),
    column("unit_code", "单位编码", false, ("the unit of record", "编制所在单位")),
    column("mail", "邮箱", false, ANY),
    column("mobile", "手机", false, ANY),
    column("phone", "办公电话", false, ANY),
    column("wecom", "企业微信", false, ANY),
    column("dingtalk", "钉钉", false, ANY),
    column("feishu", "飞书", false, ANY),
    column("im", "其他即时通信", false, ANY),
    FROM,
];

const HOLDINGS: [Column; 6] = [
    column("person_number", "工号", true, ("the number of a person", "人员的工号")),
    column("post_code", "岗位编码", true, ("the code of a post", "岗位的编码")),
    column("kind", "任职方式", false, ("substantive, acting or part-time", "正式、代理、兼任")),
    column("share_percent", "工作占比", false, ("1 to 100", "1 到 100")),
    FROM,
    column("to", "结束日期", false, ("empty: no end", "空为未结束")),
];

impl SheetKind {
    /// All of them, in the order in which they are imported: what names something comes after it.
    pub const ALL: [Self; 6] =
        [Self::Regions, Self::Units, Self::Sites, Self::Posts, Self::People, Self::Holdings];

    /// Its name in English files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Regions => "regions",
            Self::Units => "units",
            Self::Sites => "sites",
            Self::Posts => "posts",
            Self::People => "people",
            Self::Holdings => "holdings",
        }
    }

    /// Its name in Chinese files.
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Regions => "区域",
            Self::Units => "单位",
            Self::Sites => "地点",
            Self::Posts => "岗位",
            Self::People => "人员",
            Self::Holdings => "任职",
        }
    }

    /// The sheet of that name, in either language.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        Self::ALL.into_iter().find(|kind| kind.name() == name || kind.chinese() == name)
    }

    /// Its columns.
    pub(crate) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Regions => &REGIONS,
            Self::Units => &UNITS,
            Self::Sites => &SITES,
            Self::Posts => &POSTS,
            Self::People => &PEOPLE,
            Self::Holdings => &HOLDINGS,
        }
    }

    /// The column whose cell tells a row from others; none when two together do.
    pub(super) const fn key(self) -> Option<&'static str> {
        match self {
            Self::Regions | Self::Units | Self::Sites | Self::Posts => Some("code"),
            Self::People => Some("number"),
            Self::Holdings => None,
        }
    }
}
