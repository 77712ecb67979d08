//! When mails that messages wait arrive at a member.

use super::mail::MailStatus;
use einwurf_protocol::api::staff::{AddressWish, Arrives, MailReader, MailReaders, MailWish, Quiet};

/// The form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishForm {
    /// The own address; none: this account gets no mail.
    pub own: Option<String>,
    /// Who gets mails, as far as it may be seen.
    pub readers: Vec<MailReader>,
    /// How they arrive.
    pub arrives: Arrives,
    /// Whether there are quiet hours.
    pub quiet: bool,
    /// Their beginning as it is typed, `20:00`.
    pub from: String,
    /// Their end.
    pub until: String,
    /// Where the clock is that they go by.
    pub zone: String,
    /// The fault is shown.
    pub tried: bool,
    /// What is going on.
    pub status: MailStatus,
}

impl Default for WishForm {
    fn default() -> Self {
        Self {
            own: None,
            readers: Vec::new(),
            arrives: Arrives::AtOnce,
            quiet: false,
            from: "20:00".to_owned(),
            until: "07:00".to_owned(),
            zone: "UTC".to_owned(),
            tried: false,
            status: MailStatus::Loading,
        }
    }
}

impl WishForm {
    /// The form for what the relay has, on a device in `zone`.
    pub fn of(readers: MailReaders, zone: String) -> Self {
        let MailReaders { own, readers } = readers;
        let wish = readers.iter().find(|reader| Some(&reader.address) == own.as_ref());
        let wish = wish.and_then(|reader| reader.wish.clone());
        let mut form = Self { own, readers, zone, status: MailStatus::Idle, ..Self::default() };
        if let Some(MailWish { arrives, quiet }) = wish {
            form.arrives = arrives;
            if let Some(Quiet { from, until, zone }) = quiet {
                (form.quiet, form.from, form.until, form.zone) = (true, clock(from), clock(until), zone);
            }
        }
        form
    }

    /// The form for an address that is no member's.
    pub fn for_address(reader: MailReader, zone: String) -> Self {
        Self::of(MailReaders { own: Some(reader.address.clone()), readers: vec![reader] }, zone)
    }

    /// What to send; none if the times are none, or one.
    pub fn wish(&self) -> Option<MailWish> {
        let quiet = if self.quiet {
            let (from, until) = (minute(&self.from)?, minute(&self.until)?);
            (from != until).then_some(())?;
            Some(Quiet { from, until, zone: self.zone.clone() })
        } else {
            None
        };
        Some(MailWish { arrives: self.arrives, quiet })
    }

    /// Whether what is typed is to be shown as faulty.
    pub fn is_faulty(&self) -> bool {
        self.tried && self.wish().is_none()
    }

    /// As it was before somebody changed something.
    #[must_use]
    pub fn dropped(&self) -> Self {
        let readers = MailReaders { own: self.own.clone(), readers: self.readers.clone() };
        Self::of(readers, self.zone.clone())
    }

    /// Whether there is anything to store, or to drop.
    pub fn is_changed(&self) -> bool {
        let was = self.dropped();
        (self.arrives, self.quiet) != (was.arrives, was.quiet)
            || self.quiet && (&self.from, &self.until) != (&was.from, &was.until)
    }

    /// Somebody changed something.
    pub fn change(&mut self, change: impl FnOnce(&mut Self)) {
        change(self);
        if self.status == MailStatus::Saved {
            self.status = MailStatus::Idle;
        }
    }
}

/// What the settings say for addresses, once they say this for one of them. What is so anyway is not said.
pub fn spoken(mut wishes: Vec<AddressWish>, address: &str, wish: MailWish) -> Vec<AddressWish> {
    wishes.retain(|other| other.address != address);
    if wish != (MailWish { arrives: Arrives::AtOnce, quiet: None }) {
        wishes.push(AddressWish { address: address.to_owned(), wish });
    }
    wishes
}

