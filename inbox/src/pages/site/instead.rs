//! Instead of `WhatsApp`: the address that stands where its links stood, on paper and on screens.

use super::{Opening, Part, facts, policy::Copy};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon, Registers, Tick},
    state::{
        event::Event,
        sheet::picture,
        site::{Copied, Deed, Screen, hosted},
    },
    texts::{Pick, fill},
};
use einwurf_protocol::poster::{Paper, REPLY};
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Page() -> impl IntoView {
    let app = use_app();
    view! {
        <Opening title=|t| &t.instead_title lead=|t| &t.instead_lead />
        <Registers id="instead-register" label=|t| &t.snippet_register
            value=Signal::derive(move || app.admin.site.with(|site| site.look.register))
            set=Callback::new(move |to| app.admin.site.update(|site| site.look.register = to)) />
        <Part id="instead-address" title=|t| &t.instead_address_title><Address /></Part>
        <Part id="instead-code" title=|t| &t.instead_code_title><Code /></Part>
        <Part id="instead-page" title=|t| &t.instead_page_title><Links /></Part>
        <Part id="instead-signature" title=|t| &t.instead_signature_title>
            <Ready what=Copied::Signature labelled="instead-signature" words=|t| &t.instead_signature_copy />
        </Part>
        <Part id="instead-reply" title=|t| &t.instead_reply_title><Reply /></Part>
        <Part id="instead-list" title=|t| &t.instead_list_title><List /></Part>
    }
}

/// The address and whose page it is.
#[component]
fn Address() -> impl IntoView {
    let all = facts();
    let address = move || all.get().as_ref().map(hosted::address);
    let own = Memo::new(move |_| all.get().is_some_and(|facts| facts.door.is_some()));
    let relays = || {
        view! {
            <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.instead_relay)}</span></p>
            <div class="buttons"><Act deed=Deed::Show(Screen::Door) glyph=Glyph::Key words=|t| &t.door_to /></div>
        }
    };
    view! {
        <p class="wrap"><code>{address}</code></p>
        <Copy what=Copied::Address words=|t| &t.instead_address_copy />
        {move || if own.get() {
            view! { <p class="hint">{tr(|t| &t.instead_own)}</p> }.into_any()
        } else {
            relays().into_any()
        }}
    }
}

/// The code, as a file and on paper.
#[component]
fn Code() -> impl IntoView {
    let all = facts();
    let drawn = move || {
        let address = hosted::address(&all.get()?);
        hosted::is_printable(&address).then(|| picture(&address)).flatten()
    };
    let shown = move || match drawn() {
        Some(drawn) => view! { <Drawn size=drawn.size path=drawn.path /> }.into_any(),
        None => view! { <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.instead_long)}</span></p> }
            .into_any(),
    };
    view! { <p>{tr(|t| &t.instead_code_lead)}</p>{shown} }
}

#[component]
fn Drawn(size: usize, path: String) -> impl IntoView {
    view! {
        <svg class="code-picture" viewBox=format!("0 0 {size} {size}") shape-rendering="crispEdges" role="img"
            aria-label=tr(|t| &t.instead_code_alt)>
            <path d=path />
        </svg>
        <div class="buttons">
            <Act deed=Deed::Print(Paper::A4) glyph=Glyph::Printer words=|t| &t.instead_a4 />
            <Act deed=Deed::Print(Paper::A6) glyph=Glyph::Printer words=|t| &t.instead_a6 />
            <Act deed=Deed::SaveCode(true) glyph=Glyph::Download words=|t| &t.instead_svg />
            <Act deed=Deed::SaveCode(false) glyph=Glyph::Download words=|t| &t.instead_png />
        </div>
    }
}

#[component]
fn Act(deed: Deed, glyph: Glyph, words: Pick) -> impl IntoView {
    let app = use_app();
    view! {
        <button type="button" class="button" on:click=move |_| app.emit(Event::Site(deed))>
            <Icon of=glyph /><span>{tr(words)}</span>
        </button>
    }
}

/// Links to `WhatsApp` in the company's page.
#[component]
fn Links() -> impl IntoView {
    let app = use_app();
    view! {
        <Tick id="instead-replace" label=|t| &t.instead_replace
            ticked=Signal::derive(move || app.admin.site.with(|site| site.look.replace))
            set=Callback::new(move |to| app.admin.site.update(|site| site.look.replace = to)) />
        <p class="hint">{tr(|t| &t.instead_replace_hint)}</p>
        <div class="buttons"><Act deed=Deed::Show(Screen::Snippet) glyph=Glyph::Globe words=|t| &t.snippet_show /></div>
    }
}

/// A text to copy.
#[component]
fn Ready(what: Copied, labelled: &'static str, words: Pick) -> impl IntoView {
    let app = use_app();
    let text = move || app.admin.site.with(|site| site.text(what).unwrap_or_default());
    view! {
        <textarea class="snippet" readonly rows="5" aria-labelledby=labelled prop:value=text></textarea>
        <Copy what words />
    }
}

#[component]
fn Reply() -> impl IntoView {
    let app = use_app();
    let length = Memo::new(move |_| {
        app.admin.site.with(|site| site.text(Copied::Reply).map(|text| text.chars().count()))
    });
    let lead = move || {
        let values = [("n", length.get().unwrap_or_default().to_string()), ("most", REPLY.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        app.with_texts(|t| fill(&t.instead_reply_lead, &values))
    };
    move || match length.get() {
        Some(_) => view! {
            <p>{lead}</p>
            <Ready what=Copied::Reply labelled="instead-reply" words=|t| &t.instead_reply_copy />
        }
        .into_any(),
        None => view! { <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.instead_long)}</span></p> }
            .into_any(),
    }
}

/// What else names a number, and the program that finds the rest.
#[component]
fn List() -> impl IntoView {
    let items: [Pick; 5] = [
        |t| &t.instead_list_site,
        |t| &t.instead_list_profiles,
        |t| &t.instead_list_mail,
        |t| &t.instead_list_paper,
        |t| &t.instead_list_privacy,
    ];
    view! {
        <ul class="release-changes">{items.map(|item| view! { <li>{tr(item)}</li> }).collect_view()}</ul>
        <p>{tr(|t| &t.instead_doctor)}</p>
        <p class="wrap"><code>"einwurf doctor https://www.example.com"</code></p>
    }
}
