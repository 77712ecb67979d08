//! The report: sentences for people, JSON for programs.

use super::{
    Outcome, Skipped,
    finding::{Finding, Weight},
};
use crate::texts::{Language, Texts, printable};
use serde::Serialize;
use std::fmt::Write as _;

/// Most places that are listed of one thing; the JSON has all.
const PLACES: usize = 5;

/// Nothing could be looked at.
pub(crate) fn unreachable(language: Language, target: &str, cause: &str) -> String {
    Texts::of_doctor(language).say("unreachable", &[("target", target), ("cause", cause)])
}

/// The report for people: by weight, and each thing once with its places.
pub(crate) fn people(language: Language, outcome: &Outcome, colours: bool) -> String {
    let texts = Texts::of_doctor(language);
    let paint =
        |text: String, code: &str| if colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text };
    let looked = if outcome.site { "looked_site" } else { "looked_files" };
    let mut lines =
        vec![texts.say(looked, &[("target", &outcome.target), ("count", &outcome.sources.to_string())])];
    for (weight, colour) in [(Weight::Stops, "1;31"), (Weight::Promise, "1;33"), (Weight::Hint, "1;36")] {
        let count = outcome.count(weight);
        if count == 0 {
            continue;
        }
        let heading = texts.say(&format!("weight_{}", weight.name()), &[("count", &count.to_string())]);
        lines.extend([String::new(), paint(heading, colour)]);
        let of_weight: Vec<_> = outcome.findings.iter().filter(|it| it.weight == weight).collect();
        for group in of_weight.chunk_by(|a, b| a.rule == b.rule && a.culprit == b.culprit && a.fix == b.fix) {
            lines.push(String::new());
            lines.extend(told(&texts, group, colours));
        }
    }
    if outcome.findings.is_empty() {
        lines.extend([String::new(), paint(texts.say("nothing", &[]), "1;32")]);
    }
    lines.extend(skipped(&texts, &outcome.skipped));
    if outcome.left_off > 0 {
        lines.extend([String::new(), texts.say("left_off", &[("count", &outcome.left_off.to_string())])]);
    }
    lines.extend([String::new(), texts.say("limits", &[])]);
    lines.join("\n")
}

/// One thing: what, where, why, and what to do.
fn told(texts: &Texts, group: &[&Finding], colours: bool) -> Vec<String> {
    let Some(first) = group.first() else { return Vec::new() };
    let title = sentence(texts, "title", first);
    let title = if colours { format!("\u{1b}[1m{title}\u{1b}[0m") } else { title };
    let mut lines = vec![format!("  {title}")];
    for finding in group.iter().take(PLACES) {
        lines.push(format!("    {}", place(finding)));
        if let Some(excerpt) = &finding.excerpt {
            lines.push(format!("      {}", printable(excerpt)));
        }
    }
    if group.len() > PLACES {
        let more = (group.len() - PLACES).to_string();
        lines.push(format!("    {}", texts.say("more", &[("count", &more)])));
    }
    lines.push(format!("    {}", sentence(texts, "why", first)));
    lines.push(format!("    → {}", sentence(texts, "do", first)));
    lines.extend(first.fix.iter().map(|fix| format!("      {}", printable(fix))));
    lines
}

/// `index.html:12  a.button`
fn place(finding: &Finding) -> String {
    let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    let element =
        finding.element.as_ref().map(|element| format!("  {}", printable(element))).unwrap_or_default();
    format!("{}{line}{element}", printable(&finding.source))
}

fn sentence(texts: &Texts, part: &str, finding: &Finding) -> String {
    let key = format!("{part}_{}", finding.rule.name());
    texts.say(&key, &[("culprit", finding.culprit.as_deref().unwrap_or_default())])
}

fn skipped(texts: &Texts, skipped: &[Skipped]) -> Vec<String> {
    if skipped.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), texts.say("skipped", &[("count", &skipped.len().to_string())])];
    lines.extend(skipped.iter().take(PLACES).map(|it| {
        format!("  {}  {}", printable(&it.source), texts.say(&format!("skip_{}", it.reason.name()), &[]))
    }));
    if skipped.len() > PLACES {
        let more = (skipped.len() - PLACES).to_string();
        lines.push(format!("  {}", texts.say("more", &[("count", &more)])));
    }
    lines
}

/// The report for programs (docs/doctor.en.md).
#[derive(Debug, Serialize)]
struct Report<'a> {
    schema: &'static str,
    target: &'a str,
    kind: &'static str,
    online: bool,
    sources: usize,
    stops: usize,
    promise: usize,
    hints: usize,
    findings: Vec<Told<'a>>,
    skipped: &'a [Skipped],
    left_off: usize,
}

#[derive(Debug, Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    title: String,
    why: String,
    #[serde(rename = "do")]
    advice: String,
}

