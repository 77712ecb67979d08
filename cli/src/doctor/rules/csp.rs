//! What the page's Content-Security-Policies refuse the button (docs/embedding.en.md). The widget's frame inherits them, and
//! of several each counts.

use super::{
    Context,
    policy::{CONNECTIONS, PICTURES, Policy, SCRIPT_ELEMENTS, SCRIPTS, Script},
    snippet::{self, Snippet},
};
use crate::doctor::{
    finding::{Finding, Rule, Weight},
    page::Page,
};
use url::Url;

/// Where a policy stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    Header,
    /// A meta element at this offset.
    Meta(usize),
}

/// Most policies that are looked at.
const POLICIES: usize = 32;
/// The policy's name as an element of a finding.
const HEADER: &str = "Content-Security-Policy";

/// Everything that the policies of a page stop or narrow.
pub(crate) fn check(page: &Page, context: &Context<'_>) -> Vec<Finding> {
    let snippets = snippet::all(page);
    let headers = context.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(HEADER));
    let mut policies: Vec<(Place, Policy)> =
        headers.flat_map(|(_, value)| Policy::read(value)).map(|it| (Place::Header, it)).collect();
    let metas = page.tags().filter(|tag| {
        tag.name == "meta" && tag.get("http-equiv").is_some_and(|it| it.trim().eq_ignore_ascii_case(HEADER))
    });
    // What is filled in when the page is made cannot be judged here.
    let metas = metas.filter(|tag| !snippet::templated(tag.get("content").unwrap_or_default()));
    policies.extend(metas.flat_map(|tag| {
        let at = Place::Meta(tag.at.start);
        Policy::read(tag.get("content").unwrap_or_default()).into_iter().map(move |it| (at, it))
    }));
    policies.truncate(POLICIES);
    let mut found = permissions(page, context);
    for (place, policy) in &policies {
        let look = Look { page, context, policy, place: *place };
        match snippets.first() {
            Some(snippet) => found.extend(look.with(snippet)),
            None => found.extend(look.without()),
        }
    }
    found
}

/// One policy of one page.
struct Look<'a> {
    page: &'a Page,
    context: &'a Context<'a>,
    policy: &'a Policy,
    place: Place,
}

/// What is missing in a directive.
struct Missing {
    names: &'static [&'static str],
    sources: Vec<String>,
}

