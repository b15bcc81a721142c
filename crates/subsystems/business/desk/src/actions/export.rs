use std::collections::BTreeMap;

use kernel::{Caller, Language, Page, Text, Time};
use resources::SheetTable;

use super::{Asked, Desk, Names};
use crate::{
    DeskError,
    model::{
        ticket::{Assignee, Ticket},
        ticket_type::TypeDraft,
    },
    store::figures::{Figures, GroupBy},
};

/// The most tickets of one file.
const TICKETS_MAX: usize = 20_000;
const PAGE: u32 = 500;

const TICKET_COLUMNS: [(&str, &str); 21] = [
    ("Number", "编号"),
    ("Type", "类型"),
    ("Subject", "主题"),
    ("State", "状态"),
    ("Phase", "阶段"),
    ("Priority", "优先级"),
    ("Unit", "承办单位"),
    ("Region", "区域"),
    ("In charge", "负责人"),
    ("Requester", "诉求人"),
    ("Channel", "渠道"),
    ("Opened by", "创建人"),
    ("Opened at", "创建时间"),
    ("Responded at", "响应时间"),
    ("Resolved at", "解决时间"),
    ("Closed at", "关闭时间"),
    ("Due at", "到期时间"),
    ("Response kept", "响应达标"),
    ("Resolution kept", "解决达标"),
    ("Reopened", "重开次数"),
    ("Supervised", "督办中"),
];

const FIGURE_COLUMNS: [(&str, &str); 16] = [
    ("Group", "分组"),
    ("Key", "标识"),
    ("Opened", "创建数"),
    ("Open", "未结数"),
    ("Overdue", "超期数"),
    ("Reopened", "重开数"),
    ("Response kept", "响应达标数"),
    ("Response broken", "响应超时数"),
    ("Resolution kept", "解决达标数"),
    ("Resolution broken", "解决超时数"),
    ("Mean response (s of working time)", "平均响应（工作时间，秒）"),
    ("Mean resolution (s of working time)", "平均解决（工作时间，秒）"),
    ("Mean first response (s)", "平均首次响应（秒）"),
    ("Rated", "评价数"),
    ("Mean score", "平均评分"),
    ("Satisfied (4 or 5)", "满意数（4～5 分）"),
];

impl Desk {
    /// The tickets that the caller sees and asks for, as a sheet.
    ///
    /// Errors: [`DeskError::Conflict`] for more than 20,000 of them.
    pub(crate) async fn tickets_sheet(
        &self,
        caller: &Caller,
        asked: Asked,
        language: Language,
    ) -> Result<SheetTable, DeskError> {
        let types = self.types().await?.into_iter();
        let types = types.map(|one| (one.draft.key.clone(), one.draft)).collect();
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = Page { after, limit: PAGE };
            let found = self.tickets(caller, asked.clone(), &page).await?;
            let names = self.names(&found.items).await?;
            let row = |ticket: &Ticket| ticket_row(ticket, (&types, &names), language);
            rows.extend(found.items.iter().map(row));
            if rows.len() > TICKETS_MAX {
                return Err(DeskError::conflict(
                    "too-many",
                    format!("more than {TICKETS_MAX} tickets: ask for fewer"),
                    format!("超过 {TICKETS_MAX} 张工单，请缩小范围"),
                ));
            }
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        let name = said(&Text::new("Tickets", "工单"), language);
        Ok(SheetTable { name, headings: headings(&TICKET_COLUMNS, language), rows })
    }

    /// The figures that the caller sees and asks for, as a sheet.
    pub(crate) async fn figures_sheet(
        &self,
        caller: &Caller,
        (asked, by): (Asked, GroupBy),
        language: Language,
    ) -> Result<SheetTable, DeskError> {
        let figures = self.figures(caller, asked, by).await?;
        let rows = figures.iter().map(|one| figure_row(one, language)).collect();
        let name = said(&Text::new("Figures", "指标"), language);
        Ok(SheetTable { name, headings: headings(&FIGURE_COLUMNS, language), rows })
    }
}

fn ticket_row(
    ticket: &Ticket,
    (types, names): (&BTreeMap<String, TypeDraft>, &Names),
    language: Language,
) -> Vec<String> {
    let draft = types.get(&ticket.type_key);
    let state = draft.and_then(|draft| draft.state(&ticket.state));
    let named = |text: Option<&Text>, key: &str| {
        text.map_or_else(|| key.to_owned(), |text| said(text, language))
    };
    let time = |at: Option<Time>| at.map(|at| at.to_string()).unwrap_or_default();
    let kept = |kept: Option<bool>| kept.map(|kept| yes_no(kept, language)).unwrap_or_default();
    let region = ticket.content.region_id.map(|id| names.region(&id.to_string()));
    vec![
        ticket.number.clone(),
        named(draft.map(|draft| &draft.name), &ticket.type_key),
        ticket.content.subject.clone(),
        named(state.map(|state| &state.name), &ticket.state),
        ticket.phase.name().to_owned(),
        ticket.priority.to_string(),
        said(&names.unit(&ticket.unit_id.to_string()), language),
        region.map(|name| said(&name, language)).unwrap_or_default(),
        match ticket.assignee {
            Assignee::Nobody => String::new(),
            Assignee::Person(id) => names.person(id),
            Assignee::Post(id) => said(&names.post(id), language),
        },
        ticket.content.requester.name.clone(),
        ticket.channel.name().to_owned(),
        ticket.opened_by.clone(),
        ticket.opened_at.to_string(),
        time(ticket.responded_at),
        time(ticket.resolved_at),
        time(ticket.closed_at),
        time(ticket.due_at),
        kept(ticket.response.kept),
        kept(ticket.resolution.kept),
        ticket.reopened.to_string(),
        yes_no(ticket.supervised, language),
    ]
}

fn figure_row(one: &Figures, language: Language) -> Vec<String> {
    let mean = |mean: Option<f64>| mean.map(|mean| format!("{mean:.1}")).unwrap_or_default();
    let counts = [
        one.opened,
        one.open,
        one.overdue,
        one.reopened,
        one.response_kept,
        one.response_broken,
        one.resolution_kept,
        one.resolution_broken,
    ];
    let mut row = vec![said(&one.name, language), one.key.clone()];
    row.extend(counts.iter().map(ToString::to_string));
    row.extend([one.response_mean_s, one.resolution_mean_s, one.first_response_mean_s].map(mean));
    row.push(one.rated.to_string());
    row.push(one.score_mean.map(|mean| format!("{mean:.2}")).unwrap_or_default());
    row.push(one.satisfied.to_string());
    row
}

fn headings(columns: &[(&str, &str)], language: Language) -> Vec<String> {
    columns.iter().map(|(en, zh)| said(&Text::new(*en, *zh), language)).collect()
}

fn yes_no(yes: bool, language: Language) -> String {
    said(&if yes { Text::new("yes", "是") } else { Text::new("no", "否") }, language)
}

fn said(text: &Text, language: Language) -> String {
    text.in_language(language).to_owned()
}
