//! What the button needs of a page's policy (docs/embedding.en.md), and what a policy lacks of it. The widget's frame
//! inherits the page's policies, so each must let all of it through.

use super::{CONNECTIONS, PICTURES, Policy, SCRIPT_ELEMENTS, SCRIPTS, Script, address::Address};
use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

/// The name of our policy for Trusted Types.
pub const TYPES: &str = "einwurf";
/// Most rounds of adding what lacks: what one adds, the next finds there.
const ROUNDS: usize = 4;

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Needs<'a> {
    /// The page.
    pub page: &'a Address,
    /// Origins of the site's relays.
    pub relays: &'a [Address],
    /// The button.
    pub launcher: Script<'a>,
}

/// What a source is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The button itself.
    Button,
    /// What is loaded at the click.
    Window,
    /// `WebAssembly` in the window.
    Wasm,
    /// Manifest, files, messages.
    Messages,
    /// Learning of an answer at once.
    Live,
    /// Icons and the code of the private link.
    Icons,
    /// Photos.
    Photos,
    /// Our name among the policies for Trusted Types.
    Types,
}

impl Need {
    /// Without it there is no window; without the others something in it works less well.
    pub fn stops(self) -> bool {
        !matches!(self, Self::Live | Self::Icons | Self::Photos)
    }
}

/// A source that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// Who decides, in this order.
    pub directives: &'static [&'static str],
    /// The source.
    pub source: String,
    /// What it is for.
    pub need: Need,
}

/// Everything that a policy lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lacks {
    /// Sources.
    pub sources: Vec<Lack>,
    /// Scripts are trusted one by one, and the button has no nonce that counts: no source helps.
    pub nonce: bool,
    /// `sandbox` without scripts: nothing runs on the page.
    pub sandbox: bool,
}

/// Directives that mean nothing in a meta element (HTML, section 4.2.5.3).
pub const HEADER_ONLY: [&str; 3] = ["frame-ancestors", "report-uri", "sandbox"];

/// The hash of a script that stands in the page, as a policy writes it, without quotes.
pub fn hash(script: &str) -> String {
    format!("sha256-{}", Base64::encode_string(&Sha256::digest(script.as_bytes())))
}

impl Policy {
    /// What the button would not get.
    pub fn lacks(&self, needs: &Needs<'_>) -> Lacks {
        let mut scripts = self.lacking_scripts(needs);
        let nonce = self.is_strict() && !scripts.is_empty();
        if nonce {
            scripts.clear();
        }
        let sandbox = self
            .get("sandbox")
            .is_some_and(|flags| !flags.iter().any(|flag| flag.eq_ignore_ascii_case("allow-scripts")));
        let more = [
            self.lacking_wasm(),
            self.lacking_connections(needs),
            self.lacking_pictures(needs),
            self.lacking_types(),
        ];
        Lacks { sources: scripts.into_iter().chain(more.into_iter().flatten()).collect(), nonce, sandbox }
    }

    fn lacking_scripts(&self, needs: &Needs<'_>) -> Vec<Lack> {
        let launcher = &needs.launcher;
        let mut found: Vec<Lack> = Vec::new();
        let lack = |source, need| Lack { directives: &SCRIPT_ELEMENTS, source, need };
        if !self.runs(launcher, needs.page) {
            let source = match (launcher.address, launcher.hashes) {
                (Some(file), _) if file.is_same_origin(needs.page) => "'self'".to_owned(),
                (Some(file), _) => file.origin(),
                (None, [hash, ..]) => format!("'{hash}'"),
                (None, []) => "'nonce-…'".to_owned(),
            };
            found.push(lack(source, Need::Button));
        }
        for relay in needs.relays {
            let address = relay.at("/r/widget.js");
            let script = Script { address: Some(&address), nonce: launcher.nonce, hashes: &[] };
            let origin = relay.origin();
            if !self.runs(&script, needs.page) && !found.iter().any(|one| one.source == origin) {
                found.push(lack(origin, Need::Window));
            }
        }
        found
    }

    fn lacking_wasm(&self) -> Vec<Lack> {
        if self.allows(&SCRIPTS, &["'wasm-unsafe-eval'", "'unsafe-eval'"]) {
            return Vec::new();
        }
        // The same directive as the scripts', if they have none of their own.
        let directives: &[&str] =
            if self.get("script-src-elem").is_some() { &SCRIPTS } else { &SCRIPT_ELEMENTS };
        vec![Lack { directives, source: "'wasm-unsafe-eval'".to_owned(), need: Need::Wasm }]
    }

