use kernel::{Caller, Text};
use probe::{
    model::{CheckDraft, CheckPatch},
    outcome::{Check, CheckContext, Outcome, Protocol, Running, SpecFault, State},
};
use serde_json::{Value, json};

use crate::house::House;

const NORTH: &str = "01890a5d-ac96-774b-bcce-b302099a8011";
const SOUTH: &str = "01890a5d-ac96-774b-bcce-b302099a8012";

/// A way of asking whose answers are in what is asked.
#[derive(Debug)]
pub(crate) struct Echo;

#[derive(Debug)]
struct EchoCheck(State);

impl Check for EchoCheck {
    fn run<'a>(&'a self, _: &'a CheckContext) -> Running<'a> {
        let outcome = Outcome::new(self.0, Text::new("said so", "如是说"));
        Box::pin(std::future::ready(outcome))
    }

    fn target(&self) -> String {
        format!("echo://{}", self.0)
    }
}

impl Protocol for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn title(&self) -> Text {
        Text::same("Echo")
    }

    fn parse(&self, spec: Value) -> Result<Box<dyn Check>, SpecFault> {
        let state = if spec["fails"] == true { State::Critical } else { State::Ok };
        Ok(Box::new(EchoCheck(state)))
    }

    fn schema(&self) -> Value {
        json!({ "type": "object" })
    }
}

async fn check(house: &House, resource: &str, fails: bool) -> probe::model::CheckId {
    let name = if fails { "bad" } else { "good" };
    let resource = resource.parse().unwrap();
    let draft = CheckDraft::new(resource, name, "echo", json!({ "fails": fails }));
    house.probe.create(&Caller::console(), draft).await.unwrap().definition.id
}

#[tokio::test]
async fn checks_are_shown_as_targets_to_those_who_may_see_them() {
    let house = House::new().await;
    let (north, south) = (house.resource("n", NORTH).await, house.resource("s", SOUTH).await);
    let good = check(&house, &north, false).await;
    let bad = check(&house, &south, true).await;
    let shown = house.get("targets").await;
    let active = &shown.json["data"]["activeTargets"];
    assert_eq!(
        (&active[0]["health"], &active[0]["scrapePool"]),
        (&json!("unknown"), &json!("check/echo"))
    );
    assert_eq!(active[0]["lastScrape"], "0001-01-01T00:00:00Z");
    for id in [good, bad] {
        house.probe.run_now(&Caller::console(), id).await.unwrap();
    }
    let shown = house.get("targets?state=active").await;
    let active = shown.json["data"]["activeTargets"].as_array().unwrap();
    assert_eq!(active.len(), 2, "{}", shown.text);
    let (good, failing) = (&active[0], &active[1]);
    assert_eq!((&good["health"], &good["lastError"]), (&json!("up"), &json!("")));
    assert_eq!((&failing["health"], &failing["lastError"]), (&json!("down"), &json!("said so")));
    assert_eq!(good["labels"]["resource"], north.as_str());
    assert_eq!((&good["scrapeInterval"], &good["scrapeTimeout"]), (&json!("1m"), &json!("10s")));
    assert_eq!(good["lastScrape"], "2027-01-15T08:00:00Z");

    let part = house.get_within("targets", NORTH).await;
    let active = part.json["data"]["activeTargets"].as_array().unwrap();
    assert_eq!((active.len(), &active[0]["labels"]["check_name"]), (1, &json!("good")));
    let none = house.get("targets?scrapePool=other").await;
    assert_eq!(none.json["data"]["activeTargets"], json!([]));
}

#[tokio::test]
async fn disabled_checks_are_dropped_targets() {
    let house = House::new().await;
    let north = house.resource("n", NORTH).await;
    let id = check(&house, &north, false).await;
    let off = CheckPatch { enabled: Some(false), ..CheckPatch::default() };
    house.probe.change(&Caller::console(), id, 1, off).await.unwrap();
    let shown = house.get("targets").await;
    let data = &shown.json["data"];
    assert_eq!(data["activeTargets"], json!([]), "{}", shown.text);
    assert_eq!(data["droppedTargets"][0]["scrapePool"], "check/echo");
    assert_eq!(data["droppedTargetCounts"], json!({ "check/echo": 1 }));
    let active = house.get("targets?state=active").await;
    assert_eq!(active.json["data"]["droppedTargets"], json!([]));
}
