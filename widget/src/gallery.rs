//! Every state from fixtures, live, for designers and for the matrix of accessibility tests: the address's hash chooses
//! one, `#compose-faults&register=en`. Nothing here sends anything: what the state asks for is left undone.

use crate::{
    components::app,
    desk::Desk,
    dom::El,
    effects::screen,
    fixtures::{DELETED, Kind, NOW, site, write},
    state::{Answer, Event, Field, Model, RefreshFault, SealFault},
    texts::Texts,
};
use einwurf_protocol::{
    notice::{Purpose, Register},
    problem::Code,
};
use reactive_graph::owner::Owner;
use std::{mem::ManuallyDrop, rc::Rc};
use wasm_bindgen::prelude::*;

/// A state's name, its site and what happened before.
type State = (&'static str, fn(&mut Kind), fn(&mut Model));

const TEXT: &str = "Guten Tag,\n\nunser Küchenfenster schließt seit gestern nicht mehr richtig. Könnten Sie diese Woche \
                    noch vorbeikommen?\n\nErika Muster";
const LONG: &str = "Beispiel Fenster-, Türen- und Wintergartenbau Musterstadt-Nordwest GmbH & Co. KG";

/// Every state.
const STATES: &[State] = &[
    ("notice", usual, |_| {}),
    ("notice-nudged", usual, |model| on(model, [Event::Agree])),
    ("notice-ticked", usual, |model| on(model, [Event::Tick(Purpose::Answer, true)])),
    ("notice-two-boxes", |kind| kind.special = true, |_| {}),
    ("notice-long-name", |kind| kind.company = LONG, |_| {}),
    ("who-can-read", usual, |model| on(model, [Event::Readers])),
    ("moved", |kind| kind.moved = true, |_| {}),
    ("declined", usual, |model| on(model, [Event::Decline])),
    ("compose", usual, |model| on(model, [Event::Tick(Purpose::Answer, true), Event::Agree])),
    ("compose-empty-sent", usual, |model| {
        on(model, [Event::Tick(Purpose::Answer, true), Event::Agree, Event::Send]);
    }),
    ("compose-faults", usual, |model| {
        write(model, TEXT);
        on(model, [Event::Input(Field::Email, "erika".to_owned()), Event::Send]);
    }),
    ("compose-overfull", usual, |model| {
        write(model, &"Noch eine Zeile mit einer Frage zum Fenster.\n".repeat(40));
    }),
    ("sealing", usual, |model| sent(model, [])),
    ("sending", usual, |model| sent(model, [Event::Sealed(Ok(()))])),
    ("waiting", usual, |model| sent(model, [Event::Sealed(Ok(())), Event::Answered(Answer::Lost)])),
    ("notice-changed", usual, |model| {
        sent(model, [Event::Sealed(Ok(())), Event::Answered(Answer::Stale)]);
        let register = model.site.notice.notice().register;
        if let Ok(changed) = site(Kind { days: 30, ..Kind::usual(register) }) {
            on(model, [Event::Refreshed(Ok(Box::new(changed)))]);
        }
    }),
    ("arrived", usual, |model| sent(model, [Event::Sealed(Ok(())), accepted()])),
    ("arrived-without-address", usual, |model| {
        let begin =
            [Event::Tick(Purpose::Answer, true), Event::Agree, Event::Input(Field::Text, TEXT.to_owned())];
        on(model, begin);
        on(model, [Event::Send, Event::Sealed(Ok(())), accepted()]);
    }),
    ("who-one-person", |kind| kind.readers = 1, |model| on(model, [Event::Readers])),
    ("stopped-moved", usual, |model| {
        sent(model, [Event::Sealed(Ok(())), Event::Answered(Answer::Retired)]);
        on(model, [Event::Refreshed(Err(RefreshFault::Moved))]);
    }),
    ("stopped-sealing", usual, |model| sent(model, [Event::Sealed(Err(SealFault::Broken))])),
    ("stopped-limit", usual, |model| sent(model, [Event::Sealed(Ok(())), Event::Answered(Answer::Limit)])),
    ("stopped-refused", usual, |model| {
        let refused = Answer::Refused(Code::Conflict.as_str());
        sent(model, [Event::Sealed(Ok(())), Event::Answered(refused)]);
    }),
];

fn usual(_: &mut Kind) {}

fn on(model: &mut Model, events: impl IntoIterator<Item = Event>) {
    for event in events {
        model.on(event);
    }
}

fn sent(model: &mut Model, events: impl IntoIterator<Item = Event>) {
    write(model, TEXT);
    on(model, [Event::Send]);
    on(model, events);
}

fn accepted() -> Event {
    Event::Answered(Answer::Accepted { at: NOW, deleted: DELETED })
}

/// The names of all states, one a line.
#[wasm_bindgen]
pub fn states() -> String {
    STATES.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join("\n")
}

/// Shows a state in a register; `false` if there is none of this name, or the texts are not those of the register.
#[wasm_bindgen]
pub fn show(state: &str, register: &str, texts: &str) -> bool {
    console_error_panic_hook::set_once();
    let chosen = STATES.iter().find(|(name, ..)| *name == state);
    let (Some((_, dress, happened)), Some(register)) = (chosen, Register::from_name(register)) else {
        return false;
    };
    let mut kind = Kind::usual(register);
    dress(&mut kind);
    let (Ok(site), Some(texts)) = (site(kind), Texts::parse(texts)) else { return false };
    screen::dress(register, kind.company, "");
    let mut model = Model::new(site);
    happened(&mut model);
    // Owns signals and effects as long as the page lives.
    ManuallyDrop::new(Owner::new()).with(|| {
        let desk = Desk::new(model, texts, register, Rc::new(|_, _| {}));
        app(desk).into_iter().for_each(El::mount);
    });
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Screen;

    #[test]
    fn the_states_reach_every_screen() {
        let screens: Vec<_> = STATES
            .iter()
            .map(|(_, dress, happened)| {
                let mut kind = Kind::usual(Register::En);
                dress(&mut kind);
                let mut model = Model::new(site(kind).unwrap());
                happened(&mut model);
                model.screen()
            })
            .collect();
        for screen in [
            Screen::Moved,
            Screen::Declined,
            Screen::Compose,
            Screen::Delivery,
            Screen::Arrived,
            Screen::Stopped,
        ] {
            assert!(screens.contains(&screen), "{screen:?}");
        }
        assert!(screens.iter().any(|screen| matches!(screen, Screen::Notice(_))));
    }
}
