//! States with files, and what can happen to them, for the tests of everything in everything.

use super::*;

pub(super) fn states() -> Vec<(&'static str, Model)> {
    let [picked, ready, refused] =
        [0, 1, 2].map(|last| events().into_iter().take(last + 1).collect::<Vec<_>>());
    let sent = [&ready[..], &[Event::Send, Event::Sealed(Ok(())), accepted()]].concat();
    vec![
        ("compose, a file", after(composed(), &picked)),
        ("compose, a file is ready", after(composed(), &ready)),
        ("compose, a file is refused", after(composed(), &[&picked[..], &refused[2..]].concat())),
        ("sealing files", after(composed(), &[&ready[..], &[Event::Send]].concat())),
        ("arrived, a file on its way", after(composed(), &sent)),
        ("arrived, a file rests", after(composed(), &[&sent[..], &[uploaded(Err(Failure::Lost))]].concat())),
        ("arrived, a file failed", after(composed(), &[&sent[..], &[FileEvent::Stop.into()]].concat())),
    ]
}

fn uploaded(result: Result<(), Failure>) -> Event {
    FileEvent::Uploaded(1, result).into()
}

/// The first ones pick a file, make it ready and refuse it.
pub(super) fn events() -> Vec<Event> {
    let found = Found {
        ending: "jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        length: 1_000,
        preview: None,
        original: false,
        shrunk: true,
        marks: true,
        arrows: 0,
    };
    let mut events: Vec<Event> = [
        FileEvent::Picked(vec![(1, "IMG_1.jpg".to_owned())]),
        FileEvent::Prepared(1, Ok(found)),
        FileEvent::Prepared(1, Err(Refusal::Office)),
        FileEvent::Original(1, true),
        FileEvent::Unclean(1),
        FileEvent::Describe(1, "Der Rahmen".to_owned()),
        FileEvent::Aim(1, Some((10, 20))),
        FileEvent::Mark(1),
        FileEvent::Remove(1),
        FileEvent::Progress(1, 50),
        FileEvent::Stop,
        FileEvent::Again,
        FileEvent::Dismiss,
        FileEvent::Stored(None),
    ]
    .map(Event::File)
    .into();
    let failures = [Failure::Lost, Failure::Stopped, Failure::Refused];
    events.extend(failures.map(|failure| uploaded(Err(failure))));
    events.extend([uploaded(Ok(())), Event::Sealed(Err(SealFault::File(1, Refusal::Changed)))]);
    events
}