impl Look<'_> {
    fn finding(&self, rule: Rule, weight: Weight) -> Finding {
        match self.place {
            Place::Header => Finding::of(rule, weight, &self.page.name).element(HEADER),
            Place::Meta(at) => Finding::at(rule, weight, self.page, at)
                .element("meta[http-equiv=\"Content-Security-Policy\"]"),
        }
    }

    fn told(&self, rule: Rule, weight: Weight, missing: &Missing) -> Finding {
        let directive = self.policy.governing(missing.names).map_or("", |(name, _)| name);
        let finding = self.finding(rule, weight).culprit(directive).excerpt(&missing.sources.join(" "));
        finding.fix(self.policy.amended(missing.names, &missing.sources))
    }

    /// For the snippet that stands there.
    fn with(&self, snippet: &Snippet<'_>) -> Vec<Finding> {
        let relays =
            if self.context.relays.is_empty() { snippet.relays() } else { self.context.relays.to_vec() };
        let hashes = snippet.hashes(self.page);
        let file = snippet.file().and_then(|source| self.context.url.join(source).ok());
        let launcher = Script { url: file.as_ref(), nonce: snippet.tag.get("nonce"), hashes: &hashes };
        let mut found = Vec::new();
        let (mut missing, nonce) = self.stopped(&launcher, &relays);
        if nonce {
            found.push(self.finding(Rule::CspNonce, Weight::Stops).culprit("'strict-dynamic'"));
        }
        missing.retain(|it| !it.sources.is_empty());
        found.extend(missing.iter().map(|it| self.told(Rule::CspBlocks, Weight::Stops, it)));
        found.extend(self.trusted_types());
        found.extend(self.sandbox());
        // While the manifest cannot be had, all else is of no matter.
        let connects = !missing.iter().any(|it| it.names == CONNECTIONS);
        let narrow = self.narrowed(&relays, connects);
        found.extend(narrow.iter().map(|it| self.told(Rule::CspNarrow, Weight::Hint, it)));
        found
    }

    /// For one that may come: what the policy would have to say, if it says anything that matters.
    fn without(&self) -> Option<Finding> {
        let file = self.context.url.join("/einwurf-launcher.js").ok()?;
        let relays = match self.context.relays {
            [] => vec![Url::parse("https://relay.example").ok()?],
            known => known.to_vec(),
        };
        let (mut missing, nonce) =
            self.stopped(&Script { url: Some(&file), nonce: None, hashes: &[] }, &relays);
        missing.extend(self.narrowed(&relays, true));
        missing.retain(|it| !it.sources.is_empty());
        let mut lines: Vec<_> = missing.iter().map(|it| self.policy.amended(it.names, &it.sources)).collect();
        lines.extend(self.trusted_types().and_then(|it| it.fix));
        lines.extend(nonce.then(|| "<script nonce=\"…\" …>".to_owned()));
        let finding = self.finding(Rule::CspPresent, Weight::Hint);
        (!lines.is_empty()).then(|| finding.fix(lines.join("; ")))
    }

    /// What does not run or cannot be fetched; and whether only a nonce would help.
    fn stopped(&self, launcher: &Script<'_>, relays: &[Url]) -> (Vec<Missing>, bool) {
        let url = self.context.url;
        let mut scripts = Vec::new();
        if !self.policy.runs(launcher, url) {
            scripts.push(match (launcher.url, launcher.hashes) {
                (Some(file), _) if file.origin() == url.origin() => "'self'".to_owned(),
                (Some(file), _) => file.origin().ascii_serialization(),
                (None, [hash, ..]) => format!("'{hash}'"),
                (None, []) => "'nonce-…'".to_owned(),
            });
        }
        let mut connections = Vec::new();
        for relay in relays {
            let origin = relay.origin().ascii_serialization();
            let framed = relay.join("/r/widget.js").is_ok_and(|script| {
                self.policy.runs(&Script { url: Some(&script), nonce: launcher.nonce, hashes: &[] }, url)
            });
            if !framed && !scripts.contains(&origin) {
                scripts.push(origin.clone());
            }
            let asked =
                relay.join("/v1/manifest").is_ok_and(|it| self.policy.fetches(&CONNECTIONS, &it, url));
            if !asked {
                connections.extend([socket(relay), origin.clone()].into_iter().rev());
            }
        }
        let nonce = self.policy.strict() && !scripts.is_empty();
        if nonce {
            scripts.clear();
        }
        let wasm = !self.policy.allows(&SCRIPTS, &["'wasm-unsafe-eval'", "'unsafe-eval'"]);
        let mut missing = vec![Missing { names: &SCRIPT_ELEMENTS, sources: scripts }];
        if wasm {
            let word = "'wasm-unsafe-eval'".to_owned();
            let same = self.policy.get("script-src-elem").is_none();
            match missing.last_mut().filter(|_| same) {
                Some(one) => one.sources.push(word),
                None => missing.push(Missing { names: &SCRIPTS, sources: vec![word] }),
            }
        }
        missing.push(Missing { names: &CONNECTIONS, sources: connections });
        (missing, nonce)
    }

    /// What works less well: answers come later, photos are not shown.
    fn narrowed(&self, relays: &[Url], connects: bool) -> Vec<Missing> {
        let url = self.context.url;
        let mut sockets = Vec::new();
        for relay in relays {
            let socket = socket(relay);
            let asked =
                relay.join("/v1/manifest").is_ok_and(|it| self.policy.fetches(&CONNECTIONS, &it, url));
            let live = Url::parse(&socket).is_ok_and(|it| self.policy.fetches(&CONNECTIONS, &it, url));
            if connects && asked && !live {
                sockets.push(socket);
            }
        }
        let pictures = ["data:", "blob:"].into_iter().filter(|scheme| {
            Url::parse(&format!("{scheme}null/a")).is_ok_and(|it| !self.policy.fetches(&PICTURES, &it, url))
        });
        let pictures = pictures.map(str::to_owned).collect();
        let all = [
            Missing { names: &CONNECTIONS, sources: sockets },
            Missing { names: &PICTURES, sources: pictures },
        ];
        all.into_iter().filter(|it| !it.sources.is_empty()).collect()
    }

    fn trusted_types(&self) -> Option<Finding> {
        let names = self.policy.get("trusted-types")?;
        let allowed = names.iter().any(|name| name == "einwurf" || name == "*");
        let kept = names.iter().filter(|it| !it.eq_ignore_ascii_case("'none'")).map(String::as_str);
        let line = ["trusted-types"].into_iter().chain(kept).chain(["einwurf"]).collect::<Vec<_>>().join(" ");
        (!allowed)
            .then(|| self.finding(Rule::CspTrustedTypes, Weight::Stops).culprit("trusted-types").fix(line))
    }

    /// In a meta element the directive means nothing.
    fn sandbox(&self) -> Option<Finding> {
        let flags = self.policy.get("sandbox").filter(|_| matches!(self.place, Place::Header))?;
        let scripts = flags.iter().any(|flag| flag.eq_ignore_ascii_case("allow-scripts"));
        (!scripts)
            .then(|| self.finding(Rule::CspSandbox, Weight::Stops).culprit("sandbox").fix("allow-scripts"))
    }
}

