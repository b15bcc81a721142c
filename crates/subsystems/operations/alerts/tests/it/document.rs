use crate::estate::Estate;

#[tokio::test]
async fn every_route_of_incidents_is_described() {
    let estate = Estate::of(0).await;
    let (_, document, table) = alerts::subsystem::routes(&estate.alerts).into_parts();
    let text = document.to_pretty_json().unwrap();
    if let Some(path) = std::env::var_os("ALERTS_DOCUMENT") {
        std::fs::write(path, &text).unwrap();
    }
    for path in
        ["/api/v1/incidents/{id}/pages", "/api/v1/silences/preview", "/alertmanager/api/v2/alerts"]
    {
        assert!(text.contains(path), "{path}");
    }
    let bases = ["/api/v1/", "/alertmanager/"];
    assert!(table.iter().all(|route| bases.iter().any(|base| route.path.starts_with(base))));
}
