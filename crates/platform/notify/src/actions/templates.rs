use jiff::tz::TimeZone;
use journal::Entry;
use kernel::{Caller, FieldFault, Language, Page, PageOf, Text};
use serde_json::{Map, Value};

use crate::{
    Notify, NotifyError, ShippedTemplate, TEMPLATE_CHANGE, TEMPLATE_READ, Template, TemplateDraft,
    facts::{TemplateChanged, TemplateRemoved, TemplateSnapshot},
    model::{SHIPPED, check_name, told_in},
    notify::permit,
    render::{self, Wrong},
    store,
};

/// Templates of one installation.
const TEMPLATES_MAX: u32 = 1_000;

/// A message as it would read in one language, or what is wrong with the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendering {
    /// The language.
    pub language: Language,
    /// On one line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML.
    pub html: String,
}

impl Notify {
    /// Writes the templates that came with the product: new ones, and those that nobody edited.
    ///
    /// Errors: [`NotifyError::Db`].
    pub async fn seed(&self) -> Result<(), NotifyError> {
        let (now, caller) = (self.now(), Caller::system("notify"));
        let mut tx = self.inner.db.begin().await?;
        let mut changed = 0;
        for shipped in SHIPPED.iter().chain(&self.inner.templates) {
            let draft = shipped.draft();
            let before = store::templates::load(tx.connection(), shipped.name).await?;
            if before.as_ref().is_some_and(|before| before.edited || before.draft() == draft) {
                continue;
            }
            let version = before.map_or(1, |before| before.version + 1);
            let template = draft.into_template(shipped.name, true, false, version, now);
            store::templates::write(&mut tx, &template).await?;
            let fact = TemplateChanged { name: template.name.clone(), version };
            journal::append(&mut tx, Entry::new(&caller, now, &fact)).await?;
            changed += 1;
        }
        if changed > 0 {
            tx.commit().await?;
        }
        Ok(())
    }

