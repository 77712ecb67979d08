//! What the team shares: canned replies, topics, hours, stand-ins, automatic answers; and who takes care of what.

use super::Shared;
use einwurf_protocol::{
    ids::Thumbprint,
    limits::{CANNED, DATES, TEAM_SHEET_BYTES, TOPICS},
    message::Label,
    notice::Register,
    sheet::{Canned, Hours, StandIn, TeamSheet, Topic},
    time::Timestamp,
};

/// Labels that are remembered for suggestions.
const SUGGESTED: usize = 100;

/// A change. What has a name is changed by its name, so that two who change different ones do not meet.
#[derive(Clone, PartialEq, Eq)]
pub enum TeamOp {
    /// The canned reply of this title is this one now, or gone.
    Canned(Label, Option<Canned>),
    /// The topic of this name is this one now, or gone.
    Topic(Label, Option<Topic>),
    /// Somebody stands in.
    StandIn(StandIn),
    /// Not any more.
    Back(StandIn),
    /// When somebody is there.
    Hours(Option<Hours>),
    /// What a visitor is told while nobody is there.
    Automatic(Register, Option<String>),
    /// A label that was used.
    Label(Label),
}

impl std::fmt::Debug for TeamOp {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TeamOp(sealed from logs)")
    }
}

impl Default for super::Kept<TeamSheet> {
    fn default() -> Self {
        Self::of(blank())
    }
}

/// Nothing shared yet.
pub fn blank() -> TeamSheet {
    TeamSheet {
        v: einwurf_protocol::VERSION,
        changes: 0,
        canned: Vec::new(),
        topics: Vec::new(),
        labels: Vec::new(),
        stand_ins: Vec::new(),
        hours: None,
        automatic: std::collections::BTreeMap::new(),
    }
}

impl Shared for TeamSheet {
    type Op = TeamOp;
    const LIMIT: usize = TEAM_SHEET_BYTES;

    fn changes(&self) -> u64 {
        self.changes
    }

    fn count(&mut self, changes: u64) {
        self.changes = changes;
    }

    fn apply(&mut self, op: &TeamOp) -> Option<TeamOp> {
        let before = self.clone();
        match op {
            TeamOp::Canned(title, canned) => {
                put(&mut self.canned, CANNED, |one| one.title == *title, canned.clone());
            }
            TeamOp::Topic(name, topic) => {
                put(&mut self.topics, TOPICS, |one| one.name == *name, topic.clone());
            }
            TeamOp::StandIn(one) => put(&mut self.stand_ins, DATES, |known| known == one, Some(one.clone())),
            TeamOp::Back(one) => put(&mut self.stand_ins, DATES, |known| known == one, None),
            TeamOp::Hours(hours) => self.hours.clone_from(hours),
            TeamOp::Automatic(register, Some(text)) => {
                self.automatic.insert(*register, text.clone());
            }
            TeamOp::Automatic(register, None) => {
                self.automatic.remove(register);
            }
            TeamOp::Label(label) => {
                if !self.labels.contains(label) {
                    self.labels.insert(0, label.clone());
                    self.labels.truncate(SUGGESTED);
                }
            }
        }
        // Whatever is different can be changed again; the pages keep what was before.
        (*self != before).then(|| op.clone())
    }
}

/// The first that fits is this one now, or gone; if there is none, it is one more at the end.
fn put<T>(list: &mut Vec<T>, most: usize, fits: impl Fn(&T) -> bool, new: Option<T>) {
    match (list.iter().position(fits), new) {
        (Some(at), Some(new)) => list.splice(at..=at, [new]).for_each(drop),
        (Some(at), None) => drop(list.remove(at)),
        (None, Some(new)) if list.len() < most => list.push(new),
        (None, _) => {}
    }
}

/// What makes `draft` out of `base`.
pub fn differences(base: &TeamSheet, draft: &TeamSheet) -> Vec<TeamOp> {
    let mut ops = Vec::new();
    for gone in base.canned.iter().filter(|one| draft.canned.iter().all(|kept| kept.title != one.title)) {
        ops.push(TeamOp::Canned(gone.title.clone(), None));
    }
    for new in draft.canned.iter().filter(|one| !base.canned.contains(one)) {
        ops.push(TeamOp::Canned(new.title.clone(), Some(new.clone())));
    }
    for gone in base.topics.iter().filter(|one| draft.topics.iter().all(|kept| kept.name != one.name)) {
        ops.push(TeamOp::Topic(gone.name.clone(), None));
    }
    for new in draft.topics.iter().filter(|one| !base.topics.contains(one)) {
        ops.push(TeamOp::Topic(new.name.clone(), Some(new.clone())));
    }
    ops.extend(base.stand_ins.iter().filter(|one| !draft.stand_ins.contains(one)).cloned().map(TeamOp::Back));
    let new = draft.stand_ins.iter().filter(|one| !base.stand_ins.contains(one));
    ops.extend(new.cloned().map(TeamOp::StandIn));
    if base.hours != draft.hours {
        ops.push(TeamOp::Hours(draft.hours.clone()));
    }
    for register in Register::ALL {
        let text = draft.automatic.get(&register);
        if base.automatic.get(&register) != text {
            ops.push(TeamOp::Automatic(register, text.cloned()));
        }
    }
    ops
}

/// Whether `me` takes care of what was assigned to `who`, or to a topic's members: oneself, or standing in for somebody
/// who is away now.
pub fn is_mine(team: &TeamSheet, me: Thumbprint, who: Thumbprint, now: Timestamp) -> bool {
    let stands_in = |one: &StandIn| one.of == who && one.by == me && one.from <= now && now < one.until;
    who == me || team.stand_ins.iter().any(stands_in)
}

/// Whether nobody's conversation about `topic` is mine to take care of.
pub fn routes_to(team: &TeamSheet, me: Thumbprint, topic: &str, now: Timestamp) -> bool {
    let of_topic = team.topics.iter().find(|one| &*one.name == topic);
    of_topic.is_some_and(|topic| topic.members.iter().any(|who| is_mine(team, me, *who, now)))
}
