use db::DbError;
use http_kit::Problem;
use kernel::{Fault, FieldFault, Permission, Text};

/// Why the directory could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The caller may not, there.
    #[error("the permission {0} is lacking")]
    NotAllowed(Permission),
    /// The caller may not put something there, or take it from there: the field that says where is
    /// named.
    #[error("the permission {} is lacking at `{}`", .0, .1.field)]
    NotThere(Permission, Box<FieldFault>),
    /// The input is wrong: every wrong field is named.
    #[error("{} fields of the input are wrong", .0.len())]
    WrongInput(Vec<FieldFault>),
    /// There is no such thing, or not for this caller.
    #[error("there is no {} {id}", noun.en)]
    NotFound {
        /// What it would be.
        noun: Text,
        /// What was asked for.
        id: String,
    },
    /// It was changed in between.
    #[error("it is at version {found}, the change is for version {expected}")]
    VersionDiffers {
        /// The version the change is for.
        expected: i64,
        /// The version there is.
        found: i64,
    },
    /// It does not exist at the moment from which the change counts.
    #[error("{name} does not exist at {at}")]
    NotThen {
        /// Its name.
        name: String,
        /// The moment.
        at: kernel::Time,
    },
    /// Nothing is to become of it at that moment, or it has come true.
    #[error("nothing is to become of {name} at {at}")]
    NothingComing {
        /// Its name.
        name: String,
        /// The moment.
        at: kernel::Time,
    },
    /// It would come to be part of itself.
    #[error("{name} would come to be part of itself under {parent}")]
    Cycle {
        /// Its name.
        name: String,
        /// The name of what it should be part of.
        parent: String,
        /// The names on the way from there up to itself.
        way: Vec<String>,
    },
    /// Something still needs it.
    #[error("{name} is still needed: {}", needed_by.en)]
    StillNeeded {
        /// Its name.
        name: String,
        /// What needs it, counted and named.
        needed_by: Text,
    },
    /// The person holds the post in that time already.
    #[error("{person} holds {post} in that time already")]
    HeldAlready {
        /// The person's name.
        person: String,
        /// The post's title.
        post: String,
    },
    /// A split does not say where everything goes.
    #[error("the split leaves behind: {}", left.en)]
    LeftBehind {
        /// What is left behind, counted and named.
        left: Text,
    },
    /// A row of the directory cannot be read.
    #[error("the directory holds {what} that cannot be read: {found}")]
    Unreadable {
        /// What it is: `contacts`.
        what: String,
        /// What is there, or what the reader said.
        found: String,
    },
    /// The secret that a source names cannot be used.
    #[error("{0}")]
    Secret(Fault),
    /// Another server took an import for interrupted, and its actor may have begun another one.
    #[error("the import was taken for interrupted by another server")]
    ImportLeft,
    /// Whoever fills the post would give the roles that are granted to it, and may not.
    #[error("the post {post} carries roles that the caller may not give: {}", roles.join(", "))]
    NotGiven {
        /// The post's code and title.
        post: String,
        /// The roles that the caller may not give.
        roles: Vec<String>,
        /// The permission that is lacking where they count.
        permission: Permission,
    },
    /// Nobody appoints themselves to a post that roles are granted to.
    #[error("the post {post} carries roles, and nobody gives them to themselves")]
    OwnPost {
        /// The post's code and title.
        post: String,
    },
    /// What keeps grants does not answer.
    #[error("{0}")]
    Grants(Box<Fault>),
    /// What keeps things in units refuses, or does not answer.
    #[error("{0}")]
    Contents(Box<Fault>),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl DirectoryError {
    /// There is no such thing, or not for this caller.
    #[expect(clippy::needless_pass_by_value, reason = "an id is Copy: `id` and `&id` both serve")]
    pub(crate) fn not_found<N: crate::Noun>(id: impl ToString) -> Self {
        Self::NotFound { noun: N::noun(), id: id.to_string() }
    }

    /// The same refusal, which is because of the `N` that a field names; of other ones nothing is
    /// different.
    pub(crate) fn at<N: crate::Noun>(self, field: &str, found: &str) -> Self {
        let Self::NotAllowed(permission) = self else { return self };
        let noun = N::noun();
        let expected = Text::new(
            format!("a {} within your scope", noun.en),
            format!("您权限范围内的{}", noun.zh),
        );
        Self::NotThere(permission, Box::new(FieldFault::new(field, found, expected)))
    }

    /// The same of what is named by its id, or of nothing.
    pub(crate) fn at_id<N: crate::Noun>(self, field: &str, id: Option<kernel::Id<N>>) -> Self {
        self.at::<N>(field, &id.map(|id| id.to_string()).unwrap_or_default())
    }
}