    /// The templates, by name.
    ///
    /// Errors: [`NotifyError::NotAllowed`].
    pub async fn templates(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<PageOf<Template>, NotifyError> {
        permit(caller, TEMPLATE_READ)?;
        let items = store::templates::list(self.inner.db.reader(), page).await?;
        Ok(PageOf::from_fetched(items, page.limit, |template| template.name.clone()))
    }

    /// One template.
    ///
    /// Errors: [`NotifyError::NotAllowed`], [`NotifyError::NotFound`].
    pub async fn template(&self, caller: &Caller, name: &str) -> Result<Template, NotifyError> {
        permit(caller, TEMPLATE_READ)?;
        let found = store::templates::load(self.inner.db.reader(), name).await?;
        found.ok_or_else(|| NotifyError::no_template(name))
    }

    /// Makes a template, or changes version `version` of one.
    ///
    /// It must fill with its own sample in both languages. Errors: [`NotifyError::NotAllowed`],
    /// [`NotifyError::WrongInput`], [`NotifyError::NotFound`], [`NotifyError::VersionDiffers`],
    /// [`NotifyError::TooMany`].
    pub async fn put_template(
        &self,
        caller: &Caller,
        name: &str,
        version: Option<i64>,
        draft: TemplateDraft,
    ) -> Result<Template, NotifyError> {
        permit(caller, TEMPLATE_CHANGE)?;
        check_name(name)?;
        let mut faults = draft.faults();
        if faults.is_empty() {
            faults = preview(&draft, &draft.sample, &self.zone_of(None)).err().unwrap_or_default();
        }
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let before = store::templates::load(tx.connection(), name).await?;
        match (&before, version) {
            (None, Some(_)) => return Err(NotifyError::no_template(name)),
            (Some(before), version) if version != Some(before.version) => {
                return Err(NotifyError::VersionDiffers);
            }
            (None, None) if store::templates::count(&mut tx).await? >= i64::from(TEMPLATES_MAX) => {
                let noun = Text::new("templates", "模板");
                return Err(NotifyError::TooMany { noun, limit: TEMPLATES_MAX });
            }
            _ => {}
        }
        let shipped = self.shipped(name);
        let edited = shipped.is_some_and(|shipped| shipped.draft() != draft);
        let next = before.as_ref().map_or(1, |before| before.version + 1);
        let template = draft.into_template(name, shipped.is_some(), edited, next, now);
        store::templates::write(&mut tx, &template).await?;
        let fact = TemplateChanged { name: name.to_owned(), version: next };
        let mut entry = Entry::new(caller, now, &fact).after(&TemplateSnapshot::from(&template));
        if let Some(before) = &before {
            entry = entry.before(&TemplateSnapshot::from(before));
        }
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(template)
    }

    /// Removes version `version` of a template; one that came with the product is set back to what
    /// it came with.
    ///
    /// Errors: [`NotifyError::NotAllowed`], [`NotifyError::NotFound`],
    /// [`NotifyError::VersionDiffers`].
    pub async fn remove_template(
        &self,
        caller: &Caller,
        name: &str,
        version: i64,
    ) -> Result<(), NotifyError> {
        permit(caller, TEMPLATE_CHANGE)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let found = store::templates::load(tx.connection(), name).await?;
        let before = found.ok_or_else(|| NotifyError::no_template(name))?;
        if before.version != version {
            return Err(NotifyError::VersionDiffers);
        }
        let snapshot = TemplateSnapshot::from(&before);
        match self.shipped(name) {
            Some(shipped) => {
                let next = version + 1;
                let template = shipped.draft().into_template(name, true, false, next, now);
                store::templates::write(&mut tx, &template).await?;
                let fact = TemplateChanged { name: name.to_owned(), version: next };
                let entry = Entry::new(caller, now, &fact).before(&snapshot);
                let after = TemplateSnapshot::from(&template);
                journal::append(&mut tx, entry.after(&after)).await?;
            }
            None => {
                store::templates::delete(&mut tx, name).await?;
                let fact = TemplateRemoved { name: name.to_owned() };
                let entry = Entry::new(caller, now, &fact).before(&snapshot);
                journal::append(&mut tx, entry).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// How a template reads in both languages: with `parameters`, or with its own sample.
    ///
    /// `draft`: what the template may become; what it is when `None`. Errors:
    /// [`NotifyError::NotAllowed`], [`NotifyError::NotFound`], [`NotifyError::WrongInput`] naming
    /// text and line.
    pub async fn preview(
        &self,
        caller: &Caller,
        name: &str,
        draft: Option<TemplateDraft>,
        parameters: Option<Map<String, Value>>,
    ) -> Result<Vec<Rendering>, NotifyError> {
        permit(caller, TEMPLATE_READ)?;
        let draft = match draft {
            Some(draft) => draft,
            None => self.template(caller, name).await?.draft(),
        };
        let faults = draft.faults();
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let parameters = parameters.unwrap_or_else(|| draft.sample.clone());
        Ok(preview(&draft, &parameters, &self.zone_of(None))?)
    }

    fn shipped(&self, name: &str) -> Option<&ShippedTemplate> {
        SHIPPED.iter().chain(&self.inner.templates).find(|shipped| shipped.name == name)
    }
}

impl Template {
    fn draft(&self) -> TemplateDraft {
        TemplateDraft {
            title: self.title.clone(),
            wordings: self.wordings.clone(),
            sample: self.sample.clone(),
        }
    }
}

impl TemplateDraft {
    fn into_template(
        self,
        name: &str,
        shipped: bool,
        edited: bool,
        version: i64,
        now: kernel::Time,
    ) -> Template {
        Template {
            name: name.to_owned(),
            title: self.title,
            wordings: self.wordings,
            sample: self.sample,
            shipped,
            edited,
            version,
            updated_at: now,
        }
    }
}

fn preview(
    draft: &TemplateDraft,
    parameters: &Map<String, Value>,
    zone: &TimeZone,
) -> Result<Vec<Rendering>, Vec<FieldFault>> {
    let (mut read, mut faults) = (Vec::new(), Vec::new());
    for (language, code) in [(Language::English, "en"), (Language::Chinese, "zh")] {
        let wording = render::wording_in(&draft.wordings, language);
        match render::render(wording, &told_in(parameters, zone, language)) {
            Ok(filled) => read.push(Rendering {
                language,
                subject: filled.subject,
                text: filled.text,
                html: filled.html,
            }),
            Err(Wrong { part, line, said }) => {
                let field = format!("wordings.{code}.{part}");
                let expected = Text::new(
                    format!("a template that can be filled ({})", said.en),
                    format!("可以填充的模板（{}）", said.zh),
                );
                faults.push(FieldFault::new(field, format!("line {line}"), expected));
            }
        }
    }
    if faults.is_empty() { Ok(read) } else { Err(faults) }
}
