use kernel::{Fault, FieldFault, Text};

use crate::{PlanId, PlanState, QueryId, Step};

/// Why something that was written down before cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum StagingError {
    /// There is no such saved query, or not for this caller.
    #[error("there is no saved query {id}")]
    QueryNotFound {
        /// What was asked for.
        id: QueryId,
    },
    /// It belongs to somebody else.
    #[error("the saved query {name} belongs to {owner}")]
    QueryOfAnother {
        /// Its name.
        name: String,
        /// Whose it is.
        owner: String,
    },
    /// Its owner has another of that name.
    #[error("there is a saved query {name} already")]
    QueryNameTaken {
        /// The name.
        name: String,
    },
    /// There is no such plan, or not for this caller.
    #[error("there is no plan {id}")]
    PlanNotFound {
        /// What was asked for.
        id: PlanId,
    },
    /// The plan has not come so far, or too far.
    #[error("the plan {title} is {}, it cannot become {}", .from.name(), .to.name())]
    WrongPlanState {
        /// Its title.
        title: String,
        /// How far it has come.
        from: PlanState,
        /// What was wanted.
        to: PlanState,
    },
    /// Somebody else has to consent.
    #[error("the plan {title} is the caller's own")]
    OwnPlan {
        /// Its title.
        title: String,
    },
    /// The changes are not those that were consented to.
    #[error("the changes of the plan {title} are not those that were submitted")]
    PayloadChanged {
        /// Its title.
        title: String,
    },
    /// Something was changed since the preview.
    #[error("the register was changed since the preview")]
    RegisterChanged,
    /// More resources are meant than can be changed at once.
    #[error("more than {most} resources are meant")]
    TooMany {
        /// So many can be.
        most: usize,
    },
    /// Some of the changes cannot be made; none was.
    #[error("{} cannot be made", changes(.0.len()))]
    Refused(Vec<RefusedStep>),
}

/// A change that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedStep {
    /// Where it stands: `changes.3`.
    pub field: String,
    /// What it is about.
    pub about: String,
    /// Why.
    pub why: Text,
}

/// So many refusals are told.
const TOLD_MAX: usize = 50;

impl RefusedStep {
    /// Those of `steps` that were refused.
    pub(crate) fn of(steps: &[Step]) -> Vec<Self> {
        let refused = steps.iter().enumerate().filter_map(|(at, step)| {
            let fault = step.refused.as_ref()?;
            let (about, why) = (step.about.clone(), why(fault));
            Some(Self { field: format!("changes.{at}"), about, why })
        });
        refused.collect()
    }
}

impl From<StagingError> for Fault {
    fn from(error: StagingError) -> Self {
        let (code, text) = match error {
            StagingError::QueryNotFound { id } => {
                return Self::not_found(&Text::new("saved query", "已保存的查询"), id);
            }
            StagingError::PlanNotFound { id } => {
                return Self::not_found(&Text::new("plan", "变更计划"), id);
            }
            StagingError::RegisterChanged => (
                "register-changed",
                Text::new(
                    "something was changed since the preview; look at it again",
                    "预览之后资源已有变化，请重新预览",
                ),
            ),
            StagingError::Refused(steps) => return refused(&steps),
            StagingError::TooMany { most } => (
                "too-many-resources",
                Text::new(
                    format!("more than {most} resources are meant: narrow the filter"),
                    format!("涉及的资源超过 {most} 个，请缩小筛选范围"),
                ),
            ),
            StagingError::QueryOfAnother { name, owner } => (
                "query-of-another",
                Text::new(
                    format!("`{name}` belongs to {owner}; save a query of your own"),
                    format!("“{name}”属于 {owner}，请另存为自己的查询"),
                ),
            ),
            StagingError::QueryNameTaken { name } => (
                "name-taken",
                Text::new(
                    format!("you have a saved query called `{name}` already"),
                    format!("您已有名为“{name}”的查询"),
                ),
            ),
            StagingError::WrongPlanState { title, from, to } => (
                "wrong-plan-state",
                Text::new(
                    format!("`{title}` is {}; it cannot become {}", from.title().en, to.title().en),
                    format!("“{title}”当前为“{}”，不能变为“{}”", from.title().zh, to.title().zh),
                ),
            ),
            StagingError::OwnPlan { title } => (
                "own-plan",
                Text::new(
                    format!("`{title}` is your own plan: somebody else has to decide"),
                    format!("“{title}”由您提出，须由他人审批"),
                ),
            ),
            StagingError::PayloadChanged { title } => (
                "payload-changed",
                Text::new(
                    format!("the changes of `{title}` are not those that were submitted"),
                    format!("“{title}”的变更内容与提交时不一致"),
                ),
            ),
        };
        Self::conflict(code, text)
    }
}

/// Why a change cannot be made; what lies out of reach is named with its field.
pub(crate) fn why(fault: &Fault) -> Text {
    let mut why = fault.text.clone();
    for FieldFault { field, found, expected } in &fault.fields {
        if fault.code == "out-of-scope" {
            why.en.push_str(&format!("; `{field}` is {found}, expected: {}", expected.en));
            why.zh.push_str(&format!("；{field} 为 {found}，应为{}", expected.zh));
        }
    }
    why
}

/// So many changes, in words.
fn changes(count: usize) -> String {
    if count == 1 { "1 change".to_owned() } else { format!("{count} changes") }
}

/// Every change that cannot be made is a field.
fn refused(steps: &[RefusedStep]) -> Fault {
    let told = steps.iter().take(TOLD_MAX);
    let fields = told.map(|step| FieldFault::new(&*step.field, &step.about, step.why.clone()));
    let (count, first) = (steps.len(), steps.first());
    let (en, zh) = first.map_or((String::new(), String::new()), |step| {
        (format!("`{}`: {}", step.about, step.why.en), format!("“{}”：{}", step.about, step.why.zh))
    });
    let text = Text::new(
        format!("{} cannot be made, so none was; the first is {en}", changes(count)),
        format!("有 {count} 项变更无法执行，因此全部未执行；第一项为{zh}"),
    );
    Fault { fields: fields.collect(), ..Fault::conflict("changes-refused", text) }
}
