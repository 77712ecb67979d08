//! Files of a message in the conversation. Nothing is fetched before the visitor asks for it (MSG-04); pictures open here,
//! everything else is a download.

use super::button;
use crate::{
    desk::Desk,
    dom::{El, classed, el, said},
    format,
    state::{Event, Failure, FileEvent, Opened, Sight},
    texts::fill,
};
use einwurf_protocol::{event::Direction, message::Attachment, time::Timestamp};
use einwurf_seal::Shown;

/// After so many seconds what is not there has not arrived.
const PATIENCE: u64 = 600;

/// A file and the message that it belongs to.
#[derive(Clone)]
struct Item {
    attachment: Attachment,
    own: bool,
    at: Timestamp,
}

pub(super) fn attached(desk: Desk, shown: &Shown) -> Option<El> {
    let own = shown.direction == Direction::ToStaff;
    let item = |attachment: &Attachment| Item { attachment: attachment.clone(), own, at: shown.at };
    let items = shown.attachments.iter().map(|attachment| entry(desk, item(attachment)));
    (!shown.attachments.is_empty())
        .then(|| classed("ul", "attached").attr("aria-label", desk.texts.files()).kids(items))
}

fn entry(desk: Desk, item: Item) -> El {
    let id = item.attachment.id;
    let version = move || desk.see(|model| model.files.turn(id));
    el("li").shows(version, move || desk.see(|model| parts(desk, &item, model.files.sight(id))))
}

fn parts(desk: Desk, item: &Item, sight: Option<&Sight>) -> Vec<El> {
    let texts = desk.texts;
    let id = item.attachment.id;
    match sight {
        Some(Sight::Open(opened)) => open(desk, &item.attachment, opened),
        Some(Sight::Fetching) => vec![hint(item, texts.attached_fetching())],
        Some(Sight::Failed(failure)) => failed(desk, item, *failure),
        Some(Sight::Stored) => vec![fetch(desk, item)],
        _ if desk.see(|model| model.files.is_on_its_way(id)) => vec![hint(item, texts.attached_sending())],
        None => Vec::new(),
        Some(Sight::Missing) => missing(desk, item),
    }
}

fn hint(item: &Item, text: &str) -> El {
    classed("p", "hint").text(&named(item, text))
}

fn named(item: &Item, text: &str) -> String {
    fill(text, &[("name", &plain(&item.attachment.name))])
}

fn fetch(desk: Desk, item: &Item) -> El {
    let texts = desk.texts;
    let picture = item.attachment.media_type.starts_with("image/");
    let text = if picture { texts.attached_see() } else { texts.attached_load() };
    let size = format::size(desk.register, item.attachment.length);
    let id = item.attachment.id;
    button(desk, "quiet", &fill(&named(item, text), &[("size", &size)]), move || {
        Event::File(FileEvent::Open(id))
    })
}

fn failed(desk: Desk, item: &Item, failure: Failure) -> Vec<El> {
    let fault = |text| classed("p", "fault").attr("role", "alert").text(&named(item, text));
    match failure {
        Failure::Forged => vec![fault(desk.texts.attached_forged())],
        _ => vec![fault(desk.texts.attached_failed()), fetch(desk, item)],
    }
}

/// Parts are missing: on their way for a while, then not any more. A tab that was loaded again has nothing left to send.
fn missing(desk: Desk, item: &Item) -> Vec<El> {
    let texts = desk.texts;
    let late = desk.now() > item.at.plus(PATIENCE);
    let text = if late { texts.attached_lost() } else { texts.attached_missing() };
    let held = desk.see(|model| model.files.is_held(item.attachment.id));
    let again = (item.own && !held).then(|| classed("p", "hint").text(texts.attached_again()));
    [hint(item, text)].into_iter().chain(again).collect()
}

fn open(desk: Desk, attachment: &Attachment, opened: &Opened) -> Vec<El> {
    let texts = desk.texts;
    let alt = attachment.description.as_deref().unwrap_or(texts.attached_picture());
    let picture = opened.picture.then(|| el("img").attr("src", &opened.url).attr("alt", alt));
    let save = said("a", &fill(texts.save(), &[("name", &opened.name)]))
        .attr("class", "quiet")
        .attr("href", &opened.url)
        .attr("download", &opened.name)
        .attr("data-file", &attachment.id.to_string());
    let described = attachment.description.as_deref().map(|text| classed("p", "hint").text(text));
    picture.into_iter().chain(described).chain([save]).collect()
}

/// Nothing in a name turns the reading direction or hides an ending.
fn plain(name: &str) -> String {
    let hides = |c: &char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    name.chars().filter(|c| !hides(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn msg_04_a_name_hides_no_ending() {
        assert_eq!(plain("bild\u{202e}gpj.exe"), "bildgpj.exe");
        assert_eq!(plain("a\u{2066}b\u{200f}\u{0}\n.pdf"), "ab.pdf");
        assert_eq!(plain("bild-1.jpg"), "bild-1.jpg");
    }
}
