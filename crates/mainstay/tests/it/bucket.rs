//! Attachments in a bucket, set by the settings, looked at by the doctor.

use std::{fs, time::Duration};

use serde_json::json;
use testkit::ObjectStore;
use tokio::runtime::Runtime;

use crate::{
    postgres::until,
    server::{Server, prepared, refusal, run},
};

const KEY: &str = "canary-bucket-secret-4712";
const LIMIT: Duration = Duration::from_secs(30);

#[test]
fn attachments_move_to_a_bucket_and_its_key_is_nowhere() {
    let runtime = Runtime::new().unwrap();
    let Some(mut store) = runtime.block_on(ObjectStore::start()) else { return };
    let (dir, ada) = prepared();
    let data = dir.path().to_str().unwrap();
    let keys = tempfile::tempdir().unwrap();
    let key_file = keys.path().join("s3.key");
    fs::write(&key_file, KEY).unwrap();
    let quiet = ["--set", "host.watch=false"];
    let server = Server::start(dir.path(), &quiet);
    let shop = json!({ "kind": "business-system", "name": "shop" });
    let shop = server.post(&ada, "/api/v1/resources", &shop).json["id"].clone();
    let attach = |server: &Server, text: &str| {
        let id = shop.as_str().unwrap();
        let path = format!("/api/v1/attachments?kind=resource&id={id}&name=plan.txt");
        server.send("POST", &ada, &path, Some(text.to_owned()), &[])
    };
    let first = attach(&server, "from the disk");
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(server.stop(), Some(0));
    let set = [
        "attachments.storage=s3".to_owned(),
        format!("attachments.s3.endpoint={}", store.endpoint()),
        format!("attachments.s3.bucket={}", ObjectStore::BUCKET),
        "attachments.s3.access_key=mainstay".to_owned(),
        format!("attachments.s3.secret_key_file={}", key_file.display()),
    ];
    let mut more = quiet.to_vec();
    more.extend(set.iter().flat_map(|pair| ["--set", pair.as_str()]));
    let doctor = |more: &[&str]| {
        let args = ["doctor", "--data", data, "--listen", "127.0.0.1:0"];
        let output = run(&[&args[..], more].concat(), "");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = doctor(&more);
    let well = format!("ok      attachments: files at {}", store.endpoint());
    assert!(code == Some(0) && said.contains(&well), "{said}");
    assert!(said.contains("reached without TLS") && !said.contains(KEY), "{said}");
    let server = Server::start(dir.path(), &more);
    until(LIMIT, "the file has moved", || store.names().len() == 1);
    let second = attach(&server, "to the bucket");
    assert_eq!(second.status, 201, "{}", second.text);
    assert_eq!(store.names().len(), 2);
    for (made, text) in [(&first, "from the disk"), (&second, "to the bucket")] {
        let path = format!("/api/v1/attachments/{}/content", made.json["id"].as_str().unwrap());
        assert_eq!(server.get(&ada, &path).text, text);
    }
    until(LIMIT, "the move is a fact", || {
        let facts = server.get(&ada, "/api/v1/journal?verb=attachment.moved").json;
        facts["items"].as_array().is_some_and(|facts| facts.len() == 1)
    });
    let shown = server.get(&ada, "/api/v1/settings").text;
    assert!(shown.contains("attachments.s3.secret_key_file") && !shown.contains(KEY));
    store.stop();
    let away = attach(&server, "nowhere");
    assert_eq!((away.status, &away.json["code"]), (503, &json!("storage-unavailable")));
    assert_eq!(server.stop(), Some(0));
    let (code, said) = doctor(&more);
    assert!(code == Some(1) && said.contains("bad     attachments: write an object"), "{said}");
    let args = ["serve", "--data", data, "--set", "attachments.storage=s3"];
    assert!(refusal(&args, 2).contains("set `attachments.s3.bucket`"));
}
