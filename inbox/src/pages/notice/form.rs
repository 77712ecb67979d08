//! Whose answers the parts show.

use crate::{
    app::{App, use_app},
    components::Ask as Field,
    state::{
        field::FieldFault,
        notice::{faults::Spot, preview::View},
        setup::{answers::Answers, ask::Ask},
    },
};
use einwurf_protocol::{api::visitor::RelayInfo, lint::Finding, notice::Register};
use leptos::prelude::*;

/// Where the form stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) enum Form {
    /// In the set-up.
    Setup,
    /// On the website's pages.
    Site,
}

/// Says to all parts below whose answers they show.
pub(in crate::pages) fn provide_form(form: Form) {
    provide_context(form);
}

/// As [`provide_form`] said it.
pub(super) fn use_form() -> Form {
    expect_context()
}

impl Form {
    /// Reads the answers.
    pub(super) fn with<R>(self, app: App, read: impl FnOnce(&Answers) -> R) -> R {
        match self {
            Self::Setup => app.setup.with(|setup| read(&setup.answers)),
            Self::Site => app.admin.site.with(|site| read(&site.editing.answers)),
        }
    }

    /// Changes them.
    pub(super) fn update(self, app: App, change: impl FnOnce(&mut Answers)) {
        match self {
            Self::Setup => app.setup.update(|setup| change(&mut setup.answers)),
            Self::Site => app.admin.site.update(|site| change(&mut site.editing.answers)),
        }
    }

    /// What the relay says of itself.
    pub(super) fn relay(self, app: App) -> Option<RelayInfo> {
        match self {
            Self::Setup => app.setup.with(|setup| setup.relay.clone()),
            Self::Site => app.admin.site.with(|site| site.editing.relay.clone()),
        }
    }

    /// The fault to show at a place.
    pub(super) fn fault_of(self, app: App, spot: Spot) -> Option<FieldFault> {
        match self {
            Self::Setup => app.setup.with(|setup| setup.fault_of(spot)),
            Self::Site => app.admin.site.with(|site| site.editing.fault_of(spot)),
        }
    }

    /// What no notice may say.
    pub(super) fn findings(self, app: App) -> Vec<(Register, Finding)> {
        match self {
            Self::Setup => app.setup.with(crate::state::setup::Setup::findings),
            Self::Site => app.admin.site.with(|site| site.editing.findings()),
        }
    }

    /// What the preview shows.
    pub(super) fn view(self, app: App) -> View {
        match self {
            Self::Setup => app.setup.with(|setup| setup.view),
            Self::Site => app.admin.site.with(|site| site.editing.view),
        }
    }

    /// Looks at another notice.
    pub(super) fn look(self, app: App, change: impl FnOnce(&mut View)) {
        match self {
            Self::Setup => app.setup.update(|setup| change(&mut setup.view)),
            Self::Site => app.admin.site.update(|site| change(&mut site.editing.view)),
        }
    }

    /// The password is asked for in the set-up only, and is not among the answers.
    fn value(self, app: App, ask: Ask) -> String {
        match self {
            Self::Setup => app.setup.with(|setup| setup.value(ask).to_owned()),
            Self::Site => self.with(app, |answers| answers.get(ask).to_owned()),
        }
    }

    fn set(self, app: App, ask: Ask, text: String) {
        match self {
            Self::Setup => app.setup.update(|setup| setup.set(ask, text)),
            Self::Site => self.update(app, |answers| answers.set(ask, text)),
        }
    }
}

/// One question.
#[component]
pub(in crate::pages) fn Question(ask: Ask) -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let value = Signal::derive(move || form.value(app, ask));
    let fault = Signal::derive(move || form.fault_of(app, Spot::Field(ask)));
    let set = Callback::new(move |text| form.set(app, ask, text));
    view! { <Field spec=ask.spec() value fault set /> }
}

/// What is wrong at a place that is no field.
#[component]
pub(super) fn Fault(spot: Spot, id: &'static str) -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let sentence = move || form.fault_of(app, spot).map(|fault| app.text(fault.sentence()));
    view! { <p class="field-fault" id=id tabindex="-1">{sentence}</p> }
}
