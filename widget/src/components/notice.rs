//! The consent screen: every fact of CON-01, empty boxes, two equal buttons (CON-02, CON-04).

use crate::{
    desk::Desk,
    state::{Event, Model, Phase},
    texts::fill,
};
use einwurf_protocol::{
    manifest::Display,
    notice::{Fact, Link, Notice, Purpose, Statement},
};
use leptos::prelude::*;

pub(super) fn notice(desk: Desk) -> impl IntoView {
    let (notice, display) = desk.glance(|model| {
        let site = &model.site;
        (site.notice.notice().clone(), site.manifest.display.clone())
    });
    view! {
        <div class="scroll fade" tabindex="0" role="region" aria-label=notice.title.clone()>
            {changed(desk)}
            <h1 data-start="" tabindex="-1">{notice.title.clone()}</h1>
            <p>{notice.lead.clone()}</p>
            <ul class="summary">
                {notice.summary.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view()}
            </ul>
            {facts(&notice.facts, &display)}
            <details>
                <summary>{notice.details_label.clone()}</summary>
                {facts(&notice.details, &display)}
            </details>
            <ul class="links">{notice.links.iter().map(|link| outside(desk, link)).collect_view()}</ul>
        </div>
        {decision(desk, &notice)}
    }
}

fn changed(desk: Desk) -> impl IntoView {
    let changed = desk.glance(|model| matches!(&model.phase, Phase::Notice(reading) if reading.changed));
    changed.then(|| view! { <p class="note">{desk.texts.changed()}</p> })
}

/// Contact ways may change without fresh consent; the manifest has them.
fn facts(facts: &[Fact], display: &Display) -> impl IntoView + use<> {
    let ways = [("phone", display.phone.as_str()), ("email", display.email.as_str())];
    facts
        .iter()
        .map(|fact| {
            view! {
                <section class="fact" data-field=fact.field.clone()>
                    <h2>{fact.heading.clone()}</h2>
                    <p>{fill(&fact.text, &ways)}</p>
                </section>
            }
        })
        .collect_view()
}

fn outside(desk: Desk, link: &Link) -> impl IntoView + use<> {
    let hint = [" (", desk.texts.new_window(), ")"].concat();
    view! {
        <li>
            <a href=link.url.clone() target="_blank" rel="noopener noreferrer">
                {link.label.clone()}
                <span class="voice">{hint}</span>
            </a>
        </li>
    }
}

fn decision(desk: Desk, notice: &Notice) -> impl IntoView + use<> {
    view! {
        <div class="foot">
            <div class="boxes">{notice.statements.iter().map(|statement| tick(desk, statement)).collect_view()}</div>
            <p class="fault" id="fault-tick" role="alert">
                {move || desk.see(nudged).then(|| desk.texts.tick_missing())}
            </p>
            <div class="pair">
                <button class="equal" on:click=move |_| desk.emit(Event::Agree)>{notice.accept.clone()}</button>
                <button class="equal" on:click=move |_| desk.emit(Event::Decline)>{notice.decline.clone()}</button>
            </div>
        </div>
    }
}

fn tick(desk: Desk, statement: &Statement) -> impl IntoView + use<> {
    let (purpose, required) = (statement.purpose, statement.required);
    view! {
        <label class="tick">
            <input
                type="checkbox"
                required=required
                aria-describedby=required.then_some("fault-tick")
                prop:checked=move || desk.see(|model| ticked(model, purpose))
                on:change=move |event| desk.emit(Event::Tick(purpose, event_target_checked(&event)))
            />
            <span>{statement.text.clone()}</span>
        </label>
    }
}

fn nudged(model: &Model) -> bool {
    matches!(&model.phase, Phase::Notice(reading) if reading.nudge)
}

fn ticked(model: &Model, purpose: Purpose) -> bool {
    matches!(&model.phase, Phase::Notice(reading) if reading.ticks.has(purpose))
}