/// The same origin for live connections.
fn socket(relay: &Url) -> String {
    relay.origin().ascii_serialization().replacen("http", "ws", 1)
}

/// `clipboard-write` is all that the frame asks for; it passes it on only if the header lets every origin have it.
fn permissions(page: &Page, context: &Context<'_>) -> Vec<Finding> {
    let headers = context.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("permissions-policy"));
    let features = headers.flat_map(|(_, value)| value.split(',')).filter_map(|it| it.trim().split_once('='));
    let refused = features.filter(|(name, list)| *name == "clipboard-write" && list.trim() != "*");
    refused
        .map(|(name, list)| {
            let finding =
                Finding::of(Rule::PermissionsPolicy, Weight::Hint, &page.name).element("Permissions-Policy");
            finding.culprit(name).excerpt(&format!("{name}={list}")).fix("clipboard-write=*")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::page::Kind;

    const SNIPPET: &str = "<script src=\"/e.js\" data-site=\"abc\" data-pin=\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\" data-relay=\"https://relay.example\"";

    fn found(policy: &str, more: &str) -> Vec<(Rule, String, String)> {
        let text = if more == "none" { String::new() } else { format!("{SNIPPET} {more}></script>") };
        let page = Page::read("https://beispiel.example/".to_owned(), Kind::Markup, text);
        let url = Url::parse(&page.name).unwrap();
        let headers: Vec<_> = policy
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let context = Context { url: &url, headers: &headers, relays: &[] };
        check(&page, &context)
            .into_iter()
            .map(|it| (it.rule, it.culprit.unwrap_or_default(), it.fix.unwrap_or_default()))
            .collect()
    }

    fn csp(policy: &str) -> String {
        format!("Content-Security-Policy: {policy}")
    }

    fn line(rule: Rule, culprit: &str, fix: &str) -> (Rule, String, String) {
        (rule, culprit.to_owned(), fix.to_owned())
    }

    const DOCUMENTED: &str = "default-src 'none'; script-src 'self' https://relay.example 'wasm-unsafe-eval'; connect-src https://relay.example wss://relay.example; img-src 'self' data: blob:";

    #[test]
    fn the_documented_policy_lets_everything_through() {
        assert_eq!(found(&csp(DOCUMENTED), ""), []);
        assert_eq!(found("", ""), []);
        assert_eq!(found("Content-Security-Policy-Report-Only: default-src 'none'", ""), []);
    }

    #[test]
    fn each_missing_source_is_named_with_the_directive_as_it_should_be() {
        for (without, rule, culprit, fix) in [
            (
                "'self' https://relay.example",
                Rule::CspBlocks,
                "script-src",
                "script-src 'wasm-unsafe-eval' 'self' https://relay.example",
            ),
            (
                " 'wasm-unsafe-eval'",
                Rule::CspBlocks,
                "script-src",
                "script-src 'self' https://relay.example 'wasm-unsafe-eval'",
            ),
            (
                "https://relay.example wss://relay.example",
                Rule::CspBlocks,
                "connect-src",
                "connect-src https://relay.example wss://relay.example",
            ),
            (
                " wss://relay.example",
                Rule::CspNarrow,
                "connect-src",
                "connect-src https://relay.example wss://relay.example",
            ),
            (" blob:", Rule::CspNarrow, "img-src", "img-src 'self' data: blob:"),
        ] {
            assert_eq!(
                found(&csp(&DOCUMENTED.replace(without, "")), ""),
                [line(rule, culprit, fix)],
                "{without}"
            );
        }
    }

    #[test]
    fn of_two_policies_each_counts() {
        let both = format!("{}\n{}", csp(DOCUMENTED), csp("connect-src 'self'"));
        let fix = "connect-src 'self' https://relay.example wss://relay.example";
        assert_eq!(found(&both, ""), [line(Rule::CspBlocks, "connect-src", fix)]);
        assert_eq!(found(&csp(&format!("{DOCUMENTED}, connect-src 'self'")), "").len(), 1);
    }

    #[test]
    fn strict_dynamic_needs_a_nonce_on_the_snippet() {
        let policy = csp("script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'");
        assert_eq!(found(&policy, "nonce=\"abc\""), []);
        assert_eq!(found(&policy, ""), [line(Rule::CspNonce, "'strict-dynamic'", "")]);
        assert_eq!(found(&policy, "nonce=\"other\"").len(), 1);
    }

    #[test]
    fn trusted_types_need_our_name() {
        let policy = |names: &str| csp(&format!("require-trusted-types-for 'script'; trusted-types {names}"));
        assert_eq!(found(&policy("einwurf"), ""), []);
        assert_eq!(found(&policy("*"), ""), []);
        assert_eq!(found(&csp("require-trusted-types-for 'script'"), ""), []);
        let fix = "trusted-types dompurify einwurf";
        assert_eq!(found(&policy("dompurify"), ""), [line(Rule::CspTrustedTypes, "trusted-types", fix)]);
        let fix = "trusted-types einwurf";
        assert_eq!(found(&policy("'none'"), ""), [line(Rule::CspTrustedTypes, "trusted-types", fix)]);
    }

    #[test]
    fn a_sandbox_without_scripts_has_no_button() {
        assert_eq!(found(&csp("sandbox allow-forms"), "")[0].0, Rule::CspSandbox);
        assert_eq!(found(&csp("sandbox allow-scripts allow-same-origin"), ""), []);
    }

    #[test]
    fn a_page_without_a_snippet_is_told_what_it_will_need() {
        let told = found(&csp("default-src 'self'"), "none");
        assert_eq!(told[0].0, Rule::CspPresent);
        for part in [
            "script-src 'self' https://relay.example 'wasm-unsafe-eval'",
            "wss://relay.example",
            "img-src 'self' data: blob:",
        ] {
            assert!(told[0].2.contains(part), "{}", told[0].2);
        }
        assert_eq!(found(&csp("frame-ancestors 'none'"), "none"), []);
    }

    #[test]
    fn a_header_that_keeps_the_clipboard_to_itself_is_told() {
        for (header, count) in [
            ("camera=(), clipboard-write=()", 1),
            ("clipboard-write=(self)", 1),
            ("clipboard-write=*", 0),
            ("camera=()", 0),
        ] {
            assert_eq!(found(&format!("Permissions-Policy: {header}"), "").len(), count, "{header}");
        }
    }
}
