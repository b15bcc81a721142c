use axum::extract::{Path, State};
use http_kit::{Problem, Who};
use kernel::Text;
use serde_json::{Value, json};

use super::{
    BODY_BYTES_MAX,
    answer::{Answer, MessageView},
    asked::Base,
};
use crate::{
    Scim, ScimError,
    model::{COUNT_MAX, ENTERPRISE, ResourceType, listed},
};

/// What of the protocol is spoken here (RFC 7643 5).
#[utoipa::path(
    get, path = "/scim/v2/ServiceProviderConfig", tag = "scim",
    responses((status = 200, body = MessageView, content_type = "application/scim+json")))]
pub(super) async fn config(
    State(scim): State<Scim>,
    Who(caller): Who,
    Base(base): Base,
) -> Result<Answer, Problem> {
    scim.greet(&caller, "GET /ServiceProviderConfig").await?;
    Ok(Answer::of(spoken(&base)))
}

fn spoken(base: &str) -> Value {
    let no = json!({ "supported": false });
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": BODY_BYTES_MAX },
        "filter": { "supported": true, "maxResults": COUNT_MAX },
        "changePassword": no,
        "sort": no,
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "API token",
            "description": "The API token of a user who holds user.provision over everything",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base}/ServiceProviderConfig"),
        },
    })
}

/// Which resources there are: users and groups.
#[utoipa::path(
    get, path = "/scim/v2/ResourceTypes", tag = "scim",
    responses((status = 200, body = MessageView, content_type = "application/scim+json")))]
pub(super) async fn resource_types(
    State(scim): State<Scim>,
    Who(caller): Who,
    Base(base): Base,
) -> Result<Answer, Problem> {
    scim.greet(&caller, "GET /ResourceTypes").await?;
    let types = TYPES.map(|of| described(of, &base)).to_vec();
    Ok(Answer::of(listed(types.len(), 1, types)))
}

/// One of them.
#[utoipa::path(
    get, path = "/scim/v2/ResourceTypes/{name}", tag = "scim", params(("name" = String, Path)),
    responses(
        (status = 200, body = MessageView, content_type = "application/scim+json"),
        (status = 404)))]
pub(super) async fn resource_type(
    State(scim): State<Scim>,
    Who(caller): Who,
    Base(base): Base,
    Path(name): Path<String>,
) -> Result<Answer, Problem> {
    scim.greet(&caller, "GET /ResourceTypes").await?;
    let found = TYPES.into_iter().find(|of| of.name() == name);
    let noun = Text::new("resource type", "资源类型");
    let found = found.ok_or_else(|| none(noun, &name))?;
    Ok(Answer::of(described(found, &base)))
}

/// Which attributes are kept.
#[utoipa::path(
    get, path = "/scim/v2/Schemas", tag = "scim",
    responses((status = 200, body = MessageView, content_type = "application/scim+json")))]
pub(super) async fn schemas(
    State(scim): State<Scim>,
    Who(caller): Who,
    Base(base): Base,
) -> Result<Answer, Problem> {
    scim.greet(&caller, "GET /Schemas").await?;
    let schemas = all_schemas(&base);
    Ok(Answer::of(listed(schemas.len(), 1, schemas)))
}

/// Those of one schema.
#[utoipa::path(
    get, path = "/scim/v2/Schemas/{urn}", tag = "scim", params(("urn" = String, Path)),
    responses(
        (status = 200, body = MessageView, content_type = "application/scim+json"),
        (status = 404)))]
pub(super) async fn schema(
    State(scim): State<Scim>,
    Who(caller): Who,
    Base(base): Base,
    Path(urn): Path<String>,
) -> Result<Answer, Problem> {
    scim.greet(&caller, "GET /Schemas").await?;
    let is_it =
        |schema: &Value| schema["id"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(&urn));
    let found = all_schemas(&base).into_iter().find(is_it);
    let noun = Text::new("schema", "模式");
    Ok(Answer::of(found.ok_or_else(|| none(noun, &urn))?))
}

const TYPES: [ResourceType; 2] = [ResourceType::User, ResourceType::Group];

fn all_schemas(base: &str) -> Vec<Value> {
    TYPES.into_iter().flat_map(|of| of.schemas(base)).collect()
}

fn none(noun: Text, id: &str) -> ScimError {
    ScimError::NotFound { noun, id: id.chars().take(100).collect() }
}

fn described(of: ResourceType, base: &str) -> Value {
    let extensions = match of {
        ResourceType::User => json!([{ "schema": ENTERPRISE, "required": false }]),
        ResourceType::Group => json!([]),
    };
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": of.name(),
        "name": of.name(),
        "endpoint": format!("/{}", of.endpoint()),
        "schema": of.schema(),
        "schemaExtensions": extensions,
        "meta": {
            "resourceType": "ResourceType",
            "location": format!("{base}/ResourceTypes/{}", of.name()),
        },
    })
}
