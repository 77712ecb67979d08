//! The program over a real server, and over one that means it no good.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may unwrap")]

mod server;

use flate2::{Compression, write::GzEncoder};
use server::{Server, answer, not_found, page};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

/// As in `cli/src/doctor/fetch.rs`.
const BYTES: usize = 4_194_304;
const LINK: &str = "<a href=\"https://wa.me/4915555512345\">x</a>";

fn pair(rule: &str, path: &str) -> (String, String) {
    (rule.to_owned(), path.to_owned())
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn code(server: &Server, path: &str, more: &[&str]) -> i32 {
    server.doctor(path, more).status.code().unwrap()
}

fn small_site(path: &str, stream: &mut TcpStream) {
    match path {
        "/" => page(
            stream,
            "<a href=/b>1</a><a href=/geheim/c>2</a><a href='https://anderswo.example/'>3</a><a href='/b#x'>4</a><a href=/bild.png>5</a><a href=/weg>6</a><script src=/app.js></script><script src='https://anderswo.example/a.js'></script>",
        ),
        "/b" => page(stream, &format!("<a href=/>1</a><a href=/d?e=f>2</a>{LINK}")),
        "/d?e=f" => page(stream, "<p>Ende</p>"),
        "/app.js" => {
            answer(stream, "200 OK", "content-type: text/javascript\r\n", b"open('https://wa.me/49')");
        }
        "/bild.png" => answer(stream, "200 OK", "content-type: image/png\r\n", b"\x89PNG"),
        "/weg" => answer(stream, "302 Found", "location: https://anderswo.example/\r\n", b""),
        "/robots.txt" => {
            answer(stream, "200 OK", "content-type: text/plain\r\n", b"User-agent: *\nDisallow: /geheim/\n");
        }
        _ => not_found(stream),
    }
}

#[test]
fn a_site_is_walked_through_within_itself_and_as_its_robots_ask() {
    let server = Server::start(small_site);
    let found = server.found("/", &[]);
    assert_eq!(
        found,
        [
            pair("whatsapp-link", "/app.js"),
            pair("whatsapp-link", "/b"),
            pair("snippet-missing", "/"),
            pair("redirect-elsewhere", "/weg"),
        ]
    );
    assert_eq!(server.paths(), ["/", "/robots.txt", "/b", "/bild.png", "/weg", "/d?e=f", "/app.js"]);
    for head in server.heads() {
        let head = head.to_ascii_lowercase();
        assert!(
            head.contains("user-agent: einwurf-doctor/")
                && !head.contains("cookie")
                && !head.contains("referer"),
            "{head}"
        );
    }
    let skipped = server.report("/", &[])["skipped"].clone();
    assert_eq!(
        skipped,
        serde_json::json!([{"source": format!("{}/geheim/c", server.origin), "reason": "robots"}])
    );
}

#[test]
fn as_many_pages_as_were_asked_for_and_no_more() {
    // A calendar: every day leads to the next two.
    let server = Server::start(|path, stream| match path.strip_prefix("/tag/").map(str::parse::<u64>) {
        Some(Ok(day)) => {
            page(stream, &format!("<a href=/tag/{}>1</a><a href=/tag/{}>2</a>", day + 1, day + 2));
        }
        _ => not_found(stream),
    });
    for pages in [1, 2, 3] {
        let before = server.paths().iter().filter(|it| it.starts_with("/tag/")).count();
        assert_eq!(server.report("/tag/1", &["--pages", &pages.to_string()])["sources"], pages);
        assert_eq!(server.paths().iter().filter(|it| it.starts_with("/tag/")).count() - before, pages);
    }
}

#[test]
fn policies_come_from_the_headers_too() {
    const SNIPPET: &str = "<script src=/e.js data-site=a data-pin=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE data-relay=https://relay.example data-name=B data-phone=0155 data-register=en data-label=L></script>";
    let server = Server::start(|path, stream| {
        if path != "/" {
            return not_found(stream);
        }
        let headers = "content-type: text/html\r\nContent-Security-Policy: script-src 'self' https://relay.example 'wasm-unsafe-eval'\r\ncontent-security-policy: connect-src 'self'\r\nPermissions-Policy: clipboard-write=()\r\n";
        answer(stream, "200 OK", headers, SNIPPET.as_bytes());
    });
    let report = server.report("/", &["--pages", "1", "--offline"]);
    let findings = report["findings"].as_array().unwrap();
    let told: Vec<_> = findings.iter().map(|it| (&it["rule"], &it["element"], &it["fix"])).collect();
    let value = serde_json::Value::from;
    assert_eq!(
        told,
        [
            (
                &value("csp-blocks"),
                &value("Content-Security-Policy"),
                &value("connect-src 'self' https://relay.example wss://relay.example")
            ),
            (&value("permissions-policy"), &value("Permissions-Policy"), &value("clipboard-write=*")),
        ]
    );
}

#[test]
fn it_is_led_nowhere_else() {
    let server = Server::start(|path, stream| match path {
        "/gut" => answer(stream, "301 Moved", "location: /ende\r\n", b""),
        "/ende" => page(stream, LINK),
        "/kreis" => answer(stream, "302 Found", "location: /kreis\r\n", b""),
        "/fort" => answer(stream, "302 Found", "location: https://anderswo.example/\r\n", b""),
        "/datei" => answer(stream, "302 Found", "location: file:///etc/passwd\r\n", b""),
        "/alt" => answer(stream, "410 Gone", "content-type: text/html\r\n", LINK.as_bytes()),
        "/bild" => answer(stream, "200 OK", "content-type: image/png\r\n", LINK.as_bytes()),
        _ => not_found(stream),
    });
    assert_eq!(server.found("/gut", &["--pages", "1"])[0], pair("whatsapp-link", "/ende"));
    for path in ["/kreis", "/fort", "/datei", "/alt", "/bild", "/nichts"] {
        let output = server.doctor(path, &[]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{path}");
    }
    // Five steps, and no endless ones.
    assert_eq!(server.paths().iter().filter(|it| *it == "/kreis").count(), 6);
}

#[test]
fn whoever_answers_slowly_or_never_costs_the_time_that_was_allowed() {
    let server = Server::start(|path, stream| match path {
        "/tropft" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n");
            // Until the client goes.
            while stream.write_all(b"a").is_ok() {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        _ => {
            let _ = stream.read(&mut [0]);
        }
    });
    for path in ["/tropft", "/schweigt"] {
        let began = Instant::now();
        assert_eq!(code(&server, path, &["--timeout", "1"]), 2, "{path}");
        assert!(began.elapsed() < Duration::from_secs(10), "{path}");
    }
}

#[test]
fn a_page_one_below_at_and_one_above_its_limit_also_packed() {
    let filled = |length: usize| format!("{LINK}{}", " ".repeat(length - LINK.len())).into_bytes();
    let server = Server::start(move |path, stream| {
        let (pack, length) = path.trim_start_matches('/').split_once('/').unwrap();
        let body = filled(length.parse().unwrap());
        match pack {
            "gzip" => answer(
                stream,
                "200 OK",
                "content-type: text/html\r\ncontent-encoding: gzip\r\n",
                &packed(&body),
            ),
            _ => answer(stream, "200 OK", "content-type: text/html\r\n", &body),
        }
    });
    for (pack, length, expected) in [
        ("plain", BYTES - 1, 1),
        ("plain", BYTES, 1),
        ("plain", BYTES + 1, 2),
        ("gzip", BYTES, 1),
        ("gzip", BYTES + 1, 2),
    ] {
        assert_eq!(
            code(&server, &format!("/{pack}/{length}"), &["--pages", "1"]),
            expected,
            "{pack} {length}"
        );
    }
}

#[test]
fn what_breaks_on_the_way_is_left_out_and_told() {
    let server = Server::start(|path, stream| match path {
        "/" => page(
            stream,
            &format!(
                "<a href=/gross>1</a><a href=/kaputt>2</a><a href=/unsinn>3</a><a href=/500>4</a>{LINK}"
            ),
        ),
        "/gross" => answer(stream, "200 OK", "content-type: text/html\r\n", &vec![b' '; BYTES + 1]),
        "/kaputt" => {
            answer(stream, "200 OK", "content-type: text/html\r\ncontent-encoding: gzip\r\n", b"no gzip");
        }
        "/unsinn" => drop(stream.write_all(b"\0\xff\0 nonsense\r\n\r\n")),
        "/500" => answer(stream, "500 Internal Server Error", "", b""),
        _ => not_found(stream),
    });
    let report = server.report("/", &[]);
    let reasons: Vec<_> =
        report["skipped"].as_array().unwrap().iter().map(|it| it["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["large", "broken", "broken", "status"]);
    assert_eq!((&report["promise"], &report["sources"]), (&1.into(), &1.into()));
}

#[test]
fn another_encoding_hides_nothing() {
    let server = Server::start(|_, stream| {
        let body = b"<p>M\xfcller, WhatsApp 0155 5512345</p>";
        answer(stream, "200 OK", "content-type: text/html; charset=iso-8859-1\r\n", body);
    });
    assert_eq!(server.found("/", &["--pages", "1"])[0], pair("whatsapp-phone", "/"));
}

#[test]
fn a_head_without_end_is_given_up() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        let line = format!("x-{}: {}\r\n", "a".repeat(100), "b".repeat(1_000));
        while stream.write_all(line.as_bytes()).is_ok() {}
    });
    assert_eq!(code(&server, "/", &["--timeout", "20"]), 2);
}

#[test]
fn nobody_there_and_no_certificate_are_said() {
    let server = Server::start(|_, stream| page(stream, "x"));
    let secure = server.origin.replace("http:", "https:");
    for target in [secure.as_str(), "http://127.0.0.1:1/"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_einwurf"));
        let output = command.args(["doctor", target, "--lang", "de", "--timeout", "1"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{target}");
        assert!(
            String::from_utf8(output.stderr).unwrap().contains("kann nicht angesehen werden"),
            "{target}"
        );
    }
}
