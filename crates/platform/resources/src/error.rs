use db::DbError;
use directory::DirectoryError;
use http_kit::Problem;
use kernel::{Fault, FaultKind, FieldFault, Permission, Text};

use crate::{AsOf, BrokenResource, FOREVER, MergeId, RelationId, ResourceId, StagingError, TaskId};

/// Why the register could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ResourcesError {
    /// The caller may not.
    #[error("the permission {0} is lacking")]
    NotAllowed(Permission),
    /// The caller holds the permission, but not there: the units and regions it does not reach.
    #[error("the permission {0} does not reach so far")]
    OutOfScope(Permission, Vec<FieldFault>),
    /// The input is wrong: every wrong field is named.
    #[error("{} fields of the input are wrong", .0.len())]
    WrongInput(Vec<FieldFault>),
    /// There is no such resource.
    #[error("there is no resource {id}")]
    ResourceNotFound {
        /// What was asked for.
        id: ResourceId,
    },
    /// There is no such kind.
    #[error("there is no kind {name}")]
    KindNotFound {
        /// What was asked for.
        name: String,
    },
    /// There is no such task.
    #[error("there is no reconciliation task {id}")]
    TaskNotFound {
        /// What was asked for.
        id: TaskId,
    },
    /// There is no such tag.
    #[error("there is no tag {word}")]
    TagNotFound {
        /// What was asked for.
        word: String,
    },
    /// There is no such merge.
    #[error("there is no merge {id}")]
    MergeNotFound {
        /// What was asked for.
        id: MergeId,
    },
    /// It was decided already.
    #[error("the task {id} was decided already")]
    TaskDecided {
        /// What was asked for.
        id: TaskId,
    },
    /// They cannot become one.
    #[error("{kept} and {gone} cannot be made one")]
    NotMergeable {
        /// The name of the one that should stay.
        kept: String,
        /// The name of the one that should go.
        gone: String,
    },
    /// They cannot become two again.
    #[error("the merge of {gone} into {kept} cannot be undone")]
    NotUndoable {
        /// The name of the one that stayed.
        kept: String,
        /// The name of the one that went.
        gone: String,
    },
    /// It was not there at that moment, as far as was known.
    #[error("the resource {id} was not there yet")]
    NotThereYet {
        /// What was asked for.
        id: ResourceId,
        /// The moments asked for.
        as_of: AsOf,
    },
    /// There is no such relation.
    #[error("there is no relation {id}")]
    RelationNotFound {
        /// What was asked for.
        id: RelationId,
    },
    /// It was changed in between.
    #[error("the resource is at version {found}, the change is for version {expected}")]
    VersionDiffers {
        /// The version the change is for.
        expected: i64,
        /// The version there is.
        found: i64,
    },
    /// Nothing was told for that moment, or it has come true.
    #[error("nothing is told of {name} for {at}")]
    NothingComing {
        /// Its name.
        name: String,
        /// The moment.
        at: kernel::Time,
    },
    /// It is out of use.
    #[error("{name} is retired")]
    ResourceRetired {
        /// Its name.
        name: String,
    },
    /// A resource cannot hang together with itself.
    #[error("{name} cannot be related to itself")]
    RelatedToItself {
        /// Its name.
        name: String,
    },
    /// The relation exists.
    #[error("{from} {wording} {to} already")]
    AlreadyRelated {
        /// The source's name.
        from: String,
        /// How the relation reads.
        wording: Text,
        /// The target's name.
        to: String,
    },
    /// The relation allows one target, and there is one.
    #[error("{from} {wording} something else already")]
    SecondTarget {
        /// The source's name.
        from: String,
        /// How the relation reads.
        wording: Text,
    },
    /// The relation allows one source, and there is one.
    #[error("{to} {wording} something else already")]
    SecondSource {
        /// The target's name.
        to: String,
        /// How the relation reads from its target.
        wording: Text,
    },
    /// A resource of that kind cannot be at that end.
    #[error("{name} is a {kind}, not one of {}", .allowed.join(", "))]
    WrongEnd {
        /// The resource's name.
        name: String,
        /// Its kind.
        kind: String,
        /// How the relation reads.
        wording: Text,
        /// The kinds that can be there.
        allowed: Vec<String>,
    },
    /// The last relation of its kind is replaced, not removed.
    #[error("{name} must have one: {wording}")]
    LastRelation {
        /// The name of the resource that must have one.
        name: String,
        /// How the relation reads from there.
        wording: Text,
    },
    /// Something in use needs it.
    #[error("{} {wording} {name}", .by.as_deref().unwrap_or("something"))]
    StillNeeded {
        /// The name of what should go.
        name: String,
        /// How the relation reads.
        wording: Text,
        /// The name of what needs it, where the caller sees that.
        by: Option<String>,
    },
    /// More would be changed with it than one change may.
    #[error("more than {limit} resources would follow")]
    TooManyFollow {
        /// How many may.
        limit: usize,
    },
    /// There is one of that name.
    #[error("there is a `{name}` already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// Resources would not fit their kind any more.
    #[error("{count} resources would not fit the kind")]
    KindBreaks {
        /// How many.
        count: u64,
        /// The first of them.
        shown: Vec<BrokenResource>,
    },
    /// Relations would not fit their kind any more.
    #[error("{count} relations would not fit the kind")]
    RelationKindBreaks {
        /// How many.
        count: i64,
    },
    /// The relation would lead back to where it began.
    #[error("{from} {wording} {to} would make a circle")]
    RelationCycle {
        /// The source's name.
        from: String,
        /// How the relation reads.
        wording: Text,
        /// The target's name.
        to: String,
    },
    /// A row of the register cannot be read.
    #[error("the register holds {what} that cannot be read: {found}")]
    Unreadable {
        /// What it is: `attributes of host`.
        what: String,
        /// What is there, or what the reader said.
        found: String,
    },
    /// Something that was written down before cannot be done.
    #[error(transparent)]
    Staging(#[from] StagingError),
    /// The directory could not be read.
    #[error(transparent)]
    Directory(Box<DirectoryError>),
    /// What the author of a change may do could not be found out.
    #[error("{0}")]
    Authors(Box<Fault>),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<DirectoryError> for ResourcesError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(Box::new(error))
    }
}

