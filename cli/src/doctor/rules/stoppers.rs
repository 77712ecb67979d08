//! Optimisers and cookie blockers: who is there, what keeps it off the snippet, and whether the snippet says so.

use super::{
    known::{BLOCKERS, OPTIMISERS, Stopper, Trace},
    snippet,
};
use crate::doctor::{
    finding::{Finding, Rule, Weight},
    page::{Page, Tag},
};

/// The program that turned a script off, by the marks that it left.
pub(crate) fn off(tag: &Tag) -> Option<&'static str> {
    let mut programs = OPTIMISERS.iter().chain(BLOCKERS);
    programs
        .find(|it| it.off.iter().any(|trace| trace.on(tag)) && !it.keep.on_strictly(tag))
        .map(|it| it.name)
}

/// Who could stop the button of this page.
pub(crate) fn check(page: &Page) -> Vec<Finding> {
    let mut found = Vec::new();
    for (programs, sure, near) in
        [(OPTIMISERS, Rule::Optimiser, Rule::OptimiserNear), (BLOCKERS, Rule::Blocker, Rule::BlockerNear)]
    {
        found.extend(programs.iter().filter_map(|program| look(page, program, (sure, near))));
    }
    found
}

fn look(page: &Page, program: &Stopper, (sure, near): (Rule, Rule)) -> Option<Finding> {
    let snippets = snippet::all(page);
    // What it did to the snippet itself is another finding, and no trace of it elsewhere.
    let first = |traces: &[Trace]| traces.iter().find_map(|trace| trace.within(page));
    let certain = first(program.sure);
    let (tag, at) = certain.or_else(|| first(program.near))?;
    let kept = !snippets.is_empty() && snippets.iter().all(|it| program.keep.on(it.tag));
    if kept {
        return None;
    }
    let stops = certain.is_some() && !snippets.is_empty() && program.keep.written().is_some();
    let (rule, weight) = if stops { (sure, Weight::Stops) } else { (near, Weight::Hint) };
    let finding = Finding::at(rule, weight, page, at).culprit(program.name);
    let finding = finding.element(tag.map_or_else(|| "script".to_owned(), Tag::selector));
    Some(match program.keep.written() {
        Some(attribute) => finding.fix(attribute),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{page::Kind, rules::known::Keep};

    const SNIPPET: &str =
        "<script src=\"/e.js\" data-site=\"abc\" data-pin=\"x\" data-relay=\"https://relay.example\"";

    fn page(text: &str) -> Page {
        Page::read("index.html".to_owned(), Kind::Markup, text.to_owned())
    }

    fn told(text: &str) -> Vec<(Rule, Weight, Option<String>)> {
        check(&page(text)).into_iter().map(|it| (it.rule, it.weight, it.fix)).collect()
    }

    fn written(trace: &Trace) -> String {
        match trace {
            Trace::Source(part) => format!("<script src=\"https://plug.example/{part}\"></script>"),
            Trace::Class(name) => format!("<div class=\"{}\"></div>", name.replace('*', "x")),
            Trace::Id(id) => format!("<div id=\"{id}\"></div>"),
            Trace::Attribute(name, value) => format!("<script {name}=\"{value}\"></script>"),
            Trace::Type(kind) => format!("<script type=\"a{kind}\"></script>"),
            Trace::Code(part) => format!("<script>{part}</script>"),
        }
    }

    #[test]
    fn every_program_is_found_by_each_trace_and_kept_off_by_its_attribute() {
        for (programs, sure, near) in
            [(OPTIMISERS, Rule::Optimiser, Rule::OptimiserNear), (BLOCKERS, Rule::Blocker, Rule::BlockerNear)]
        {
            for program in programs {
                let fix = program.keep.written();
                for (trace, certain) in
                    program.sure.iter().map(|it| (it, true)).chain(program.near.iter().map(|it| (it, false)))
                {
                    let name = program.name;
                    let text = written(trace);
                    assert_eq!(told(&text), [(near, Weight::Hint, fix.clone())], "{name} {trace:?} alone");
                    let with = format!("{text}{SNIPPET} {}></script>", fix.clone().unwrap_or_default());
                    match program.keep {
                        Keep::Setting => assert_eq!(told(&with), [(near, Weight::Hint, None)], "{name}"),
                        _ => assert_eq!(told(&with), [], "{name} {trace:?} kept off"),
                    }
                    let without = format!("{text}{SNIPPET}></script>");
                    let expected = match program.keep {
                        Keep::Unmarked => vec![],
                        Keep::Setting => vec![(near, Weight::Hint, None)],
                        _ if certain => vec![(sure, Weight::Stops, fix.clone())],
                        _ => vec![(near, Weight::Hint, fix.clone())],
                    };
                    assert_eq!(told(&without), expected, "{name} {trace:?} not kept off");
                }
            }
        }
    }

    #[test]
    fn a_plain_page_has_none() {
        let text = "<script src=\"/js/main.js\" type=\"module\"></script><script type=\"application/ld+json\">{}</script><link rel=\"stylesheet\" href=\"/css/a.css\">";
        assert_eq!(told(text), []);
    }

    #[test]
    fn who_turned_a_script_off_is_known_by_its_marks() {
        for (marks, name) in [
            ("type=\"rocketlazyloadscript\" data-rocket-src=\"/e.js\"", "WP Rocket"),
            ("type=\"7f3a-text/javascript\"", "Cloudflare Rocket Loader"),
            ("type=\"text/plain\" data-cookieconsent=\"marketing\"", "Cookiebot"),
            ("type=\"text/plain\" data-usercentrics=\"Einwurf\"", "Usercentrics"),
            ("type=\"litespeed/javascript\" data-src=\"/e.js\"", "LiteSpeed Cache"),
            ("type=\"text/plain\" consent-required=\"7\"", "Real Cookie Banner"),
            ("type=\"javascript/blocked\"", "CookieYes"),
            ("type=\"didomi/javascript\"", "Didomi"),
        ] {
            let page = page(&format!("<script {marks}></script>"));
            assert_eq!(off(page.tags().next().unwrap()), Some(name), "{marks}");
        }
        let own = page("<script type=\"text/plain\" data-cookieconsent=\"ignore\"></script>");
        assert_eq!(off(own.tags().next().unwrap()), None);
    }
}
