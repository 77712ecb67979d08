//! Whose letterbox this is, who can read what is written, and the way out.

use super::icon::{CLOSE, DOWN, LOCK, icon};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said},
    state::Event,
};

pub(super) fn header(desk: Desk) -> El {
    let texts = desk.texts;
    let open = move || desk.see(|model| model.readers);
    el("header").kids([
        classed("p", "company").text(&desk.company()),
        classed("button", "close")
            .attr("aria-label", texts.close())
            .kids([icon(CLOSE)])
            .on("click", move |_| desk.emit(Event::Close)),
        classed("button", "readers")
            .attr("aria-controls", "who")
            .has("aria-expanded", move || Some(if open() { "true" } else { "false" }))
            .kids([icon(LOCK), said("span", &desk.named(texts.readers())), icon(DOWN)])
            .on("click", move |_| desk.emit(Event::Readers)),
        el("section")
            .attr("id", "who")
            .attr("aria-label", texts.who_title())
            .has("hidden", move || (!open()).then_some(""))
            .kids(who(desk)),
    ])
}

/// "Who can read this?": in words, then the check values that others can compare.
fn who(desk: Desk) -> [El; 3] {
    let texts = desk.texts;
    let (roster, key, version) = desk.glance(|model| {
        let manifest = &model.site.manifest;
        (short(&manifest.roster.digest), short(&manifest.inbox_key.id), manifest.code.version.clone())
    });
    let pairs = [(texts.who_roster(), roster), (texts.who_key(), key), (texts.who_version(), version)];
    let values = pairs.iter().flat_map(|(name, value)| [said("dt", name), said("dd", value)]);
    [said("h2", texts.who_title()), said("p", &desk.named(texts.who_body())), el("dl").kids(values)]
}

/// The first twelve characters, 72 bits, in groups of four: enough to compare by eye.
fn short(digest: &einwurf_protocol::ids::Digest) -> String {
    let text = digest.to_string();
    let group = |from: usize| text.get(from..from + 4).unwrap_or_default();
    [group(0), group(4), group(8)].join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_value_is_three_groups() {
        assert_eq!(short(&einwurf_protocol::ids::Digest([0xa3; 32])), "o6Oj o6Oj o6Oj");
    }
}
