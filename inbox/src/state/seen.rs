//! What this device remembers of a site between logins: how far it has come, so that a relay cannot go back, and who was
//! on the roster when somebody here last looked, so that readers are told who may do what now.

use crate::state::keyring::{SeenRoster, Site};
use einwurf_protocol::{
    ids::Thumbprint,
    roster::{Capability, Member, MemberKind, Roster},
};
use serde::{Deserialize, Serialize};

/// Kept on the device: no secret, and nothing about visitors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// The highest manifest serial.
    pub serial: u64,
    /// The site key.
    pub pin: Option<Thumbprint>,
    /// The newest roster.
    pub roster: Option<SeenRoster>,
    /// Who was on the roster when somebody last confirmed it.
    pub told: Option<Vec<Person>>,
}

/// An entry of a roster, as a colleague is told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The member.
    pub id: Thumbprint,
    /// Shown name.
    pub name: String,
    /// What the member may do.
    pub may: Vec<Capability>,
    /// The emergency sheet.
    pub sheet: bool,
}

/// What has changed since then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Somebody new, or a new emergency sheet.
    Came(Person),
    /// Somebody has no access any more.
    Left(Person),
    /// Somebody may do something now, or no longer.
    May(Person, Capability, bool),
    /// Somebody is called differently: the former name.
    Renamed(Person, String),
}

impl Person {
    fn of(member: &Member) -> Self {
        let mut may = member.may.clone();
        may.sort_unstable();
        Self { id: member.id, name: member.name.clone(), may, sheet: member.kind == MemberKind::Recovery }
    }

    /// Everybody on a roster.
    pub fn all(roster: &Roster) -> Vec<Self> {
        roster.members.iter().map(Self::of).collect()
    }
}

impl Change {
    /// Makes the change on a list that somebody was told. Whoever is not on it stays off: their coming is still to be told.
    fn apply(self, told: &mut Vec<Person>) {
        match self {
            Self::Came(person) => {
                told.retain(|known| known.id != person.id);
                told.push(person);
            }
            Self::Left(person) => told.retain(|known| known.id != person.id),
            Self::May(person, capability, may) => {
                for known in told.iter_mut().filter(|known| known.id == person.id) {
                    known.may.retain(|one| *one != capability);
                    known.may.extend(may.then_some(capability));
                    known.may.sort_unstable();
                }
            }
            Self::Renamed(person, _) => {
                for known in told.iter_mut().filter(|known| known.id == person.id) {
                    known.name.clone_from(&person.name);
                }
            }
        }
    }
}

impl Seen {
    /// After a verified look at the site: remembers how far it has come, and answers what to tell. On the first look
    /// there is nothing to compare with.
    #[must_use]
    pub fn look(&self, site: &Site) -> (Self, Vec<Change>) {
        let now = Person::all(&site.roster);
        let changes = self.told.as_deref().map_or_else(Vec::new, |told| changes(told, &now));
        let next = Self {
            serial: self.serial.max(site.manifest.serial),
            pin: Some(site.key),
            roster: Some(site.seen()),
            told: self.told.clone().or(Some(now)),
        };
        (next, changes)
    }

    /// After an own publication of `now` in the place of `former`: remembers how far the site has come. The one who
    /// published knows the own change; what differed before, by a colleague's hand, is answered until somebody confirms it.
    #[must_use]
    pub fn publish(&self, former: &Site, now: &Site) -> (Self, Vec<Change>) {
        let (mut seen, _) = self.look(former);
        if let Some(told) = &mut seen.told {
            for change in changes(&Person::all(&former.roster), &Person::all(&now.roster)) {
                change.apply(told);
            }
        }
        seen.look(now)
    }

    /// Somebody has read what changed.
    #[must_use]
    pub fn confirm(&self, roster: &Roster) -> Self {
        Self { told: Some(Person::all(roster)), ..self.clone() }
    }
}

/// What differs, in the order of the roster; who left stands last.
pub fn changes(before: &[Person], now: &[Person]) -> Vec<Change> {
    let find = |list: &[Person], id: Thumbprint| list.iter().find(|person| person.id == id).cloned();
    let mut changes = Vec::new();
    for person in now {
        match find(before, person.id) {
            None => changes.push(Change::Came(person.clone())),
            Some(former) => changes.extend(differences(&former, person)),
        }
    }
    let gone = before.iter().filter(|person| find(now, person.id).is_none());
    changes.extend(gone.cloned().map(Change::Left));
    changes
}

