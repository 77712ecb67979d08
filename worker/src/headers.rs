//! The headers of every answer: what browsers may do with it, how long it may be kept, and no trace of the asker.

use einwurf_protocol::{api::header, problem};

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Of the API.
    Api,
    /// A file named by its hash, under `/r/`.
    Hashed,
    /// A page or another file whose name stays.
    Page,
    /// A page with everything in it.
    Whole,
    /// The script of a service worker.
    Worker,
}

/// Nothing is loaded or run from an answer of the API.
const API_CSP: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The relay's own pages run their own module and wasm; styles are constructed style sheets, hence no `style-src`.
const PAGE_CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
     style-src 'self'; img-src 'self' data: blob:; font-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";
/// A service worker has the policy of its own script: it shows a picture beside a notification, and asks for nothing else.
const WORKER_CSP: &str =
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Script and style stand in the page, and a policy of its own that names them by their hashes and allows nothing else.
/// This one adds what only a header can say; it must not forbid what stands in the page.
const WHOLE_CSP: &str = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Pages with everything in them (`www/check/`, `www/relay-door/`).
const WHOLE: [&str; 2] = ["/check.html", DOOR];
/// The relay's own door, whose policy names the relay.
pub const DOOR: &str = "/door.html";
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), \
     geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// One day: what a browser may send does not change often.
const PREFLIGHT_SECONDS: &str = "86400";

/// Headers of every answer of this class.
pub fn of(class: Class, https: bool) -> Vec<(&'static str, &'static str)> {
    let mut headers = vec![
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "none"),
        ("permissions-policy", PERMISSIONS),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
    ];
    headers.push((
        "content-security-policy",
        match class {
            Class::Api | Class::Hashed => API_CSP,
            Class::Page => PAGE_CSP,
            Class::Whole => WHOLE_CSP,
            Class::Worker => WORKER_CSP,
        },
    ));
    headers.push((
        "cache-control",
        match class {
            Class::Api => "no-store",
            Class::Hashed => "public, max-age=31536000, immutable",
            Class::Page | Class::Whole | Class::Worker => "no-cache",
        },
    ));
    if https {
        headers.push(("strict-transport-security", "max-age=63072000; includeSubDomains"));
    }
    headers
}

/// Headers of the answer to a preflight. No cookies: credentials are never allowed.
pub fn preflight() -> [(&'static str, String); 3] {
    let allowed = [
        header::SITE,
        header::CONVERSATION,
        header::TICKET,
        header::WORK,
        header::NOTICE,
        header::ATTACHMENT,
        header::PART,
        header::AFTER,
        header::AUTHORIZATION,
        header::POSSESSION,
        "content-type",
    ];
    [
        ("access-control-allow-methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS".to_owned()),
        ("access-control-allow-headers", allowed.join(", ")),
        ("access-control-max-age", PREFLIGHT_SECONDS.to_owned()),
    ]
}

/// Media type of an answer of the API.
pub const JSON: &str = "application/json";
/// Media type of a part of an attachment: ciphertext.
pub const BYTES: &str = "application/octet-stream";
/// Media type of a manifest or roster.
pub const JOSE: &str = "application/jose";
/// Media type of a problem document.
pub const PROBLEM: &str = problem::MEDIA_TYPE;

/// The door with the origins of this relay in its policy. `'self'` would not do: the widget's frame inherits the policy, and
/// has no origin that Firefox and `WebKit` would compare with the relay's.
pub fn door<'a>(page: &str, origins: impl Iterator<Item = &'a str>) -> String {
    let relays = origins.collect::<Vec<_>>().join(" ");
    // `http://` becomes `ws://`, and so `https://` `wss://`.
    let sockets = relays.split(' ').map(|origin| origin.replacen("http", "ws", 1)).collect::<Vec<_>>();
    page.replace("{{relays}}", &relays).replace("{{sockets}}", &sockets.join(" "))
}

/// Where a static file lies and what it is; none for a path that is no file of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path below the folder of static files.
    pub path: String,
    /// Its media type.
    pub media_type: &'static str,
    /// How it is answered.
    pub class: Class,
}

/// The file behind a path. Pages have no extension in their address.
pub fn file(path: &str) -> Option<File> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if !path.bytes().all(plain) || path.split('/').any(|part| part.starts_with('.')) || path.contains("//") {
        return None;
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let path = match (name, name.contains('.')) {
        ("", _) => format!("{path}index.html"),
        (_, false) => format!("{path}.html"),
        (_, true) => path.to_owned(),
    };
    let media_type = media_type(path.rsplit('.').next().unwrap_or_default())?;
    let class = match path.as_str() {
        path if path.starts_with("/r/") => Class::Hashed,
        path if WHOLE.contains(&path) => Class::Whole,
        path if path.starts_with("/push/") => Class::Worker,
        _ => Class::Page,
    };
    Some(File { path, media_type, class })
}

