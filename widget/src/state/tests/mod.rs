//! Every event in every state, and the ways that a visitor really goes.

mod busy;
mod consent;
mod ending;
mod everywhere;
mod files;
mod live;
mod outbox;
mod talk;
mod told;
mod unsent;
mod way;
mod ways;

use super::*;
use crate::fixtures::{self, DELETED, Kind, NOW, write};
use einwurf_protocol::{
    consent::{Age, Consent, NotAgreed, Ticks},
    event::Direction,
    message::{DraftError, Reason, Wish},
    notice::{Mode, Purpose, Register},
    precedence::Hold,
    status::Presence,
    time::Timestamp,
};

const TEXT: &str = "Unser Fenster klemmt.";

fn site(days: u32) -> Site {
    fixtures::site(Kind { days, ..Kind::usual(Register::DeFormal) }).unwrap()
}

/// A site that offers every box and takes children.
fn full() -> Kind {
    let offers = &[Purpose::Special, Purpose::Remember, Purpose::Context];
    Kind { offers, children: Some(16), ..Kind::usual(Register::DeFormal) }
}

fn consented() -> Consent {
    composed().consent().unwrap().clone()
}

fn talking(consent: Option<Consent>) -> Model {
    let own = fixtures::shown(0, Direction::ToStaff, Some(TEXT));
    after(fresh(), &[fixtures::kept(Kept::Talk), fixtures::news(vec![own], consent)])
}

fn gathered() -> Gathered {
    let sheet = |name: &str| Sheet { name: name.into(), url: "blob:x".into(), text: TEXT.into() };
    let link = Some("https://door.example/#bundle=secret".to_owned());
    Gathered { files: vec![sheet("a.html"), sheet("a.json")], link }
}

/// Withdraws: what the visitor presses, and nothing else.
const LEAVE: [Event; 2] = [Event::Withdraw, Event::Yes];

fn ended(end: End) -> Model {
    after(composed(), &[&LEAVE[..], &[Event::Ended(Ending::Done(end))]].concat())
}

fn moved() -> Model {
    Model::new(fixtures::site(Kind { moved: true, ..Kind::usual(Register::DeFormal) }).unwrap())
}

fn fresh() -> Model {
    Model::new(site(90))
}

fn composed() -> Model {
    let mut model = fresh();
    write(&mut model, TEXT);
    model
}

fn after(mut model: Model, events: &[Event]) -> Model {
    for event in events {
        model.on(event.clone());
    }
    model
}

const BUSY: Answer = Answer::Busy { seconds: 60, until: Timestamp(NOW.0 + 60) };

fn accepted() -> Event {
    Event::Answered(Answer::Accepted { seq: 0, at: NOW, deleted: DELETED })
}

fn sending() -> Model {
    after(composed(), &[Event::Send, Event::Sealed(Ok(()))])
}