    fn lacking_connections(&self, needs: &Needs<'_>) -> Vec<Lack> {
        let both = |relay: &Address| [(relay.clone(), Need::Messages), (relay.socket(), Need::Live)];
        let lack =
            |address: &Address, need| Lack { directives: &CONNECTIONS, source: address.origin(), need };
        let asked = needs.relays.iter().flat_map(both);
        asked
            .filter(|(address, _)| !self.fetches(&CONNECTIONS, &address.at("/v1/manifest"), needs.page))
            .map(|(address, need)| lack(&address, need))
            .collect()
    }

    fn lacking_pictures(&self, needs: &Needs<'_>) -> Vec<Lack> {
        let both = [("data:", Need::Icons), ("blob:", Need::Photos)];
        let shown = |scheme: &str| {
            let address = Address::read(&format!("{scheme}null/a"));
            address.is_none_or(|address| self.fetches(&PICTURES, &address, needs.page))
        };
        let lacking = both.into_iter().filter(|(scheme, _)| !shown(scheme));
        lacking
            .map(|(scheme, need)| Lack { directives: &PICTURES, source: scheme.to_owned(), need })
            .collect()
    }

    fn lacking_types(&self) -> Vec<Lack> {
        let Some(names) = self.get("trusted-types") else { return Vec::new() };
        if names.iter().any(|name| name == TYPES || name == "*") {
            return Vec::new();
        }
        vec![Lack { directives: &["trusted-types"], source: TYPES.to_owned(), need: Need::Types }]
    }