impl From<DirectoryError> for Fault {
    fn from(error: DirectoryError) -> Self {
        let (code, text) = match error {
            DirectoryError::NotAllowed(permission) => return Self::out_of_scope(permission),
            DirectoryError::NotThere(permission, field) => {
                return Self { fields: vec![*field], ..Self::out_of_scope(permission) };
            }
            DirectoryError::WrongInput(fields) => return Self::invalid_fields(fields),
            DirectoryError::NotFound { noun, id } => return Self::not_found(&noun, id),
            DirectoryError::VersionDiffers { .. } => return Self::stale(),
            DirectoryError::Unreadable { .. } => return Self::internal(&error),
            DirectoryError::Secret(fault) => return fault,
            DirectoryError::Grants(fault) | DirectoryError::Contents(fault) => return *fault,
            DirectoryError::NotGiven { post, roles, permission } => {
                return not_given(&post, &roles, permission);
            }
            DirectoryError::OwnPost { post } => return own_post(&post),
            DirectoryError::Db(error) => return error.into(),
            DirectoryError::ImportLeft => (
                "import-left",
                Text::new(
                    "the import stood still and another server took it for interrupted: nothing \
                     was changed; import the file again",
                    "导入长时间无进展，已被其他服务器判定为中断：未作任何变更，请重新导入",
                ),
            ),
            DirectoryError::NotThen { name, at } => not_then(&name, at),
            DirectoryError::NothingComing { name, at } => nothing_coming(&name, at),
            DirectoryError::Cycle { name, parent, way } => {
                let way = format!("{name} → {}", way.join(" → "));
                let text = Text::new(
                    format!("`{name}` would come to be part of itself under `{parent}`: {way}"),
                    format!("“{name}”不能归到“{parent}”之下：会形成循环（{way}）"),
                );
                ("cycle", text)
            }
            DirectoryError::StillNeeded { name, needed_by } => (
                "still-needed",
                Text::new(
                    format!("`{name}` cannot be closed yet: {}", needed_by.en),
                    format!("“{name}”暂不能撤销：{}", needed_by.zh),
                ),
            ),
            DirectoryError::HeldAlready { person, post } => (
                "held-already",
                Text::new(
                    format!("`{person}` holds `{post}` in that time already"),
                    format!("“{person}”在该时间段内已任“{post}”"),
                ),
            ),
            DirectoryError::LeftBehind { left } => (
                "left-behind",
                Text::new(
                    format!("the split does not say where these go: {}", left.en),
                    format!("拆分未说明以下内容的去向：{}", left.zh),
                ),
            ),
        };
        Self::conflict(code, text)
    }
}

fn not_then(name: &str, at: kernel::Time) -> (&'static str, Text) {
    let at = at.to_second();
    let text =
        Text::new(format!("`{name}` does not exist at {at}"), format!("“{name}”在 {at} 时不存在"));
    ("not-then", text)
}

fn nothing_coming(name: &str, at: kernel::Time) -> (&'static str, Text) {
    let at = at.to_second();
    let text = Text::new(
        format!("nothing is to become of `{name}` at {at}, or it has come true"),
        format!("“{name}”在 {at} 没有预定变更，或变更已经生效"),
    );
    ("nothing-coming", text)
}

/// Tells which post, which roles and which permission; the denial is journalled as every other.
fn not_given(post: &str, roles: &[String], permission: Permission) -> Fault {
    let Permission(name) = permission;
    let text = Text::new(
        format!(
            "whoever holds the post {post} has the roles granted to it ({}): filling it needs \
             `{name}` wherever these count; let somebody who may grant them fill it",
            roles.join(", ")
        ),
        format!(
            "岗位{post}授有角色（{}），任职者即获得这些角色：任命须在其权限范围内拥有“{name}”权限，请由有权\
             授予这些角色的人员任命",
            roles.join("、")
        ),
    );
    Fault { text, ..Fault::out_of_scope(permission) }
}

fn own_post(post: &str) -> Fault {
    let text = Text::new(
        format!(
            "the administrators are separated, and nobody appoints themselves to a post that \
             roles are granted to ({post}): let somebody else do it"
        ),
        format!("已启用三员分立，不能将自己任命到授有角色的岗位（{post}），须由他人任命"),
    );
    Fault::new(kernel::FaultKind::Forbidden, "own-grant", text)
}

impl From<DirectoryError> for Problem {
    fn from(error: DirectoryError) -> Self {
        Self(error.into())
    }
}

impl From<Vec<FieldFault>> for DirectoryError {
    fn from(fields: Vec<FieldFault>) -> Self {
        Self::WrongInput(fields)
    }
}

impl From<FieldFault> for DirectoryError {
    fn from(field: FieldFault) -> Self {
        Self::WrongInput(vec![field])
    }
}