fn differences(former: &Person, person: &Person) -> Vec<Change> {
    let mut changes = Vec::new();
    if former.name != person.name {
        changes.push(Change::Renamed(person.clone(), former.name.clone()));
    }
    for capability in [Capability::Sign, Capability::Read, Capability::Audit] {
        let may = person.may.contains(&capability);
        if may != former.may.contains(&capability) {
            changes.push(Change::May(person.clone(), capability, may));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use Capability::{Read, Sign};

    fn person(id: u8, name: &str, may: &[Capability]) -> Person {
        Person { id: Thumbprint([id; 32]), name: name.into(), may: may.to_vec(), sheet: false }
    }

    #[test]
    fn readers_are_told_who_came_who_left_and_who_may_do_what_now() {
        let before =
            [person(1, "Anna", &[Sign, Read]), person(2, "Ines", &[Read]), person(3, "Technik", &[Read])];
        let now = [person(1, "Anna", &[Sign, Read]), person(3, "Technik", &[Sign]), person(4, "Bo", &[Read])];
        let told = changes(&before, &now);
        let expected = [
            Change::May(now[1].clone(), Sign, true),
            Change::May(now[1].clone(), Read, false),
            Change::Came(now[2].clone()),
            Change::Left(before[1].clone()),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn the_same_name_with_another_key_is_another_person() {
        let told = changes(&[person(1, "Anna", &[Read])], &[person(2, "Anna", &[Read])]);
        assert!(matches!(told.as_slice(), [Change::Came(_), Change::Left(_)]), "{told:?}");
    }

    #[test]
    fn a_new_name_is_told_with_the_former_one() {
        let told = changes(&[person(1, "Anna", &[Read])], &[person(1, "Chef", &[Read])]);
        assert_eq!(told, [Change::Renamed(person(1, "Chef", &[Read]), "Anna".into())]);
    }

    #[test]
    fn what_changed_is_told_at_every_look_until_somebody_confirms() {
        let staff = crate::testing::staff(1);
        let seen = Seen { told: Some(vec![person(9, "Ines", &[Read])]), ..Seen::default() };
        let (seen, changes) = seen.look(&staff.site);
        assert!(changes.contains(&Change::Left(person(9, "Ines", &[Read]))));
        let (seen, again) = seen.look(&staff.site);
        assert_eq!(again, changes);
        let (seen, quiet) = seen.confirm(&staff.site.roster).look(&staff.site);
        assert_eq!(quiet, []);
        assert_eq!((seen.serial, seen.roster), (1, Some(staff.site.seen())));
    }

    #[test]
    fn the_first_look_has_nothing_to_tell_and_a_serial_never_falls() {
        let staff = crate::testing::staff(1);
        let (seen, changes) = Seen { serial: 7, ..Seen::default() }.look(&staff.site);
        assert_eq!((changes, seen.serial), (Vec::new(), 7));
    }

    fn member(dice: u64, name: &str, may: &[Capability]) -> Member {
        let keys = einwurf_seal::MemberKeys::generate(&mut crate::testing::Dice::new(dice));
        keys.member(name, MemberKind::Person, may)
    }

    /// The site with other members, as a colleague or this device would publish it.
    fn with(site: &Site, serial: u64, change: impl FnOnce(&mut Vec<Member>)) -> Site {
        let mut site = site.clone();
        site.manifest.serial = serial;
        site.roster.serial = serial;
        change(&mut site.roster.members);
        site
    }

    #[test]
    fn an_own_publication_does_not_confirm_what_a_colleague_did_before() {
        let founded = crate::testing::staff(1).site;
        let (seen, _) = Seen::default().look(&founded);
        let (eve, ines) = (member(50, "Eve", &[Sign, Read]), member(51, "Ines", &[Read]));
        // A colleague took Eve in; this device never looked. Then Ines is taken in here.
        let former = with(&founded, 2, |members| members.push(eve.clone()));
        let now = with(&former, 3, |members| members.push(ines.clone()));
        let (seen, told) = seen.publish(&former, &now);
        assert_eq!(told, [Change::Came(Person::of(&eve))]);
        let (seen, again) = seen.look(&now);
        assert_eq!(again, [Change::Came(Person::of(&eve))], "until somebody has read it");
        assert_eq!((seen.serial, seen.roster), (3, Some(now.seen())));
        let (_, quiet) = seen.confirm(&now.roster).look(&now);
        assert_eq!(quiet, []);
    }

    #[test]
    fn an_own_change_to_somebody_whom_a_colleague_changed_confirms_only_itself() {
        let founded = crate::testing::staff(1).site;
        let ines = member(51, "Ines", &[Read]);
        let before = with(&founded, 2, |members| members.push(ines.clone()));
        let (seen, _) = Seen::default().look(&before);
        let grant = |members: &mut Vec<Member>, may: &[Capability], name: &str| {
            let entry = members.iter_mut().find(|one| one.id == ines.id).unwrap();
            (entry.may, entry.name) = (may.to_vec(), name.to_owned());
        };
        let former = with(&before, 3, |members| grant(members, &[Sign, Read], "Ines"));
        let now = with(&former, 4, |members| grant(members, &[Sign], "Ines Beispiel"));
        let (_, told) = seen.publish(&former, &now);
        let present = now.roster.members.iter().find(|one| one.id == ines.id).map(Person::of).unwrap();
        assert_eq!(told, [Change::May(present, Sign, true)]);
    }

    #[test]
    fn whoever_publishes_alone_is_told_nothing() {
        let founded = crate::testing::staff(1).site;
        let ines = member(51, "Ines", &[Read]);
        let (seen, _) = Seen::default().look(&founded);
        let came = with(&founded, 2, |members| members.insert(0, ines.clone()));
        let (seen, told) = seen.publish(&founded, &came);
        assert_eq!(told, []);
        let left = with(&came, 3, |members| members.retain(|one| one.id != ines.id));
        assert_eq!(seen.publish(&came, &left).1, []);
        // Somebody whom a colleague took in and who was never told, ended here: it is known here.
        let former = with(&founded, 2, |members| members.push(ines.clone()));
        assert_eq!(Seen::default().look(&founded).0.publish(&former, &founded).1, []);
    }
}
