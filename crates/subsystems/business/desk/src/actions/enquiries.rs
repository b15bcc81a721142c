use kernel::{Caller, Fault, FaultKind, FieldFault, Text, Time};

use super::{Desk, NewTicket, Occasion, Scene, none_wrong, note, opened::entry};
use crate::{
    DeskError,
    model::{
        self,
        enquiry::{Line, Progress, lines, progress},
        entry::EntryKind,
        fact::{TicketCommented, Told},
        field::{Answers, answer_faults},
        priority::Level,
        public_form::{ContactRule, PublicForm},
        query_code::{code_of, hash_of},
        satisfaction::Rating,
        stamp::{Age, STAMP_LIFE, Stamp, hex, unhex, worked},
        ticket::{Assignee, Channel, Content, Requester, Ticket, text_fault},
        ticket_type::TypeDraft,
    },
    store,
};

const TEXT_CHARS_MAX: usize = 10_000;
/// Who enquired adds to one enquiry no more often than this.
const ADDED_MAX: usize = 20;
/// Of one enquiry no more entries are shown.
const SHOWN_MAX: u32 = 500;

/// What somebody outside writes in. No `Debug`: it may say who they are.
pub(crate) struct NewEnquiry {
    /// The key of the form's type.
    pub(crate) form: String,
    /// What the form was handed out with.
    pub(crate) stamp: String,
    /// What the browser has found.
    pub(crate) solution: String,
    /// What nobody sees on the form: a person leaves it empty.
    pub(crate) trap: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) name: String,
    pub(crate) contact: String,
    pub(crate) category: Option<String>,
    pub(crate) fields: Answers,
}

/// A form that people outside fill in.
#[derive(Debug, Clone)]
pub(crate) struct OfferedForm {
    pub(crate) draft: TypeDraft,
    pub(crate) form: PublicForm,
    pub(crate) stamp: String,
}

/// An enquiry as whoever has its code sees it.
#[derive(Debug, Clone)]
pub(crate) struct SeenEnquiry {
    pub(crate) scene: Scene,
    pub(crate) lines: Vec<Line>,
    pub(crate) rating: Option<Rating>,
    pub(crate) progress: Progress,
}

impl Desk {
    /// The forms that people outside fill in, each with a new stamp.
    pub(crate) async fn public_forms(&self) -> Result<Vec<OfferedForm>, DeskError> {
        let key = self.stamp_key().await?;
        let offered = self.types().await?.into_iter().filter(|kind| kind.draft.enabled);
        let offered = offered.filter_map(|kind| {
            let form = kind.draft.public.clone()?;
            let nonce = hex(&self.parts.ids.secret()[..16]);
            let stamp = Stamp { form: kind.draft.key.clone(), at: self.now(), nonce };
            Some(OfferedForm { stamp: stamp.signed(&key), form, draft: kind.draft })
        });
        Ok(offered.collect())
    }

    /// Takes in what somebody outside has written. Returns the code by which they ask after it,
    /// which is kept nowhere. What fell into the trap is answered likewise and thrown away.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Invalid`].
    pub(crate) async fn enquire(&self, new: NewEnquiry) -> Result<String, DeskError> {
        let now = self.now();
        let found = store::types::find(self.db().reader(), &new.form).await?;
        let draft = found.map(|kind| kind.draft).filter(|draft| draft.enabled);
        let form = draft.as_ref().and_then(|draft| draft.public.clone());
        let (Some(draft), Some(form)) = (draft, form) else {
            return Err(DeskError::not_found("public form", "公开表单", new.form));
        };
        let stamp = self.checked_stamp(&new, &form, now).await?;
        let code = code_of(&self.parts.ids.secret());
        if !new.trap.is_empty() {
            tracing::info!(form = new.form, "threw away an enquiry that fell into the trap");
            return Ok(code);
        }
        none_wrong(faults(&new, &form, &draft))?;
        let (category, hash) = (new.category.clone(), hash_of(&code));
        let mut tx = self.db().begin().await?;
        let over = now.minus(STAMP_LIFE);
        if !store::enquiries::use_stamp(&mut tx, &stamp.nonce, (now, over)).await? {
            return Err(stale_form());
        }
        let caller = outsider();
        let ticket = ticket_of(new, &form);
        let ticket = self.open(&mut tx, Occasion::new(&caller, now), &draft, ticket).await?;
        let kept = (ticket.id, hash.as_str());
        store::enquiries::add(&mut tx, kept, category.as_deref(), now).await?;
        tx.commit().await?;
        Ok(code)
    }

