use kernel::Within;
use serde_json::{Value, json};

use crate::house::{House, house};

impl House {
    /// An enquiry from outside that is answered, with its code and the client outside.
    async fn answered(&self) -> (String, String, testkit::Client) {
        let outside = self.with_form().await;
        let code = self.enquired(&outside).await;
        let id = self.newest().await;
        for (way, text) in [("accept", ""), ("handle", ""), ("answer", "已恢复供水")] {
            self.moved(&id, way, text).await;
        }
        let body = json!({"transition": "approve", "text": "已恢复供水"});
        let approved = self.post_as(&self.chief(), &format!("{id}/transitions"), body).await;
        assert_eq!(approved.status, 200, "{}", approved.json);
        (code, id, outside)
    }

    /// Somebody of both units who has answered nothing.
    pub(crate) fn chief(&self) -> testkit::Client {
        let units = [self.unit.clone(), self.other_unit.clone()].into();
        let within = Within { units, ..Within::default() };
        self.client.holding(&["ticket.read", "ticket.work", "ticket.assign"], &within)
    }

    async fn satisfaction(&self, id: &str) -> Value {
        self.got(&format!("/api/v1/tickets/{id}/satisfaction")).await
    }
}

#[tokio::test]
async fn who_enquired_rates_the_answer_and_figures_show_it() {
    let house = house().await;
    let (code, id, outside) = house.answered().await;
    let path = "/api/v1/public/enquiries/rating";
    let rate = |score: u8| json!({"code": code, "score": score, "text": "很快"});
    for (body, status) in [
        (rate(0), 400),
        (rate(6), 400),
        (json!({"code": "x", "score": 5}), 404),
        (rate(3), 200),
        (rate(5), 200),
    ] {
        assert_eq!(outside.post(path, body.clone()).await.status, status, "{body}");
    }
    assert_eq!(house.satisfaction(&id).await["rating"]["score"], 5, "the later one counts");
    let figures = house.got("/api/v1/ticket-figures").await["items"][0].clone();
    assert_eq!((&figures["rated"], &figures["score_mean"]), (&json!(1), &json!(5.0)));
    assert_eq!(figures["satisfied_share"], 1.0);
    assert!(figures["first_response_mean_s"].as_f64().unwrap() > 0.0);
    // What is not answered is not rated.
    let other = house.enquired(&outside).await;
    let early = outside.post(path, json!({"code": other, "score": 5})).await;
    assert_eq!((early.status.as_u16(), &early.json["code"]), (409, &json!("not-answered")));
}

#[tokio::test]
async fn requester_rates_their_own_ticket_and_no_other() {
    let house = house().await;
    let mut body = house.body("request");
    body["content"]["requester"] = json!({"person_id": house.people["li"]});
    let own = house.made("/api/v1/tickets", body).await;
    let other = house.ticket("request").await;
    for id in [&own, &other] {
        house.moved(id, "resolve", "好了").await;
    }
    let li = house.client.as_viewer();
    let rate = |id: &str| format!("/api/v1/tickets/{id}/rating");
    assert_eq!(li.post(&rate(&other), json!({"score": 1})).await.status, 404);
    assert_eq!(li.post(&rate(&own), json!({"score": 9})).await.json["fields"][0]["field"], "score");
    assert_eq!(li.post(&rate(&own), json!({"score": 2, "text": "慢"})).await.status, 200);
    assert_eq!(house.client.as_stranger().post(&rate(&own), json!({"score": 1})).await.status, 401);
    assert_eq!(house.satisfaction(&own).await["rating"]["score"], 2);
}

#[tokio::test]
async fn dissatisfied_call_back_reopens_under_supervision_by_somebody_else() {
    let house = house().await;
    let (_, id, _) = house.answered().await;
    let path = format!("{id}/call-backs");
    let call = |result: &str, text: &str| json!({"result": result, "text": text});
    let own = house.post_as(&house.client, &path, call("satisfied", "")).await;
    assert_eq!(own.json["code"], "by-another", "who answered does not call back: {}", own.json);
    let chief = house.chief();
    let silent = house.post_as(&chief, &path, call("dissatisfied", "")).await;
    assert_eq!(silent.json["fields"][0]["field"], "text");
    let strange = house.post_as(&chief, &path, call("angry", "")).await;
    assert_eq!(strange.json["fields"][0]["field"], "result");
    let done = house.post_as(&chief, &path, call("dissatisfied", "水压仍低")).await;
    assert_eq!(done.status, 200, "{}", done.json);
    let page = &done.json;
    assert_eq!((&page["state"], &page["supervised"]), (&json!("handling"), &json!(true)));
    assert_eq!((&page["reopened"], &page["orders"][0]["text"]), (&json!(1), &json!("水压仍低")));
    let verbs = house.verbs().await;
    assert!(verbs.ends_with("ticket.called_back ticket.moved ticket.supervised"), "{verbs}");
    assert_eq!(house.satisfaction(&id).await["call_backs"][0]["result"], "dissatisfied");
    let again = house.post_as(&chief, &path, call("satisfied", "")).await;
    assert_eq!(again.json["code"], "not-answered");
}

/// Whoever had a hand in the answer by an API token once called back by their session.
#[tokio::test]
async fn who_helped_by_a_token_does_not_call_back_by_the_session() {
    let house = house().await;
    let (_, id, _) = house.answered().await;
    let chief = house.chief();
    let comment = json!({"text": "已恢复", "public": true});
    let said = house.post_as(&chief.by_token("t1"), &format!("{id}/comments"), comment).await;
    assert_eq!(said.status, 200, "{}", said.json);
    let call = json!({"result": "satisfied"});
    for own in [&chief, &chief.by_token("t2")] {
        let refused = house.post_as(own, &format!("{id}/call-backs"), call.clone()).await;
        assert_eq!(refused.json["code"], "by-another", "{}", refused.json);
    }
}

#[tokio::test]
async fn satisfied_call_back_goes_on_where_the_type_has_a_way() {
    let house = house().await;
    let (_, id, _) = house.answered().await;
    let path = format!("{id}/call-backs");
    let done = house.post_as(&house.chief(), &path, json!({"result": "neutral"})).await;
    assert_eq!(done.json["state"], "called_back", "{}", done.json);
    assert_eq!(done.json["supervised"], false);
}
