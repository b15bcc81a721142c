use kernel::Within;
use serde_json::json;

use crate::{LAMP, client, lamp_routes};

#[tokio::test]
async fn stranger_signs_in_first_and_viewer_may_only_read() {
    assert_eq!(client().as_stranger().get(LAMP).await.status, 401);
    assert_eq!(client().as_viewer().get(LAMP).await.status, 200);
    let body = json!({ "name": "a", "watts": { "max": 1 } });
    let refused = client().as_viewer().patch(LAMP, 1, body).await;
    assert_eq!(refused.status, 403);
    assert!(refused.json["detail"].as_str().unwrap().contains("lamp.change"));
}

#[tokio::test]
async fn wrong_bodies_name_the_field_and_change_nothing() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
    let cases = [
        ("{\"name\":\"a\",\"watts\":{\"max\":-1}}", 400, "watts.max"),
        ("{\"name\":\"a\",\"watts\":{\"max\":1},\"colour\":\"red\"}", 400, "colour"),
        ("{\"name\":\"a\"", 400, "body"),
        ("{\"name\":\"a\",\"watts\":{\"max\":1}} trailing", 400, "body"),
        ("{\"name\":\"\u{fffd}\",\"watts\":null}", 400, "watts"),
        ("", 400, "body"),
        (deep.as_str(), 400, "[0]"),
        (large.as_str(), 413, ""),
    ];
    for (body, status, field) in cases {
        let answer = client().send("PATCH", LAMP, Some(body.to_owned()), Some(1)).await;
        let shown: String = body.chars().take(60).collect();
        assert_eq!(answer.status, status, "{shown}: {}", answer.json);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        if !field.is_empty() {
            let found = answer.json["fields"][0]["field"].as_str().unwrap();
            assert_eq!(found, field, "{shown}: {}", answer.json);
        }
    }
}

#[tokio::test]
async fn change_without_version_is_refused_and_with_a_strange_one_too() {
    let body = json!({ "name": "a", "watts": { "max": 1 } }).to_string();
    let missing = client().send("PATCH", LAMP, Some(body.clone()), None).await;
    assert_eq!(missing.status, 428);
    let strange = client().with_header("if-match", "\"seven\"");
    let strange = strange.send("PATCH", LAMP, Some(body), None).await;
    assert_eq!(
        (strange.status.as_u16(), &strange.json["fields"][0]["field"]),
        (400, &json!("If-Match"))
    );
}

#[tokio::test]
async fn faults_are_worded_in_the_callers_language() {
    let chinese = client().with_header("accept-language", "zh-CN,zh;q=0.9");
    let answer = chinese.get("/api/v1/lamps/seven").await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json["title"], "输入有误");
    let answer = client().get("/api/v1/lamps/seven").await;
    assert_eq!(answer.json["title"], "The input is not valid");
    let answer = client().get(&format!("{LAMP}?limit=many")).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json["fields"][0]["field"]),
        (400, &json!("limit"))
    );
    assert_eq!(answer.json["fields"][0]["found"], "many");
    assert_eq!(answer.json["fields"][0]["expected"], "an integer");
}

#[tokio::test]
async fn parameters_that_a_route_does_not_have_are_named_with_the_nearest_that_it_has() {
    let (nearest, none) = ("did you mean `limit`?", "this route has none");
    let cases = [
        (format!("{LAMP}?limt=5"), "limt", nearest),
        (format!("{LAMP}?limit=5&Limit=7"), "Limit", nearest),
        (format!("{LAMP}?limit=5&colour=red"), "colour", "there is `limit`"),
        ("/api/v1/lamp-rules?colour=red".to_owned(), "colour", none),
    ];
    for (path, field, expected) in cases {
        let answer = client().get(&path).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json["fields"][0]["field"]),
            (400, &json!(field))
        );
        let said = answer.json["fields"][0]["expected"].as_str().unwrap();
        assert!(said.contains(expected), "{path}: {said}");
    }
    // Whoever may not ask is told that first.
    assert_eq!(client().as_stranger().get(&format!("{LAMP}?limt=5")).await.status, 401);
    let body = json!({ "name": "a", "watts": { "max": 1 } }).to_string();
    let changed =
        client().send("PATCH", &format!("{LAMP}?dry_run=true"), Some(body), Some(1)).await;
    assert_eq!(
        (changed.status.as_u16(), &changed.json["fields"][0]["field"]),
        (400, &json!("dry_run"))
    );
    assert_eq!(client().get(&format!("{LAMP}?limit=5")).await.status, 200);
    assert_eq!(client().get(&format!("{LAMP}?")).await.status, 200);
}

