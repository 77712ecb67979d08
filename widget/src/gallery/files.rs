//! States with files.

use super::{State, TEXT, accepted, on, talk, usual};
use crate::{
    fixtures::{shown, write},
    state::{Event, Failure, Field, FileEvent, Found, Model, Opened, Refusal},
};
use einwurf_protocol::{
    api::visitor::AttachmentState,
    event::Direction::{ToStaff, ToVisitor},
    ids::{Digest, MessageId},
    message::{Attachment, Label},
};

/// A window that does not close.
const PICTURE: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 160 120' width='640' \
                       height='480'%3E%3Cpath fill='%23c9d6df' d='M0 0h160v120H0z'/%3E%3Cpath fill='%23fff' stroke='%2351616b' \
                       stroke-width='4' d='M30 15h100v90H30zM80 15v90M30 60h100'/%3E%3Cpath stroke='%239e2a2b' \
                       stroke-width='3' d='m76 66 10 22'/%3E%3C/svg%3E";

pub(super) const STATES: &[State] = &[
    ("files", usual, |model| {
        write(model, TEXT);
        ready(model, &[1, 2], &photo());
        prepared(model, 3, "Rechnung März.pdf", Ok(paper()));
    }),
    ("files-refused", usual, |model| {
        write(model, TEXT);
        prepared(model, 1, "Angebot.docx", Err(Refusal::Office));
        prepared(model, 2, "IMG_0002.jpg", Err(Refusal::Broken));
        on(model, [FileEvent::Picked(vec![(3, "IMG_0003.heic".to_owned())]).into()]);
        on(model, [Event::Send]);
    }),
    ("files-described", usual, |model| {
        write(model, TEXT);
        ready(model, &[1], &Found { arrows: 1, ..photo() });
        on(
            model,
            [FileEvent::Describe(1, "Der Fensterflügel steht unten zwei Zentimeter vor.".to_owned()).into()],
        );
    }),
    ("files-arrow", usual, |model| {
        write(model, TEXT);
        ready(model, &[1], &photo());
        on(model, [FileEvent::Aim(1, Some((52, 66))).into()]);
    }),
    ("files-overfull", usual, |model| {
        write(model, TEXT);
        ready(model, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], &photo());
    }),
    ("files-text-only", usual, |model| {
        write(model, TEXT);
        ready(model, &[1, 2], &photo());
        on(model, [Event::TextOnly(true)]);
    }),
    ("files-sending", usual, |model| {
        arrived(model);
        on(model, [FileEvent::Progress(1, 40).into()]);
    }),
    ("files-paused", usual, |model| {
        arrived(model);
        on(model, [FileEvent::Uploaded(1, Err(Failure::Lost)).into()]);
    }),
    ("files-failed", usual, |model| {
        arrived(model);
        on(model, [FileEvent::Stop.into()]);
    }),
    ("files-done", usual, |model| {
        arrived(model);
        on(model, [1, 2].map(|number| FileEvent::Uploaded(number, Ok(())).into()));
    }),
    ("talk-files", usual, received),
    ("talk-files-picked", usual, |model| {
        received(model);
        on(model, [Event::Input(Field::Text, "So ist es jetzt.".to_owned())]);
        ready(model, &[1, 2], &photo());
    }),
    ("talk-text-only", usual, |model| {
        received(model);
        on(model, [Event::TextOnly(true)]);
    }),
];

fn photo() -> Found {
    Found {
        ending: "jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        length: 480_000,
        preview: Some(PICTURE.to_owned()),
        original: false,
        shrunk: true,
        marks: true,
        arrows: 0,
    }
}

fn paper() -> Found {
    let (ending, media_type) = ("pdf".to_owned(), "application/pdf".to_owned());
    Found { ending, media_type, length: 72_000, preview: None, shrunk: false, marks: false, ..photo() }
}

fn prepared(model: &mut Model, number: u32, name: &str, result: Result<Found, Refusal>) {
    on(
        model,
        [
            FileEvent::Picked(vec![(number, name.to_owned())]).into(),
            FileEvent::Prepared(number, result).into(),
        ],
    );
}

fn ready(model: &mut Model, numbers: &[u32], found: &Found) {
    for number in numbers {
        prepared(model, *number, &format!("IMG_20261123_0{number}.jpg"), Ok(found.clone()));
    }
}

fn arrived(model: &mut Model) {
    write(model, TEXT);
    ready(model, &[1, 2], &photo());
    on(model, [Event::Send, Event::Sealed(Ok(())), accepted()]);
}

fn id(byte: u8) -> MessageId {
    MessageId([byte; MessageId::LENGTH])
}

fn attachment(byte: u8, name: &str, media_type: &str) -> Option<Attachment> {
    Some(Attachment {
        id: id(byte),
        key: vec![0; 32],
        length: 480_000,
        name: Label::try_from(name.to_owned()).ok()?,
        media_type: Label::try_from(media_type.to_owned()).ok()?,
        description: Some("Das Fenster nach der Reparatur, es schließt wieder.".to_owned()),
        digest: Digest([0; 32]),
    })
}

fn received(model: &mut Model) {
    let mut own = shown(0, ToStaff, Some(TEXT));
    own.attachments.extend(attachment(1, "bild-1.jpg", "image/jpeg"));
    own.attachments.extend(attachment(2, "bild-2.jpg", "image/jpeg"));
    let mut theirs = shown(1, ToVisitor, Some("So sieht es jetzt aus. Die Rechnung liegt bei."));
    for (byte, name, media_type) in [
        (3, "bild-1.jpg", "image/jpeg"),
        (4, "datei-1.pdf", "application/pdf"),
        (5, "bild-2.jpg", "image/jpeg"),
    ] {
        theirs.attachments.extend(attachment(byte, name, media_type));
    }
    talk(model, vec![own, theirs]);
    let state =
        |byte, missing: &[u32]| AttachmentState { id: id(byte), seq: 0, bytes: 9, missing: missing.to_vec() };
    let stored = vec![state(1, &[]), state(2, &[0]), state(3, &[]), state(4, &[]), state(5, &[])];
    let opened = Opened { url: PICTURE.to_owned(), name: "bild-1.jpg".to_owned(), picture: true };
    on(
        model,
        [
            FileEvent::Stored(Some(stored)),
            FileEvent::Open(id(3)),
            FileEvent::Opened(id(3), Ok(opened)),
            FileEvent::Open(id(5)),
            FileEvent::Opened(id(5), Err(Failure::Forged)),
        ]
        .map(Event::File),
    );
}
