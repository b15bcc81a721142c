use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, TextView, Who};
use kernel::Fault;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::source_sign_in::SignInView;
use crate::{
    AttributeNames, FieldValues, GroupPost, Source, SourceSettings, SourceSignIn, Sources,
    SyncChange, SyncMode, SyncProblem, SyncReport, store::KeptSource,
};

/// A run that takes longer goes on, and its caller is told where its report will be.
const PATIENCE: Duration = Duration::from_secs(20);

/// A directory of others that people are taken from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectorySource)]
pub(super) struct SourceView {
    id: String,
    name: String,
    settings: SettingsView,
    sign_in: SignInView,
    /// Whether it may fill posts that roles are granted to; one with one of the three
    /// administrators' duties never.
    granted_posts: bool,
    version: i64,
    /// When it was last read; null before that.
    run_at: Option<String>,
    /// What the last run did.
    report: Option<ReportView>,
    /// What the last dry run would have done, if there was one since the server started.
    preview: Option<ReportView>,
}

/// A directory of others: as it should be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DirectorySourceChange)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceBody {
    /// 1 to 200 characters.
    name: String,
    settings: SettingsView,
}

/// How a source is reached and read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = DirectorySourceSettings)]
#[serde(default, deny_unknown_fields)]
struct SettingsView {
    /// `ldap://host:389` or `ldaps://host:636`.
    url: String,
    /// Whether the connection is encrypted after it has begun.
    start_tls: bool,
    /// Certificates to trust besides the system's, as PEM.
    ca_pem: String,
    /// Whom to bind as; empty: anonymously.
    bind_dn: String,
    /// Which secret is the password: `vault:` and the id of a secret that you may have used,
    /// `env:MAINSTAY_SECRET_…` or `file:NAME`.
    secret: String,
    /// Where the people are.
    base: String,
    /// Which entries are people.
    filter: String,
    /// Entries asked for at once, 1 to 1000.
    page_size: u32,
    attributes: AttributesView,
    /// Only members of this group, also through groups in it; empty: all.
    member_of: String,
    /// Members of groups hold posts.
    posts: Vec<GroupPostView>,
    /// A run in which more than so many percent would leave lets nobody leave.
    leavers_percent_max: u32,
    /// A run begins so many seconds after the one before, 60 to 2,592,000.
    interval_s: u32,
    /// Whether it runs by itself.
    enabled: bool,
}

/// Which attributes say what; an empty one is not read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = DirectorySourceAttributes)]
#[serde(default, deny_unknown_fields)]
struct AttributesView {
    /// What stays the same when everything else changes: `entryUUID`, `objectGUID`.
    id: String,
    number: String,
    name: String,
    mail: String,
    mobile: String,
    phone: String,
    /// The code of the unit of record.
    unit: String,
}

/// Members of a group hold a post.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = DirectorySourceGroupPost)]
#[serde(deny_unknown_fields)]
struct GroupPostView {
    /// The group's name (DN).
    group: String,
    /// The post's code.
    post: String,
}

/// What a run did, or would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectorySync)]
pub(super) struct ReportView {
    /// Whether all of it was done.
    applied: bool,
    read: u64,
    created: u64,
    /// People who were here and are now known to be the same.
    linked: u64,
    changed: u64,
    unchanged: u64,
    left: u64,
    /// Holdings that began or ended.
    holdings: u64,
    /// References to other directories, which are not followed.
    referrals: u64,
    /// At most 500.
    changes: Vec<ChangeView>,
    /// At most 500.
    problems: Vec<ProblemOfEntryView>,
    problems_total: u64,
    /// Why the run ended early.
    failure: Option<TextView>,
}

/// One thing that is different.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectorySyncChange)]
struct ChangeView {
    /// `created`, `linked`, `changed`, `left`, `holding-began` or `holding-ended`.
    what: String,
    number: String,
    name: String,
    /// Which fields differ, or the post.
    fields: Vec<String>,
    /// What the fields of a changed person held and hold.
    values: Vec<FieldValuesView>,
}

