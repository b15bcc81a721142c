use access::AccessError;
use db::DbError;
use directory::DirectoryError;
use http_kit::Problem;
use kernel::{Fault, FaultKind, Permission, Text};

use crate::model::{ReadError, Senseless};

/// Why a provider's request was refused.
#[derive(Debug, thiserror::Error)]
pub enum ScimError {
    /// The caller may bring nobody, or not everywhere.
    #[error("the permission {0} is lacking")]
    Forbidden(Permission),
    /// The caller holds the permission, but not over everything.
    #[error("the permission {0} does not reach so far")]
    OutOfScope(Permission),
    /// Neither a person nor a program of one asks.
    #[error("only a user's token can bring people")]
    NoAccount,
    /// It is one of the three administrators, who are separated.
    #[error("the administrators are separated: no provider touches one of them")]
    Administrator,
    /// One of the three administrators, who are separated, comes as a provider.
    #[error("the administrators are separated: none of them brings people as a provider")]
    AdministratorsOwn,
    /// Who belongs to the group has one of the three duties.
    #[error("the administrators are separated: no provider says who has a duty")]
    DutyGroup,
    /// There is no such thing of this provider's.
    #[error("no {noun} {id}", noun = noun.en)]
    NotFound {
        /// What it would be.
        noun: Text,
        /// What was asked for.
        id: String,
    },
    /// Somebody or something else has that already.
    #[error("{attribute} `{value}` is taken")]
    Taken {
        /// Which attribute.
        attribute: &'static str,
        /// Its value.
        value: String,
        /// By what, and what helps.
        by: Text,
    },
    /// A value is wrong.
    #[error("{field} is `{found}`, expected {expected}")]
    InvalidValue {
        /// Which one.
        field: String,
        /// What was found.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// A part of the request is missing or is no JSON of that sort.
    #[error("{0} is missing or not what it should be")]
    InvalidSyntax(&'static str),
    /// A filter cannot be read.
    #[error("the filter cannot be read at character {}", error.at)]
    InvalidFilter {
        /// Its beginning.
        filter: String,
        /// Where and why.
        error: ReadError,
    },
    /// A filter asks what there is not.
    #[error("the filter makes no sense: {0:?}")]
    SenselessFilter(Senseless),
    /// The path of a change cannot be read.
    #[error("the path `{path}` cannot be read")]
    InvalidPath {
        /// The path.
        path: String,
        /// Where and why.
        error: ReadError,
    },
    /// A path leads nowhere.
    #[error("there is no attribute `{0}`")]
    UnknownAttribute(String),
    /// There is nothing to change at the path.
    #[error("nothing is at `{0}`")]
    NoTarget(String),
    /// What is read-only cannot be changed.
    #[error("`{0}` is read-only")]
    Mutability(String),
    /// It was changed in between.
    #[error("it was changed in the meantime")]
    Stale,
    /// More than can be looked through.
    #[error("more than {limit} resources would have to be looked through")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// A row cannot be read.
    #[error("the records hold {what} that cannot be read")]
    Unreadable {
        /// What it is.
        what: &'static str,
    },
    /// The directory refused.
    #[error(transparent)]
    Directory(Box<DirectoryError>),
    /// Access refused.
    #[error(transparent)]
    Access(Box<AccessError>),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What was expected, in Chinese too; what is a term of the protocol is the same in both.
fn both(expected: &str) -> Text {
    let counted = expected.strip_prefix("at most ").and_then(|rest| rest.strip_suffix(" values"));
    if let Some(max) = counted {
        return Text::new(expected, format!("最多 {max} 个值"));
    }
    let zh = match expected {
        "true or false" => "true 或 false",
        "an object" => "对象",
        "a text" => "文本",
        "a whole number" => "整数",
        "an identifier" => "编号",
        "a value: it is required" => "必填",
        "names of attributes" => "属性名",
        "the name of an attribute" => "属性名",
        "an attribute's path" => "属性路径",
        "a filter as a text" => "文本形式的过滤条件",
        "at most 200 names" => "最多 200 个名称",
        "1 to 100 characters" => "1 到 100 个字符",
        "1 to 200 characters" => "1 到 200 个字符",
        "at most 200 characters" => "最多 200 个字符",
        "at most 1000 characters, no control characters" => "最多 1000 个字符，不含控制字符",
        "1 to 64 characters without blanks" => "1 到 64 个字符，不含空白",
        "3 to 64 letters, digits or . _ - @, beginning with a letter or digit" => {
            "3 到 64 个字母、汉字、数字或 . _ - @，以字母、汉字或数字开头"
        }
        "a user or group of this provider" => "本身份源的用户或组",
        "a user with an account" => "有账号的用户",
        "application/scim+json or application/json" => "application/scim+json 或 application/json",
        "at most 8192 bytes" => "不超过 8192 字节",
        "at most 32 brackets in each other" => "括号嵌套不超过 32 层",
        "`and`, `or` or the end" => "`and`、`or` 或结尾",
        "a text in double quotes, a number, true, false or null" => {
            "双引号中的文本、数字、true、false 或 null"
        }
        "eq, ne, co, sw, ew, gt, ge, lt, le or pr" => "eq、ne、co、sw、ew、gt、ge、lt、le 或 pr",
        other => other,
    };
    Text::new(expected, zh)
}

impl From<ScimError> for Fault {
    fn from(error: ScimError) -> Self {
        match error {
            ScimError::Forbidden(permission) => Self::forbidden(permission),
            ScimError::OutOfScope(permission) => Self::out_of_scope(permission),
            ScimError::NotFound { noun, id } => Self::not_found(&noun, id),
            ScimError::Stale => Self::stale(),
            ScimError::Db(error) => error.into(),
            ScimError::Unreadable { .. } => Self::internal(&error),
            ScimError::Directory(error) => of_directory(*error),
            ScimError::Access(error) => of_access(*error),
            ScimError::Taken { attribute, value, by } => taken(attribute, &value, &by),
            ScimError::InvalidValue { field, found, expected } => {
                Self::invalid(field, found, both(&expected))
            }
            ScimError::NoAccount => Self::new(
                FaultKind::Forbidden,
                "no-account",
                Text::new("come with the API token of a user", "请使用某个用户的 API 令牌"),
            ),
            ScimError::Administrator => others_duty(Text::new(
                "the administrators are separated, and this is one of them: no identity provider \
                 changes their person, account or groups; the security administrator does",
                "已启用三员分立，对方是三员之一：身份源不能变更其人员、账号和用户组，须由安全管理员操作",
            )),
            ScimError::AdministratorsOwn => others_duty(Text::new(
                "the administrators are separated, and this account is one of theirs: give the \
                 identity provider an account of its own, with the role `identity-provider` alone",
                "已启用三员分立，且该账号是三员账号：请为身份源单独建立账号，只授予角色 identity-provider",
            )),
            ScimError::DutyGroup => others_duty(Text::new(
                "the administrators are separated, and who is in this group has one of the three \
                 duties: no identity provider changes its members; the security administrator does",
                "已启用三员分立，该用户组的成员承担三员职责：身份源不能变更其成员，须由安全管理员操作",
            )),
            ScimError::InvalidFilter { filter, error } => {
                unread("invalid-filter", "filter", &filter, &error)
            }
            ScimError::InvalidPath { path, error } => unread("invalid-path", "path", &path, &error),
            other => senseless(&other),
        }
    }
}

fn others_duty(text: Text) -> Fault {
    Fault::new(FaultKind::Forbidden, "others-duty", text)
}

/// What reads well and cannot be done as the protocol has it.
fn senseless(error: &ScimError) -> Fault {
    let (code, text) = match error {
        ScimError::InvalidSyntax(what) => (
            "invalid-syntax",
            Text::new(
                format!("`{what}` is missing, or not what RFC 7644 has there"),
                format!("缺少“{what}”，或其形式不符合 RFC 7644"),
            ),
        ),
        ScimError::SenselessFilter(senseless) => ("invalid-filter", of(senseless)),
        ScimError::UnknownAttribute(path) => (
            "invalid-path",
            Text::new(format!("there is no attribute `{path}` here"), format!("没有属性“{path}”")),
        ),
        ScimError::NoTarget(path) => (
            "no-target",
            Text::new(
                format!("there is nothing at the path `{path}` to change"),
                format!("路径“{path}”下没有可修改的内容"),
            ),
        ),
        ScimError::Mutability(path) => {
            ("mutability", Text::new(format!("`{path}` is read-only"), format!("“{path}”为只读")))
        }
        ScimError::TooMany { limit } => (
            "too-many",
            Text::new(
                format!("more than {limit} would have to be looked through; ask for less"),
                format!("需要查找的条目超过 {limit}，请缩小范围"),
            ),
        ),
        other => return Fault::internal(other),
    };
    Fault::new(FaultKind::Invalid, code, text)
}

/// Names that others have are a question of uniqueness.
fn of_access(error: AccessError) -> Fault {
    match error {
        AccessError::NameTaken { name } => {
            let by = Text::new("by an account of this server", "已被本系统的其他账号使用");
            taken("userName", &name, &by)
        }
        AccessError::GroupTaken { name } => {
            let by = Text::new("by a group of this server", "已被本系统的其他用户组使用");
            taken("displayName", &name, &by)
        }
        other => other.into(),
    }
}

fn taken(attribute: &str, value: &str, by: &Text) -> Fault {
    let text = Text::new(
        format!("{attribute} `{value}` is taken {}", by.en),
        format!("{attribute}“{value}”{}", by.zh),
    );
    Fault::conflict("uniqueness", text)
}

/// A number of somebody else is a question of uniqueness; its shape was checked before.
fn of_directory(error: DirectoryError) -> Fault {
    match &error {
        DirectoryError::WrongInput(fields) if fields.iter().any(|one| one.field == "number") => {
            let number = fields.iter().find(|one| one.field == "number");
            let value = number.map(|one| one.found.clone()).unwrap_or_default();
            let by = Text::new("by another person", "已被其他人员使用");
            taken("employeeNumber", &value, &by)
        }
        _ => error.into(),
    }
}

fn unread(code: &'static str, field: &str, found: &str, error: &ReadError) -> Fault {
    let (at, expected) = (error.at, both(error.expected));
    let expected = Text::new(
        format!("{} at character {at}", expected.en),
        format!("第 {at} 个字符处为{}", expected.zh),
    );
    Fault { code, ..Fault::invalid(field, found, expected) }
}

fn of(senseless: &Senseless) -> Text {
    match senseless {
        Senseless::Unknown(path) => Text::new(
            format!("there is no attribute `{path}` to filter by"),
            format!("没有可用于筛选的属性“{path}”"),
        ),
        Senseless::Incomparable(part) => Text::new(
            format!("`{part}` compares what cannot be compared so"),
            format!("“{part}”的比较方式或取值不适用于该属性"),
        ),
    }
}

impl From<ScimError> for Problem {
    fn from(error: ScimError) -> Self {
        Self(error.into())
    }
}

impl From<DirectoryError> for ScimError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(Box::new(error))
    }
}

impl From<AccessError> for ScimError {
    fn from(error: AccessError) -> Self {
        Self::Access(Box::new(error))
    }
}

impl From<sqlx::Error> for ScimError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}
