//! When mails that messages wait arrive: the member's own choice, and for those who may sign everybody's.

use super::said::{Said, said};
use crate::{
    app::{tr, use_app},
    components::{Choice, Choices, Tick},
    state::{event::Event, wish::WishForm},
    texts::{Pick, fill},
};
use einwurf_protocol::api::staff::Arrives;
use leptos::prelude::*;

/// The card; nothing for whoever logged in by recovery code, or has an account that is no address.
#[component]
pub(super) fn Wish() -> impl IntoView {
    let app = use_app();
    let own = Memo::new(move |_| app.wish.with(|form| form.own.clone()));
    // Who does not read gets nothing to read.
    let form = move || own.get().filter(|_| app.reads.get()).map(|address| view! { <Form address /> });
    let everybody = move || app.signs.get().then(|| view! { <super::reader::Everybody /> });
    view! {
        {form}
        {everybody}
    }
}

#[component]
fn Form(address: String) -> impl IntoView {
    let app = use_app();
    let changed = Memo::new(move |_| app.wish.with(WishForm::is_changed));
    // The relay refuses nothing but times, which this form has checked.
    let said = Signal::derive(move || app.wish.with(|form| said(&form.status, Some(|t| &t.wish_times))));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::SaveWish);
    };
    view! {
        <section class="card" aria-labelledby="wish-title">
            <h2 id="wish-title">{tr(|t| &t.wish_title)}</h2>
            <p class="lead">{move || app.with_texts(|t| fill(&t.wish_lead, &[("address", &address)]))}</p>
            <form on:submit=submit novalidate>
                <Arrival of=Of { form: app.wish, ids: OWN } />
                <Said ids=["wish-calm", "wish-good", "wish-care"] said />
                <div class="buttons">
                    <button class="button button-main" id="wish-save">{tr(|t| &t.common_save)}</button>
                    {move || changed.get().then(|| view! { <Drop /> })}
                </div>
            </form>
        </section>
    }
}

/// Back to what is stored.
#[component]
fn Drop() -> impl IntoView {
    let app = use_app();
    view! {
        <button type="button" class="button" id="wish-drop" on:click=move |_| app.emit(Event::DropWish)>
            {tr(|t| &t.wish_drop)}
        </button>
    }
}

/// Ids of what is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids {
    arrives: &'static str,
    quiet: &'static str,
    hint: &'static str,
    from: &'static str,
    until: &'static str,
    fault: &'static str,
}

/// For the own address.
const OWN: Ids = Ids {
    arrives: "wish-arrives",
    quiet: "wish-quiet",
    hint: "wish-hint",
    from: "wish-from",
    until: "wish-until",
    fault: "wish-fault",
};

/// For an address that is no member's.
pub(super) const ADDRESS: Ids = Ids {
    arrives: "reader-arrives",
    quiet: "reader-quiet",
    hint: "reader-hint",
    from: "reader-from",
    until: "reader-until",
    fault: "reader-fault",
};

/// Which address is asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of {
    /// Its form.
    pub(super) form: RwSignal<WishForm>,
    /// Its ids.
    pub(super) ids: Ids,
}

impl Of {
    fn change(self, change: impl FnOnce(&mut WishForm)) {
        self.form.update(|form| form.change(change));
    }
}

/// How mails arrive, and when none does.
#[component]
pub(super) fn Arrival(of: Of) -> impl IntoView {
    let arrives = Choices {
        id: of.ids.arrives,
        label: |t| &t.wish_arrives,
        options: vec![
            (Arrives::AtOnce, |t| &t.wish_at_once),
            (Arrives::Digest { minutes: 15 }, |t| &t.wish_quarter),
            (Arrives::Digest { minutes: 60 }, |t| &t.wish_hour),
            (Arrives::Never, |t| &t.wish_never),
        ],
    };
    let value = Signal::derive(move || of.form.with(|form| form.arrives));
    let set = Callback::new(move |arrives| of.change(|form| form.arrives = arrives));
    view! {
        <Choice of=arrives value set />
        <QuietHours of />
    }
}

#[component]
fn QuietHours(of: Of) -> impl IntoView {
    let app = use_app();
    let Of { form, ids } = of;
    let quiet = Memo::new(move |_| form.with(|form| form.quiet));
    let faulty = Memo::new(move |_| form.with(WishForm::is_faulty));
    let hint = move || {
        let zone = form.with(|form| form.zone.clone());
        app.with_texts(|t| fill(&t.wish_quiet_hint, &[("zone", &zone)]))
    };
    let times = move || {
        view! {
            <p class="hint" id=ids.hint>{hint}</p>
            <div class="pair">
                <Time of id=ids.from label=|t| &t.wish_from get=|form| &form.from set=|form, text| form.from = text />
                <Time of id=ids.until label=|t| &t.wish_until get=|form| &form.until set=|form, text| form.until = text />
            </div>
            <p class="field-fault" id=ids.fault role="alert">
                {move || faulty.get().then(|| app.text(|t| &t.wish_times))}
            </p>
        }
    };
    view! {
        <Tick id=ids.quiet label=|t| &t.wish_quiet ticked=quiet
            set=Callback::new(move |on| of.change(|form| form.quiet = on)) />
        {move || quiet.get().then(times)}
    }
}

#[component]
fn Time(
    of: Of,
    id: &'static str,
    label: Pick,
    get: fn(&WishForm) -> &String,
    set: fn(&mut WishForm, String),
) -> impl IntoView {
    let shown = move || of.form.with(|form| get(form).clone());
    let faulty = move || of.form.with(WishForm::is_faulty).then_some("true");
    let described = format!("{} {}", of.ids.hint, of.ids.fault);
    view! {
        <div class="field">
            <label for=id>{tr(label)}</label>
            <input id=id type="time" required aria-invalid=faulty aria-describedby=described
                prop:value=shown
                on:input=move |event| of.change(|form| set(form, event_target_value(&event))) />
        </div>
    }
}