/// What a field held and holds; null for nothing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectorySyncValues)]
struct FieldValuesView {
    field: String,
    before: Value,
    after: Value,
}

/// One entry that could not be taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectorySyncProblem)]
struct ProblemOfEntryView {
    /// The entry's name (DN).
    dn: String,
    text: TextView,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SyncQuery {
    /// `true`: only tell what it would do.
    dry_run: Option<bool>,
}

/// The directories of others that people are taken from; empty unless you see the whole directory.
#[utoipa::path(
    get, path = "/api/v1/directory/sources", tag = "directory",
    responses((status = 200, body = PageView<SourceView>)))]
pub(super) async fn list_sources(
    State(sources): State<Sources>,
    Who(caller): Who,
) -> Result<PageView<SourceView>, Problem> {
    let all = sources.list(&caller).await?;
    Ok(PageView::whole(all.into_iter().map(|kept| view(&sources, kept)).collect()))
}

/// Makes a source.
#[utoipa::path(
    post, path = "/api/v1/directory/sources", tag = "directory", request_body = SourceBody,
    responses((status = 201, body = SourceView)))]
pub(super) async fn create_source(
    State(sources): State<Sources>,
    Who(caller): Who,
    Body(body): Body<SourceBody>,
) -> Result<Created<SourceView>, Problem> {
    let source = sources.create(&caller, &body.name, body.settings.into()).await?;
    Ok(Created(reply(&sources, fresh(source))))
}

/// One source, with what its last run did.
#[utoipa::path(
    get, path = "/api/v1/directory/sources/{id}", tag = "directory",
    params(("id" = String, Path)),
    responses((status = 200, body = SourceView), (status = 404)))]
pub(super) async fn get_source(
    State(sources): State<Sources>,
    Who(caller): Who,
    Key(id): Key<Source>,
) -> Result<Reply<SourceView>, Problem> {
    let kept = sources.get(&caller, id).await?;
    Ok(reply(&sources, kept))
}

/// Changes a source: name and all settings.
#[utoipa::path(
    put, path = "/api/v1/directory/sources/{id}", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = SourceBody,
    responses((status = 200, body = SourceView), (status = 404)))]
pub(super) async fn change_source(
    State(sources): State<Sources>,
    Who(caller): Who,
    Key(id): Key<Source>,
    IfMatch(version): IfMatch,
    Body(body): Body<SourceBody>,
) -> Result<Reply<SourceView>, Problem> {
    sources.change(&caller, id, version, &body.name, body.settings.into()).await?;
    let kept = sources.get(&caller, id).await?;
    Ok(reply(&sources, kept))
}

/// Removes a source. The people stay.
#[utoipa::path(
    delete, path = "/api/v1/directory/sources/{id}", tag = "directory",
    params(("id" = String, Path)),
    responses((status = 204), (status = 404)))]
pub(super) async fn remove_source(
    State(sources): State<Sources>,
    Who(caller): Who,
    Key(id): Key<Source>,
) -> Result<StatusCode, Problem> {
    sources.remove(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes what is different at a source, or tells what it would take. A run of more than 20
/// seconds is answered with 202 and goes on: its report is then at the source.
#[utoipa::path(
    post, path = "/api/v1/directory/sources/{id}/sync", tag = "directory",
    params(("id" = String, Path), SyncQuery),
    responses((status = 200, body = ReportView), (status = 202), (status = 404), (status = 409)))]
pub(super) async fn sync_source(
    State(sources): State<Sources>,
    Who(caller): Who,
    Key(id): Key<Source>,
    Query(query): Query<SyncQuery>,
) -> Result<Response, Problem> {
    let dry_run = query.dry_run.unwrap_or(false);
    let mode = if dry_run { SyncMode::DryRun } else { SyncMode::Apply };
    let run = tokio::spawn(async move { sources.sync(&caller, id, mode).await });
    match tokio::time::timeout(PATIENCE, run).await {
        Ok(ended) => {
            let report = ended.map_err(Fault::internal)??;
            Ok(Json(ReportView::from(report)).into_response())
        }
        Err(_) => Ok(StatusCode::ACCEPTED.into_response()),
    }
}

