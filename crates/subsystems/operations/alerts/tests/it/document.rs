use crate::estate::Estate;

#[tokio::test]
async fn every_route_of_incidents_is_described() {
    let estate = Estate::of(0).await;
    let (_, document, table) = alerts::subsystem::routes(&estate.alerts).into_parts();
    let text = document.to_pretty_json().unwrap();
    if let Some(path) = std::env::var_os("ALERTS_DOCUMENT") {
        std::fs::write(path, &text).unwrap();
    }
    for path in ["/api/v1/incidents/{id}/pages", "/api/v1/silences/preview"] {
        assert!(text.contains(path), "{path}");
    }
    assert!(table.iter().all(|route| route.path.starts_with("/api/v1/")));
}
