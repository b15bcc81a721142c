//! What comes with the product: five kinds of tickets and one service level, all of it data that
//! people may change.

use kernel::Text;

use super::{
    field::{Choice, FieldDef, FieldKind},
    phase::Phase,
    policy::{DayCalendar, PolicyDraft, PolicyId, PriorityTarget, Target},
    priority::USUAL,
    ticket_type::{Effect, Need, Right, StateDef, TransitionDef, TypeDraft},
};

/// The service level that comes with the product.
#[must_use]
pub(crate) fn policy() -> PolicyDraft {
    let hours = [(1, 30, 4), (2, 60, 8), (3, 240, 24), (4, 480, 40), (5, 960, 80)];
    let target = |(priority, response_min, resolution_h): (u8, u32, u32)| PriorityTarget {
        priority,
        response: Some(Target::minutes(response_min)),
        resolution: Some(Target::minutes(60 * resolution_h)),
    };
    PolicyDraft {
        name: Text::new("Office hours", "工作时间服务级别"),
        zone: "Asia/Shanghai".to_owned(),
        calendar: DayCalendar::China,
        hours: "08:30-12:00, 13:30-17:30".to_owned(),
        days: Vec::new(),
        targets: hours.into_iter().map(target).collect(),
        hop: Some(Target::minutes(960)),
        return_within: Some(Target::workdays(1)),
        warn_percents: vec![75, 100],
    }
}

/// The kinds of tickets that come with the product.
#[must_use]
pub(crate) fn types(policy: Option<PolicyId>) -> Vec<TypeDraft> {
    let types = [request(), incident(), problem(), requirement(), enquiry()];
    types.into_iter().map(|draft| TypeDraft { policy_id: policy, ..draft }).collect()
}

fn state(key: &str, en: &str, zh: &str, phase: Phase) -> StateDef {
    let name = Text::new(en, zh);
    StateDef { key: key.to_owned(), name, phase, waits_for_requester: None }
}

/// A state in which whoever asks has to say something.
fn waiting(key: &str, en: &str, zh: &str) -> StateDef {
    StateDef { waits_for_requester: Some(true), ..state(key, en, zh, Phase::Paused) }
}

fn way(key: &str, (en, zh): (&str, &str), from: &[&str], to: &str) -> TransitionDef {
    TransitionDef {
        key: key.to_owned(),
        name: Text::new(en, zh),
        from: from.iter().map(|&from| from.to_owned()).collect(),
        to: to.to_owned(),
        effect: Effect::None,
        needs: Vec::new(),
        right: Right::Work,
        by_another: false,
    }
}

fn draft(
    (key, prefix): (&str, &str),
    (en, zh): (&str, &str),
    states: Vec<StateDef>,
    transitions: Vec<TransitionDef>,
) -> TypeDraft {
    TypeDraft {
        key: key.to_owned(),
        name: Text::new(en, zh),
        prefix: prefix.to_owned(),
        enabled: true,
        first: states[0].key.clone(),
        states,
        transitions,
        fields: Vec::new(),
        matrix: USUAL,
        policy_id: None,
        incidents: None,
        public: None,
    }
}

/// new → in progress ⇄ waiting → resolved → closed, as ITIL has it.
fn usual_states() -> Vec<StateDef> {
    vec![
        state("new", "New", "新建", Phase::New),
        state("in_progress", "In progress", "处理中", Phase::Active),
        waiting("waiting", "Waiting for the requester", "等待用户反馈"),
        state("waiting_vendor", "Waiting for a supplier", "等待供应商", Phase::Paused),
        state("resolved", "Resolved", "已解决", Phase::Resolved),
        state("closed", "Closed", "已关闭", Phase::Closed),
        state("cancelled", "Cancelled", "已取消", Phase::Closed),
    ]
}

fn usual_ways() -> Vec<TransitionDef> {
    let open = ["new", "in_progress", "waiting", "waiting_vendor"];
    let reason = |way: TransitionDef| TransitionDef { needs: vec![Need::Reason], ..way };
    let effect = |effect, way: TransitionDef| TransitionDef { effect, ..way };
    vec![
        way("accept", ("Accept", "受理"), &["new"], "in_progress"),
        reason(way("wait", ("Wait for the requester", "等待用户"), &["in_progress"], "waiting")),
        reason(way(
            "wait_vendor",
            ("Wait for a supplier", "等待供应商"),
            &["in_progress"],
            "waiting_vendor",
        )),
        way("resume", ("Go on", "继续处理"), &["waiting", "waiting_vendor"], "in_progress"),
        TransitionDef {
            right: Right::Assign,
            ..effect(Effect::Dispatch, way("hand_over", ("Hand over", "转办"), &open, "new"))
        },
        reason(effect(
            Effect::Return,
            way("return", ("Return", "退回"), &["new", "in_progress"], "new"),
        )),
        effect(
            Effect::Answer,
            way("resolve", ("Resolve", "解决"), &["new", "in_progress", "waiting"], "resolved"),
        ),
        way("close", ("Close", "关闭"), &["resolved"], "closed"),
        reason(way("reopen", ("Reopen", "重新打开"), &["resolved", "closed"], "in_progress")),
        reason(way("cancel", ("Cancel", "取消"), &open, "cancelled")),
    ]
}

