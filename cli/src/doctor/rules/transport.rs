//! http: pages, and what pages load by it.

use super::{Context, snippet::local};
use crate::doctor::{
    finding::{Finding, Rule, Weight},
    page::{Page, Tag},
};
use url::Url;

/// What goes or comes unencrypted.
pub(crate) fn check(page: &Page, context: &Context<'_>) -> Vec<Finding> {
    if context.url.scheme() == "http" && !local(context.url) {
        // Whatever such a page loads can be changed on the way, so one sentence is enough.
        return vec![Finding::of(Rule::HttpPage, Weight::Stops, &page.name)];
    }
    page.tags().filter_map(|tag| one(page, tag)).collect()
}

fn one(page: &Page, tag: &Tag) -> Option<Finding> {
    let style = tag.get("rel").is_some_and(|it| it.to_ascii_lowercase().contains("stylesheet"));
    let (name, rule, weight) = match tag.name.as_str() {
        "script" | "iframe" | "embed" => ("src", Rule::MixedContent, Weight::Promise),
        "object" => ("data", Rule::MixedContent, Weight::Promise),
        "link" if style => ("href", Rule::MixedContent, Weight::Promise),
        "form" => ("action", Rule::HttpForm, Weight::Promise),
        "img" | "video" | "audio" | "source" => ("src", Rule::MixedPicture, Weight::Hint),
        _ => return None,
    };
    let url = Url::parse(tag.get(name)?.trim()).ok()?;
    (url.scheme() == "http" && !local(&url))
        .then(|| Finding::tag(rule, weight, page, tag).excerpt(url.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::page::Kind;

    fn found(url: &str, text: &str) -> Vec<(Rule, Option<usize>)> {
        let page = Page::read(url.to_owned(), Kind::Markup, text.to_owned());
        let context = Context { url: &Url::parse(url).unwrap(), headers: &[], relays: &[] };
        check(&page, &context).iter().map(|it| (it.rule, it.line)).collect()
    }

    #[test]
    fn a_page_without_https_is_one_finding_unless_it_is_of_this_machine() {
        let text = "<img src=\"http://bild.example/a.png\">";
        assert_eq!(found("http://beispiel.example/", text), [(Rule::HttpPage, None)]);
        for here in ["http://localhost:8000/", "http://127.0.0.1/", "http://[::1]:8000/"] {
            assert_eq!(found(here, text), [(Rule::MixedPicture, Some(1))], "{here}");
        }
    }

    #[test]
    fn what_is_loaded_by_http_is_told_by_what_it_can_do() {
        for (text, rule) in [
            ("<script src=\"http://a.example/a.js\"></script>", Rule::MixedContent),
            ("<link rel=\"Stylesheet\" href=\"http://a.example/a.css\">", Rule::MixedContent),
            ("<iframe src=\"http://a.example/\"></iframe>", Rule::MixedContent),
            ("<form action=\"http://a.example/\"></form>", Rule::HttpForm),
            ("<img src=\" http://a.example/a.png\">", Rule::MixedPicture),
        ] {
            assert_eq!(found("https://beispiel.example/", text), [(rule, Some(1))], "{text}");
            assert_eq!(found("https://beispiel.example/", &text.replace("http:", "https:")), [], "{text}");
        }
        assert_eq!(
            found(
                "https://beispiel.example/",
                "<a href=\"http://a.example/\">x</a><link rel=\"canonical\" href=\"http://a.example/\"><svg xmlns=\"http://www.w3.org/2000/svg\">"
            ),
            []
        );
    }
}
