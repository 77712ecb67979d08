//! What is left of WhatsApp: links, plug-ins, icons, data for search engines, numbers, words. Pictures, and so codes to
//! scan, are not looked into.

use super::{
    address::{self, Use},
    known::{BUTTONS, Button, MAYBE, SHARES},
    snippet, words,
};
use crate::doctor::{
    finding::{Finding, Rule, Weight},
    page::{Kind, Page, Piece, Tag},
};

/// Attributes that name something to a program, or carry its settings.
const MARKS: [&str; 6] = ["id", "src", "href", "xlink:href", "data-icon", "icon"];

/// Everything about WhatsApp in one source.
pub(crate) fn check(page: &Page) -> Vec<Finding> {
    let mut found = Vec::new();
    if page.kind == Kind::Markup {
        markup(page, &mut found);
        words::check(page, &mut found);
        replaced(page, &mut found);
    } else if launcher(&page.text) {
        // It knows the addresses, to open instead of them.
    } else {
        for (at, what) in address::find(&page.text) {
            let text = page.slice(&at);
            found.push(Finding::at(rule(what), Weight::Promise, page, at.start).excerpt(text));
        }
        if page.kind == Kind::Script {
            for button in BUTTONS {
                found.extend(code(page, button, Rule::WhatsappPlugin, Weight::Promise));
            }
        }
        if found.is_empty() && page.kind != Kind::Style {
            words::mention(page, &mut found);
        }
    }
    found
}

/// The launcher itself, as a file on the company's server.
fn launcher(script: &str) -> bool {
    script.contains("einwurf-chat") && script.contains("replaceWhatsapp")
}

/// With the snippet's word for it, a click on such a link opens the widget; without scripts the link is what it was.
fn replaced(page: &Page, found: &mut [Finding]) {
    let says = |tag: &Tag| matches!(tag.get("data-replace-whatsapp"), Some("" | "true"));
    if snippet::all(page).iter().any(|it| says(it.tag)) {
        // As the launcher chooses them: those that begin a conversation with a number or a code.
        let begins = |it: &Finding| {
            let address = it.excerpt.as_deref().unwrap_or_default().to_ascii_lowercase();
            let element = it.element.as_deref().is_some_and(|it| it.starts_with('a'));
            element
                && ["//wa.me/", "phone=", "whatsapp.com/message"].iter().any(|part| address.contains(part))
        };
        for finding in found.iter_mut().filter(|it| it.rule == Rule::WhatsappLink && begins(it)) {
            (finding.rule, finding.weight) = (Rule::WhatsappReplaced, Weight::Hint);
        }
    }
}

fn rule(what: Use) -> Rule {
    match what {
        Use::Chat => Rule::WhatsappLink,
        Use::Share => Rule::WhatsappShare,
    }
}

fn markup(page: &Page, found: &mut Vec<Finding>) {
    // Within a link to WhatsApp an icon or a word says nothing new.
    let mut linked = false;
    for piece in &page.pieces {
        match piece {
            Piece::Open(tag) => {
                let told = tag_findings(page, tag, linked);
                linked |= tag.name == "a" && !told.is_empty();
                found.extend(told);
            }
            Piece::Close { name } => linked &= name != "a",
            Piece::Shown { at, .. } => {
                for (within, what) in address::find(page.slice(at)) {
                    let text = page.slice(at).get(within.clone()).unwrap_or_default();
                    let place = at.start + within.start;
                    found.extend(
                        (!linked)
                            .then(|| Finding::at(rule(what), Weight::Promise, page, place).excerpt(text)),
                    );
                }
            }
            Piece::Code { .. } | Piece::Comment => {}
        }
    }
    let own = |tag: Option<&Tag>| tag.is_some_and(|tag| tag.has("data-pin"));
    for (tag, at) in page.scripts().filter(|(tag, _)| !own(*tag)) {
        let data = tag.and_then(|tag| tag.get("type")).is_some_and(|kind| kind.contains("ld+json"));
        for (within, what) in address::find(page.slice(&at)) {
            let text = page.slice(&at).get(within.clone()).unwrap_or_default();
            let rule = if data { Rule::WhatsappData } else { rule(what) };
            let finding = Finding::at(rule, Weight::Promise, page, at.start + within.start).excerpt(text);
            found.push(finding.element(if data { "script[type=\"application/ld+json\"]" } else { "script" }));
        }
    }
    for button in BUTTONS {
        found.extend(code(page, button, Rule::WhatsappPlugin, Weight::Promise));
    }
    for button in MAYBE {
        found.extend(maybe(page, button));
    }
    // A plug-in consists of many elements.
    let mut seen = Vec::new();
    found.retain(|it| {
        let plugin = it.rule == Rule::WhatsappPlugin;
        let again = plugin && seen.contains(&it.culprit);
        if plugin && !again {
            seen.push(it.culprit.clone());
        }
        !again
    });
}

