//! The form of the page, and what it becomes.

use super::List;
use crate::{
    state::{
        dates::Offset,
        hours::{read, written, zoned},
        rights::day::{noon, written as date},
    },
    texts::Pick,
};
use einwurf_protocol::{
    ids::Thumbprint,
    limits::{AUTOMATIC_BYTES, CANNED, CANNED_BYTES, DATES, TOPICS},
    message::Label,
    notice::Register,
    sheet::{Canned, Holiday, Hours, StandIn, TeamSheet, Topic},
    time::{DAY, Timestamp},
};
use std::collections::BTreeSet;

/// A field of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Title of a canned reply.
    Title(usize),
    /// Its text.
    Text(usize),
    /// Name of a topic.
    Topic(usize),
    /// Hours of a day of the week.
    Week(usize),
    /// Date of a holiday.
    Closed(usize),
    /// Its name.
    ClosedName(usize),
    /// Who is away.
    Of(usize),
    /// Who stands in.
    By(usize),
    /// First day.
    From(usize),
    /// Last day.
    Until(usize),
    /// The automatic answer in a language.
    Automatic(usize),
}

impl Place {
    /// Id of its element.
    pub fn id(self) -> String {
        let (name, number) = match self {
            Self::Title(at) => ("canned-title", at),
            Self::Text(at) => ("canned-text", at),
            Self::Topic(at) => ("office-topic", at),
            Self::Week(at) => ("hours", at),
            Self::Closed(at) => ("closed-day", at),
            Self::ClosedName(at) => ("closed-name", at),
            Self::Of(at) => ("stand-of", at),
            Self::By(at) => ("stand-by", at),
            Self::From(at) => ("stand-from", at),
            Self::Until(at) => ("stand-until", at),
            Self::Automatic(at) => ("automatic", at),
        };
        format!("{name}-{number}")
    }
}

/// A field that is not in order, and why.
#[derive(Debug, Clone, Copy)]
pub struct Unfit {
    /// Which.
    pub place: Place,
    /// Why.
    pub sentence: Pick,
}

/// What is typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Draft {
    canned: Vec<[String; 2]>,
    topics: Vec<(String, BTreeSet<Thumbprint>)>,
    /// Hours are said.
    pub open: bool,
    /// The zone of the hours.
    pub zone: String,
    week: [String; 7],
    closed: Vec<[String; 2]>,
    stand_ins: Vec<[String; 4]>,
    automatic: [String; 3],
}

impl std::fmt::Debug for Draft {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Draft(sealed from logs)")
    }
}

impl Draft {
    /// What the team has.
    pub fn of(team: &TeamSheet, offset: Offset) -> Self {
        let day = |at: Timestamp| date(Timestamp(at.0.saturating_add_signed(i64::from(offset(at)) * 60)));
        let stand_in =
            |one: &StandIn| [one.of.to_string(), one.by.to_string(), day(one.from), day(one.until.minus(1))];
        let hours = team.hours.as_ref();
        let week = hours.map_or([const { Vec::new() }; 7], |hours| hours.week.clone());
        let closed = hours.map_or(&[][..], |hours| &hours.closed);
        Self {
            canned: team.canned.iter().map(|one| [one.title.to_string(), one.text.clone()]).collect(),
            topics: team
                .topics
                .iter()
                .map(|one| (one.name.to_string(), one.members.iter().copied().collect()))
                .collect(),
            open: hours.is_some(),
            zone: hours.map(|hours| hours.zone.clone()).unwrap_or_default(),
            week: week.map(|stretches| written(&stretches)),
            closed: closed.iter().map(|one| [date(Timestamp(one.day * DAY)), one.name.to_string()]).collect(),
            stand_ins: team.stand_ins.iter().map(stand_in).collect(),
            automatic: Register::ALL.map(|one| team.automatic.get(&one).cloned().unwrap_or_default()),
        }
    }