fn media_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "jws" => JOSE,
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// Whether a client takes brotli.
pub fn takes_brotli(accept_encoding: &str) -> bool {
    accept_encoding.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let refused =
            |part: &str| part.strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br")) && !parts.any(refused)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(class: Class, name: &str) -> Option<&'static str> {
        of(class, true).into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    #[test]
    fn every_answer_keeps_referrer_type_and_robots_out() {
        for class in [Class::Api, Class::Hashed, Class::Page, Class::Worker] {
            assert_eq!(value(class, "referrer-policy"), Some("no-referrer"));
            assert_eq!(value(class, "x-content-type-options"), Some("nosniff"));
            assert_eq!(value(class, "x-robots-tag"), Some("none"));
            assert!(value(class, "content-security-policy").unwrap().starts_with("default-src 'none'"));
            assert!(value(class, "permissions-policy").unwrap().contains("camera=()"));
            assert!(value(class, "strict-transport-security").is_some());
        }
    }

    #[test]
    fn only_hashed_files_are_kept() {
        assert_eq!(value(Class::Api, "cache-control"), Some("no-store"));
        assert!(value(Class::Hashed, "cache-control").unwrap().ends_with("immutable"));
        assert_eq!(value(Class::Page, "cache-control"), Some("no-cache"));
    }

    #[test]
    fn a_page_with_everything_in_it_is_framed_by_nobody_and_brings_the_rest_of_its_policy() {
        let policy = value(Class::Whole, "content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("-src"), "{policy}");
        assert_eq!(value(Class::Whole, "cache-control"), Some("no-cache"));
        for (page, source) in [
            ("check", include_str!("../../www/check/check.html")),
            ("door", include_str!("../../www/relay-door/relay-door.html")),
        ] {
            assert!(WHOLE.contains(&format!("/{page}.html").as_str()));
            assert!(source.contains("content=\"default-src 'none';script-src '[[script_hash]]'"), "{page}");
        }
    }

    #[test]
    fn a_service_worker_asks_nobody_runs_nothing_else_and_keeps_to_its_folder() {
        let policy = value(Class::Worker, "content-security-policy").unwrap();
        assert!(!policy.contains("script-src") && !policy.contains("connect-src"), "{policy}");
        assert_eq!(value(Class::Worker, "cache-control"), Some("no-cache"));
        // What would let it control pages beside its own folder.
        assert_eq!(value(Class::Worker, "service-worker-allowed"), None);
    }

    #[test]
    fn the_door_names_every_origin_of_the_relay_for_requests_and_live_connections() {
        let page = include_str!("../../www/relay-door/relay-door.html");
        let filled = door(page, ["https://relay.example", "http://127.0.0.1:8787"].into_iter());
        let origins = "https://relay.example http://127.0.0.1:8787";
        assert!(filled.contains(&format!("'[[script_hash]]' {origins} 'wasm-unsafe-eval'")));
        let sockets = "wss://relay.example ws://127.0.0.1:8787";
        assert!(filled.contains(&format!("connect-src {origins} {sockets};")));
        assert!(!filled.contains("{{") && !filled.contains("'self'"));
    }

    #[test]
    fn http_promises_no_https() {
        assert!(!of(Class::Api, false).iter().any(|(name, _)| *name == "strict-transport-security"));
    }

    #[test]
    fn no_answer_allows_unsafe_inline_or_credentials() {
        for class in [Class::Api, Class::Hashed, Class::Page, Class::Whole, Class::Worker] {
            for (name, value) in of(class, true) {
                assert!(!value.contains("unsafe-inline") && !value.contains("'unsafe-eval'"), "{name}");
                assert_ne!(name, "access-control-allow-credentials");
                assert_ne!(name, "set-cookie");
            }
        }
    }

    #[test]
    fn a_preflight_allows_our_headers() {
        let [_, (_, headers), _] = preflight();
        for name in [
            "einwurf-site",
            "einwurf-ticket",
            "einwurf-attachment",
            "einwurf-part",
            "authorization",
            "dpop",
            "content-type",
        ] {
            assert!(headers.contains(name), "{name}");
        }
    }

    #[test]
    fn files_are_found_by_their_address() {
        for (path, found, class) in [
            ("/", "/index.html", Class::Page),
            ("/inbox", "/inbox.html", Class::Page),
            ("/check", "/check.html", Class::Whole),
            ("/door", "/door.html", Class::Whole),
            ("/door.js", "/door.js", Class::Page),
            ("/launcher.js", "/launcher.js", Class::Page),
            ("/inbox.webmanifest", "/inbox.webmanifest", Class::Page),
            ("/icons/inbox-192.png", "/icons/inbox-192.png", Class::Page),
            ("/push/de-formal.js", "/push/de-formal.js", Class::Worker),
            ("/pushed.js", "/pushed.js", Class::Page),
            ("/r/0.1.0/widget.0a1b2c3d.wasm", "/r/0.1.0/widget.0a1b2c3d.wasm", Class::Hashed),
        ] {
            let file = file(path).unwrap();
            assert_eq!((file.path.as_str(), file.class), (found, class));
        }
        assert_eq!(file("/r/a.wasm").unwrap().media_type, "application/wasm");
    }

    #[test]
    fn paths_that_climb_hide_or_are_encoded_are_no_files() {
        for bad in ["/../secret.js", "/.git/config.txt", "/a//b.js", "/%2e%2e/x.js", "/x.sqlite", "/a\\b.js"]
        {
            assert_eq!(file(bad), None, "{bad}");
        }
    }

    #[test]
    fn brotli_is_taken_only_when_offered() {
        for yes in ["br", "gzip, br", "gzip, BR;q=0.5", "br;q=1.0"] {
            assert!(takes_brotli(yes), "{yes}");
        }
        for no in ["", "gzip", "br;q=0", "br;q=0.0", "brx"] {
            assert!(!takes_brotli(no), "{no}");
        }
    }
}
