//! What somebody waits for is not loaded yet, or could not be.

use crate::{
    desk::{Desk, Missing},
    dom::{El, classed, el},
};

pub(super) fn missing(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    let sentence = move || match desk.missing() {
        Some(Missing::Coming) => texts.part_coming(),
        Some(Missing::Lost) => texts.part_lost(),
        None => "",
    };
    let again = classed("button", "main").text(texts.retry()).on("click", move |_| desk.fetch());
    vec![
        el("p").attr("role", "status").says(move || sentence().to_owned()),
        again.has("hidden", move || (desk.missing() != Some(Missing::Lost)).then_some("")),
    ]
}