    /// The enquiry of that code.
    ///
    /// Errors: the same for every code that there is none for, whatever it looks like.
    pub(crate) async fn enquiry(&self, code: &str) -> Result<SeenEnquiry, DeskError> {
        let found = store::enquiries::by_code(self.db().reader(), &hash_of(code)).await?;
        let id = found.ok_or_else(no_enquiry)?;
        let mut connection = self.db().reader().acquire().await?;
        let scene = self.scene(&mut connection, id).await?;
        let entries = store::entries::public(&mut *connection, id, SHOWN_MAX).await?;
        let rating = store::satisfaction::rating(&mut *connection, id).await?;
        let (mut lines, mut far) = (lines(&entries), progress(&scene.ticket, &scene.draft));
        if let Some(merge) = store::merges::of(&mut *connection, id).await? {
            // What was replied to the one it was merged into, and nothing of who asked for that.
            let master = self.scene(&mut connection, merge.master_id).await?;
            let told = store::entries::public(&mut *connection, merge.master_id, SHOWN_MAX).await?;
            let told = model::enquiry::lines(&told).into_iter();
            lines.extend(told.filter(|line| !line.own && line.at >= merge.merged_at));
            far = progress(&master.ticket, &master.draft);
        }
        Ok(SeenEnquiry { scene, lines, rating, progress: far })
    }

    /// Adds something to the enquiry of that code, as long as it is not closed.
    ///
    /// Errors: as [`Self::enquiry`]; [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn add_to_enquiry(
        &self,
        code: &str,
        text: String,
    ) -> Result<SeenEnquiry, DeskError> {
        let seen = self.enquiry(code).await?;
        none_wrong(text_fault("text", &text, 1, TEXT_CHARS_MAX).into_iter().collect())?;
        let caller = outsider();
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(&caller, self.now());
        let scene = self.scene(tx.connection(), seen.scene.ticket.id).await?;
        let added = seen.lines.iter().filter(|line| line.own).count();
        if scene.ticket.closed_at.is_some() || added >= ADDED_MAX {
            return Err(DeskError::conflict(
                "over",
                "nothing more is added to it: it is closed, or much was added already",
                "该来件已办结或补充次数已达上限，不能再补充",
            ));
        }
        let mut entry = entry(occasion, EntryKind::RequesterWrote, &text);
        entry.public = true;
        store::entries::add(&mut tx, scene.ticket.id, &entry).await?;
        let version = scene.ticket.version + 1;
        let how = Text::new("something was added by the query code", "来件人凭查询码补充");
        let led = self.taken_up_again(&mut tx, occasion, &scene, &how).await?;
        let ticket = led.unwrap_or_else(|| scene.ticket.clone());
        let ticket = Ticket { changed_at: occasion.now, version, ..ticket };
        let told = Told::<TicketCommented>::ticket(&ticket).with("public", true);
        note(&mut tx, occasion, told.with("by_requester", true)).await?;
        self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        self.enquiry(code).await
    }

    /// The stamp of an enquiry, if the form was handed out by us and nobody hurried.
    async fn checked_stamp(
        &self,
        new: &NewEnquiry,
        form: &PublicForm,
        now: Time,
    ) -> Result<Stamp, DeskError> {
        let key = self.stamp_key().await?;
        let stamp = Stamp::read(&new.stamp, &key).filter(|stamp| stamp.form == new.form);
        let stamp = stamp.ok_or_else(stale_form)?;
        match stamp.age(form.wait_s, now) {
            Age::Over => return Err(stale_form()),
            Age::TooYoung => {
                let expected = Text::new(
                    format!("a form that was open for {} s at least", form.wait_s),
                    format!("填写时间不少于 {} 秒", form.wait_s),
                );
                return Err(DeskError::field("stamp", "", expected));
            }
            Age::Right => {}
        }
        if !worked(&new.stamp, &new.solution, form.work_bits) {
            let bits = form.work_bits;
            let expected = Text::new(
                format!(
                    "a text for which SHA-256 of `stamp:solution` begins with {bits} zero bits"
                ),
                format!("使“stamp:solution”的 SHA-256 以 {bits} 个零比特开头的文本"),
            );
            return Err(DeskError::field("solution", &new.solution, expected));
        }
        Ok(stamp)
    }

    /// With what forms are stamped; made when it is first needed.
    async fn stamp_key(&self) -> Result<Vec<u8>, DeskError> {
        // no fact: a secret of the server itself, which nobody sees or chooses.
        let mut found = store::enquiries::key(self.db().reader()).await?;
        if found.is_none() {
            let mut tx = self.db().begin().await?;
            store::enquiries::add_key(&mut tx, &hex(&self.parts.ids.secret())).await?;
            found = store::enquiries::key(tx.connection()).await?;
            tx.commit().await?;
        }
        let unreadable = || Fault::internal("the key that forms are stamped with is damaged");
        Ok(found.and_then(|hex| unhex(&hex)).ok_or_else(unreadable)?)
    }
}

