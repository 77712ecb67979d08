//! The letter: an envelope that closes once, and one that bears a postmark. Pictures only; the words stand beside them.

use leptos::prelude::*;

const BACK: &str = "M20 52h160v100a6 6 0 0 1-6 6H26a6 6 0 0 1-6-6z";
const FLAP: &str = "M20 52 93 112a11 11 0 0 0 14 0L180 52z";
const FRONT: &str = "M20 52l58 52a33 33 0 0 0 44 0l58-52v100a6 6 0 0 1-6 6H26a6 6 0 0 1-6-6z";
const SHEET: &str = "M36 20a4 4 0 0 1 4-4h120a4 4 0 0 1 4 4v110H36z";
const LINES: &str = "M52 36h72M52 50h96M52 64h60";
const WAVES: &str = "M8 66c8-6 14-6 22 0s14 6 22 0 14-6 22 0M8 80c8-6 14-6 22 0s14 6 22 0 14-6 22 0\
                     M8 94c8-6 14-6 22 0s14 6 22 0 14-6 22 0";

/// The sheet goes in, the flap comes down.
pub(super) fn envelope() -> impl IntoView {
    view! {
        <svg class="picture closing" viewBox="0 0 200 170" aria-hidden="true">
            <path class="back" d=BACK />
            <g class={"sheet-in"}>
                <path class="paper" d=SHEET />
                <path class="ink" d=LINES />
            </g>
            <path class="front" d=FRONT />
            <path class="flap" d=FLAP />
        </svg>
    }
}

/// The front of a letter with a round postmark.
pub(super) fn postmarked(date: &str, time: &str) -> impl IntoView + use<> {
    let (date, time) = (date.to_owned(), time.to_owned());
    view! {
        <svg class="picture" viewBox="0 0 260 160" aria-hidden="true">
            <rect class="paper" x="6" y="6" width="248" height="148" rx="8" stroke-width=1 />
            <path class="ink" d="M28 100h76M28 116h96M28 132h56" stroke-width=2 />
            <g class={"stamped"}>
                <path class="mark" d=WAVES />
                <circle class="mark" cx="170" cy="80" r="58" stroke-width=2 />
                <circle class="mark" cx="170" cy="80" r="44" stroke-width=2 />
                <path class="mark" d="M129 66h82M129 96h82" stroke-width=2 />
                <text class="mark-time" x="170" y="89">{time}</text>
                <text class="mark-date" x="170" y="110">{date}</text>
                <path class="slot" d="M155 50h30" stroke-width=5 />
            </g>
        </svg>
    }
}
