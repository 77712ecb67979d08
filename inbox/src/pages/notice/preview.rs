//! The notice beside the form: in every register, in the chosen mode or, to compare, in the other one.

use super::{form::use_form, modes};
use crate::{
    app::{App, tr, use_app},
    components::{Choice, Choices, Glyph, Icon, Registers},
    state::notice::{
        findings::{self, FINDINGS},
        preview::{Preview as Shown, preview},
    },
    texts::{Pick, fill},
};
use einwurf_protocol::{
    lint::Finding,
    notice::{Mode, Notice, Register},
    settings::Missing,
};
use leptos::prelude::*;

/// The notice, with gaps for what is missing.
#[component]
pub(in crate::pages) fn Preview() -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let shown = Memo::new(move |_| {
        let (relay, view) = (form.relay(app), form.view(app));
        form.with(app, |answers| preview(answers, relay.as_ref(), view))
    });
    view! {
        <aside class="preview" aria-labelledby="preview-title">
            <h2 id="preview-title">{tr(|t| &t.preview_title)}</h2>
            <Registers id="preview" label=|t| &t.preview_register
                value=Signal::derive(move || form.view(app).register)
                set=Callback::new(move |to| form.look(app, |view| view.register = to)) />
            <ModeView />
            <p class="hint" role="status">{move || shown.with(|shown| shown.as_ref().map(|shown| state(app, shown)))}</p>
            <Findings />
            {move || shown.get().map(|shown| view! { <Paper notice=shown.notice /> })}
        </aside>
    }
}

/// The chosen mode, or the other one to compare.
#[component]
fn ModeView() -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let chosen = Memo::new(move |_| form.with(app, |answers| answers.terms.mode));
    let shown = Signal::derive(move || form.view(app).mode(chosen.get()));
    let modes = Choices {
        id: "preview-mode",
        label: |t| &t.preview_mode,
        options: [Mode::Consent, Mode::Request].map(|mode| (mode, modes::name(mode))).into(),
    };
    let look = Callback::new(move |mode| {
        let other = mode != chosen.get_untracked();
        form.look(app, |view| view.other = other);
    });
    let compared = move || {
        let words = app.text(modes::name(chosen.get()));
        (shown.get() != chosen.get()).then(|| app.with_texts(|t| fill(&t.preview_other, &[("mode", &words)])))
    };
    view! {
        <Choice of=modes value=shown set=look />
        <p class="hint" role="status">{compared}</p>
    }
}

fn state(app: App, shown: &Shown) -> String {
    let list: Vec<_> = shown.missing.iter().map(|missing| app.text(name(*missing))).collect();
    app.with_texts(|t| {
        if list.is_empty() {
            t.preview_complete.clone()
        } else {
            fill(&t.preview_missing, &[("list", &list.join(", "))])
        }
    })
}

/// What keeps the text from being published, in words.
#[component]
fn Findings() -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let found = Memo::new(move |_| form.findings(app));
    let line =
        move |(register, finding): (Register, Finding)| view! { <li>{words(app, register, &finding)}</li> };
    let list = move || {
        let found = found.get();
        (!found.is_empty()).then(|| {
            view! {
                <div class="alert alert-care">
                    <Icon of=Glyph::Warning />
                    <div>
                        <p><strong>{tr(|t| &t.findings_title)}</strong></p>
                        <ul class="findings">{found.into_iter().map(line).collect_view()}</ul>
                    </div>
                </div>
            }
        })
    };
    view! { <div id=FINDINGS role="status" tabindex="-1">{list}</div> }
}

fn words(app: App, register: Register, finding: &Finding) -> String {
    let place = app.text(findings::written_in(finding));
    app.with_texts(|t| {
        let values = [("register", register.own_name()), ("said", &finding.said), ("place", &place)];
        fill(findings::sentence(finding.rule)(t), &values)
    })
}

fn name(missing: Missing) -> Pick {
    match missing {
        Missing::Company => |t| &t.missing_company,
        Missing::Address => |t| &t.missing_address,
        Missing::Team => |t| &t.missing_team,
        Missing::Days => |t| &t.missing_days,
        Missing::Authority => |t| &t.missing_authority,
        Missing::Dpo => |t| &t.missing_dpo,
        Missing::PrivacyUrl => |t| &t.missing_privacy_url,
        Missing::ImprintUrl => |t| &t.missing_imprint_url,
        Missing::HostName => |t| &t.missing_host_name,
        Missing::Country => |t| &t.missing_country,
        Missing::Offers => |t| &t.missing_offers,
        Missing::Children => |t| &t.missing_children,
        Missing::Copies => |t| &t.missing_copies,
        Missing::SectorProfile => |t| &t.missing_sector_profile,
        Missing::SectorDays => |t| &t.missing_sector_days,
        Missing::SectorContext => |t| &t.missing_sector_context,
        Missing::SectorSpecial => |t| &t.missing_sector_special,
        Missing::SectorDpia => |t| &t.missing_sector_dpia,
        Missing::SectorSecrecy => |t| &t.missing_sector_secrecy,
    }
}

/// The notice as a sheet of paper. Its buttons are only drawn.
#[component]
fn Paper(notice: Notice) -> impl IntoView {
    let lines = notice.summary.iter().map(|line| view! { <li><Icon of=Glyph::Check />{line.clone()}</li> });
    let facts = notice.facts.iter();
    let facts = facts.map(|fact| view! { <h4>{fact.heading.clone()}</h4><p>{fact.text.clone()}</p> });
    view! {
        <div class="paper" lang=notice.register.lang() tabindex="0">
            <h3>{notice.title.clone()}</h3>
            <p>{notice.lead.clone()}</p>
            <ul>{lines.collect_view()}</ul>
            {facts.collect_view()}
            <Asked notice=notice.clone() />
            <p class="paper-buttons"><span>{notice.accept.clone()}</span><span>{notice.decline.clone()}</span></p>
            <Second notice=notice.clone() />
        </div>
    }
}

/// The boxes, and the question of age.
#[component]
fn Asked(notice: Notice) -> impl IntoView {
    let app = use_app();
    // The page's title is known only in the visitor's browser.
    let title = move || app.text(|t| &t.preview_page);
    let boxes = notice.statements.into_iter().map(move |one| {
        let text = move || fill(&one.text, &[("page_title", &title())]);
        view! { <p class="paper-box"><i></i><span>{text}</span></p> }
    });
    let age = notice.age.map(|age| {
        let answers = [age.old_enough, age.parents, age.not_asked];
        let lines =
            answers.map(|text| view! { <p class="paper-box paper-round"><i></i><span>{text}</span></p> });
        view! { <h4>{age.question}</h4>{lines.collect_view()} }
    });
    view! { {age}{boxes.collect_view()} }
}

/// The second layer, and what ending it says.
#[component]
fn Second(notice: Notice) -> impl IntoView {
    let app = use_app();
    let facts = notice.details.into_iter();
    let facts = facts.map(|fact| view! { <h4>{fact.heading}</h4><p>{fact.text}</p> });
    let end = notice.withdrawal;
    let ask = move || {
        let until = app.text(|t| &t.preview_proof);
        fill(&end.ask, &[("proof_until", &until)])
    };
    view! {
        <details>
            <summary>{notice.details_label}</summary>
            {facts.collect_view()}
        </details>
        <details>
            <summary>{end.label}</summary>
            <p>{ask}</p>
            <p class="paper-buttons"><span>{end.yes}</span><span>{end.no}</span></p>
        </details>
    }
}
