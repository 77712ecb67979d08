//! Opening hours: how they are typed, and what they mean in hours of the world for the next weeks. The zone's offset is an
//! argument, since only the browser knows it.

use einwurf_protocol::{
    ids::Thumbprint,
    limits::{STATUS_DAYS, STATUS_SPANS},
    sheet::{Hours, TeamSheet},
    status::{Span, Status},
    time::{DAY, Timestamp},
};

/// Minutes of a day.
const MINUTES: u16 = 1_440;
/// Stretches of one day.
const STRETCHES: usize = 4;

/// A local point in time, in seconds as if it were UTC, in the zone of `offset` (minutes east of UTC). One that a change
/// to summer time leaves out is moved behind the change.
pub fn zoned(local: u64, offset: &impl Fn(Timestamp) -> i32) -> Timestamp {
    let shifted = |at: Timestamp| Timestamp(local.saturating_add_signed(-i64::from(offset(at)) * 60));
    let guess = shifted(Timestamp(local));
    let better = shifted(guess);
    if offset(better) == offset(guess) { better } else { better.max(guess) }
}

/// When somebody is there from `now` on, and until when that is known.
pub fn spans(hours: &Hours, now: Timestamp, offset: impl Fn(Timestamp) -> i32) -> (Vec<Span>, Timestamp) {
    let exp = now.plus(STATUS_DAYS * DAY);
    let first = now.0.saturating_add_signed(i64::from(offset(now)) * 60) / DAY;
    let mut open: Vec<Span> = Vec::new();
    for day in first..=first + STATUS_DAYS {
        for [from, until] in stretches(hours, day) {
            let at = |minute: u16| zoned(day * DAY + u64::from(minute.min(MINUTES)) * 60, &offset);
            let span = Span { from: at(from), until: at(until).min(exp) };
            if span.until <= now || span.from >= span.until {
                continue;
            }
            if let Some(last) = open.last_mut().filter(|last| span.from <= last.until) {
                last.until = last.until.max(span.until);
            } else if open.len() == STATUS_SPANS {
                return (open, span.from);
            } else {
                open.push(span);
            }
        }
    }
    (open, exp)
}

/// The stretches of a day; none on a holiday. 1970-01-01 was a Thursday.
fn stretches(hours: &Hours, day: u64) -> Vec<[u16; 2]> {
    if hours.closed.iter().any(|holiday| holiday.day == day) {
        return Vec::new();
    }
    let weekday = usize::try_from((day + 3) % 7).unwrap_or_default();
    let mut stretches = hours.week.get(weekday).cloned().unwrap_or_default();
    stretches.sort_unstable();
    stretches
}

/// Who says it: site and certificate of the member.
#[derive(Debug, Clone, Copy)]
pub struct Speaker<'a> {
    /// Thumbprint of the site key.
    pub site: Thumbprint,
    /// Compact JWS.
    pub certificate: &'a str,
}

/// What visitors are told before they write; none if the team says nothing.
pub fn status(
    team: &TeamSheet,
    speaker: Speaker<'_>,
    now: Timestamp,
    offset: impl Fn(Timestamp) -> i32,
) -> Option<Status> {
    if team.hours.is_none() && team.topics.is_empty() && team.automatic.is_empty() {
        return None;
    }
    let (open, exp) = match &team.hours {
        Some(hours) => spans(hours, now, offset),
        None => (Vec::new(), now.plus(STATUS_DAYS * DAY)),
    };
    Some(Status {
        v: einwurf_protocol::VERSION,
        site: speaker.site,
        certificate: speaker.certificate.to_owned(),
        iat: now,
        exp,
        open,
        topics: team.topics.iter().map(|topic| topic.name.clone()).collect(),
        automatic: team.automatic.clone(),
    })
}

/// The stretches of a day as they are typed: `8–12, 13:30–17`. None if they are not understood, overlap, or are too many.
pub fn read(text: &str) -> Option<Vec<[u16; 2]>> {
    let parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
    let mut found: Vec<[u16; 2]> = parts.map(stretch).collect::<Option<_>>()?;
    found.sort_unstable();
    let apart = found.windows(2).all(|pair| matches!(pair, [[_, until], [from, _]] if until <= from));
    (apart && found.len() <= STRETCHES).then_some(found)
}

fn stretch(text: &str) -> Option<[u16; 2]> {
    let (from, until) = text.split_once(['-', '–', '—'])?;
    let (from, until) = (minute(from)?, minute(until)?);
    (from < until).then_some([from, until])
}

fn minute(text: &str) -> Option<u16> {
    let text = text.trim().trim_end_matches("Uhr").trim();
    let (hours, minutes) = text.split_once([':', '.']).unwrap_or((text, "0"));
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() <= 2);
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= MINUTES).then_some(minute)
}

/// The same as they are shown.
pub fn written(stretches: &[[u16; 2]]) -> String {
    let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let words = stretches.iter().map(|[from, until]| format!("{}–{}", time(*from), time(*until)));
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