    fn field(&mut self, place: Place) -> Option<&mut String> {
        match place {
            Place::Title(at) => self.canned.get_mut(at)?.get_mut(0),
            Place::Text(at) => self.canned.get_mut(at)?.get_mut(1),
            Place::Topic(at) => self.topics.get_mut(at).map(|topic| &mut topic.0),
            Place::Week(at) => self.week.get_mut(at),
            Place::Closed(at) => self.closed.get_mut(at)?.get_mut(0),
            Place::ClosedName(at) => self.closed.get_mut(at)?.get_mut(1),
            Place::Of(at) => self.stand_ins.get_mut(at)?.get_mut(0),
            Place::By(at) => self.stand_ins.get_mut(at)?.get_mut(1),
            Place::From(at) => self.stand_ins.get_mut(at)?.get_mut(2),
            Place::Until(at) => self.stand_ins.get_mut(at)?.get_mut(3),
            Place::Automatic(at) => self.automatic.get_mut(at),
        }
    }

    /// What is typed somewhere.
    pub fn get(&self, place: Place) -> &str {
        let text = match place {
            Place::Title(at) => self.canned.get(at).and_then(|one| one.first()),
            Place::Text(at) => self.canned.get(at).and_then(|one| one.get(1)),
            Place::Topic(at) => self.topics.get(at).map(|topic| &topic.0),
            Place::Week(at) => self.week.get(at),
            Place::Closed(at) => self.closed.get(at).and_then(|one| one.first()),
            Place::ClosedName(at) => self.closed.get(at).and_then(|one| one.get(1)),
            Place::Of(at) => self.stand_ins.get(at).and_then(|one| one.first()),
            Place::By(at) => self.stand_ins.get(at).and_then(|one| one.get(1)),
            Place::From(at) => self.stand_ins.get(at).and_then(|one| one.get(2)),
            Place::Until(at) => self.stand_ins.get(at).and_then(|one| one.get(3)),
            Place::Automatic(at) => self.automatic.get(at),
        };
        text.map_or("", String::as_str)
    }

    /// Somebody types.
    pub fn set(&mut self, place: Place, text: String) {
        if let Some(field) = self.field(place) {
            *field = text;
        }
    }

    /// How many a list has.
    pub fn count(&self, list: List) -> usize {
        match list {
            List::Canned => self.canned.len(),
            List::Topics => self.topics.len(),
            List::Closed => self.closed.len(),
            List::StandIns => self.stand_ins.len(),
        }
    }

    /// Whether a list may have one more.
    pub fn has_room(&self, list: List) -> bool {
        let most = match list {
            List::Canned => CANNED,
            List::Topics => TOPICS,
            List::Closed | List::StandIns => DATES,
        };
        self.count(list) < most
    }

    /// One more, empty; answers its first field.
    pub fn add(&mut self, list: List) -> Place {
        let at = self.count(list);
        match list {
            List::Canned => self.canned.push(Default::default()),
            List::Topics => self.topics.push(Default::default()),
            List::Closed => self.closed.push(Default::default()),
            List::StandIns => self.stand_ins.push(Default::default()),
        }
        match list {
            List::Canned => Place::Title(at),
            List::Topics => Place::Topic(at),
            List::Closed => Place::Closed(at),
            List::StandIns => Place::Of(at),
        }
    }

    /// One less.
    pub fn remove(&mut self, list: List, at: usize) {
        if at < self.count(list) {
            match list {
                List::Canned => drop(self.canned.remove(at)),
                List::Topics => drop(self.topics.remove(at)),
                List::Closed => drop(self.closed.remove(at)),
                List::StandIns => drop(self.stand_ins.remove(at)),
            }
        }
    }

    /// Whether a member takes care of a topic.
    pub fn has_member(&self, topic: usize, member: Thumbprint) -> bool {
        self.topics.get(topic).is_some_and(|(_, members)| members.contains(&member))
    }

    /// A member takes care of a topic, or not any more.
    pub fn member(&mut self, topic: usize, member: Thumbprint, yes: bool) {
        if let Some((_, members)) = self.topics.get_mut(topic) {
            if yes {
                members.insert(member)
            } else {
                members.remove(&member)
            };
        }
    }

