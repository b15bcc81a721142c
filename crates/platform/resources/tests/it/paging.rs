use std::collections::BTreeSet;

use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;

use crate::house::{House, fields, house};

/// The names on all pages of `query`, in the order they came.
async fn all_pages(house: &House, query: &str, limit: usize) -> Vec<String> {
    let mut names = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/resources?limit={limit}&{query}{after}");
        let answer = house.client.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        let items = answer.json["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        let Some(next) = answer.json["next"].as_str() else { return names };
        after = format!("&after={next}");
    }
}

#[test]
fn pages_are_complete_and_without_duplicates_for_every_size() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let names: Vec<String> = (0..23).map(|number| format!("host-{number:02}")).collect();
    let house = runtime.block_on(async {
        let house = house().await;
        for name in &names {
            house.make("host", name).await;
        }
        house
    });
    let config = ProptestConfig { cases: 40, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&(1_usize..30, "(-1|-0|t-2|9|)"), |(limit, text)| {
        let found = runtime.block_on(all_pages(&house, &format!("q={text}"), limit));
        let expected: Vec<String> =
            names.iter().filter(|name| name.contains(&text)).cloned().collect();
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len());
        Ok(())
    });
    outcome.unwrap();
}

#[tokio::test]
async fn filters_narrow_by_kind_text_and_retirement() {
    let house = house().await;
    house.make("host", "Web 100%").await;
    house.make("service", "web 1000").await;
    house.make("service", "ÄTHER").await;
    house.make("host", "网站一号").await;
    let gone = house.make("host", "old web").await;
    house.client.delete(&format!("/api/v1/resources/{gone}"), Some(1)).await;
    for (query, expected) in [
        ("", vec!["Web 100%", "web 1000", "ÄTHER", "网站一号"]),
        ("kind=&q=", vec!["Web 100%", "web 1000", "ÄTHER", "网站一号"]),
        ("kind=service", vec!["web 1000", "ÄTHER"]),
        ("kind=nosuch", vec![]),
        ("q=WEB", vec!["Web 100%", "web 1000"]),
        ("q=100%25", vec!["Web 100%"]),
        ("q=_eb", vec![]),
        ("q=%C3%A4ther", vec!["ÄTHER"]),
        ("q=%E7%AB%99%E4%B8%80", vec!["网站一号"]),
        ("q=web&retired=true", vec!["old web"]),
        ("q=web&kind=host&retired=false", vec!["Web 100%"]),
        ("q=%27%20OR%201=1%20--", vec![]),
    ] {
        assert_eq!(all_pages(&house, query, 50).await, expected, "{query}");
    }
}

#[tokio::test]
async fn wrong_queries_are_named() {
    let house = house().await;
    let long = format!("q={}", "x".repeat(201));
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=x", "limit"),
        ("after=x", "after"),
        ("retired=maybe", "retired"),
        ("nosuch=1", "nosuch"),
        ("q=a%00b", "q"),
        (&long, "q"),
    ] {
        let answer = house.client.get(&format!("/api/v1/resources?{query}")).await;
        assert_eq!((answer.status.as_u16(), fields(&answer.json)), (400, vec![field]), "{query}");
    }
}

#[tokio::test]
async fn relations_are_paged_too() {
    let house = house().await;
    let host = house.make("host", "web1").await;
    for number in 0..5 {
        let service = house.make("service", &format!("service {number}")).await;
        assert_eq!(house.relate("runs-on", &service, &host).await.status, 201);
    }
    let (mut names, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/resources/{host}/relations?limit=2{after}");
        let page = house.client.get(&path).await.json;
        for item in page["items"].as_array().unwrap() {
            names.push(item["other"]["name"].clone());
        }
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(json!(names), json!((0..5).map(|n| format!("service {n}")).collect::<Vec<_>>()));
}
