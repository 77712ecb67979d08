//! Every state from fixtures, live, for designers and for the matrix of accessibility tests: the address's hash chooses
//! one, `#compose-faults&register=en`. Nothing here sends anything: what the state asks for is left undone.

mod files;

use crate::{
    components::app,
    desk::{Desk, Place, Waits},
    dom::El,
    effects::screen,
    fixtures::{self, DELETED, Kind, NOW, act, kept, shown, site, write},
    later::Whole,
    state::{
        Answer, End, Ending, Event, Field, Gathered, Hello, House, Kept, Look, Model, Paper, Private,
        RefreshFault, SealFault, Sheet, Way,
    },
    texts::Texts,
};
use einwurf_protocol::{
    consent::Age,
    event::Direction::{ToStaff, ToVisitor},
    message::{Label, Reason},
    notice::{Mode, Purpose, Register},
    precedence::Hold,
    problem::Code,
    status::Presence,
};
use wasm_bindgen::prelude::*;

/// The second part could not be loaded, which no state knows.
const LOST: &str = "notice-part-lost";
/// A state's name, its site and what happened before.
type State = (&'static str, fn(&mut Kind), fn(&mut Model));

const TEXT: &str = "Guten Tag,\n\nunser Küchenfenster schließt seit gestern nicht mehr richtig. Könnten Sie diese Woche \
                    noch vorbeikommen?\n\nErika Muster";
const TOLD: &str = "Vielen Dank für Ihre Nachricht. Wir lesen sie morgen ab 8 Uhr.";
const LONG: &str = "Beispiel Fenster-, Türen- und Wintergartenbau Musterstadt-Nordwest GmbH & Co. KG";

/// Every state.
const STATES: &[State] = &[
    ("notice", usual, |_| {}),
    ("notice-nudged", usual, |model| on(model, [Event::Agree])),
    ("notice-ticked", usual, |model| on(model, [Event::Tick(Purpose::Answer, true)])),
    ("notice-all-boxes", all, titled),
    ("notice-age-missing", all, |model| on(model, [Event::Tick(Purpose::Answer, true), Event::Agree])),
    ("notice-request", |kind| kind.mode = Mode::Request, |_| {}),
    ("notice-request-boxes", request_all, titled),
    ("too-young", all, |model| {
        on(model, [Event::Tick(Purpose::Answer, true), Event::Age(Age::NotAsked), Event::Agree]);
    }),
    ("notice-long-name", |kind| kind.company = LONG, |_| {}),
    (LOST, usual, |_| {}),
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
    ("compose-special", |kind| kind.offers = &[Purpose::Special], |model| write(model, TEXT)),
    ("compose-overfull", usual, |model| {
        write(model, &"Noch eine Zeile mit einer Frage zum Fenster.\n".repeat(40));
    }),
    ("sealing", usual, |model| sent(model, [])),
    ("sending", usual, |model| sent(model, [Event::Sealed(Ok(()))])),
    ("sending-working", usual, |model| sent(model, [Event::Sealed(Ok(())), Event::Working])),
    ("waiting-room", usual, |model| {
        let busy = Answer::Busy { seconds: 60, until: NOW.plus(60) };
        sent(model, [Event::Sealed(Ok(())), Event::Answered(busy)]);
    }),
    ("compose-text-only", usual, |model| {
        sent(model, [Event::Sealed(Ok(())), Event::Answered(Answer::TextOnly)]);
    }),
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
    ("compose-closed", usual, |model| {
        write(model, TEXT);
        on(model, [closed()]);
    }),
    ("ways-notice", ways, |model| {
        sent(model, [Event::Sealed(Ok(())), accepted(), Event::Way(Way::Notice), Event::Want(String::new())]);
    }),
    ("ways-link", ways, |model| {
        let link = ["https://post.fensterbau.example/#bundle=", &"AbCdEf0123".repeat(60)].concat();
        let private = Private { link, picture: None, share: true, copied: Some(true) };
        let shown = [Event::Way(Way::Link), Event::Private(Some(private))];
        sent(model, [Event::Sealed(Ok(())), accepted()]);
        on(model, shown);
    }),
    ("ways-warned", ways, |model| {
        on(
            model,
            [Event::Tick(Purpose::Answer, true), Event::Agree, Event::Input(Field::Text, TEXT.to_owned())],
        );
        on(model, [Event::Send, Event::Sealed(Ok(())), accepted(), Event::Close]);
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
    ("opening", usual, |model| on(model, [kept(Kept::Talk)])),
    ("opening-lost", usual, |model| on(model, [kept(Kept::Talk), Event::Looked(Look::Lost)])),
    ("talk", usual, |model| talk(model, thread())),
    ("talk-asked", all, |model| {
        on(model, [Event::Age(Age::OldEnough)]);
        let ask =
            "Dürfen wir Angaben zu Ihrer Gesundheit verarbeiten? Ohne Ihr Ja löschen wir diese Nachricht.";
        talk(model, vec![shown(0, ToStaff, Some(TEXT)), act(1, "ask", ask)]);
    }),
    ("talk-acts", usual, |model| {
        let kept_on = "Aus Ihrer Anfrage ist ein Auftrag geworden. Diese Teile heben wir bis 31.12.2032 auf.";
        talk(model, vec![shown(0, ToStaff, None), shown(1, ToVisitor, None), act(2, "handover", kept_on)]);
    }),
    ("talk-held", usual, held),
    ("talk-distrusted", usual, |model| on(model, [kept(Kept::Newer)])),
    ("talk-unsent", usual, |model| {
        talk(model, thread());
        said(model, [Event::Sealed(Ok(())), Event::Answered(Answer::Lost), Event::Network(false)]);
        said(model, []);
    }),
    ("talk-stopped", usual, |model| {
        talk(model, thread());
        said(model, [Event::Sealed(Ok(())), Event::Answered(Answer::Limit)]);
    }),
    ("talk-warned", usual, |model| {
        talk(model, thread());
        said(model, [Event::Sealed(Ok(())), Event::Answered(Answer::Lost), Event::Close]);
    }),
    ("talk-closed", usual, |model| {
        let told = einwurf_seal::Shown { told: Some(TOLD.to_owned()), ..shown(0, ToStaff, Some(TEXT)) };
        talk(model, vec![told]);
        on(model, [closed()]);
    }),
    ("talk-by-link", usual, |model| {
        on(model, [kept(Kept::Linked), fixtures::news(thread(), None)]);
    }),
    ("talk-young", all, |model| {
        on(model, [kept(Kept::Talk), fixtures::news(thread(), None), Event::Another]);
        on(model, [Event::Tick(Purpose::Answer, true), Event::Age(Age::NotAsked), Event::Agree]);
    }),
    ("link-void", usual, |model| on(model, [kept(Kept::Void)])),
    ("leave", usual, |model| {
        talk(model, thread());
        on(model, [Event::Withdraw]);
    }),
    (
        "leave-request",
        |kind| kind.mode = Mode::Request,
        |model| {
            talk(model, thread());
            on(model, [Event::Withdraw]);
        },
    ),
    ("leave-held", usual, |model| {
        held(model);
        on(model, [Event::Withdraw]);
    }),
    ("leaving", usual, |model| left(model, [])),
    ("leaving-pending", usual, |model| left(model, [Event::Ended(Ending::Lost)])),
    ("withdrawn", usual, |model| left(model, [done(End::Withdrawn(NOW))])),
    ("withdrawn-request", |kind| kind.mode = Mode::Request, |model| left(model, [done(End::Withdrawn(NOW))])),
    ("withdrawn-held", usual, |model| left(model, [done(End::Held(NOW, DELETED))])),
    ("dropped", usual, |model| left(model, [done(End::Dropped)])),
    ("gone", usual, |model| {
        write(model, TEXT);
        on(model, [Event::Send, Event::Sealed(Ok(())), Event::Answered(Answer::Gone)]);
    }),
    ("forgotten", usual, |model| {
        talk(model, thread());
        on(model, [Event::Show(Paper::Data), Event::Forget]);
    }),
    ("receipt", usual, |model| papers(model, Paper::Receipt, true)),
    ("receipt-unsent", usual, |model| {
        write(model, TEXT);
        on(model, [Event::Show(Paper::Receipt), gathered(Paper::Receipt, true)]);
    }),
    ("papers-waiting", usual, |model| {
        talk(model, thread());
        on(model, [Event::Show(Paper::Data)]);
    }),
    ("papers-failed", usual, |model| papers(model, Paper::Data, false)),
    ("data", usual, |model| papers(model, Paper::Data, true)),
];

fn all(kind: &mut Kind) {
    kind.offers = &[Purpose::Special, Purpose::Remember, Purpose::Context];
    kind.children = Some(16);
}

fn ways(kind: &mut Kind) {
    kind.offers = &[Purpose::Remember, Purpose::Notify];
}

/// Writes in the conversation.
fn said(model: &mut Model, events: impl IntoIterator<Item = Event>) {
    on(model, [Event::Input(Field::Text, "Und was kostet das?".to_owned()), Event::Send]);
    on(model, events);
}

fn closed() -> Event {
    let topics = ["Fenster", "Türen"].map(|topic| Label::try_from(topic.to_owned()));
    Event::House(Some(House {
        presence: Presence::Closed(NOW.plus(14 * 3_600)),
        topics: topics.into_iter().flatten().collect(),
        automatic: Some(TOLD.to_owned()),
    }))
}

fn request_all(kind: &mut Kind) {
    all(kind);
    kind.mode = Mode::Request;
}

fn titled(model: &mut Model) {
    let page = Label::try_from("Fenster und Türen – Beispiel Fensterbau".to_owned()).ok();
    on(model, [Event::Hello(Hello { page, ..Hello::default() })]);
}

fn thread() -> Vec<einwurf_seal::Shown> {
    let answer = "Guten Tag Frau Muster,\n\nam Donnerstag um 10 Uhr kommt jemand vorbei.";
    vec![
        shown(0, ToStaff, Some(TEXT)),
        shown(1, ToVisitor, Some(answer)),
        shown(30, ToStaff, Some("Danke, das passt.")),
    ]
}

/// A conversation that was opened again, under a consent of the same choices as `model` has made.
fn talk(model: &mut Model, thread: Vec<einwurf_seal::Shown>) {
    let mut agreed = model.clone();
    on(&mut agreed, [Event::Tick(Purpose::Answer, true), Event::Agree]);
    let consent = agreed.consent().cloned();
    on(model, [kept(Kept::Talk), fixtures::news(thread, consent)]);
}

fn held(model: &mut Model) {
    talk(model, thread());
    if let Event::Looked(Look::News(mut news)) = fixtures::news(thread(), None) {
        news.hold = Some(Hold { reason: Reason::Claim, since: NOW, until: DELETED });
        news.restricted = true;
        on(model, [Event::Looked(Look::News(news))]);
    }
}

fn left(model: &mut Model, events: impl IntoIterator<Item = Event>) {
    talk(model, thread());
    on(model, [Event::Withdraw, Event::Yes]);
    on(model, events);
}

fn done(end: End) -> Event {
    Event::Ended(Ending::Done(end))
}

fn papers(model: &mut Model, kind: Paper, there: bool) {
    talk(model, thread());
    on(model, [Event::Show(kind), gathered(kind, there)]);
}

fn gathered(kind: Paper, there: bool) -> Event {
    let sheet = |ending: &str| Sheet {
        name: ["einwurf-nachweis-2026-11-23", ending].concat(),
        url: "data:text/plain,x".to_owned(),
        text: "x".to_owned(),
    };
    let files = if there { [".html", ".json", ".jsonld"].map(sheet).into() } else { Vec::new() };
    let link = ["https://post.fensterbau.example/#bundle=", &"AbCdEf0123".repeat(40)].concat();
    Event::Gathered((kind, Gathered { files, link: Some(link) }))
}

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
    Event::Answered(Answer::Accepted { seq: 0, at: NOW, deleted: DELETED })
}

fn every() -> impl Iterator<Item = &'static State> {
    STATES.iter().chain(files::STATES)
}

/// The names of all states, one a line.
#[wasm_bindgen]
pub fn states() -> String {
    every().map(|(name, ..)| *name).collect::<Vec<_>>().join("\n")
}

/// Shows a state in a register; `false` if there is none of this name, or the texts are not those of the register.
#[wasm_bindgen]
pub fn show(state: &str, register: &str, texts: &str) -> bool {
    console_error_panic_hook::set_once();
    let chosen = every().find(|(name, ..)| *name == state);
    let (Some((_, dress, happened)), Some(register)) = (chosen, Register::from_name(register)) else {
        return false;
    };
    let mut kind = Kind::usual(register);
    dress(&mut kind);
    let (Ok(site), Some(texts)) = (site(kind), Texts::parse(texts)) else { return false };
    screen::dress(register, &site.manifest.display);
    let mut model = Model::new(site);
    happened(&mut model);
    let door = "https://post.fensterbau.example/".to_owned();
    let place = Place { register, door, now: || NOW };
    let desk = Desk::new(model, texts, place, Box::new(|| {}));
    desk.learn(crate::format::words(register, desk.texts));
    if state == LOST {
        desk.wait(Waits::Resume);
        desk.lose();
    } else {
        desk.join(Box::new(Whole { hands: None }));
    }
    desk.within(|| app(desk).into_iter().for_each(El::mount));
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Screen;

    #[test]
    fn the_states_reach_every_screen() {
        let screens: Vec<_> = every()
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
            Screen::TooYoung,
            Screen::Opening,
            Screen::Talk,
            Screen::Leave,
            Screen::Leaving,
            Screen::Ended,
            Screen::Papers(Paper::Receipt, true),
            Screen::Papers(Paper::Data, false),
        ] {
            assert!(screens.contains(&screen), "{screen:?}");
        }
        assert!(screens.iter().any(|screen| matches!(screen, Screen::Notice(_))));
    }
}
