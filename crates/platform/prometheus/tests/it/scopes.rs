use crate::house::House;

const NORTH: &str = "01890a5d-ac96-774b-bcce-b302099a8011";
const SOUTH: &str = "01890a5d-ac96-774b-bcce-b302099a8012";

#[tokio::test]
async fn labels_values_series_and_metadata_hold_what_the_scope_covers() {
    let house = House::new().await;
    let north = house.resource("north", NORTH).await;
    let south = house.resource("south", SOUTH).await;
    house.have(&[
        ("load", &[("resource", &north), ("north_only", "x")]),
        ("load", &[("resource", &south), ("south_only", "x")]),
        ("of_nobody", &[("job", "a")]),
    ]);
    let names = house.get_within("labels", NORTH).await.data();
    assert_eq!(names, ["__name__", "north_only", "resource"]);
    let values = house.get_within("label/resource/values", NORTH).await.data();
    assert_eq!(values, [north.as_str()]);
    assert_eq!(house.get_within("label/__name__/values", NORTH).await.data(), ["load"]);
    let all = house.get_within("series?match[]=%7B__name__%21%3D%22%22%7D", NORTH).await;
    assert_eq!(all.json["data"].as_array().unwrap().len(), 1, "{}", all.text);
    let of_south = format!("series?match[]=load%7Bresource%3D%22{south}%22%7D");
    assert_eq!(house.get_within(&of_south, NORTH).await.data(), Vec::<String>::new());
    assert_eq!(house.get_within(&of_south, SOUTH).await.json["data"][0]["south_only"], "x");
    assert_eq!(house.get("label/__name__/values").await.data(), ["load", "of_nobody"]);
    for path in ["tsdb", "runtimeinfo", "flags", "config"] {
        let answer = house.get_within(&format!("status/{path}"), NORTH).await;
        assert_eq!((answer.status.as_u16(), &answer.json["code"]), (403, &"out-of-scope".into()));
    }
    assert_eq!(house.get_within("status/buildinfo", NORTH).await.status, 200);
}
