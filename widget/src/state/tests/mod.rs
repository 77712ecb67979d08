//! Every event in every state, and the ways that a visitor really goes.

mod everywhere;
mod ways;

use super::*;
use crate::fixtures::{self, DELETED, Kind, NOW, write};
use einwurf_protocol::{
    message::Wish,
    notice::{Purpose, Register},
};

const TEXT: &str = "Unser Fenster klemmt.";

fn site(days: u32) -> Site {
    fixtures::site(Kind { days, ..Kind::usual(Register::DeFormal) }).unwrap()
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

fn accepted() -> Event {
    Event::Answered(Answer::Accepted { at: NOW, deleted: DELETED })
}

fn sending() -> Model {
    after(composed(), &[Event::Send, Event::Sealed(Ok(()))])
}

/// One model of each phase, with what can differ inside it.
fn states() -> Vec<(&'static str, Model)> {
    let sending_then = |events: &[Event]| after(sending(), events);
    let changed = sending_then(&[Event::Answered(Answer::Stale), Event::Refreshed(Ok(Box::new(site(91))))]);
    vec![
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
        ("refreshing, stale", sending_then(&[Event::Answered(Answer::Stale)])),
        ("refreshing, retired", sending_then(&[Event::Answered(Answer::Retired)])),
        (
            "waiting to refresh",
            sending_then(&[Event::Answered(Answer::Retired), Event::Refreshed(Err(RefreshFault::Lost))]),
        ),
        ("arrived", sending_then(&[accepted()])),
        ("follow-up", sending_then(&[accepted(), Event::Another])),
        ("stopped", sending_then(&[Event::Answered(Answer::Limit)])),
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
    ];
    events.extend(Field::ALL.map(|field| Event::Input(field, "neu".into())));
    let answers = [
        Answer::Lost,
        Answer::Stale,
        Answer::Retired,
        Answer::Behind,
        Answer::NoAccess,
        Answer::TooLarge,
        Answer::Limit,
        Answer::Refused("malformed"),
    ];
    events.extend(answers.map(Event::Answered));
    events
}
