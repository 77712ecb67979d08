//! "How may we answer you? (optional)": sealed along with the text.

use super::{
    compose::{fault, fault_of, invalid},
    folded,
};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said, value_of},
    state::{Event, Field},
};
use einwurf_protocol::message::{Draft, Wish};

pub(super) fn reply(desk: Desk) -> El {
    let texts = desk.texts;
    let wrong = move || desk.see(fault_of).is_some_and(|fault| Field::of(fault) != Field::Text);
    let begun = desk.see(|model| has_more_than_text(&model.draft));
    let wishes = el("fieldset").kids([
        said("legend", texts.wish()),
        choice(desk, None, texts.wish_any()),
        choice(desk, Some(Wish::Email), texts.wish_email()),
        choice(desk, Some(Wish::Phone), texts.wish_phone()),
    ]);
    let fields = [
        classed("p", "hint").text(texts.reply_hint()),
        field(desk, Field::Name, texts.name(), ("text", "name")),
        field(desk, Field::Email, texts.email(), ("email", "email")),
        field(desk, Field::Phone, texts.phone(), ("tel", "tel")),
        wishes,
    ];
    // Opens for a fault inside; otherwise the visitor opens and closes it.
    folded(texts.reply_title(), fields).attr("class", "reply").live(move |details| {
        if begun || wrong() {
            details.set("open", Some(""));
        }
    })
}

fn has_more_than_text(draft: &Draft) -> bool {
    draft.wish.is_some() || [&draft.name, &draft.email, &draft.phone].iter().any(|field| !field.is_empty())
}

fn value(draft: &Draft, field: Field) -> &str {
    match field {
        Field::Text => &draft.text,
        Field::Name => &draft.name,
        Field::Email => &draft.email,
        Field::Phone => &draft.phone,
    }
}

/// A field with its label and what is wrong with it.
pub(super) fn field(desk: Desk, field: Field, label: &str, (kind, autocomplete): (&str, &str)) -> El {
    let input = el("input")
        .attr("id", field.id())
        .attr("type", kind)
        .attr("autocomplete", autocomplete)
        .attr("aria-describedby", field.fault_id())
        .has("aria-invalid", move || invalid(desk, field))
        .value(&desk.see(|model| value(&model.draft, field).to_owned()))
        .on("input", move |event| desk.emit(Event::Input(field, value_of(event))));
    let label = said("label", label).attr("for", field.id());
    classed("div", "field").kids([label, input, fault(desk, field)])
}

fn choice(desk: Desk, wish: Option<Wish>, label: &str) -> El {
    let input = el("input")
        .attr("type", "radio")
        .attr("name", "wish")
        .live(move |input| input.tick(desk.see(|model| model.draft.wish == wish)))
        .on("change", move |_| desk.emit(Event::Wish(wish)));
    classed("label", "tick").kids([input, said("span", label)])
}