/// Somebody outside, of whom nothing is kept: neither an address nor a request.
pub(super) fn outsider() -> Caller {
    Caller::stranger()
}

fn faults(new: &NewEnquiry, form: &PublicForm, draft: &TypeDraft) -> Vec<FieldFault> {
    let mut faults: Vec<FieldFault> =
        text_fault("text", &new.text, 1, TEXT_CHARS_MAX).into_iter().collect();
    faults.extend(content_of(new).faults());
    faults.extend(answer_faults(&form.questions(&draft.fields), &new.fields));
    let given = new.category.as_deref();
    let known = given.is_some_and(|key| form.category(key).is_some());
    if known == form.categories.is_empty() || given.is_some() != known {
        let keys: Vec<&str> = form.categories.iter().map(|one| one.key.as_str()).collect();
        let expected = Text::same(keys.join(", "));
        faults.push(FieldFault::new("category", given.unwrap_or_default(), expected));
    }
    let said = !new.contact.trim().is_empty();
    let expected = match form.contact {
        ContactRule::Required if !said => Some(Text::new("how to reach you", "请填写联系方式")),
        ContactRule::None if said => Some(Text::new("nothing", "不填写")),
        _ => None,
    };
    faults.extend(expected.map(|expected| FieldFault::new("contact", &new.contact, expected)));
    faults
}

fn content_of(new: &NewEnquiry) -> Content {
    Content {
        subject: new.subject.trim().to_owned(),
        text: new.text.clone(),
        requester: Requester {
            name: new.name.trim().to_owned(),
            contact: new.contact.trim().to_owned(),
            person_id: None,
        },
        region_id: None,
        resources: Vec::new(),
        impact: Level::Medium,
        urgency: Level::Medium,
        fields: new.fields.clone(),
    }
}

fn ticket_of(new: NewEnquiry, form: &PublicForm) -> NewTicket {
    let category = new.category.as_deref().and_then(|key| form.category(key));
    NewTicket {
        content: content_of(&new),
        unit_id: category.and_then(|one| one.unit_id).unwrap_or(form.unit_id),
        type_key: new.form,
        channel: Channel::Mailbox,
        assignee: Assignee::Nobody,
        source_key: None,
    }
}

fn stale_form() -> DeskError {
    let expected = Text::new(
        "that of a form opened within two hours and not sent yet",
        "两小时内打开且尚未提交的表单",
    );
    DeskError::field("stamp", "", expected)
}

fn no_enquiry() -> DeskError {
    let text = Text::new("there is no enquiry with this code", "没有与此查询码对应的来件");
    Fault::new(FaultKind::NotFound, "no-enquiry", text).into()
}
