//! What the page's Content-Security-Policies refuse the button (docs/embedding.en.md). The widget's frame inherits them, and
//! of several each counts.

use super::{
    Context,
    snippet::{self, Snippet},
};
use crate::doctor::{
    finding::{Finding, Rule, Weight},
    page::Page,
};
use einwurf_protocol::policy::{
    CONNECTIONS, PICTURES, Policy, SCRIPT_ELEMENTS, SCRIPTS, Script,
    address::Address,
    needs::{Lack, Lacks, Needs},
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

/// Sources that one directive lacks.
struct Missing {
    names: &'static [&'static str],
    sources: Vec<String>,
    stops: bool,
}

/// By directive.
fn grouped(lacks: &[Lack]) -> Vec<Missing> {
    let all: [&'static [&'static str]; 4] = [&SCRIPT_ELEMENTS, &SCRIPTS, &CONNECTIONS, &PICTURES];
    let of = |names| {
        let lacking: Vec<_> = lacks.iter().filter(|lack| lack.directives == names).collect();
        let stops = lacking.iter().any(|lack| lack.need.stops());
        Missing { names, sources: lacking.into_iter().map(|lack| lack.source.clone()).collect(), stops }
    };
    all.into_iter().map(of).filter(|missing| !missing.sources.is_empty()).collect()
}

impl Look<'_> {
    fn finding(&self, rule: Rule, weight: Weight) -> Finding {
        match self.place {
            Place::Header => Finding::of(rule, weight, &self.page.name).element(HEADER),
            Place::Meta(at) => Finding::at(rule, weight, self.page, at)
                .element("meta[http-equiv=\"Content-Security-Policy\"]"),
        }
    }

    /// The directive as it should be: what it says, or what it falls back to, and what is missing.
    fn amended(&self, names: &'static [&'static str], sources: &[String]) -> String {
        let mut policy = self.policy.clone();
        policy.add(names, sources).map(|name| policy.line(name)).unwrap_or_default()
    }

    fn told(&self, missing: &Missing) -> Finding {
        let (rule, weight) =
            if missing.stops { (Rule::CspBlocks, Weight::Stops) } else { (Rule::CspNarrow, Weight::Hint) };
        let directive = self.policy.governing(missing.names).map_or("", |(name, _)| name);
        let finding = self.finding(rule, weight).culprit(directive).excerpt(&missing.sources.join(" "));
        finding.fix(self.amended(missing.names, &missing.sources))
    }

    /// What the policy refuses a button that shows itself this way.
    fn lacks(
        &self,
        file: Option<&Url>,
        nonce: Option<&str>,
        hashes: &[String],
        relays: &[Url],
    ) -> Option<Lacks> {
        let file = file.and_then(|file| Address::read(file.as_str()));
        let relays: Vec<_> = relays.iter().filter_map(|relay| Address::read(relay.as_str())).collect();
        let page = Address::read(self.context.url.as_str())?;
        let launcher = Script { address: file.as_ref(), nonce, hashes };
        Some(self.policy.lacks(&Needs { page: &page, relays: &relays, launcher }))
    }

    /// For the snippet that stands there.
    fn with(&self, snippet: &Snippet<'_>) -> Vec<Finding> {
        let relays =
            if self.context.relays.is_empty() { snippet.relays() } else { self.context.relays.to_vec() };
        let hashes = snippet.hashes(self.page);
        let file = snippet.file().and_then(|source| self.context.url.join(source).ok());
        let Some(lacks) = self.lacks(file.as_ref(), snippet.tag.get("nonce"), &hashes, &relays) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        if lacks.nonce {
            found.push(self.finding(Rule::CspNonce, Weight::Stops).culprit("'strict-dynamic'"));
        }
        found.extend(grouped(&lacks.sources).iter().map(|it| self.told(it)));
        found.extend(self.trusted_types(&lacks));
        // In a meta element the directive means nothing.
        if lacks.sandbox && matches!(self.place, Place::Header) {
            found.push(self.finding(Rule::CspSandbox, Weight::Stops).culprit("sandbox").fix("allow-scripts"));
        }
        found
    }

    /// For one that may come: what the policy would have to say, if it says anything that matters.
    fn without(&self) -> Option<Finding> {
        let file = self.context.url.join("/einwurf-launcher.js").ok()?;
        let relays = match self.context.relays {
            [] => vec![Url::parse("https://relay.example").ok()?],
            known => known.to_vec(),
        };
        let lacks = self.lacks(Some(&file), None, &[], &relays)?;
        let missing = grouped(&lacks.sources);
        let mut lines: Vec<_> = missing.iter().map(|it| self.amended(it.names, &it.sources)).collect();
        lines.extend(self.trusted_types(&lacks).and_then(|it| it.fix));
        lines.extend(lacks.nonce.then(|| "<script nonce=\"…\" …>".to_owned()));
        let finding = self.finding(Rule::CspPresent, Weight::Hint);
        (!lines.is_empty()).then(|| finding.fix(lines.join("; ")))
    }

    fn trusted_types(&self, lacks: &Lacks) -> Option<Finding> {
        let lack = lacks.sources.iter().find(|lack| lack.directives == TYPES)?;
        let line = self.amended(lack.directives, std::slice::from_ref(&lack.source));
        Some(self.finding(Rule::CspTrustedTypes, Weight::Stops).culprit("trusted-types").fix(line))
    }
}

/// The directive for Trusted Types.
const TYPES: &[&str] = &["trusted-types"];

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
