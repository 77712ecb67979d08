//! Answering: written, asked about, failed, arrived, with files.

use super::{State, inbox};
use crate::{
    app::{App, Page},
    fixtures::{
        NOW,
        desk::{cid, desk, item, mine},
    },
    state::{
        answer::{Lack, Notice},
        desk::letter::{Item, Letter},
        fault::Fault,
        files::{Found, Going, Look, Refusal, frame},
        login::Left,
    },
};
use einwurf_protocol::{
    api::visitor::{AttachmentState, Attachments},
    event::Direction,
    ids::{Digest, MessageId},
    message::{Attachment, Label},
};
use leptos::prelude::*;

/// Every state.
pub(super) const STATES: &[State] = &[
    ("answer-writing", |app| talk(app, "Gern, am Donnerstag um acht. Passt Ihnen das?")),
    ("answer-empty", |app| {
        talk(app, "");
        app.answers.update(|answers| answers.lacks(cid(0), Lack::Text));
    }),
    ("answer-colleague", |app| {
        talk(app, "Ich komme heute noch vorbei.");
        app.answers.update(|answers| answers.outrun(cid(0)));
    }),
    ("answer-callback", |app| {
        talk(app, "Bitte überweisen Sie auf DE89 3704 0044 0532 0130 00.");
        app.answers.update(|answers| answers.callback(cid(0), true));
    }),
    ("answer-failed", |app| {
        talk(app, "Gern, am Donnerstag um acht.");
        app.answers.update(|answers| answers.failed(cid(0), Fault::Offline));
    }),
    ("answer-arrived", |app| {
        talk(app, "");
        app.answers.update(|answers| {
            answers.arrived(cid(0), 1);
            answers.told(cid(0), Notice::Failed(Fault::Away));
        });
    }),
    ("answer-leave", |app| {
        talk(app, "Gern, am Donnerstag um acht.");
        app.leaving.set(true);
    }),
    ("answer-locked", |app| {
        talk(app, "Gern, am Donnerstag um acht.");
        app.page.set(Page::Login);
        app.login.update(|login| login.left = Some(Left::Locked));
    }),
    ("answer-files", |app| {
        talk(app, "Anbei das Angebot.");
        picked(app);
    }),
];

/// The first conversation, with an answer and files, and this text in the composer.
fn talk(app: App, text: &str) {
    let mut desk = desk();
    desk.read(cid(0));
    let Some(letter) = desk.row(cid(0)).and_then(|row| row.letter().cloned()) else { return };
    let letter = answered(letter);
    desk.opened(cid(0), mine(letter.clone()));
    inbox(app, desk);
    stored(app);
    if !text.is_empty() {
        app.answers.update(|answers| answers.write(cid(0), text.to_owned(), Some(&letter)));
    }
}

fn answered(mut letter: Letter) -> Letter {
    let files = [1, 2, 3].into_iter().filter_map(file).collect();
    letter.items.push(Item { files, ..item(1, NOW.minus(120), "So sieht es aus.") });
    letter.items.push(Item {
        direction: Direction::ToVisitor,
        author: Some("Anna Beispiel".into()),
        told: None,
        ..item(
            2,
            NOW.minus(60),
            "Danke, das hilft. Einen Termin finden Sie auf https://fensterbau.example/termine.",
        )
    });
    letter
}

fn file(number: u8) -> Option<Attachment> {
    let (name, media_type) =
        if number == 3 { ("datei-1.pdf", "application/pdf") } else { ("bild-1.jpg", "image/jpeg") };
    Some(Attachment {
        id: MessageId([number; 16]),
        key: Vec::new(),
        length: 480_000 * u64::from(number),
        name: Label::try_from(name.to_owned()).ok()?,
        media_type: Label::try_from(media_type.to_owned()).ok()?,
        description: (number == 1).then(|| "Der Rahmen steht unten einen Finger breit ab.".to_owned()),
        digest: Digest([number; 32]),
    })
}

/// One file is whole and shown, one is on its way, one was stopped.
fn stored(app: App) {
    let state = |number: u8, missing: Vec<u32>| AttachmentState {
        id: MessageId([number; 16]),
        seq: 1,
        bytes: 2_500_000,
        missing,
    };
    let attachments = vec![state(1, Vec::new()), state(2, vec![1]), state(3, Vec::new())];
    app.files.update(|files| {
        files.take(Attachments { attachments });
        let picture = "data:image/gif;base64,R0lGODlhAQABAIAAAA9cXP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==";
        files.looks(MessageId([1; 16]), Look::Shown(frame(picture, "Fenster")));
        files.goes(MessageId([3; 16]), Going::Stopped);
    });
}

fn picked(app: App) {
    app.files.update(|files| {
        let numbers: Vec<_> = ["IMG_2041.JPG", "Angebot.docx", "kaputt.png"]
            .into_iter()
            .filter_map(|name| files.pick(cid(0), name))
            .collect();
        let found = Found { name: "bild-1.jpg".into(), length: 412_000, picture: true, preview: None };
        for (place, number) in numbers.into_iter().enumerate() {
            match place {
                0 => drop(files.ready(cid(0), number, found.clone())),
                1 => files.refuse(cid(0), number, Refusal::Office),
                _ => files.prepares(cid(0), number, 0.4),
            }
        }
    });
}
