//! What the kit promises every route: faults that say what is wrong, one permission check,
//! headers, a live stream that goes on where it was cut.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(test)]
mod certificates;
mod journal;
mod live;
mod requests;

use std::sync::Arc;

use axum::extract::State;
use http_kit::{Body, IfMatch, Key, Problem, Query, Reply, Routes, Who, routes};
use kernel::{Permission, Time};
use serde::{Deserialize, Serialize};
use testkit::{Client, ManualClock, SeededIds};
use utoipa::{IntoParams, ToSchema};

const LAMP_READ: Permission = Permission("lamp.read");
const LAMP_CHANGE: Permission = Permission("lamp.change");

struct Lamp;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LampBody {
    name: String,
    watts: Watts,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Watts {
    max: u32,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LampQuery {
    limit: Option<u32>,
}

#[utoipa::path(get, path = "/api/v1/lamps/{id}", params(("id" = String, Path), LampQuery),
    responses((status = 200, body = LampBody)))]
async fn show(Key(_): Key<Lamp>, Query(query): Query<LampQuery>) -> Reply<LampBody> {
    let max = query.limit.unwrap_or(60);
    Reply::new(LampBody { name: "desk".into(), watts: Watts { max } }, 7)
}

#[utoipa::path(patch, path = "/api/v1/lamps/{id}", params(("id" = String, Path)),
    request_body = LampBody, responses((status = 200, body = LampBody)))]
async fn change(
    State(()): State<()>,
    Who(caller): Who,
    Key(_): Key<Lamp>,
    IfMatch(version): IfMatch,
    Body(mut body): Body<LampBody>,
) -> Result<Reply<LampBody>, Problem> {
    body.name.push_str(&caller.actor.name);
    Ok(Reply::new(body, version + 1))
}

#[utoipa::path(get, path = "/api/v1/lamp-rules", responses((status = 200, body = String)))]
async fn rules() -> &'static str {
    "off at night"
}

#[utoipa::path(get, path = "/api/v1/breaks", responses((status = 200)))]
async fn breaks() -> &'static str {
    panic!("a canary that no stranger may read")
}

fn lamp_routes() -> Routes {
    Routes::new()
        .read(LAMP_READ, routes!(show))
        .write(LAMP_CHANGE, routes!(change))
        .read_everywhere(LAMP_READ, routes!(rules))
        .open("it only breaks", routes!(breaks))
        .with_state(())
}

fn client() -> Client {
    let clock = Arc::new(ManualClock::at(Time::from_seconds(1_800_000_000)));
    Client::of_routes(lamp_routes(), clock, Arc::new(SeededIds::new(1)))
}

const LAMP: &str = "/api/v1/lamps/01890a5d-ac96-774b-bcce-b302099a8057";
