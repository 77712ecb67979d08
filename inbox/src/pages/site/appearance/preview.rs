//! The button, and the first screen of the window, in the light and in the dark. The site's own words in the widget's
//! own colours; nothing in it can be used, so that it is a picture for who listens.

use super::with;
use crate::{
    app::{tr, use_app},
    state::notice::preview::{View, preview},
    texts::Pick,
};
use einwurf_protocol::{notice::Notice, theme::Scheme};
use leptos::prelude::*;

/// Both schemes, or the one that is chosen.
#[component]
pub(super) fn Preview() -> impl IntoView {
    let app = use_app();
    let shown = Memo::new(move |_| with(app, |form| form.typed.shown()));
    let scheme = Memo::new(move |_| with(app, |form| form.typed.scheme));
    let light = move || (scheme.get() != Scheme::Dark).then(|| view! { <Scene dark=false /> });
    let dark = move || (scheme.get() != Scheme::Light).then(|| view! { <Scene dark=true /> });
    view! {
        <aside class="looks" aria-label=tr(|t| &t.preview_title)
            style:--look-light=move || shown.with(|shown| shown.accent.clone())
            style:--look-dark=move || shown.with(|shown| shown.dark.clone())
            style:--look-panel=move || shown.with(|shown| shown.panel.clone())
            style:--look-control=move || shown.with(|shown| shown.control.clone())
            style:--look-button=move || shown.with(|shown| shown.button.clone())
            style:--look-font=move || shown.with(|shown| shown.font.clone())>
            {light}{dark}
        </aside>
    }
}

#[component]
fn Scene(dark: bool) -> impl IntoView {
    let app = use_app();
    let name: Pick = if dark { |t| &t.look_scheme_dark } else { |t| &t.look_scheme_light };
    let company =
        move || app.admin.site.with(|site| site.facts.as_ref().map(|facts| facts.display.name.clone()));
    let start = move || app.admin.site.with(|site| site.look.start);
    let words = move || app.admin.site.with(|site| site.look.words().to_owned());
    let notice = Memo::new(move |_| {
        app.admin.site.with(|site| {
            let view = View { register: site.look.register, other: false };
            preview(&site.editing.answers, site.editing.relay.as_ref(), view).map(|shown| shown.notice)
        })
    });
    view! {
        <figure class="look" class:look-in-dark=dark>
            <figcaption>{tr(name)}</figcaption>
            <div class="look-scene" aria-hidden="true">
                <div class="look-window">
                    <p class="look-head">{company}</p>
                    {move || notice.get().map(|notice| view! { <Screen notice /> })}
                </div>
                <p class="look-place" class:look-start=start><span class="look-button">{words}</span></p>
            </div>
        </figure>
    }
}

/// What visitors see first.
#[component]
fn Screen(notice: Notice) -> impl IntoView {
    let Notice { title, summary, statements, accept, decline, .. } = notice;
    let line = |text: String| view! { <li>{text}</li> };
    let text = statements.into_iter().next().map(|statement| statement.text);
    view! {
        <div class="look-main">
            <p class="look-title">{title}</p>
            <ul class="look-summary">{summary.into_iter().map(line).collect_view()}</ul>
        </div>
        <div class="look-foot">
            {text.map(|text| view! { <p class="look-tick"><i></i><span>{text}</span></p> })}
            <p class="look-pair"><span>{accept}</span><span>{decline}</span></p>
        </div>
    }
}