fn fresh(source: Source) -> KeptSource {
    KeptSource { source, run_at: None, run_report: None }
}

pub(super) fn reply(sources: &Sources, kept: KeptSource) -> Reply<SourceView> {
    let version = kept.source.version;
    Reply::new(view(sources, kept), version)
}

fn view(sources: &Sources, kept: KeptSource) -> SourceView {
    SourceView {
        id: kept.source.id.to_string(),
        preview: sources.preview(kept.source.id).map(ReportView::from),
        name: kept.source.name,
        sign_in: kept.source.settings.sign_in.clone().into(),
        settings: kept.source.settings.into(),
        granted_posts: kept.source.posts.granted,
        version: kept.source.version,
        run_at: kept.run_at.map(|at| at.to_string()),
        report: kept.run_report.map(ReportView::from),
    }
}

impl Default for SettingsView {
    fn default() -> Self {
        SourceSettings::default().into()
    }
}

impl Default for AttributesView {
    fn default() -> Self {
        AttributeNames::default().into()
    }
}

impl From<SourceSettings> for SettingsView {
    fn from(settings: SourceSettings) -> Self {
        let post = |post: GroupPost| GroupPostView { group: post.group, post: post.post };
        Self {
            url: settings.url,
            start_tls: settings.start_tls,
            ca_pem: settings.ca_pem,
            bind_dn: settings.bind_dn,
            secret: settings.secret,
            base: settings.base,
            filter: settings.filter,
            page_size: settings.page_size,
            attributes: settings.attributes.into(),
            member_of: settings.member_of,
            posts: settings.posts.into_iter().map(post).collect(),
            leavers_percent_max: settings.leavers_percent_max,
            interval_s: settings.interval_s,
            enabled: settings.enabled,
        }
    }
}

impl From<SettingsView> for SourceSettings {
    fn from(view: SettingsView) -> Self {
        let post = |post: GroupPostView| GroupPost { group: post.group, post: post.post };
        Self {
            url: view.url,
            start_tls: view.start_tls,
            ca_pem: view.ca_pem,
            bind_dn: view.bind_dn,
            secret: view.secret,
            base: view.base,
            filter: view.filter,
            page_size: view.page_size,
            attributes: view.attributes.into(),
            member_of: view.member_of,
            posts: view.posts.into_iter().map(post).collect(),
            leavers_percent_max: view.leavers_percent_max,
            interval_s: view.interval_s,
            enabled: view.enabled,
            // Whoever changes the rest says nothing about it.
            sign_in: SourceSignIn::default(),
        }
    }
}

impl From<AttributeNames> for AttributesView {
    fn from(names: AttributeNames) -> Self {
        let AttributeNames { id, number, name, mail, mobile, phone, unit } = names;
        Self { id, number, name, mail, mobile, phone, unit }
    }
}

impl From<AttributesView> for AttributeNames {
    fn from(view: AttributesView) -> Self {
        let AttributesView { id, number, name, mail, mobile, phone, unit } = view;
        Self { id, number, name, mail, mobile, phone, unit }
    }
}

impl From<SyncReport> for ReportView {
    fn from(report: SyncReport) -> Self {
        let values = |values: FieldValues| FieldValuesView {
            field: values.field,
            before: values.before,
            after: values.after,
        };
        let change = |change: SyncChange| ChangeView {
            what: change.what,
            number: change.number,
            name: change.name,
            fields: change.fields,
            values: change.values.into_iter().map(values).collect(),
        };
        let problem =
            |problem: SyncProblem| ProblemOfEntryView { dn: problem.dn, text: problem.text.into() };
        Self {
            applied: report.applied,
            read: report.read,
            created: report.created,
            linked: report.linked,
            changed: report.changed,
            unchanged: report.unchanged,
            left: report.left,
            holdings: report.holdings,
            referrals: report.referrals,
            changes: report.changes.into_iter().map(change).collect(),
            problems: report.problems.into_iter().map(problem).collect(),
            problems_total: report.problems_total,
            failure: report.failure.map(TextView::from),
        }
    }
}
