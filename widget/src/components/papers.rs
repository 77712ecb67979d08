//! Receipt and data: to read, copy and save (REC-05, RGT-05); the private link (RGT-02); forgetting (RET-04).

use super::{attached::attached, button, folded, outward, title};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said},
    state::{Event, Gathered, Model, Over, Paper, Sheet, Sheets},
    texts::fill,
};

pub(super) fn papers(desk: Desk, kind: Paper, ready: bool) -> Vec<El> {
    let texts = desk.texts;
    let (heading, body) = match kind {
        Paper::Receipt => (texts.receipt(), texts.receipt_body()),
        Paper::Data => (texts.my_data(), texts.data_body()),
    };
    let waiting = (!ready).then(|| classed("p", "hint").attr("role", "status").text(texts.gathering()));
    let begun = desk.see(|model| model.talk.as_ref().is_none_or(|talk| talk.deleted.is_some()));
    let scroll = classed("div", "scroll")
        .kids([title(heading), said("p", body)])
        .kids((!begun).then(|| classed("p", "note").text(texts.nothing_sent())))
        .kids(waiting)
        .kids(
            desk.see(|model| gathered(model).map(|gathered| files(desk, kind, gathered, begun)))
                .unwrap_or_default(),
        )
        .kids(desk.see(|model| (kind == Paper::Data && model.talk.is_some()).then(|| forget(desk))));
    vec![scroll, classed("div", "foot").kids([button(desk, "quiet", texts.back(), || Event::Back)])]
}

fn sheets(model: &Model) -> Option<&Sheets> {
    if let Some(Over::Papers(sheets)) = &model.over { Some(sheets) } else { None }
}

fn gathered(model: &Model) -> Option<&Gathered> {
    sheets(model)?.gathered.as_ref()
}

fn files(desk: Desk, kind: Paper, gathered: &Gathered, begun: bool) -> Vec<El> {
    let texts = desk.texts;
    let copied = move || desk.see(|model| sheets(model).and_then(|sheets| sheets.copied));
    let said_copied = move || match copied() {
        Some(true) => texts.copied().to_owned(),
        Some(false) => texts.copy_fault().to_owned(),
        None => String::new(),
    };
    let list = classed("ul", "files").kids(gathered.files.iter().map(|file| saved(desk, file)));
    let first = gathered.files.first().map(|file| {
        let read = outward(&file.url).attr("class", "quiet").text(texts.read());
        classed("div", "pair")
            .kids([read, button(desk, "quiet", texts.copy(), || Event::Copy { link: false })])
    });
    let failed = gathered.files.is_empty() && (begun || kind == Paper::Receipt);
    let fault = failed.then(|| {
        classed("div", "ways").kids([
            classed("p", "fault").attr("role", "alert").text(texts.gather_fault()),
            button(desk, "quiet", texts.retry(), move || Event::Show(kind)),
        ])
    });
    let private = gathered.link.as_deref().map(|address| private(desk, address));
    let voice = classed("p", "hint copied").attr("role", "status").says(said_copied);
    let sent = (kind == Paper::Data).then(|| attachments(desk)).flatten();
    fault.into_iter().chain(first).chain([list]).chain(sent).chain(private).chain([voice]).collect()
}

/// Files of the conversation belong to what can be taken along (RGT-05): each is fetched, opened and saved by itself.
fn attachments(desk: Desk) -> Option<El> {
    let lists: Vec<_> =
        desk.talk(|talk| talk.thread.iter().filter_map(|shown| attached(desk, shown)).collect())?;
    let heading = said("h2", desk.texts.files_title());
    (!lists.is_empty()).then(|| classed("section", "fact").kids([heading]).kids(lists))
}

fn saved(desk: Desk, file: &Sheet) -> El {
    let label = fill(desk.texts.save(), &[("name", &file.name)]);
    el("li").kids([said("a", &label).attr("href", &file.url).attr("download", &file.name)])
}

/// Hidden until it is asked for: somebody may look over the shoulder.
fn private(desk: Desk, address: &str) -> El {
    let texts = desk.texts;
    let field = classed("textarea", "letter")
        .attr("readonly", "")
        .attr("rows", "3")
        .attr("aria-label", texts.link_title())
        .value(address);
    folded(
        texts.link_title(),
        [
            said("p", texts.link_warning()),
            field,
            button(desk, "quiet", texts.link_copy(), || Event::Copy { link: true }),
        ],
    )
    .on("toggle", move |_| desk.emit(Event::Link))
}

fn forget(desk: Desk) -> El {
    let texts = desk.texts;
    classed("section", "fact").kids([
        said("h2", texts.forget()),
        said("p", texts.forget_body()),
        button(desk, "quiet", texts.forget(), || Event::Forget),
    ])
}