fn request() -> TypeDraft {
    draft(("request", "REQ"), ("Service request", "服务请求"), usual_states(), usual_ways())
}

fn incident() -> TypeDraft {
    draft(("incident", "INC"), ("Incident", "故障单"), usual_states(), usual_ways())
}

fn problem() -> TypeDraft {
    let states = vec![
        state("new", "New", "新建", Phase::New),
        state("investigating", "Under investigation", "调查中", Phase::Active),
        state("known_error", "Known error", "已知错误", Phase::Active),
        state("waiting_change", "Waiting for a change", "等待变更", Phase::Paused),
        state("resolved", "Resolved", "已解决", Phase::Resolved),
        state("closed", "Closed", "已关闭", Phase::Closed),
    ];
    let open = ["new", "investigating", "known_error", "waiting_change"];
    let ways = vec![
        way("investigate", ("Investigate", "开始调查"), &["new"], "investigating"),
        TransitionDef {
            needs: vec![Need::Reason],
            ..way(
                "know",
                ("Record the known error", "登记已知错误"),
                &["investigating"],
                "known_error",
            )
        },
        way(
            "wait_change",
            ("Wait for a change", "等待变更"),
            &["investigating", "known_error"],
            "waiting_change",
        ),
        way("resume", ("Go on", "继续处理"), &["waiting_change"], "investigating"),
        TransitionDef {
            effect: Effect::Dispatch,
            right: Right::Assign,
            ..way("hand_over", ("Hand over", "转办"), &open, "new")
        },
        TransitionDef {
            effect: Effect::Answer,
            ..way("resolve", ("Resolve", "解决"), &open[1..], "resolved")
        },
        way("close", ("Close", "关闭"), &["resolved"], "closed"),
        TransitionDef {
            needs: vec![Need::Reason],
            ..way("reopen", ("Reopen", "重新打开"), &["resolved", "closed"], "investigating")
        },
    ];
    let fields = vec![
        text("root_cause", "Root cause", "根本原因"),
        text("workaround", "Workaround", "临时措施"),
    ];
    TypeDraft { fields, ..draft(("problem", "PRB"), ("Problem", "问题"), states, ways) }
}

fn requirement() -> TypeDraft {
    let states = vec![
        state("new", "New", "新建", Phase::New),
        state("analysing", "Being analysed", "分析中", Phase::Active),
        state("accepted", "Accepted", "已采纳", Phase::Active),
        state("in_change", "In a change", "变更实施中", Phase::Paused),
        state("done", "Done", "已完成", Phase::Resolved),
        state("rejected", "Not accepted", "不予采纳", Phase::Closed),
        state("closed", "Closed", "已关闭", Phase::Closed),
    ];
    let open = ["new", "analysing", "accepted", "in_change"];
    let ways = vec![
        way("analyse", ("Analyse", "开始分析"), &["new"], "analysing"),
        TransitionDef {
            right: Right::Assign,
            ..way("accept", ("Accept", "采纳"), &["analysing"], "accepted")
        },
        TransitionDef {
            right: Right::Assign,
            needs: vec![Need::Reason],
            ..way("reject", ("Do not accept", "不予采纳"), &["new", "analysing"], "rejected")
        },
        way("change", ("Hand to a change", "转入变更"), &["accepted"], "in_change"),
        TransitionDef {
            effect: Effect::Dispatch,
            right: Right::Assign,
            ..way("hand_over", ("Hand over", "转办"), &open[..3], "new")
        },
        TransitionDef {
            effect: Effect::Answer,
            ..way("complete", ("Complete", "完成"), &["accepted", "in_change"], "done")
        },
        way("close", ("Close", "关闭"), &["done"], "closed"),
        TransitionDef {
            needs: vec![Need::Reason],
            ..way("reopen", ("Reopen", "重新打开"), &["done", "rejected"], "analysing")
        },
    ];
    let benefit = text("benefit", "Benefit for the business", "业务价值");
    let wanted =
        FieldDef { kind: FieldKind::Date, ..text("wanted_by", "Wanted by", "期望完成日期") };
    let draft = draft(("requirement", "RQM"), ("Requirement", "需求"), states, ways);
    TypeDraft { fields: vec![benefit, wanted], ..draft }
}