/// What a tag shows: the most telling thing, once.
fn tag_findings(page: &Page, tag: &Tag, linked: bool) -> Vec<Finding> {
    let mut told: Vec<Finding> = Vec::new();
    for (name, value) in &tag.attributes {
        if let Some((at, what)) = address::find(value).into_iter().next() {
            let text = value.get(at).unwrap_or(name);
            told.push(Finding::tag(rule(what), Weight::Promise, page, tag).excerpt(text));
        }
    }
    // The same address in several attributes is one link.
    told.truncate(1);
    if !told.is_empty() || linked {
        return told;
    }
    let of =
        |buttons: &'static [Button]| buttons.iter().find(|it| it.traces.iter().any(|trace| trace.on(tag)));
    if let Some(button) = of(SHARES) {
        told.push(Finding::tag(Rule::WhatsappShare, Weight::Promise, page, tag).culprit(button.name));
    } else if let Some(button) = of(BUTTONS) {
        told.push(Finding::tag(Rule::WhatsappPlugin, Weight::Promise, page, tag).culprit(button.name));
    } else if let Some(mark) = mark(tag) {
        told.push(Finding::tag(Rule::WhatsappMark, Weight::Promise, page, tag).excerpt(mark));
    }
    told
}

/// A class, icon or file that is named after it. `meta` and links to other pages only speak of it.
fn mark(tag: &Tag) -> Option<&str> {
    let named = |value: &&str| value.to_ascii_lowercase().contains("whatsapp");
    if let Some(class) = tag.classes().find(named) {
        return Some(class);
    }
    let speaks = matches!(
        tag.name.as_str(),
        "meta" | "a" | "title" | "html" | "body" | "h1" | "h2" | "h3" | "section"
    );
    let values = MARKS.iter().filter_map(|name| tag.get(name));
    if speaks { None } else { values.into_iter().find(named) }
}

fn code(page: &Page, button: &Button, rule: Rule, weight: Weight) -> Option<Finding> {
    let mut traces = button.traces.iter().filter(|trace| matches!(trace, super::known::Trace::Code(_)));
    let (_, at) = traces.find_map(|trace| trace.within(page))?;
    Some(Finding::at(rule, weight, page, at).element("script").culprit(button.name))
}

