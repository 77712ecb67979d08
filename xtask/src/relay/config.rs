//! workerd's configuration. `wrangler.toml` names the same bindings for Cloudflare.

use super::{Beside, Egress, Settings};
use std::path::Path;

/// What the relay's code may rely on; the same date stands in `wrangler.toml`.
pub(crate) const COMPATIBILITY_DATE: &str = "2026-11-01";

/// Durable object classes with their bindings.
pub(crate) const OBJECTS: [(&str, &str); 3] =
    [("Conversation", "CONVERSATION"), ("Inbox", "INBOX"), ("Proof", "PROOF")];

/// Where the module of a worker beside the relay lies: `embed` knows no absolute paths.
pub(super) const BESIDE: &str = "beside.js";

/// The configuration as a Cap'n Proto text; `index.js` and `index_bg.wasm` lie beside it.
pub(super) fn text(settings: &Settings) -> String {
    format!(
        r#"using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "relay", worker = .relay),
    (name = "dist", disk = (path = {dist})),
    (name = "storage", disk = (path = {storage}, writable = true)),
    (name = "egress", network = {egress}),
    (name = "outside", network = {outside}){beside_service}
  ],
  sockets = [(name = "http", address = {address}, http = (), service = "relay"){beside_socket}]
);

const relay :Workerd.Worker = (
  modules = [
    (name = "index.js", esModule = embed "index.js"),
    (name = "index_bg.wasm", wasm = embed "index_bg.wasm")
  ],
  compatibilityDate = "{COMPATIBILITY_DATE}",
  durableObjectNamespaces = [
    {namespaces}
  ],
  durableObjectStorage = (localDisk = "storage"),
  globalOutbound = "egress",
  bindings = [
    (name = "ASSETS", service = "dist"),
    (name = "OUTSIDE", service = "outside"),
    {bindings}
  ]
);
{beside_worker}"#,
        dist = path(&settings.dist),
        storage = path(&settings.storage),
        egress = network(&settings.egress),
        outside = network(&settings.outside),
        address = quoted(&settings.address.to_string()),
        namespaces = list(OBJECTS.iter().map(|(class, _)| {
            format!(
                "(className = \"{class}\", uniqueKey = \"einwurf-{}\", enableSql = true)",
                class.to_lowercase()
            )
        })),
        bindings = list(objects().chain(vars(settings))),
        beside_service = beside(settings, |_| ",\n    (name = \"beside\", worker = .beside)".to_owned()),
        beside_socket = beside(settings, |beside| {
            let address = quoted(&beside.address.to_string());
            format!(",\n    (name = \"beside\", address = {address}, http = (), service = \"beside\")")
        }),
        beside_worker = beside(settings, |_| beside_worker()),
    )
}

/// What may be reached, and whom certificates are believed from.
fn network(egress: &Egress) -> String {
    let allow = list(egress.allow.iter().map(|name| quoted(name)));
    let certificates = list(egress.trusted_certificates.iter().map(|pem| quoted(pem)));
    format!(
        "(allow = [{allow}],\n      tlsOptions = (trustBrowserCas = true, trustedCertificates = [{certificates}]))"
    )
}

fn beside(settings: &Settings, text: impl Fn(&Beside) -> String) -> String {
    settings.beside.as_ref().map(text).unwrap_or_default()
}

fn beside_worker() -> String {
    format!(
        r#"
const beside :Workerd.Worker = (
  modules = [(name = "beside.js", esModule = embed "{BESIDE}")],
  compatibilityDate = "{COMPATIBILITY_DATE}",
  durableObjectNamespaces = [(className = "Bare", uniqueKey = "einwurf-bare", enableSql = true)],
  durableObjectStorage = (localDisk = "storage"),
  bindings = [(name = "BARE", durableObjectNamespace = "Bare")]
);
"#
    )
}

fn objects() -> impl Iterator<Item = String> {
    OBJECTS.iter().map(|(class, name)| format!("(name = \"{name}\", durableObjectNamespace = \"{class}\")"))
}

fn vars(settings: &Settings) -> impl Iterator<Item = String> {
    settings.vars.keys().map(|name| format!("(name = {name}, fromEnvironment = {name})", name = quoted(name)))
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(",\n    ")
}

fn path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

/// A Cap'n Proto string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn secrets_stay_out_and_certificates_stay_whole() {
        let mut settings = Settings::in_folder(Path::new("/x\"y")).unwrap().var("EINWURF_SECRET", "hush");
        settings.egress.trusted_certificates.push("-----BEGIN\nA\n-----END\n".to_owned());
        let text = text(&settings);
        assert!(!text.contains("hush"));
        assert!(text.contains(r#"(name = "EINWURF_SECRET", fromEnvironment = "EINWURF_SECRET")"#));
        assert!(text.contains(r#""-----BEGIN\nA\n-----END\n""#));
        assert!(text.contains(r#"path = "/x\"y/storage""#));
    }

    #[test]
    fn enc_06_webhooks_leave_by_a_service_that_reaches_public_addresses_only() {
        let settings = Settings::in_folder(Path::new("/x")).unwrap();
        let text = text(&settings);
        assert!(text.contains(r#"(name = "OUTSIDE", service = "outside")"#));
        assert!(text.contains(r#"(name = "outside", network = (allow = ["public"],"#), "{text}");
        let wrangler = std::fs::read_to_string(crate::paths::root().join("wrangler.toml")).unwrap();
        let bindings = wrangler.lines().filter(|line| !line.starts_with('#')).collect::<String>();
        assert!(!bindings.contains("OUTSIDE"), "Cloudflare's `fetch` reaches the public internet alone");
    }

    #[test]
    fn wrangler_names_the_same_objects_and_date() {
        let wrangler = std::fs::read_to_string(crate::paths::root().join("wrangler.toml")).unwrap();
        assert!(wrangler.contains(&format!("compatibility_date = \"{COMPATIBILITY_DATE}\"")));
        for (class, binding) in OBJECTS {
            assert!(wrangler.contains(&format!("name = \"{binding}\"\nclass_name = \"{class}\"")), "{class}");
            assert!(wrangler.contains(&format!("\"{class}\"")), "{class} in new_sqlite_classes");
        }
    }
}
