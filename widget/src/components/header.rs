//! Whose letterbox this is, who can read what is written, and the way out.

use super::icon::{CLOSE, DOWN, LOCK, icon};
use crate::{desk::Desk, state::Event};
use leptos::prelude::*;

pub(super) fn header(desk: Desk) -> impl IntoView {
    let texts = desk.texts;
    let open = Memo::new(move |_| desk.see(|model| model.readers));
    view! {
        <header>
            <p class="company">{desk.company()}</p>
            <button class="close" aria-label=texts.close() on:click=move |_| desk.emit(Event::Close)>
                {icon(CLOSE)}
            </button>
            <button
                class="readers"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls="who"
                on:click=move |_| desk.emit(Event::Readers)
            >
                {icon(LOCK)}
                <span>{desk.named(texts.readers())}</span>
                {icon(DOWN)}
            </button>
            <section id="who" aria-label=texts.who_title() hidden=move || !open.get()>
                {who(desk)}
            </section>
        </header>
    }
}

/// "Who can read this?": in words, then the check values that others can compare.
fn who(desk: Desk) -> impl IntoView {
    let texts = desk.texts;
    let (roster, key, version) = desk.glance(|model| {
        let manifest = &model.site.manifest;
        (short(&manifest.roster.digest), short(&manifest.inbox_key.id), manifest.code.version.clone())
    });
    view! {
        <h2>{texts.who_title()}</h2>
        <p>{desk.named(texts.who_body())}</p>
        <dl>
            {pair(texts.who_roster(), roster)}
            {pair(texts.who_key(), key)}
            {pair(texts.who_version(), version)}
        </dl>
    }
}

fn pair(name: &'static str, value: String) -> impl IntoView {
    view! {
        <dt>{name}</dt>
        <dd>{value}</dd>
    }
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