/// One model of each phase, with what can differ inside it.
fn states() -> Vec<(&'static str, Model)> {
    let sending_then = |events: &[Event]| after(sending(), events);
    let changed = sending_then(&[Event::Answered(Answer::Stale), Event::Refreshed(Ok(Box::new(site(91))))]);
    let mut states = files::states();
    states.extend(vec![
        ("notice", fresh()),
        ("notice, nudged", after(fresh(), &[Event::Agree])),
        ("notice, changed", changed.clone()),
        ("moved", moved()),
        ("declined", after(fresh(), &[Event::Decline])),
        ("declined, changed", after(changed, &[Event::Decline])),
        ("compose", composed()),
        ("compose, fault", after(composed(), &[Event::Input(Field::Email, "x".into()), Event::Send])),
        ("sealing", after(composed(), &[Event::Send])),
        ("sending", sending()),
        ("waiting to send", sending_then(&[Event::Answered(Answer::Lost)])),
        ("waiting for room", sending_then(&[Event::Answered(BUSY)])),
        ("working", sending_then(&[Event::Working])),
        ("refreshing, stale", sending_then(&[Event::Answered(Answer::Stale)])),
        ("refreshing, retired", sending_then(&[Event::Answered(Answer::Retired)])),
        (
            "waiting to refresh",
            sending_then(&[Event::Answered(Answer::Retired), Event::Refreshed(Err(RefreshFault::Lost))]),
        ),
        ("arrived", sending_then(&[accepted()])),
        ("follow-up", sending_then(&[accepted(), Event::Another])),
        ("arrived, a way is open", sending_then(&[accepted(), Event::Way(Way::Email), Event::Box(true)])),
        ("talk, sealing", written(&[])),
        ("talk, sending two", written(&[Event::Sealed(Ok(())), typed(), Event::Send])),
        ("talk, waiting", written(&[Event::Sealed(Ok(())), Event::Answered(Answer::Lost)])),
        ("talk, refreshing", written(&[Event::Sealed(Ok(())), Event::Answered(Answer::Stale)])),
        ("talk, stopped", written(&[Event::Sealed(Ok(())), Event::Answered(Answer::Limit)])),
        ("stopped", sending_then(&[Event::Answered(Answer::Limit)])),
        ("notice of a full site", Model::new(fixtures::site(full()).unwrap())),
        ("too young", young()),
        ("opening", after(fresh(), &[fixtures::kept(Kept::Talk)])),
        ("opening, lost", after(fresh(), &[fixtures::kept(Kept::Talk), Event::Looked(Look::Lost)])),
        ("talk", talking(Some(consented()))),
        ("talk, no consent in force", talking(None)),
        ("talk, distrusted", after(talking(Some(consented())), &[Event::Looked(Look::Untrusted)])),
        ("talk, asked", asked(full()).0),
        ("leave", after(talking(Some(consented())), &[Event::Withdraw])),
        ("leave while sending", sending_then(&[Event::Withdraw])),
        ("leaving, busy", sending_then(&LEAVE)),
        ("leaving, noting", after(talking(None), &LEAVE)),
        ("leaving", after(talking(None), &[&LEAVE[..], &[Event::Noted]].concat())),
        (
            "leaving, pending",
            after(talking(None), &[&LEAVE[..], &[Event::Noted, Event::Ended(Ending::Lost)]].concat()),
        ),
        ("withdrawn", ended(End::Withdrawn(NOW))),
        ("withdrawn, held", ended(End::Held(NOW, DELETED))),
        ("dropped", ended(End::Dropped)),
        ("gone", ended(End::Gone)),
        ("past", after(talking(None), &[Event::Looked(Look::Nothing)])),
        ("void", after(fresh(), &[fixtures::kept(Kept::Void)])),
        ("talk, young", grown()),
        ("forgotten", after(composed(), &[Event::Show(Paper::Data), Event::Forget])),
        ("data", after(talking(Some(consented())), &[Event::Show(Paper::Data)])),
        ("receipt", after(composed(), &[Event::Show(Paper::Receipt), got(Paper::Receipt)])),
        (
            "receipt after the end",
            after(ended(End::Withdrawn(NOW)), &[Event::Show(Paper::Receipt), got(Paper::Receipt)]),
        ),
    ]);
    states
}

fn typed() -> Event {
    Event::Input(Field::Text, TEXT.into())
}

/// Writes in the conversation.
fn written(events: &[Event]) -> Model {
    after(talking(Some(consented())), &[&[typed(), Event::Send][..], events].concat())
}

fn closed() -> House {
    let topics = ["Fenster", "Türen"].map(|topic| Label::try_from(topic.to_owned()).unwrap()).into();
    House {
        presence: Presence::Closed(NOW.plus(3_600)),
        topics,
        automatic: Some("Wir melden uns morgen.".into()),
    }
}

fn private() -> Private {
    let link = "https://door.example/#bundle=secret".to_owned();
    Private { link, picture: Some("data:image/svg+xml,x".into()), share: true, copied: None }
}

fn got(kind: Paper) -> Event {
    Event::Gathered((kind, gathered()))
}

fn young() -> Model {
    let model = Model::new(fixtures::site(full()).unwrap());
    after(model, &[Event::Tick(Purpose::Answer, true), Event::Age(Age::NotAsked), Event::Agree])
}

/// Asked for the age once more, in a conversation that had begun: the parents were not asked.
fn grown() -> Model {
    let (model, _) = asked(full());
    let consent = model.consent().cloned();
    let mut model = after(model, &[Event::Another, Event::Input(Field::Text, TEXT.into())]);
    model.phase = Phase::Notice(Reading { changed: true, ..Reading::default() });
    assert!(consent.is_some());
    after(model, &[Event::Tick(Purpose::Answer, true), Event::Age(Age::NotAsked), Event::Agree])
}

