//! The notice beside the form.

use crate::{
    app::{App, tr, use_app},
    components::{Choice, Choices, Glyph, Icon},
    state::setup::preview::{Preview as Shown, preview},
    texts::{Pick, fill},
};
use einwurf_protocol::{notice::Notice, settings::Missing};
use leptos::prelude::*;

/// The notice in one register, with gaps for what is missing.
#[component]
pub(super) fn Preview() -> impl IntoView {
    let app = use_app();
    let shown = Memo::new(move |_| {
        app.setup.with(|setup| preview(&setup.answers, setup.relay.as_ref(), setup.preview))
    });
    view! {
        <aside class="preview" aria-labelledby="preview-title">
            <h2 id="preview-title">{tr(|t| &t.preview_title)}</h2>
            <Choice of=Choices::registers("preview", |t| &t.preview_register)
                value=Signal::derive(move || app.setup.with(|setup| setup.preview))
                set=Callback::new(move |to| app.setup.update(|setup| setup.preview = to)) />
            <p class="hint" role="status">{move || shown.with(|shown| shown.as_ref().map(|shown| state(app, shown)))}</p>
            {move || shown.get().map(|shown| view! { <Paper notice=shown.notice /> })}
        </aside>
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
    let lines = notice.summary.into_iter().map(|line| view! { <li><Icon of=Glyph::Check />{line}</li> });
    let facts = notice.facts.into_iter();
    let facts = facts.map(|fact| view! { <h4>{fact.heading}</h4><p>{fact.text}</p> });
    let boxes = notice.statements.into_iter();
    let boxes = boxes.map(|one| view! { <p class="paper-box"><i></i><span>{one.text}</span></p> });
    view! {
        <div class="paper" lang=notice.register.lang() tabindex="0">
            <h3>{notice.title}</h3>
            <p>{notice.lead}</p>
            <ul>{lines.collect_view()}</ul>
            {facts.collect_view()}
            {boxes.collect_view()}
            <p class="paper-buttons"><span>{notice.accept}</span><span>{notice.decline}</span></p>
        </div>
    }
}
