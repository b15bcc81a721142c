use http_kit::{TextBody, TextView};
use kernel::Language;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::{Rendering, Template, TemplateDraft, Wording, Wordings};

/// A template.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Template)]
pub(crate) struct TemplateView {
    name: String,
    title: TextView,
    wordings: WordingsView,
    /// Parameters to try it with.
    #[schema(value_type = Object)]
    sample: Map<String, Value>,
    /// Whether it came with the product.
    shipped: bool,
    /// Whether it differs from what came with the product.
    edited: bool,
    version: i64,
    updated_at: String,
}

/// The texts of a template (MiniJinja).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Wordings)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordingsView {
    en: WordingView,
    zh: WordingView,
}

/// The texts of a template in one language.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Wording)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordingView {
    /// One line.
    subject: String,
    /// Plain text.
    text: String,
    /// HTML for mail; empty: mail is plain text.
    #[serde(default)]
    html: String,
}

/// What a template is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TemplateDraft)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateBody {
    title: TextBody,
    wordings: WordingsView,
    /// Parameters to try it with; it must fill with them.
    #[schema(value_type = Object)]
    sample: Map<String, Value>,
}

/// What is to be previewed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TemplatePreviewAsk)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewBody {
    /// What the template may become; what it is, when not given.
    pub(crate) draft: Option<TemplateBody>,
    /// Its sample, when not given.
    #[schema(value_type = Option<Object>)]
    pub(crate) parameters: Option<Map<String, Value>>,
}

/// A message as it would read in both languages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplatePreview)]
pub(crate) struct PreviewView {
    en: WordingView,
    zh: WordingView,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplatesQuery {
    /// The `next` of the page before.
    pub(crate) after: Option<String>,
    /// 1 to 500; 50 when not given.
    pub(crate) limit: Option<u32>,
}

impl From<Wording> for WordingView {
    fn from(wording: Wording) -> Self {
        Self { subject: wording.subject, text: wording.text, html: wording.html }
    }
}

impl From<WordingView> for Wording {
    fn from(view: WordingView) -> Self {
        Self { subject: view.subject, text: view.text, html: view.html }
    }
}

impl From<Template> for TemplateView {
    fn from(template: Template) -> Self {
        let Wordings { en, zh } = template.wordings;
        Self {
            name: template.name,
            title: template.title.into(),
            wordings: WordingsView { en: en.into(), zh: zh.into() },
            sample: template.sample,
            shipped: template.shipped,
            edited: template.edited,
            version: template.version,
            updated_at: template.updated_at.to_string(),
        }
    }
}

impl From<TemplateBody> for TemplateDraft {
    fn from(body: TemplateBody) -> Self {
        let WordingsView { en, zh } = body.wordings;
        Self {
            title: body.title.into(),
            wordings: Wordings { en: en.into(), zh: zh.into() },
            sample: body.sample,
        }
    }
}

impl From<Vec<Rendering>> for PreviewView {
    fn from(read: Vec<Rendering>) -> Self {
        let of = |language| {
            let found = read.iter().find(|one| one.language == language);
            found.map_or_else(
                || Wording::default().into(),
                |one| WordingView {
                    subject: one.subject.clone(),
                    text: one.text.clone(),
                    html: one.html.clone(),
                },
            )
        };
        Self { en: of(Language::English), zh: of(Language::Chinese) }
    }
}