/// A conversation of a site, without consent to special categories, in which a member asks for it.
fn asked(kind: Kind) -> (Model, Consent) {
    let site = fixtures::site(kind).unwrap();
    let mut ticks = Ticks::default();
    ticks.set(Purpose::Answer, true);
    ticks.set(Purpose::Remember, true);
    ticks.age = Some(Age::Parents);
    let consent = site.notice.agree(&ticks).unwrap();
    let thread =
        vec![fixtures::shown(0, Direction::ToStaff, Some(TEXT)), fixtures::act(1, "ask", "Dürfen wir?")];
    let open = [fixtures::kept(Kept::Talk), fixtures::news(thread, Some(consent.clone()))];
    (after(Model::new(site), &open), consent)
}

/// What is beside writing: ways, the connection, who is there.
fn beside() -> Vec<Event> {
    vec![
        Event::Topic(Some(0)),
        Event::Way(Way::Link),
        Event::Way(Way::Notice),
        Event::Box(true),
        Event::Want("Bitte rufen Sie mich an.".into()),
        Event::Share,
        Event::Private(None),
        Event::Private(Some(private())),
        Event::Live(Live::Open),
        Event::Live(Live::Look),
        Event::Live(Live::Closed),
        Event::House(None),
        Event::House(Some(closed())),
        Event::Network(false),
        Event::Network(true),
    ]
}

/// One of each event, with what can differ inside it.
fn events() -> Vec<Event> {
    let mut events = vec![
        Event::Tick(Purpose::Answer, true),
        Event::Tick(Purpose::Answer, false),
        Event::Tick(Purpose::Special, true),
        Event::Agree,
        Event::Decline,
        Event::Reconsider,
        Event::Readers,
        Event::Escape,
        Event::Close,
        Event::Opened,
        Event::Wish(None),
        Event::Wish(Some(Wish::Phone)),
        Event::Send,
        Event::Retry,
        Event::Edit,
        Event::Another,
        Event::Sealed(Ok(())),
        Event::Sealed(Err(SealFault::TooLong)),
        Event::Sealed(Err(SealFault::Full)),
        Event::Sealed(Err(SealFault::Broken)),
        Event::Refreshed(Ok(Box::new(site(90)))),
        Event::Refreshed(Ok(Box::new(site(91)))),
        Event::Refreshed(Err(RefreshFault::Lost)),
        Event::Refreshed(Err(RefreshFault::Untrusted)),
        Event::Refreshed(Err(RefreshFault::Moved)),
        Event::TimeUp(0),
        Event::TimeUp(1),
        accepted(),
        Event::Age(Age::OldEnough),
        Event::Age(Age::Parents),
        Event::Age(Age::NotAsked),
        Event::Talk,
        Event::Withdraw,
        Event::Yes,
        Event::Show(Paper::Receipt),
        Event::Show(Paper::Data),
        Event::Back,
        Event::Link,
        Event::Copy { link: false },
        Event::Copy { link: true },
        Event::Copied(true),
        Event::Copied(false),
        Event::Forget,
        got(Paper::Receipt),
        got(Paper::Data),
        fixtures::news(vec![fixtures::shown(0, Direction::ToStaff, Some(TEXT))], None),
        Event::Noted,
        Event::Ended(Ending::Lost),
        Event::Ended(Ending::Done(End::Withdrawn(NOW))),
        Event::Ended(Ending::Done(End::Dropped)),
        Event::Ended(Ending::Done(End::Gone)),
        Event::Ended(Ending::Done(End::Past)),
    ];
    events.extend(beside());
    events.extend(files::events());
    events.extend([Look::Lost, Look::Gone, Look::Nothing, Look::Untrusted].map(Event::Looked));
    let kept = [Kept::Nothing, Kept::Talk, Kept::Linked, Kept::Both, Kept::Void, Kept::Leaving, Kept::Newer];
    events.extend(kept.map(fixtures::kept));
    events.extend(Field::ALL.map(|field| Event::Input(field, "neu".into())));
    let answers = [
        Answer::Lost,
        Answer::Stale,
        Answer::Retired,
        Answer::Behind,
        Answer::NoAccess,
        Answer::Gone,
        Answer::TooLarge,
        Answer::Limit,
        Answer::Refused("malformed"),
    ];
    events.extend(answers.map(Event::Answered));
    events.extend([
        Event::Answered(BUSY),
        Event::Answered(Answer::TextOnly),
        Event::Working,
        Event::TextOnly(true),
    ]);
    events
}
