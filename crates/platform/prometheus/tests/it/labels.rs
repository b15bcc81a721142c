use serde_json::json;
use url::form_urlencoded::byte_serialize;

use crate::{
    house::{House, NOW_MS, V1, V2},
    messages::{v1, v2},
};

async fn house() -> House {
    let house = House::new().await;
    house.have(&[
        ("up", &[("job", "a"), ("instance", "1")]),
        ("up", &[("job", "b"), ("instance", "2")]),
        ("load", &[("job", "a")]),
    ]);
    house
}

#[tokio::test]
async fn names_values_and_series_are_listed_by_get_and_by_form() {
    let house = house().await;
    assert_eq!(house.get("labels").await.data(), ["__name__", "instance", "job"]);
    let load = "match%5B%5D=load&match[]=nothing";
    assert_eq!(house.get(&format!("labels?{load}")).await.data(), ["__name__", "job"]);
    assert_eq!(house.post_form("labels", load).await.data(), ["__name__", "job"]);
    assert_eq!(house.get("label/job/values").await.data(), ["a", "b"]);
    assert_eq!(house.get("label/__name__/values").await.data(), ["load", "up"]);
    assert_eq!(house.get("label/nothing/values").await.data(), Vec::<String>::new());
    let of_b = "label/__name__/values?match[]=%7Bjob%3D%22b%22%7D";
    assert_eq!(house.get(of_b).await.data(), ["up"]);
    let series = house.post_form("series?match[]=load", "match[]=up%7Bjob%3D~%22a%7Cx%22%7D").await;
    let expected = serde_json::json!([
        { "__name__": "load", "job": "a" },
        { "__name__": "up", "instance": "1", "job": "a" },
    ]);
    assert_eq!(series.json["data"], expected, "{}", series.text);
    assert_eq!(series.json["status"], "success");
}

#[tokio::test]
async fn any_text_may_be_a_name_as_in_prometheus_3() {
    let house = House::new().await;
    let first: &[(&str, &str)] = &[("__name__", "my.metric"), ("a/b", "1"), ("région é", "x")];
    let second: &[(&str, &str)] = &[("U__x", "2"), ("__name__", "度量"), ("a/b", "3")];
    let at: &[(i64, f64)] = &[(NOW_MS, 1.0)];
    assert_eq!(house.write(V1, &v1(&[(first, at)])).await.status, 204);
    assert_eq!(house.write(V2, &v2(&[(second, at)], "")).await.status, 204);
    assert_eq!(house.get("labels").await.data(), ["U__x", "__name__", "a/b", "région é"]);
    assert_eq!(house.get("label/__name__/values").await.data(), ["my.metric", "度量"]);
    for (name, values) in [
        ("a%2Fb", &["1", "3"][..]),
        ("U__a_2f_b", &["1", "3"]),
        ("r%C3%A9gion%20%C3%A9", &["x"]),
        ("U__r_e9_gion_20__e9_", &["x"]),
        // A name that looks like an escaped one has to be escaped itself.
        ("U__U____x", &["2"]),
        ("U__a_2f", &[]),
    ] {
        assert_eq!(house.get(&format!("label/{name}/values")).await.data(), values, "{name}");
    }
    let asked =
        |query: &str| format!("query={}", byte_serialize(query.as_bytes()).collect::<String>());
    let query = r#"sum by ("a/b") ({"my.metric", "région é"="x"})"#;
    let answer = house.post_form("query", &asked(query)).await;
    assert_eq!(
        answer.json["data"]["result"][0]["metric"],
        json!({ "a/b": "1" }),
        "{}",
        answer.text
    );
    let answer = house.post_form("format_query", &asked(query)).await;
    // Matchers stand in the order of their texts.
    let formatted = r#"sum by ("a/b") ({"région é"="x",__name__="my.metric"})"#;
    assert_eq!(answer.json["data"].as_str().map(str::trim), Some(formatted), "{}", answer.text);
    let selector = r#"{"度量"}"#;
    let series =
        house.get(&format!("series?{}", asked(selector).replace("query", "match[]"))).await;
    assert_eq!(series.json["data"][0]["U__x"], "2", "{}", series.text);
}

#[tokio::test]
async fn a_limit_cuts_and_says_so_and_a_range_leaves_out() {
    let house = house().await;
    let answer = house.get("labels?limit=2").await;
    assert_eq!(answer.data(), ["__name__", "instance"]);
    assert_eq!(answer.json["warnings"][0], "results truncated due to limit");
    let answer = house.get("labels?limit=3").await;
    assert_eq!((answer.data().len(), answer.json.get("warnings")), (3, None));
    for (range, count) in [
        ("start=1800000000&end=1800000000", 2),
        ("start=1800000000.001", 0),
        ("end=2027-01-15T07:59:59Z", 0),
        ("end=2027-01-15T08:00:00Z", 2),
        ("start=0&end=1e300", 2),
    ] {
        let found = house.get(&format!("label/job/values?{range}")).await.data();
        assert_eq!(found.len(), count, "{range}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_answered_in_prometheus_words() {
    let house = house().await;
    for (path, said) in [
        ("labels?start=x", "invalid parameter \"start\": cannot parse \"x\" to a valid timestamp"),
        ("labels?end=", ""),
        (
            "labels?start=2&end=1",
            "invalid parameter \"end\": end timestamp must not be before start time",
        ),
        (
            "labels?limit=x",
            "invalid parameter \"limit\": strconv.Atoi: parsing \"x\": invalid syntax",
        ),
        ("labels?limit=-1", "invalid parameter \"limit\": limit must be non-negative"),
        (
            "labels?match[]=%7B%7D",
            "invalid parameter \"match[]\": match[] must contain at least one non-empty matcher",
        ),
        ("series", "no match[] parameter provided"),
        (
            "series?match[]=up%7B",
            "invalid parameter \"match[]\": 1:4: parse error: unexpected end of input inside",
        ),
        ("label/%ff/values", r#"invalid label name: "\xff""#),
        ("label/%E4%BD/values", r#"invalid label name: "\xE4\xBD""#),
        ("label/U__/values", "invalid label name: \"\""),
        ("metadata?limit=x", "invalid parameter \"limit\": "),
        ("status/tsdb?limit=0", "invalid parameter \"limit\": limit must be between 1 and 10000"),
    ] {
        let answer = house.get(path).await;
        if said.is_empty() {
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            continue;
        }
        let (status, kind, error) = answer.error();
        assert_eq!((status, kind), (400, "bad_data"), "{path}: {}", answer.text);
        assert!(error.starts_with(said), "{path}: {error}");
        assert_eq!(answer.json["status"], "error");
    }
}

#[tokio::test]
async fn strangers_and_those_without_the_permission_are_refused_in_the_same_shape() {
    let house = house().await;
    let request = axum::http::Request::get("/prometheus/api/v1/labels");
    let answer = house.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.error().0, 401);
    assert_eq!(
        (answer.error().1, &answer.json["code"]),
        ("unauthorized", &"sign-in-needed".into())
    );
    let request =
        axum::http::Request::post("/prometheus/api/v1/write").header("x-test-caller", "viewer");
    let answer = house.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!((answer.error().0, answer.error().1), (403, "forbidden"), "{}", answer.text);
}