    /// What it becomes, or the first field that is not in order.
    pub(super) fn read(&self, base: &TeamSheet, offset: Offset) -> Result<TeamSheet, Unfit> {
        let indices = |list| 0..self.count(list);
        let canned = indices(List::Canned).map(|at| self.canned(at)).collect::<Result<_, _>>()?;
        let topics = indices(List::Topics).map(|at| self.topic(at)).collect::<Result<_, _>>()?;
        let hours = if self.open { Some(self.hours()?) } else { None };
        let mut automatic = std::collections::BTreeMap::new();
        for (at, register) in Register::ALL.into_iter().enumerate() {
            let text = self.get(Place::Automatic(at)).trim();
            check(text.len() <= AUTOMATIC_BYTES, Place::Automatic(at), |t| &t.office_long)?;
            if !text.is_empty() {
                automatic.insert(register, text.to_owned());
            }
        }
        let stand_ins =
            indices(List::StandIns).map(|at| self.stand_in(at, offset)).collect::<Result<_, _>>()?;
        Ok(TeamSheet { canned, topics, hours, automatic, stand_ins, ..base.clone() })
    }

    fn canned(&self, at: usize) -> Result<Canned, Unfit> {
        let title = self.label(Place::Title(at))?;
        let same = |one: &[String; 2]| {
            one.first().is_some_and(|title| title.trim() == self.get(Place::Title(at)).trim())
        };
        check(self.canned.iter().take(at).all(|one| !same(one)), Place::Title(at), |t| &t.office_twice)?;
        let text = self.get(Place::Text(at)).trim();
        check(!text.is_empty(), Place::Text(at), |t| &t.field_empty)?;
        check(text.len() <= CANNED_BYTES, Place::Text(at), |t| &t.office_long)?;
        Ok(Canned { title, text: text.to_owned() })
    }

    fn topic(&self, at: usize) -> Result<Topic, Unfit> {
        let name = self.label(Place::Topic(at))?;
        let twice = self.topics.iter().take(at).any(|(other, _)| other.trim() == &*name);
        check(!twice, Place::Topic(at), |t| &t.office_twice)?;
        let members = self.topics.get(at).map(|(_, members)| members.iter().copied().collect());
        Ok(Topic { name, members: members.unwrap_or_default() })
    }

    fn label(&self, place: Place) -> Result<Label, Unfit> {
        let text = self.get(place).trim();
        check(!text.is_empty(), place, |t| &t.field_empty)?;
        optional(text, place)
    }

    fn hours(&self) -> Result<Hours, Unfit> {
        let mut week: [Vec<[u16; 2]>; 7] = Default::default();
        for (at, day) in week.iter_mut().enumerate() {
            let unfit = Unfit { place: Place::Week(at), sentence: |t| &t.office_hours_unfit };
            *day = read(self.get(Place::Week(at))).ok_or(unfit)?;
        }
        let closed = (0..self.closed.len()).map(|at| self.holiday(at)).collect::<Result<_, _>>()?;
        Ok(Hours { zone: self.zone.clone(), week, closed })
    }

    fn holiday(&self, at: usize) -> Result<Holiday, Unfit> {
        let day = day(self.get(Place::Closed(at)), Place::Closed(at))?;
        Ok(Holiday { day, name: optional(self.get(Place::ClosedName(at)).trim(), Place::ClosedName(at))? })
    }

    fn stand_in(&self, at: usize, offset: Offset) -> Result<StandIn, Unfit> {
        let who = |place: Place| {
            let unfit = Unfit { place, sentence: |t| &t.office_who };
            self.get(place).parse::<Thumbprint>().map_err(|_| unfit)
        };
        let (of, by) = (who(Place::Of(at))?, who(Place::By(at))?);
        check(of != by, Place::By(at), |t| &t.office_same)?;
        let from = day(self.get(Place::From(at)), Place::From(at))?;
        let until = day(self.get(Place::Until(at)), Place::Until(at))?;
        check(from <= until, Place::Until(at), |t| &t.office_order)?;
        let midnight = |day: u64| zoned(day * DAY, &offset);
        Ok(StandIn { of, by, from: midnight(from), until: midnight(until + 1) })
    }
}

fn check(fits: bool, place: Place, sentence: Pick) -> Result<(), Unfit> {
    if fits { Ok(()) } else { Err(Unfit { place, sentence }) }
}

fn optional(text: &str, place: Place) -> Result<Label, Unfit> {
    Label::try_from(text.to_owned()).map_err(|_| Unfit { place, sentence: |t| &t.office_long })
}

fn day(text: &str, place: Place) -> Result<u64, Unfit> {
    noon(text).map(|at| at.0 / DAY).ok_or(Unfit { place, sentence: |t| &t.office_day })
}