/// The report as JSON.
pub(crate) fn json(language: Language, outcome: &Outcome) -> String {
    let texts = Texts::of_doctor(language);
    let findings = outcome.findings.iter().map(|finding| Told {
        finding,
        title: sentence(&texts, "title", finding),
        why: sentence(&texts, "why", finding),
        advice: sentence(&texts, "do", finding),
    });
    let report = Report {
        schema: "einwurf-doctor/1",
        target: &outcome.target,
        kind: if outcome.site { "site" } else { "files" },
        online: outcome.online,
        sources: outcome.sources,
        stops: outcome.count(Weight::Stops),
        promise: outcome.count(Weight::Promise),
        hints: outcome.count(Weight::Hint),
        findings: findings.collect(),
        skipped: &outcome.skipped,
        left_off: outcome.left_off,
    };
    escaped(&serde_json::to_string_pretty(&report).unwrap_or_default())
}

/// JSON lets some control characters stand, and signs that turn the direction. They can be only in strings, and are
/// escaped there, so that a terminal shows what is meant.
fn escaped(json: &str) -> String {
    let mut said = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter == '\n' || printable(letter.encode_utf8(&mut [0; 4])) != "\u{fffd}" {
            said.push(letter);
        } else {
            let _ = write!(said, "\\u{:04x}", u32::from(letter));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{Skip, finding::Rule};

    const SKIPS: [Skip; 11] = [
        Skip::Large,
        Skip::Slow,
        Skip::Broken,
        Skip::Status,
        Skip::Robots,
        Skip::Circle,
        Skip::Unreadable,
        Skip::Binary,
        Skip::Link,
        Skip::Deep,
        Skip::Many,
    ];

    fn outcome(findings: Vec<Finding>) -> Outcome {
        let skipped = vec![Skipped::of("a\u{1b}[2J.html", Skip::Large)];
        let target = "seiten".to_owned();
        Outcome { target, site: false, online: false, sources: 3, findings, skipped, left_off: 0 }.sorted()
    }

    #[test]
    fn every_rule_and_every_reason_has_its_sentences() {
        for language in [Language::De, Language::En] {
            let texts = Texts::of_doctor(language);
            for rule in Rule::ALL {
                for part in ["title", "why", "do"] {
                    let said =
                        sentence(&texts, part, &Finding::of(*rule, Weight::Hint, "a").culprit("CULPRIT"));
                    assert!(
                        !said.starts_with(part) && said.ends_with(['.', ':', '?'])
                            || part == "title" && !said.contains('_'),
                        "{said}"
                    );
                    assert!(
                        !said.contains("title_") && !said.contains("why_") && !said.contains("do_"),
                        "{said}"
                    );
                }
            }
            for skip in SKIPS {
                assert!(!texts.say(&format!("skip_{}", skip.name()), &[]).contains('_'), "{skip:?}");
            }
        }
    }

    #[test]
    fn both_documents_list_every_rule_and_every_reason() {
        for document in
            [include_str!("../../../docs/doctor.en.md"), include_str!("../../../docs/doctor.de.md")]
        {
            for rule in Rule::ALL {
                assert!(document.contains(&format!("`{}`", rule.name())), "{rule:?}");
            }
            for skip in SKIPS {
                assert!(document.contains(&format!("`{}`", skip.name())), "{skip:?}");
            }
        }
    }

    #[test]
    fn the_weightiest_comes_first_and_the_same_thing_once() {
        let link =
            |line| Finding { line: Some(line), ..Finding::of(Rule::WhatsappLink, Weight::Promise, "a.html") };
        let mut findings: Vec<_> = (1..=PLACES + 2).map(link).collect();
        findings.push(Finding::of(Rule::HttpPage, Weight::Stops, "b.html"));
        findings.push(link(1));
        let said = people(Language::En, &outcome(findings), false);
        let at = |part: &str| said.find(part).unwrap_or(usize::MAX);
        assert!(at("b.html") < at("a.html:1") && at("a.html:1") < at("a.html:2"), "{said}");
        assert_eq!(said.matches(&Texts::of_doctor(Language::En).say("title_whatsapp-link", &[])).count(), 1);
        assert!(said.contains("a.html:5") && !said.contains("a.html:6") && said.contains("2 more"), "{said}");
    }

    #[test]
    fn a_hostile_page_cannot_write_over_the_report() {
        let hostile = "\u{1b}[2J\u{9b}\u{202e}\rnothing found\n";
        let finding = Finding::of(Rule::WhatsappLink, Weight::Promise, hostile);
        let finding = finding.element(hostile).excerpt(hostile).culprit(hostile).fix(hostile);
        let all = outcome(vec![finding]);
        let said = people(Language::De, &all, false);
        assert!(!said.chars().any(|it| it.is_control() && it != '\n') && !said.contains('\u{202e}'));
        assert!(!said.lines().any(|line| line.trim() == "nothing found"));
        let json = json(Language::De, &all);
        assert!(!json.chars().any(|it| it.is_control() && it != '\n' || it == '\u{202e}'));
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["findings"][0]["fix"], hostile);
        let sentence = unreachable(Language::En, hostile, hostile);
        assert!(!sentence.chars().any(char::is_control));
    }

    #[test]
    fn colours_are_for_terminals() {
        let all = outcome(vec![Finding::of(Rule::HttpPage, Weight::Stops, "b.html")]);
        assert!(!people(Language::En, &all, false).contains('\u{1b}'));
        assert!(people(Language::En, &all, true).contains("\u{1b}[1;31m"));
    }
}
