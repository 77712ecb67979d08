//! The program asks the relay that a snippet names: one that holds its word, and others.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may unwrap")]

#[path = "../../protocol/tests/common/mod.rs"]
mod common;
mod server;

use common::{Key, manifest};
use einwurf_protocol::{jws, time::Timestamp};
use p256 as _;
use server::{Server, answer, not_found, page};
use std::{
    sync::{Arc, Mutex},
    time::SystemTime,
};

const LAUNCHER: &str = "start()";
/// `printf 'start()' | openssl dgst -sha384 -binary | base64 -w0`
const HASH: &str = "sha384-YO9eH3sX36qyw+UuhVDLik67J+J6POpRYTtOKqiZdbEbjICi3NUmlZIasD9C8qpz";

/// A page with a snippet, its launcher, and the relay of it, all at one origin.
struct Place {
    server: Server,
    said: Arc<Mutex<(String, String)>>,
}

impl Place {
    fn new() -> Self {
        let said = Arc::new(Mutex::new((String::new(), String::new())));
        let shared = Arc::clone(&said);
        let server = Server::start(move |path, stream| {
            let (html, manifest) = shared.lock().unwrap().clone();
            match path {
                "/" => page(stream, &html),
                "/e.js" => answer(stream, "200 OK", "content-type: text/javascript\r\n", LAUNCHER.as_bytes()),
                "/v1/manifest" if !manifest.is_empty() => answer(stream, "200 OK", "", manifest.as_bytes()),
                _ => not_found(stream),
            }
        });
        Self { server, said }
    }

    fn snippet(&self, more: &str) -> String {
        let pin = Key::new(1).public().thumbprint();
        let relay = &self.server.origin;
        format!(
            "<script src=/e.js data-site=abc data-pin={pin} data-relay={relay} data-name=B data-phone=0155 data-register=en data-label=L {more}></script>"
        )
    }

    fn signed(&self, by: u8, change: impl FnOnce(&mut einwurf_protocol::manifest::Manifest)) -> String {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let mut manifest = manifest(&Key::new(by));
        (manifest.nbf, manifest.exp) = (Timestamp(now - 100), Timestamp(now + 100));
        manifest.relay.origins = vec![self.server.origin.clone()];
        HASH.clone_into(&mut manifest.code.launcher.sri);
        change(&mut manifest);
        Key::new(by).jws(jws::MANIFEST, &manifest)
    }

    fn found(&self, html: String, manifest: String, more: &[&str]) -> Vec<String> {
        *self.said.lock().unwrap() = (html, manifest);
        self.server
            .found("/", &[&["--pages", "1"], more].concat())
            .into_iter()
            .map(|(rule, _)| rule)
            .collect()
    }
}

#[test]
fn a_snippet_that_fits_its_manifest_is_in_order() {
    let place = Place::new();
    for more in [String::new(), format!("integrity={HASH}"), "data-serial=7".to_owned()] {
        assert_eq!(place.found(place.snippet(&more), place.signed(1, |_| ()), &[]), [""; 0], "{more}");
    }
    let inline = place.snippet("").replace("src=/e.js", "").replace("></script>", ">start()</script>");
    assert_eq!(place.found(inline, place.signed(1, |_| ()), &[]), [""; 0]);
    // The relay knows whom it is asked about, and nothing else of who asks.
    let asked = place
        .server
        .heads()
        .into_iter()
        .filter(|head| head.starts_with("GET /v1/manifest"))
        .collect::<Vec<_>>();
    assert!(asked.iter().all(|head| head.contains("einwurf-site: abc")) && asked.len() == 4, "{asked:?}");
}

#[test]
fn a_manifest_that_the_button_would_refuse_is_told() {
    let place = Place::new();
    let html = || place.snippet("data-serial=7");
    let refused = |manifest: String| assert_eq!(place.found(html(), manifest, &[]), ["manifest-refused"]);
    refused(place.signed(2, |_| ()));
    refused(place.signed(1, |it| it.serial = 6));
    refused(place.signed(1, |it| (it.nbf, it.exp) = (Timestamp(100), Timestamp(200))));
    refused(place.signed(1, |it| it.relay.origins = vec!["https://relay.example".to_owned()]));
    refused("no manifest".to_owned());
    refused("a".repeat(100_000));
    assert_eq!(place.found(html(), String::new(), &[]), ["relay-silent"]);
}

#[test]
fn a_launcher_that_is_not_the_signed_one_is_told() {
    let place = Place::new();
    let other = place.signed(1, |it| it.code.launcher.sri = format!("sha384-{}", "A".repeat(64)));
    assert_eq!(place.found(place.snippet(""), other.clone(), &[]), ["snippet-file"]);
    let inline = place.snippet("").replace("src=/e.js", "").replace("></script>", ">start()</script>");
    assert_eq!(place.found(inline, other, &[]), ["snippet-file"]);
    let wrong = place.snippet(&format!("integrity=sha384-{}", "A".repeat(64)));
    assert_eq!(place.found(wrong, place.signed(1, |_| ()), &[]), ["snippet-integrity"]);
}

#[test]
fn offline_nobody_but_the_site_is_asked_and_a_folder_asks_only_when_told() {
    let place = Place::new();
    assert_eq!(place.found(place.snippet(""), String::new(), &["--offline"]), [""; 0]);
    assert_eq!(place.server.paths(), ["/", "/e.js"]);
    let folder = std::env::temp_dir().join(format!("einwurf-doctor-relay-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("index.html"), place.snippet("")).unwrap();
    let run = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_einwurf"));
        command.arg("doctor").arg(&folder).args(more).output().unwrap().status.code()
    };
    assert_eq!(run(&[]), Some(0));
    assert_eq!(place.server.paths(), ["/", "/e.js"]);
    assert_eq!(run(&["--online"]), Some(1));
    assert_eq!(place.server.paths(), ["/", "/e.js", "/v1/manifest"]);
    std::fs::remove_dir_all(&folder).unwrap();
}
