//! Files of the message being written: a quiet row to pick them, and a list of what was picked. Who listens to the
//! inputs, to drops and to the clipboard is `effects/files.rs`; nothing asks for a camera (PRE-06).

mod aim;

use super::{button, folded, icon};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said, ticked, value_of},
    format,
    state::{Event, Fault, File, FileEvent, Found, Refusal, Screen, Stage},
    texts::{Texts, fill},
};

pub(super) fn files(desk: Desk) -> El {
    let texts = desk.texts;
    let items = move || {
        desk.see(|model| {
            model.files.picked().map(|file| file.number).map(|number| item(desk, number)).collect()
        })
    };
    let fault = move || desk.see(|model| model.files.fault);
    let said_fault = move || fault().map_or("", |fault| hindrance(texts, fault)).to_owned();
    let list = [
        classed("ul", "picked")
            .attr("aria-label", texts.files())
            .shows(move || desk.see(|model| model.files.version), items),
        classed("p", "hint").attr("role", "status").says(move || sum(desk)),
        classed("p", "hint").says(move || hint(desk).to_owned()),
        classed("p", "fault")
            .attr("id", "files-fault")
            .attr("role", "alert")
            .attr("tabindex", "-1")
            .says(said_fault),
    ];
    let section = classed("section", "picks");
    // In the conversation the row stands beside the button, below what was picked.
    if desk.screen() == Screen::Talk {
        section.kids(list).kids([row(desk)])
    } else {
        section.kids([row(desk)]).kids(list)
    }
}

/// Photo and file; on a phone the camera beside it.
fn row(desk: Desk) -> El {
    let texts = desk.texts;
    let pictures = [("accept", "image/*")];
    let hidden = move || desk.see(|model| model.files.text_only.then_some(""));
    classed("div", "row").has("hidden", hidden).kids([
        pick(desk, texts.files_camera(), icon::CAMERA, &[("accept", "image/*"), ("capture", "environment")])
            .attr("class", "pick camera"),
        pick(desk, texts.files_photo(), icon::PICTURE, &[&pictures[..], &[("multiple", "")]].concat()),
        pick(desk, texts.files_file(), icon::CLIP, &[("multiple", "")]),
    ])
}

/// Telling that it begins is for phones, which may load the page again before anything is picked.
fn pick(desk: Desk, label: &str, path: &str, attributes: &[(&str, &str)]) -> El {
    let begins = move |begins| move |_: &_| desk.emit(FileEvent::Picking(begins).into());
    let input = el("input").attr("type", "file").attr("class", "voice");
    let input = input.on("click", begins(true)).on("cancel", begins(false));
    let input = attributes.iter().fold(input, |input, (name, value)| input.attr(name, value));
    classed("label", "pick").kids([icon::icon(path), said("span", label), input])
}

/// How many there are, and how large.
fn sum(desk: Desk) -> String {
    desk.see(|model| {
        let files = &model.files;
        if files.picked().any(|file| file.stage == Stage::Preparing) {
            return desk.texts.file_preparing().to_owned();
        }
        let ready = files.ready();
        if ready.is_empty() {
            return String::new();
        }
        [&files.words(&ready, &model.words), ", ", &format::size(desk.register, files.bytes())].concat()
    })
}

fn hint(desk: Desk) -> &'static str {
    let pictures = |file: &File| file.found.as_ref().is_some_and(Found::is_picture);
    if desk.see(|model| model.files.again && !model.files.text_only) {
        return desk.texts.files_once_more();
    }
    if desk.see(|model| model.files.picked().any(pictures)) { desk.texts.files_hint() } else { "" }
}

