use super::*;
use crate::{fixtures::NOW, state::sheets::team::blank, testing::staff};
use einwurf_protocol::{
    message::Label,
    notice::Register,
    sheet::{Holiday, Topic},
    status::Presence,
};
use std::collections::BTreeMap;

const HOUR: u64 = 3_600;

/// Berlin in 2026: summer time from 29 March 01:00 to 25 October 01:00 UTC.
fn berlin(at: Timestamp) -> i32 {
    let (spring, autumn) = (Timestamp(1_774_746_000), Timestamp(1_792_890_000));
    if spring <= at && at < autumn { 120 } else { 60 }
}

/// New York in 2026: from 8 March 07:00 to 1 November 06:00 UTC.
fn new_york(at: Timestamp) -> i32 {
    let (spring, autumn) = (Timestamp(1_772_953_200), Timestamp(1_793_512_800));
    if spring <= at && at < autumn { -240 } else { -300 }
}

fn day(text: &str) -> u64 {
    crate::state::rights::day::noon(text).unwrap().0 / DAY
}

fn hours(stretches: &[[u16; 2]]) -> Hours {
    let week = std::array::from_fn(|_| stretches.to_vec());
    Hours { zone: "Europe/Berlin".into(), week, closed: Vec::new() }
}

#[test]
fn nine_o_clock_is_nine_o_clock_before_and_after_a_change_of_the_clocks() {
    let nine = |text: &str| zoned(day(text) * DAY + 9 * HOUR, &berlin).0 - day(text) * DAY;
    assert_eq!(
        [nine("2026-03-28"), nine("2026-03-29"), nine("2026-10-24"), nine("2026-10-25")].map(|at| at / HOUR),
        [8, 7, 7, 8]
    );
    let west = |text: &str, hour: u64| zoned(day(text) * DAY + hour * HOUR, &new_york).0 - day(text) * DAY;
    assert_eq!(
        [west("2026-03-07", 9), west("2026-03-08", 9), west("2026-03-08", 1)].map(|at| at / HOUR),
        [14, 13, 6]
    );
}

#[test]
fn an_hour_that_is_left_out_lies_behind_the_change() {
    let gap = |offset: fn(Timestamp) -> i32, text: &str| zoned(day(text) * DAY + 2 * HOUR + 1_800, &offset);
    assert_eq!(gap(berlin, "2026-03-29").0, day("2026-03-29") * DAY + HOUR + 1_800, "03:30 in Berlin");
    assert_eq!(
        gap(new_york, "2026-03-08").0,
        day("2026-03-08") * DAY + 7 * HOUR + 1_800,
        "03:30 in New York"
    );
    // The hour that comes twice is one of both.
    let twice = zoned(day("2026-10-25") * DAY + 2 * HOUR + 1_800, &berlin).0 - day("2026-10-25") * DAY;
    assert!([1_800, HOUR + 1_800].contains(&twice));
}

#[test]
fn stretches_follow_each_other_and_meet_at_midnight() {
    let now = Timestamp(day("2026-06-01") * DAY + 10 * HOUR);
    let (open, exp) = spans(&hours(&[[480, 720], [780, 1_020]]), now, berlin);
    assert_eq!(exp, now.plus(STATUS_DAYS * DAY));
    assert_eq!(open[0].until.0 % DAY, 15 * HOUR, "the one that ends at 12:00 in Berlin is over");
    assert!(open.windows(2).all(|pair| pair[0].until < pair[1].from));
    assert_eq!(open.len(), 1 + 2 * 44 + 1);
    let (always, _) = spans(&hours(&[[0, 1_440]]), now, berlin);
    assert_eq!(always.len(), 1, "day and night is one stretch");
    assert_eq!(always[0].until, exp);
}

#[test]
fn holidays_are_closed_and_what_is_over_is_not_said() {
    let now = Timestamp(day("2026-12-23") * DAY + 20 * HOUR);
    let closed =
        vec![Holiday { day: day("2026-12-24"), name: Label::try_from("Heiligabend".to_owned()).unwrap() }];
    let (open, _) = spans(&Hours { closed, ..hours(&[[540, 1_020]]) }, now, berlin);
    assert_eq!(open[0].from.0, day("2026-12-25") * DAY + 8 * HOUR);
}

#[test]
fn a_week_of_many_stretches_ends_where_the_list_is_full() {
    let now = Timestamp(day("2026-06-01") * DAY);
    for (stretches, full) in [(3, false), (4, false), (5, true)] {
        let list: Vec<[u16; 2]> =
            (0..stretches).map(|number| [number * 100 + 200, number * 100 + 250]).collect();
        let (open, exp) = spans(&hours(&list), now, berlin);
        assert!(open.len() <= STATUS_SPANS && open.last().unwrap().until <= exp);
        assert_eq!(exp < now.plus(STATUS_DAYS * DAY), full, "{stretches}");
    }
}

#[test]
fn what_is_said_is_accepted_by_whoever_checks_it() {
    let staff = staff(1);
    let certificate = staff.certificate.clone().unwrap();
    let speaker = Speaker { site: staff.site.key, certificate: &certificate };
    assert_eq!(status(&blank(), speaker, NOW, berlin), None, "nothing to say");
    let topic =
        Topic { name: Label::try_from("Rechnung".to_owned()).unwrap(), members: vec![staff.member.id] };
    let team = TeamSheet {
        hours: Some(hours(&[[480, 1_020]])),
        topics: vec![topic],
        automatic: BTreeMap::from([(Register::En, "We are closed.".to_owned())]),
        ..blank()
    };
    let said = status(&team, speaker, NOW, berlin).unwrap();
    let read = Status::verify(&staff.keys.sign_status(&said), (&staff.site.key, &[]), &[]).unwrap();
    assert_eq!(read, said);
    assert_ne!(said.at(NOW), Presence::Unknown);
    let topics_only = status(&TeamSheet { hours: None, ..team }, speaker, NOW, berlin).unwrap();
    assert_eq!((topics_only.at(NOW), topics_only.topics.len()), (Presence::Unknown, 1));
    // Who takes care of it is nobody's business outside.
    assert!(!serde_json::to_string(&topics_only.topics).unwrap().contains(&staff.member.id.to_string()));
}

#[test]
fn stretches_are_typed_as_people_write_them() {
    for (text, wanted) in [
        ("8-12", Some(vec![[480, 720]])),
        (" 8.30 – 12:00 ; 13–17 Uhr", Some(vec![[510, 720], [780, 1_020]])),
        ("13-17, 8-13", Some(vec![[480, 780], [780, 1_020]])),
        ("", Some(vec![])),
        ("0-24", Some(vec![[0, 1_440]])),
        ("0-24:01", None),
        ("8-8", None),
        ("12-8", None),
        ("8-13, 12-17", None),
        ("8", None),
        ("8-12:60", None),
        ("acht bis zwölf", None),
        ("1-2,3-4,5-6,7-8", Some(vec![[60, 120], [180, 240], [300, 360], [420, 480]])),
        ("1-2,3-4,5-6,7-8,9-10", None),
    ] {
        assert_eq!(read(text), wanted, "{text}");
    }
    assert_eq!(read(&written(&[[510, 720], [780, 1_440]])), Some(vec![[510, 720], [780, 1_440]]));
}