/// An enquiry from outside: 登记 受理 派单 退回 改派 办理 答复 审核 回访 办结 归档; 协办, 延期 and 督办
/// stand beside the states.
fn enquiry() -> TypeDraft {
    let states = enquiry_states();
    let reason = |way: TransitionDef| TransitionDef { needs: vec![Need::Reason], ..way };
    let effect = |effect, way: TransitionDef| TransitionDef { effect, ..way };
    let assign = |way: TransitionDef| TransitionDef { right: Right::Assign, ..way };
    let another = |way: TransitionDef| TransitionDef { by_another: true, ..way };
    let ways = vec![
        way("accept", ("Accept", "受理"), &["registered"], "accepted"),
        reason(way("refuse", ("Do not accept", "不予受理"), &["registered"], "refused")),
        assign(effect(
            Effect::Dispatch,
            way("dispatch", ("Dispatch", "派单"), &["accepted"], "dispatched"),
        )),
        reason(effect(
            Effect::Return,
            way("return", ("Return", "退回"), &["dispatched", "handling"], "returned"),
        )),
        assign(effect(
            Effect::Dispatch,
            way(
                "redirect",
                ("Dispatch elsewhere", "改派"),
                &["dispatched", "returned", "handling"],
                "dispatched",
            ),
        )),
        way("handle", ("Handle", "办理"), &["accepted", "dispatched"], "handling"),
        reason(way("wait", ("Ask for more", "要求补充材料"), &["handling"], "waiting")),
        way("resume", ("Go on", "继续办理"), &["waiting"], "handling"),
        effect(Effect::Draft, way("answer", ("Answer", "答复"), &["handling"], "answered")),
        assign(another(effect(
            Effect::Answer,
            way("approve", ("Approve the answer", "审核通过"), &["answered"], "approved"),
        ))),
        assign(another(reason(way(
            "rework",
            ("Send the answer back", "审核退回"),
            &["answered"],
            "handling",
        )))),
        another(way("call_back", ("Call back", "回访"), &["approved"], "called_back")),
        assign(another(reason(way(
            "dissatisfied",
            ("Not satisfied: handle again", "不满意重办"),
            &["approved", "called_back"],
            "handling",
        )))),
        way("conclude", ("Conclude", "办结"), &["called_back"], "concluded"),
        way("archive", ("Archive", "归档"), &["concluded", "refused"], "archived"),
    ];
    let kind = kind_of_enquiry();
    let named = ("External enquiry", "外部来件");
    TypeDraft { fields: vec![kind], ..draft(("enquiry", "ENQ"), named, states, ways) }
}

fn text(key: &str, en: &str, zh: &str) -> FieldDef {
    FieldDef {
        key: key.to_owned(),
        name: Text::new(en, zh),
        kind: FieldKind::LongText,
        required: false,
        choices: Vec::new(),
        min: None,
        max: None,
    }
}

fn enquiry_states() -> Vec<StateDef> {
    vec![
        state("registered", "Registered", "已登记", Phase::New),
        state("accepted", "Accepted", "已受理", Phase::New),
        state("dispatched", "Dispatched", "已派单", Phase::New),
        state("returned", "Returned", "已退回", Phase::New),
        state("handling", "Being handled", "办理中", Phase::Active),
        waiting("waiting", "Waiting for the citizen", "待补充材料"),
        state("answered", "Answered, to be approved", "已答复待审核", Phase::Active),
        state("approved", "Approved, to be called back", "已审核待回访", Phase::Resolved),
        state("called_back", "Called back", "已回访", Phase::Resolved),
        state("concluded", "Concluded", "已办结", Phase::Closed),
        state("archived", "Archived", "已归档", Phase::Closed),
        state("refused", "Not accepted", "不予受理", Phase::Closed),
    ]
}

fn kind_of_enquiry() -> FieldDef {
    let choice =
        |(key, en, zh): (&str, &str, &str)| Choice { key: key.to_owned(), name: Text::new(en, zh) };
    let kinds = [
        ("question", "Question", "咨询"),
        ("help", "Call for help", "求助"),
        ("complaint", "Complaint", "投诉"),
        ("suggestion", "Suggestion", "建议"),
        ("report", "Report", "举报"),
    ];
    FieldDef {
        kind: FieldKind::Choice,
        choices: kinds.into_iter().map(choice).collect(),
        ..text("kind", "Kind", "诉求类型")
    }
}
