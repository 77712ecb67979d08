//! When somebody is there, as a member said it, before anything is written.

use crate::{
    desk::Desk,
    dom::{El, classed, el, said, value_of},
    format,
    state::{Event, House},
    texts::fill,
};
use einwurf_protocol::{status::Presence, time::DAY};

/// Whether somebody is there.
pub(super) fn presence(desk: Desk) -> El {
    classed("p", "hint presence").attr("role", "status").says(move || {
        desk.see(|model| model.house.as_ref().map_or(String::new(), |house| sentence(desk, house)))
    })
}

fn sentence(desk: Desk, house: &House) -> String {
    let (now, register) = (desk.now(), desk.register);
    match house.presence {
        Presence::Open(until) if until < now.plus(DAY) => {
            fill(desk.texts.here_until(), &[("time", &format::time(register, until))])
        }
        Presence::Open(_) => desk.texts.here().to_owned(),
        Presence::Closed(from) => {
            // Within a week a day has one name.
            let soon = from < now.plus(6 * DAY);
            let when = if soon { format::weekday(register, from) } else { format::moment(register, from) };
            fill(desk.texts.here_from(), &[("time", &when)])
        }
        Presence::Unknown => String::new(),
    }
}

/// What it is about, if the site offers anything to choose; it travels sealed (MSG-05).
pub(super) fn topic(desk: Desk) -> El {
    let count = move || desk.see(|model| model.house.as_ref().map_or(0, |house| house.topics.len()));
    let version = move || u32::try_from(count()).unwrap_or(u32::MAX);
    classed("div", "field topic").has("hidden", move || (count() == 0).then_some("")).shows(
        version,
        move || {
            let chosen = desk.see(|model| model.topic.clone());
            let topics =
                desk.see(|model| model.house.as_ref().map(|house| house.topics.clone()).unwrap_or_default());
            let option = |(place, topic): (usize, &str)| {
                let option = said("option", topic).attr("value", &place.to_string());
                if chosen.as_deref() == Some(topic) { option.attr("selected", "") } else { option }
            };
            let options = topics.iter().map(|topic| &**topic).enumerate().map(option);
            let none = said("option", desk.texts.topic_any()).attr("value", "");
            let select = el("select")
                .attr("id", "topic")
                .kids([none])
                .kids(options)
                .on("change", move |event| desk.emit(Event::Topic(value_of(event).parse().ok())));
            vec![said("label", desk.texts.topic()).attr("for", "topic"), select]
        },
    )
}
