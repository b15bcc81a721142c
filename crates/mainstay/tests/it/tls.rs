use std::{fs, process::Command};

use crate::server::{Server, prepared, refusal};

#[test]
fn certificate_files_make_it_https_and_wrong_ones_are_named() {
    let (dir, _) = prepared();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let (certificate, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let set = |name: &str, path: &std::path::Path| format!("{name}={}", path.display());
    let (cert_flag, key_flag) = (set("tls.certificate", &certificate), set("tls.key", &key));
    let server = Server::start(dir.path(), &["--set", &cert_flag, "--set", &key_flag]);
    assert!(server.url.starts_with("https://"), "{}", server.url);
    let output = Command::new("curl")
        .args(["-si", "--cacert", certificate.to_str().unwrap()])
        .arg(format!("{}/healthz", server.url))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).to_lowercase();
    assert!(said.contains("200") && said.contains("strict-transport-security"), "{said}");
    drop(server);

    fs::write(&key, "not a key").unwrap();
    let data = dir.path().to_str().unwrap();
    let args = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--set", &cert_flag];
    let said = refusal(&[&args[..], &["--set", &key_flag]].concat(), 1);
    assert!(said.contains("key.pem"), "{said}");
    assert!(refusal(&args, 2).contains("go together"));
}