impl From<ResourcesError> for Fault {
    fn from(error: ResourcesError) -> Self {
        let resource = Text::new("resource", "资源");
        match error {
            ResourcesError::NotAllowed(permission) => Self::forbidden(permission),
            ResourcesError::OutOfScope(permission, fields) => {
                Self { fields, ..Self::out_of_scope(permission) }
            }
            ResourcesError::WrongInput(fields) => Self::invalid_fields(fields),
            ResourcesError::ResourceNotFound { id } => Self::not_found(&resource, id),
            ResourcesError::RelationNotFound { id } => {
                Self::not_found(&Text::new("relation", "关系"), id)
            }
            ResourcesError::TaskNotFound { id } => {
                Self::not_found(&Text::new("reconciliation task", "核对任务"), id)
            }
            ResourcesError::TagNotFound { word } => {
                Self::not_found(&Text::new("tag", "标签"), word)
            }
            ResourcesError::MergeNotFound { id } => {
                Self::not_found(&Text::new("merge", "合并记录"), id)
            }
            ResourcesError::KindNotFound { name } => {
                Self::not_found(&Text::new("kind", "类型"), name)
            }
            ResourcesError::NotThereYet { as_of, .. } => not_there_yet(as_of),
            ResourcesError::VersionDiffers { .. } => Self::stale(),
            ResourcesError::Unreadable { .. } => Self::internal(&error),
            ResourcesError::Staging(error) => error.into(),
            ResourcesError::Directory(error) => (*error).into(),
            ResourcesError::Authors(fault) => *fault,
            ResourcesError::Db(error) => error.into(),
            conflict => {
                let (code, text) = conflict_text(conflict);
                Self::conflict(code, text)
            }
        }
    }
}

fn not_there_yet(as_of: AsOf) -> Fault {
    let (valid, known) = (as_of.valid_at.to_second(), as_of.known_at.to_second());
    let text = if as_of.known_at == FOREVER {
        Text::new(
            format!("at {valid} it is not in the register, or out of your scope"),
            format!("{valid} 时登记册中没有此资源，或此资源不在您的权限范围内"),
        )
    } else {
        Text::new(
            format!("known at {known}, it is not in the register at {valid}, or out of your scope"),
            format!(
                "按 {known} 时的记录，{valid} 时登记册中没有此资源，或此资源不在您的权限范围内"
            ),
        )
    };
    Fault::new(FaultKind::NotFound, "not-there-yet", text)
}

/// What contradicts what is there: a code and a sentence.
fn conflict_text(error: ResourcesError) -> (&'static str, Text) {
    match error {
        ResourcesError::NothingComing { name, at } => nothing_coming(&name, at),
        ResourcesError::ResourceRetired { name } => (
            "resource-retired",
            Text::new(
                format!("`{name}` is retired; take it back into use first"),
                format!("“{name}”已退役，请先恢复使用"),
            ),
        ),
        ResourcesError::LastRelation { name, wording } => (
            "last-relation",
            Text::new(
                format!("`{name}` needs what it {}; replace it instead", wording.en),
                format!("“{name}”必须{}一个资源，请改为替换", wording.zh),
            ),
        ),
        ResourcesError::StillNeeded { name, wording, by: Some(by) } => (
            "still-needed",
            Text::new(
                format!("`{by}` {} `{name}`; end that first", wording.en),
                format!("“{by}”仍{}“{name}”，请先解除该关系", wording.zh),
            ),
        ),
        ResourcesError::StillNeeded { name, wording, by: None } => (
            "still-needed",
            Text::new(
                format!("something outside your scope {} `{name}`", wording.en),
                format!("权限范围以外的资源仍{}“{name}”", wording.zh),
            ),
        ),
        ResourcesError::TooManyFollow { limit } => (
            "too-many-follow",
            Text::new(
                format!(
                    "more than {limit} resources would be changed with it; take a smaller part"
                ),
                format!("将连带变更的资源超过 {limit} 个，请缩小范围"),
            ),
        ),
        ResourcesError::NameTaken { name } => (
            "name-taken",
            Text::new(format!("there is a `{name}` already"), format!("“{name}”已存在")),
        ),
        ResourcesError::KindBreaks { count, shown } => ("kind-breaks", breaks_text(count, &shown)),
        ResourcesError::RelationKindBreaks { count } => (
            "relation-kind-breaks",
            Text::new(
                format!("{count} relations contradict that; end or change them first"),
                format!("现有 {count} 条关系与之矛盾，请先调整这些关系"),
            ),
        ),
        merge @ (ResourcesError::TaskDecided { .. }
        | ResourcesError::NotMergeable { .. }
        | ResourcesError::NotUndoable { .. }) => merge_text(merge),
        relation => relation_text(relation),
    }
}