    /// Adds what lacks, and nothing else. Answers each source with the directive that it was added to.
    pub fn complete(&mut self, needs: &Needs<'_>) -> Vec<(&'static str, Lack)> {
        let mut added = Vec::new();
        for _ in 0..ROUNDS {
            let lacks = self.lacks(needs).sources;
            if lacks.is_empty() {
                break;
            }
            for lack in lacks {
                let name = self.add(lack.directives, std::slice::from_ref(&lack.source));
                added.extend(name.map(|name| (name, lack)));
            }
        }
        added
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Need::{Button, Icons, Live, Messages, Photos, Wasm, Window};

    const DOCUMENTED: &str = "default-src 'none'; script-src 'self' https://relay.example 'wasm-unsafe-eval'; connect-src https://relay.example wss://relay.example; img-src 'self' data: blob:";

    fn address(text: &str) -> Address {
        Address::read(text).unwrap()
    }

    /// What a policy lacks for a button that is a file, or stands in the page with this nonce or hash.
    fn with<T>(
        policy: &str,
        inline: Option<&str>,
        nonce: Option<&str>,
        ask: impl FnOnce(&mut Policy, &Needs<'_>) -> T,
    ) -> T {
        let page = address("https://firma.example/");
        let (file, hashes) =
            (page.at("/einwurf-launcher.js"), inline.map(hash).into_iter().collect::<Vec<_>>());
        let relays = [address("https://relay.example")];
        let launcher = Script { address: inline.is_none().then_some(&file), nonce, hashes: &hashes };
        ask(&mut Policy::read(policy).remove(0), &Needs { page: &page, relays: &relays, launcher })
    }

    fn completed(policy: &str) -> (String, Vec<(&'static str, String, Need)>) {
        with(policy, None, None, |policy, needs| {
            let added = policy.complete(needs);
            let told = added.into_iter().map(|(name, lack)| (name, lack.source, lack.need)).collect();
            assert_eq!(policy.lacks(needs), Lacks::default(), "{policy}");
            (policy.to_string(), told)
        })
    }

    #[test]
    fn the_documented_policy_lacks_nothing_and_stays_as_it_is() {
        assert_eq!(completed(DOCUMENTED), (DOCUMENTED.to_owned(), vec![]));
        assert_eq!(completed("frame-ancestors 'none'").1, []);
    }

    #[test]
    fn from_nothing_but_pictures_of_its_own_the_documented_policy_is_made() {
        let (made, added) = completed("default-src 'none'; img-src 'self'");
        let sorted = |text: &str| {
            let mut lines: Vec<_> = text.split("; ").map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(sorted(&made), sorted(DOCUMENTED));
        let needs: Vec<_> = added.iter().map(|(_, _, need)| *need).collect();
        assert_eq!(needs, [Button, Window, Wasm, Messages, Live, Icons, Photos]);
    }

    #[test]
    fn each_source_taken_away_alone_is_the_one_that_is_added_again() {
        for (without, directive, need, stops) in [
            ("script-src 'self'", "script-src", Need::Button, true),
            ("script-src 'self' https://relay.example", "script-src", Need::Window, true),
            ("script-src 'self' https://relay.example 'wasm-unsafe-eval'", "script-src", Need::Wasm, true),
            ("connect-src https://relay.example", "connect-src", Need::Messages, true),
            ("connect-src https://relay.example wss://relay.example", "connect-src", Need::Live, false),
            ("img-src 'self' data:", "img-src", Need::Icons, false),
            ("img-src 'self' data: blob:", "img-src", Need::Photos, false),
        ] {
            // The last word goes.
            let (kept, _) = without.rsplit_once(' ').unwrap();
            let less = DOCUMENTED.replacen(without, kept, 1);
            assert_ne!(less, DOCUMENTED, "{without}");
            let (_, added) = completed(&less);
            let told: Vec<_> = added.iter().map(|(name, _, need)| (*name, *need, need.stops())).collect();
            assert_eq!(told, [(directive, need, stops)], "{less}");
        }
    }

    #[test]
    fn what_falls_back_keeps_what_the_page_may_already() {
        let (made, _) = completed("DEFAULT-SRC 'self' cdn.example; Default-Src *");
        assert_eq!(
            made,
            "default-src 'self' cdn.example; script-src 'self' cdn.example https://relay.example 'wasm-unsafe-eval'; connect-src 'self' cdn.example https://relay.example wss://relay.example; img-src 'self' cdn.example data: blob:"
        );
        let (made, _) =
            completed("script-src-elem 'self'; script-src 'none'; connect-src *; img-src * data: blob:");
        assert_eq!(made, "script-src-elem 'self' https://relay.example; script-src 'wasm-unsafe-eval'; connect-src * wss://relay.example; img-src * data: blob:".replace(" wss://relay.example", ""));
        let (made, added) = completed("trusted-types 'none'; require-trusted-types-for 'script'");
        assert_eq!(
            (made.as_str(), added.len()),
            ("trusted-types einwurf; require-trusted-types-for 'script'", 1)
        );
    }

    #[test]
    fn a_button_in_the_page_is_named_by_its_hash_unless_the_page_lets_it_run_anyway() {
        let added = |policy: &str| with(policy, Some("run()"), None, Policy::complete);
        let strict = added("script-src 'self' https://relay.example 'wasm-unsafe-eval'");
        assert_eq!(strict[0].1.source, format!("'{}'", hash("run()")));
        assert_eq!(added("script-src 'unsafe-inline' https://relay.example 'wasm-unsafe-eval'"), []);
        // The empty string's hash is known: FIPS 180-4.
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn strict_dynamic_takes_no_source_but_a_nonce() {
        let policy = "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'";
        assert!(with(policy, None, None, |policy, needs| policy.lacks(needs).nonce));
        assert!(with(policy, None, Some("other"), |policy, needs| policy.lacks(needs).nonce));
        let lacks = with(policy, None, Some("abc"), |policy, needs| policy.lacks(needs));
        assert_eq!(lacks, Lacks::default());
        let read = |text: &str| Policy::read(text).remove(0).nonce().map(str::to_owned);
        assert_eq!(read(policy).as_deref(), Some("abc"));
        assert_eq!(read("script-src 'NONCE-{{csp}}'").as_deref(), Some("{{csp}}"));
        assert_eq!((read("script-src 'nonce-abc"), read("img-src 'nonce-a'")), (None, None));
        assert_eq!(read("script-src ää'nonce-ä'"), None);
    }

    #[test]
    fn a_sandbox_without_scripts_cannot_be_helped() {
        for (policy, closed) in
            [("sandbox", true), ("sandbox allow-forms", true), ("sandbox ALLOW-scripts", false)]
        {
            assert_eq!(
                with(policy, None, None, |policy, needs| policy.lacks(needs).sandbox),
                closed,
                "{policy}"
            );
        }
    }
}
