//! A sentence that must not be missed.

use crate::{
    app::use_app,
    components::{Glyph, Icon},
    texts::Pick,
};
use leptos::prelude::*;

/// How grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Calm,
    /// Something went wrong.
    Care,
    /// Something went well.
    Good,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Calm => "alert",
            Self::Care => "alert alert-care",
            Self::Good => "alert alert-good",
        }
    }

    fn glyph(self) -> Glyph {
        match self {
            Self::Calm => Glyph::Help,
            Self::Care => Glyph::Warning,
            Self::Good => Glyph::Good,
        }
    }
}

/// Shows a sentence as long as there is one; it is spoken when it comes.
#[component]
pub fn Alert(
    /// Id, so that the focus can go there.
    id: &'static str,
    /// How grave it is.
    tone: Tone,
    /// The sentence.
    #[prop(into)]
    text: Signal<Option<Pick>>,
) -> impl IntoView {
    let app = use_app();
    let role = if tone == Tone::Care { "alert" } else { "status" };
    let line = move |pick: Pick| {
        view! {
            <p class=tone.class()>
                <Icon of=tone.glyph() />
                <span>{move || app.text(pick)}</span>
            </p>
        }
    };
    view! { <div id=id role=role tabindex="-1">{move || text.get().map(line)}</div> }
}