fn nothing_coming(name: &str, at: kernel::Time) -> (&'static str, Text) {
    let at = at.to_second();
    let text = Text::new(
        format!("nothing is told to change of `{name}` at {at}, or it has come true"),
        format!("“{name}”在 {at} 没有预定变更，或变更已经生效"),
    );
    ("nothing-coming", text)
}

/// What contradicts what was decided of two resources.
fn merge_text(error: ResourcesError) -> (&'static str, Text) {
    match error {
        ResourcesError::TaskDecided { .. } => {
            ("task-decided", Text::new("it was decided already", "该核对任务已有结论"))
        }
        ResourcesError::NotMergeable { kept, gone } => (
            "not-mergeable",
            Text::new(
                format!("`{gone}` cannot become `{kept}`: both of one kind, the first in use"),
                format!("“{gone}”不能合并到“{kept}”：二者须为同一类型，且保留方在用"),
            ),
        ),
        ResourcesError::NotUndoable { kept, gone } => (
            "not-undoable",
            Text::new(
                format!("that `{gone}` became `{kept}` was undone or changed since"),
                format!("“{gone}”并入“{kept}”的操作已撤销或此后又有变更"),
            ),
        ),
        other => ("conflict", Text::same(other.to_string())),
    }
}

fn breaks_text(count: u64, shown: &[BrokenResource]) -> Text {
    let named = shown.iter().take(5).map(|broken| {
        let fields: Vec<&str> = broken.faults.iter().map(|fault| fault.field.as_str()).collect();
        format!("{} ({})", broken.name, fields.join(", "))
    });
    let named = named.collect::<Vec<_>>().join("; ");
    Text::new(
        format!("{count} resources would not fit: {named} …; migrate them with it"),
        format!("有 {count} 个资源将不符合新定义：{named} …；请同时给出迁移步骤"),
    )
}

/// What contradicts the relations there are.
fn relation_text(error: ResourcesError) -> (&'static str, Text) {
    match error {
        ResourcesError::RelatedToItself { name } => (
            "related-to-itself",
            Text::new(
                format!("`{name}` cannot be related to itself"),
                format!("“{name}”不能与自身建立关系"),
            ),
        ),
        ResourcesError::AlreadyRelated { from, wording, to } => (
            "already-related",
            Text::new(
                format!("`{from}` {} `{to}` already", wording.en),
                format!("“{from}”已经{}“{to}”", wording.zh),
            ),
        ),
        ResourcesError::SecondTarget { from, wording } => (
            "second-target",
            Text::new(
                format!("`{from}` {} something else already; end that first", wording.en),
                format!("“{from}”已经{}其他资源，请先解除原有关系", wording.zh),
            ),
        ),
        ResourcesError::SecondSource { to, wording } => (
            "second-source",
            Text::new(
                format!("`{to}` {} something else already; end that first", wording.en),
                format!("“{to}”已经{}其他资源，请先解除原有关系", wording.zh),
            ),
        ),
        ResourcesError::WrongEnd { name, kind, wording, allowed } => (
            "wrong-end",
            Text::new(
                format!(
                    "`{name}` is a {kind}; with “{}” only {} can be there",
                    wording.en,
                    allowed.join(", ")
                ),
                format!(
                    "“{name}”的类型是 {kind}；“{}”关系的该端只允许 {}",
                    wording.zh,
                    allowed.join("、")
                ),
            ),
        ),
        ResourcesError::RelationCycle { from, wording, to } => (
            "relation-cycle",
            Text::new(
                format!("`{from}` {} `{to}` would make a circle", wording.en),
                format!("“{from}”{}“{to}”会形成循环", wording.zh),
            ),
        ),
        other => ("conflict", Text::same(other.to_string())),
    }
}

impl From<ResourcesError> for Problem {
    fn from(error: ResourcesError) -> Self {
        Self(error.into())
    }
}

impl From<Vec<FieldFault>> for ResourcesError {
    fn from(fields: Vec<FieldFault>) -> Self {
        Self::WrongInput(fields)
    }
}

impl From<FieldFault> for ResourcesError {
    fn from(field: FieldFault) -> Self {
        Self::WrongInput(vec![field])
    }
}
