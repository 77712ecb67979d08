//! The letter: an envelope that closes once, and one that bears a postmark. Pictures only; the words stand beside them.

use crate::dom::{El, svg};

const BACK: &str = "M20 52h160v100a6 6 0 0 1-6 6H26a6 6 0 0 1-6-6z";
const FLAP: &str = "M20 52 93 112a11 11 0 0 0 14 0L180 52z";
const FRONT: &str = "M20 52l58 52a33 33 0 0 0 44 0l58-52v100a6 6 0 0 1-6 6H26a6 6 0 0 1-6-6z";
const SHEET: &str = "M36 20a4 4 0 0 1 4-4h120a4 4 0 0 1 4 4v110H36z";
const LINES: &str = "M52 36h72M52 50h96M52 64h60";
const FACE: &str = "M14 6h232a8 8 0 0 1 8 8v132a8 8 0 0 1-8 8H14a8 8 0 0 1-8-8V14a8 8 0 0 1 8-8z";
const WAVES: &str = "M48 66c8-6 14-6 22 0s14 6 22 0 14-6 22 0M48 80c8-6 14-6 22 0s14 6 22 0 14-6 22 0\
                     M48 94c8-6 14-6 22 0s14 6 22 0 14-6 22 0";

/// The sheet goes in, the flap comes down.
pub(super) fn envelope() -> El {
    let sheet = svg("g", &[("class", "sheet-in")]).kids([path("paper", SHEET), path("ink", LINES)]);
    picture("picture closing", "0 0 200 170").kids([
        path("back", BACK),
        sheet,
        path("front", FRONT),
        path("flap", FLAP),
    ])
}

/// The front of a letter with a round postmark.
pub(super) fn postmarked(date: &str, time: &str) -> El {
    let ring = |radius| svg("circle", &[("class", "mark"), ("cx", "170"), ("cy", "80"), ("r", radius)]);
    let words = |class, y| svg("text", &[("class", class), ("x", "170"), ("y", y)]);
    let mark = svg("g", &[("class", "stamped")]).kids([
        path("mark", WAVES),
        ring("58"),
        ring("44"),
        path("mark", "M129 66h82M129 96h82"),
        words("mark-time", "89").text(time),
        words("mark-date", "110").text(date),
        path("slot", "M155 50h30"),
    ]);
    picture("picture", "0 0 260 160").kids([
        path("paper", FACE),
        path("ink", "M28 100h76M28 116h96M28 132h56"),
        mark,
    ])
}

fn picture(class: &str, view: &str) -> El {
    svg("svg", &[("class", class), ("viewBox", view), ("aria-hidden", "true")])
}

fn path(class: &str, d: &str) -> El {
    svg("path", &[("class", class), ("d", d)])
}