fn hindrance(texts: &'static Texts, fault: Fault) -> &'static str {
    match fault {
        Fault::Preparing => texts.files_wait(),
        Fault::Refused => texts.files_refused(),
        Fault::Room => texts.files_room(),
        Fault::TextOnly => texts.files_text_only(),
    }
}

fn item(desk: Desk, number: u32) -> El {
    let version = move || desk.see(|model| model.files.file(number).map_or(0, |file| file.version));
    let parts = move || desk.see(|model| model.files.file(number).map(|file| parts(desk, file)));
    el("li").shows(version, move || parts().unwrap_or_default())
}

fn parts(desk: Desk, file: &File) -> Vec<El> {
    let number = file.number;
    let remove = fill(desk.texts.file_remove(), &[("name", &file.own)]);
    let remove = classed("button", "remove")
        .attr("aria-label", &remove)
        .kids([icon::icon(icon::CLOSE)])
        .on("click", move |_| desk.emit(FileEvent::Remove(number).into()));
    let words = classed("div", "about").kids([said("bdi", &file.own), state(desk, file)]);
    let preview = file.found.as_ref().and_then(|found| found.preview.as_deref());
    let preview =
        preview.filter(|_| file.aim.is_none()).map(|url| el("img").attr("src", url).attr("alt", ""));
    let more = match (file.stage, &file.found) {
        (Stage::Refused(refusal), _) => refused(desk, number, refusal),
        (Stage::Ready, Some(found)) if file.aim.is_some() => aim::aim(desk, number, found),
        (Stage::Ready, Some(found)) if found.is_picture() => picture(desk, file, found),
        _ => Vec::new(),
    };
    preview.into_iter().chain([words, remove]).chain(more).collect()
}

fn state(desk: Desk, file: &File) -> El {
    let texts = desk.texts;
    match (file.stage, &file.found) {
        (Stage::Refused(refusal), _) => {
            classed("p", "fault").attr("role", "alert").text(sentence(texts, refusal))
        }
        (Stage::Ready, Some(found)) => {
            let size = format::size(desk.register, found.length);
            // Where the site takes none any more, it stays behind.
            classed("p", "hint").says(move || {
                let goes = desk.see(|model| !model.files.text_only);
                if goes { fill(texts.file_ready(), &[("size", &size)]) } else { size.clone() }
            })
        }
        _ => classed("p", "hint").text(texts.file_preparing()),
    }
}

fn sentence(texts: &'static Texts, refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Empty => texts.file_empty(),
        Refusal::Broken => texts.file_broken(),
        Refusal::Polyglot => texts.file_polyglot(),
        Refusal::Unknown => texts.file_unknown(),
        Refusal::Office => texts.file_office(),
        Refusal::Protected => texts.file_protected(),
        Refusal::TooLarge => texts.file_large(),
        Refusal::Changed => texts.file_changed(),
        Refusal::Location => texts.file_location(),
        Refusal::TooMany => texts.file_many(),
        Refusal::Failed => texts.file_failed(),
    }
}

/// What can be done about it.
fn refused(desk: Desk, number: u32, refusal: Refusal) -> Vec<El> {
    let texts = desk.texts;
    let way = |text, event: FileEvent| vec![button(desk, "quiet", text, move || Event::File(event.clone()))];
    match refusal {
        Refusal::Changed | Refusal::Failed => way(texts.retry(), FileEvent::Original(number, false)),
        refusal if refusal.may_go_unclean() => way(texts.file_unclean(), FileEvent::Unclean(number)),
        _ => Vec::new(),
    }
}

/// Full size, description (A11-06), arrows: folded, so that a dozen pictures stay a list.
fn picture(desk: Desk, file: &File, found: &Found) -> Vec<El> {
    let texts = desk.texts;
    let touched = !file.description.is_empty() || found.arrows > 0 || found.original;
    let arrows = classed("div", "pair").kids(arrows(desk, file.number, found));
    let kids = [Some(description(desk, file)), full(desk, file.number, found), Some(arrows)];
    let more = folded(texts.file_describe(), kids.into_iter().flatten());
    vec![if touched { more.attr("open", "") } else { more }]
}

fn full(desk: Desk, number: u32, found: &Found) -> Option<El> {
    let original = found.original;
    (original || found.shrunk).then(|| {
        let input = el("input")
            .attr("type", "checkbox")
            .live(move |input| input.tick(original))
            .on("change", move |event| desk.emit(FileEvent::Original(number, ticked(event)).into()));
        classed("label", "tick").kids([input, said("span", desk.texts.file_original())])
    })
}

fn description(desk: Desk, file: &File) -> El {
    let number = file.number;
    let id = ["describe-", &number.to_string()].concat();
    let field = classed("textarea", "letter")
        .attr("id", &id)
        .attr("rows", "2")
        .value(&file.description)
        .on("input", move |event| desk.emit(FileEvent::Describe(number, value_of(event)).into()));
    let label = said("label", desk.texts.file_description()).attr("for", &id);
    classed("div", "field").kids([label, field])
}

fn arrows(desk: Desk, number: u32, found: &Found) -> Vec<El> {
    let texts = desk.texts;
    let original = found.original;
    let press = |text, event: FileEvent| button(desk, "quiet", text, move || Event::File(event.clone()));
    let set = found.marks.then(|| press(texts.file_aim(), FileEvent::Aim(number, Some((50, 50)))));
    let unset = FileEvent::Original(number, original);
    let unset = (found.arrows > 0).then(|| press(texts.file_unmark(), unset));
    set.into_iter().chain(unset).collect()
}