/// What the reader of JSON says is English, speaks of Rust's types and repeats what it read.
#[tokio::test]
async fn wrong_bodies_say_what_was_expected_in_both_languages_and_repeat_no_password() {
    let body = r#"{"name":{"first":"a"},"watts":{"max":1}}"#;
    for (language, expected) in [("en", "a string"), ("zh", "字符串")] {
        let client = client().with_header("accept-language", language);
        let answer = client.send("PATCH", LAMP, Some(body.to_owned()), Some(1)).await;
        let field = &answer.json["fields"][0];
        assert_eq!(
            (&field["field"], &field["found"], &field["expected"]),
            (&json!("name"), &json!("{…}"), &json!(expected))
        );
        let shown = answer.json.to_string();
        assert!(!shown.contains("invalid type") && !shown.contains("map"), "{shown}");
    }
    for (body, field) in [("{\"watts\":{\"max\":1}}", "name"), ("{\"name\":\"a\"}", "watts")] {
        let answer = client().send("PATCH", LAMP, Some(body.to_owned()), Some(1)).await;
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
        assert_eq!(answer.json["fields"][0]["expected"], "a value; it is required");
    }
}

#[tokio::test]
async fn what_belongs_nowhere_needs_its_permission_over_everything() {
    let within = Within { units: ["north".to_owned()].into(), ..Within::default() };
    let scoped = client().holding(&["lamp.read", "lamp.change"], &within);
    assert_eq!(scoped.get("/api/v1/lamp-rules").await.json["code"], "out-of-scope");
    assert_eq!(scoped.get(LAMP).await.status, 200);
    assert_eq!(client().get("/api/v1/lamp-rules").await.status, 200);
    let other = client().holding(&["other.read"], &within);
    assert_eq!(other.get("/api/v1/lamp-rules").await.json["code"], "forbidden");
}

#[tokio::test]
async fn url_that_is_too_long_is_answered_in_both_languages() {
    let long = format!("{LAMP}?limit={}", "1".repeat(61_000));
    for (language, said) in [("en", "at most 60000"), ("zh", "最多 60000 字节")] {
        let answer = client().with_header("accept-language", language).get(&long).await;
        assert_eq!((answer.status.as_u16(), &answer.json["code"]), (414, &json!("url-too-long")));
        assert!(answer.json["detail"].as_str().unwrap().contains(said), "{}", answer.json);
    }
}

#[tokio::test]
async fn panic_is_caught_and_tells_nothing() {
    let answer = client().as_stranger().get("/api/v1/breaks").await;
    assert_eq!(answer.status, 500);
    assert!(!answer.json.to_string().contains("canary"), "{}", answer.json);
    assert_eq!(answer.json["request_id"], answer.headers["x-request-id"].to_str().unwrap());
    assert_eq!(client().get(LAMP).await.status, 200, "the others go on");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for answer in [client().get(LAMP).await, client().as_stranger().get(LAMP).await] {
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(answer.headers.contains_key("content-security-policy"));
    }
    assert_eq!(client().get(LAMP).await.headers["etag"], "\"7\"");
}

#[tokio::test]
async fn request_id_of_the_caller_is_kept_only_when_harmless() {
    let kept = client().with_header("x-request-id", "abc-12345678").get(LAMP).await;
    assert_eq!(kept.headers["x-request-id"], "abc-12345678");
    let replaced = client().with_header("x-request-id", "<script>alert(1)").get(LAMP).await;
    assert_ne!(replaced.headers["x-request-id"], "<script>alert(1)");
}

#[test]
fn each_route_is_documented_with_what_it_needs() {
    let (_, document, table) = lamp_routes().into_parts();
    assert_eq!(table.len(), 4);
    let document = serde_json::to_value(&document).unwrap();
    let patch = &document["paths"]["/api/v1/lamps/{id}"]["patch"];
    assert_eq!(patch["operationId"], "patch_lamps_by_id");
    assert_eq!(patch["x-permission"], "lamp.change");
    let rules = &document["paths"]["/api/v1/lamp-rules"]["get"];
    assert_eq!(rules["security"][0], json!({ "session": ["everywhere"] }));
    assert_eq!(patch["security"], json!([{ "session": [] }, { "token": [] }]));
    assert!(patch["responses"]["412"].is_object());
    let open = &document["paths"]["/api/v1/breaks"]["get"];
    assert_eq!(
        (&open["security"], &open["x-open-because"]),
        (&json!([]), &json!("it only breaks"))
    );
}

#[test]
#[should_panic(expected = "is not a permission to read")]
fn reading_route_cannot_be_given_a_permission_to_change() {
    let _ = http_kit::Routes::<()>::new().read(crate::LAMP_CHANGE, http_kit::routes!(crate::show));
}