/// `20:00`.
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(clock: &str) -> Option<u16> {
    let (hour, minute) = clock.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readers(wish: Option<MailWish>) -> MailReaders {
        let reader = MailReader { address: "a@b.example".into(), wish, member: true };
        MailReaders { own: Some("a@b.example".into()), readers: vec![reader] }
    }

    #[test]
    fn what_the_relay_has_comes_back_unchanged() {
        let quiet = Quiet { from: 1_200, until: 425, zone: "Europe/Vienna".into() };
        for wish in [
            MailWish { arrives: Arrives::AtOnce, quiet: Some(quiet) },
            MailWish { arrives: Arrives::Digest { minutes: 60 }, quiet: None },
            MailWish { arrives: Arrives::Never, quiet: None },
        ] {
            let form = WishForm::of(readers(Some(wish.clone())), "Europe/Berlin".into());
            assert_eq!(form.wish(), Some(wish));
        }
        let fresh = WishForm::of(readers(None), "Europe/Berlin".into());
        assert_eq!(fresh.wish(), Some(MailWish { arrives: Arrives::AtOnce, quiet: None }));
    }

    #[test]
    fn an_address_has_one_wish_and_none_if_it_is_what_is_so_anyway() {
        let wish = |minutes| MailWish { arrives: Arrives::Digest { minutes }, quiet: None };
        let of = |address: &str, minutes| AddressWish { address: address.into(), wish: wish(minutes) };
        let wishes = spoken(Vec::new(), "office@b.example", wish(15));
        let wishes = spoken(wishes, "fax@b.example", wish(60));
        assert_eq!(wishes, [of("office@b.example", 15), of("fax@b.example", 60)]);
        let wishes = spoken(wishes, "office@b.example", wish(60));
        assert_eq!(wishes, [of("fax@b.example", 60), of("office@b.example", 60)]);
        let at_once = MailWish { arrives: Arrives::AtOnce, quiet: None };
        assert_eq!(spoken(wishes, "fax@b.example", at_once), [of("office@b.example", 60)]);
    }

    #[test]
    fn quiet_hours_are_two_times_of_a_day() {
        let with = |from: &str, until: &str| {
            let mut form = WishForm::of(readers(None), "Europe/Berlin".into());
            form.change(|form| (form.quiet, form.from, form.until) = (true, from.into(), until.into()));
            form.wish().and_then(|wish| wish.quiet).map(|quiet| (quiet.from, quiet.until))
        };
        assert_eq!(with("00:00", "23:59"), Some((0, 1_439)));
        for (from, until) in
            [("24:00", "07:00"), ("20:00", "07:60"), ("", "07:00"), ("20:00", "20:00"), ("x", "y")]
        {
            assert_eq!(with(from, until), None, "{from} {until}");
        }
    }

    #[test]
    fn what_was_changed_can_be_dropped_and_nothing_else() {
        let quiet = Quiet { from: 1_200, until: 425, zone: "Europe/Vienna".into() };
        let stored = MailWish { arrives: Arrives::Never, quiet: Some(quiet) };
        let form = WishForm::of(readers(Some(stored)), "Europe/Berlin".into());
        assert!(!form.is_changed());
        let changes: [fn(&mut WishForm); 3] = [
            |form| form.arrives = Arrives::AtOnce,
            |form| form.quiet = false,
            |form| form.until = "09:00".into(),
        ];
        for change in changes {
            let mut other = form.clone();
            other.change(change);
            other.tried = true;
            assert!(other.is_changed());
            assert_eq!(other.dropped(), form);
        }
        // Times that are not used are nothing that anybody would store.
        let mut unused = WishForm::of(readers(None), "Europe/Berlin".into());
        unused.change(|form| form.from = "21:00".into());
        assert!(!unused.is_changed());
    }

    #[test]
    fn a_fault_is_shown_after_a_try_and_times_that_are_not_used_are_none() {
        let mut form = WishForm::of(readers(None), "UTC".into());
        form.change(|form| form.from.clear());
        assert!(form.wish().is_some());
        form.change(|form| form.quiet = true);
        assert!(!form.is_faulty());
        form.tried = true;
        assert!(form.is_faulty());
    }
}