/// A button for several services: WhatsApp's only if its settings say so, else worth a look.
fn maybe(page: &Page, button: &Button) -> Option<Finding> {
    let (tag, at) = button.traces.iter().find_map(|trace| trace.within(page))?;
    let settings = page.scripts().map(|(_, at)| page.slice(&at)).filter(|text| {
        button
            .traces
            .iter()
            .any(|trace| matches!(trace, super::known::Trace::Code(part) if text.contains(part)))
    });
    let sure = settings.into_iter().any(|text| text.to_ascii_lowercase().contains("whatsapp"));
    let (rule, weight) =
        if sure { (Rule::WhatsappPlugin, Weight::Promise) } else { (Rule::WhatsappMaybe, Weight::Hint) };
    let finding = Finding::at(rule, weight, page, at).culprit(button.name);
    Some(finding.element(tag.map_or_else(|| "script".to_owned(), Tag::selector)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Rule, usize)> {
        let page = Page::read("index.html".to_owned(), Kind::Markup, text.to_owned());
        let mut found: Vec<_> =
            check(&page).iter().map(|it| (it.rule, it.line.unwrap_or_default())).collect();
        found.sort();
        found
    }

    #[test]
    fn a_link_is_told_once_with_its_icon_and_its_word() {
        let text = "<a class=\"fa-whatsapp\" data-url=\"https://wa.me/49\" href=\"https://wa.me/49\">\n<i class=\"fab fa-whatsapp\"></i> WhatsApp</a>";
        assert_eq!(found(text), [(Rule::WhatsappLink, 1)]);
    }

    #[test]
    fn an_icon_without_a_link_is_a_mark() {
        assert_eq!(found("<p>\n<i class=\"bi bi-whatsapp\"></i>"), [(Rule::WhatsappMark, 2)]);
        assert_eq!(found("<img src=\"/img/WhatsApp-icon.svg\" alt=\"\">"), [(Rule::WhatsappMark, 1)]);
        assert_eq!(found("<svg><use href=\"#icon-whatsapp\"/></svg>"), [(Rule::WhatsappMark, 1)]);
        assert_eq!(found("<a href=\"/blog/whatsapp-verlassen\">Warum</a>"), []);
    }

    #[test]
    fn a_comment_shows_nobody_anything_and_a_template_does() {
        assert_eq!(found("<!-- <a href=\"https://wa.me/49\">x</a> -->"), []);
        assert_eq!(found("<?php echo '<a href=\"https://wa.me/49\">'; ?>"), [(Rule::WhatsappLink, 1)]);
        assert_eq!(
            found("<button onClick={() => window.open('https://wa.me/49')}>x</button>"),
            [(Rule::WhatsappLink, 1)]
        );
        assert_eq!(found("<a :href=\"'https://wa.me/' + number\">x</a>"), [(Rule::WhatsappLink, 1)]);
        assert_eq!(found("<a href=\"https&#58;//wa&#46;me/49\">x</a>"), [(Rule::WhatsappLink, 1)]);
    }

    #[test]
    fn links_that_the_snippet_replaces_are_hints() {
        let page = |word: &str| {
            format!("<a href=\"https://wa.me/49\">x</a><script data-pin data-site {word}>'//wa.me/'</script>")
        };
        for (word, rule) in [
            ("data-replace-whatsapp", Rule::WhatsappReplaced),
            ("data-replace-whatsapp=\"true\"", Rule::WhatsappReplaced),
            ("data-replace-whatsapp=\"false\"", Rule::WhatsappLink),
            ("", Rule::WhatsappLink),
        ] {
            assert_eq!(found(&page(word)), [(rule, 1)], "{word}");
        }
        let group = page("data-replace-whatsapp").replace("wa.me/49", "chat.whatsapp.com/AbC");
        assert_eq!(found(&group), [(Rule::WhatsappLink, 1)]);
    }

    #[test]
    fn the_launcher_as_a_file_is_no_remnant() {
        let file = |text: &str| check(&Page::read("e.js".to_owned(), Kind::Script, text.to_owned())).len();
        assert_eq!(file("x='[href*=\"//wa.me/\"]';name='einwurf-chat';s.replaceWhatsapp"), 0);
        assert_eq!(file("x='[href*=\"//wa.me/\"]'"), 1);
    }

    #[test]
    fn a_button_for_many_services_is_certain_only_by_its_settings() {
        let settings = |options: &str| {
            format!("<script>var options = {{{options}}}; WhWidgetSendButton.init(h, p, options);</script>")
        };
        assert_eq!(found(&settings("whatsapp: '+49'")), [(Rule::WhatsappPlugin, 1)]);
        assert_eq!(found(&settings("email: 'a@b.example'")), [(Rule::WhatsappMaybe, 1)]);
    }

    #[test]
    fn every_known_button_is_found_by_each_of_its_traces() {
        use super::super::known::Trace;
        for (buttons, rule) in
            [(BUTTONS, Rule::WhatsappPlugin), (SHARES, Rule::WhatsappShare), (MAYBE, Rule::WhatsappMaybe)]
        {
            for button in buttons {
                for trace in button.traces {
                    let text = match trace {
                        Trace::Source(part) => {
                            format!("<script src=\"https://plug.example/{part}\"></script>")
                        }
                        Trace::Class(name) => format!("<div class=\"a {}\"></div>", name.replace('*', "x")),
                        Trace::Id(id) => format!("<div id=\"{id}\"></div>"),
                        Trace::Attribute(name, value) => format!("<div {name}=\"{value}\"></div>"),
                        Trace::Type(kind) => format!("<script type=\"{kind}\"></script>"),
                        Trace::Code(part) => format!("<script>{part}</script>"),
                    };
                    assert_eq!(found(&text), [(rule, 1)], "{} {trace:?}", button.name);
                }
            }
        }
    }
}
