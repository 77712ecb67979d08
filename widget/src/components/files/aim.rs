//! An arrow on a picture: tapped, or set with two sliders, which every keyboard moves.

use super::super::button;
use crate::{
    desk::Desk,
    dom::{El, classed, el, place_of, said, svg, value_of},
    state::{Event, FileEvent, Found},
};

pub(super) fn aim(desk: Desk, number: u32, found: &Found) -> Vec<El> {
    let texts = desk.texts;
    let url = found.preview.as_deref().unwrap_or_default();
    let picture = classed("div", "aim")
        .kids([el("img").attr("src", url).attr("alt", ""), cross(desk, number)])
        .on("click", move |event| desk.emit(FileEvent::Aim(number, Some(place_of(event))).into()));
    let across = slider(desk, number, texts.file_across(), true);
    let down = slider(desk, number, texts.file_down(), false);
    let draw = button(desk, "main", texts.file_mark(), move || Event::File(FileEvent::Mark(number)));
    let back = button(desk, "quiet", texts.back(), move || Event::File(FileEvent::Aim(number, None)));
    vec![
        classed("p", "hint").text(texts.file_aim_hint()),
        picture,
        across,
        down,
        classed("div", "pair").kids([draw, back]),
    ]
}

fn place(desk: Desk, number: u32) -> (u8, u8) {
    desk.see(|model| model.files.file(number).and_then(|file| file.aim)).unwrap_or_default()
}

/// Where the arrow will point.
fn cross(desk: Desk, number: u32) -> El {
    let ring = |class, radius| {
        svg("circle", &[("class", class), ("r", radius)]).live(move |ring| {
            let (x, y) = place(desk, number);
            for (name, value) in [("cx", x), ("cy", y)] {
                ring.set(name, Some(&[&value.to_string(), "%"].concat()));
            }
        })
    };
    svg("svg", &[("aria-hidden", "true")]).kids([ring("edge", "14"), ring("ring", "14")])
}

fn slider(desk: Desk, number: u32, label: &str, across: bool) -> El {
    let shown = move || {
        let (x, y) = place(desk, number);
        if across { x } else { y }
    };
    let moved = move |value: u8| {
        let (x, y) = place(desk, number);
        FileEvent::Aim(number, Some(if across { (value, y) } else { (x, value) }))
    };
    let input = el("input")
        .attr("type", "range")
        .live(move |input| input.keep_value(&shown().to_string()))
        .on("input", move |event| desk.emit(moved(value_of(event).parse().unwrap_or(50)).into()));
    classed("label", "field").kids([said("span", label), input])
}
