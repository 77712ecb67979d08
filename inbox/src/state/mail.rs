//! The mail settings form.

use crate::state::{
    fault::Fault,
    field::{FieldFault, Kind, Rule, Spec, recipients},
};
use einwurf_protocol::{
    api::staff::{AddressWish, MailSettings, Security, Sender},
    notice::Register,
};

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailAsk {
    /// Who gets the mail.
    Recipients,
    /// SMTP host.
    Host,
    /// SMTP port.
    Port,
    /// Account.
    User,
    /// Password; empty keeps the stored one.
    Password,
    /// Sender address.
    From,
    /// Who gets the signed daily heads.
    Heads,
    /// Who else is told of what nobody read for long.
    Escalation,
}

impl MailAsk {
    /// Fields of an own sender.
    pub const SENDER: [Self; 5] = [Self::Host, Self::Port, Self::User, Self::Password, Self::From];

    /// How it is asked.
    pub fn spec(self) -> Spec {
        match self {
            Self::Recipients => Spec::new("mail-recipients", |t| &t.ask_recipients, Rule::Recipients)
                .hint(|t| &t.ask_recipients_hint),
            Self::Host => Spec::new("mail-host", |t| &t.mail_host, Rule::Text),
            Self::Port => Spec::new("mail-port", |t| &t.mail_port, Rule::Port),
            Self::User => Spec::new("mail-user", |t| &t.mail_user, Rule::Optional),
            Self::Password => Spec {
                kind: Kind::Password,
                ..Spec::new("mail-password", |t| &t.mail_password, Rule::Optional)
                    .hint(|t| &t.mail_password_hint)
            },
            Self::From => Spec::new("mail-from", |t| &t.mail_from, Rule::Email),
            Self::Heads => {
                Spec::new("mail-heads", |t| &t.mail_heads, Rule::MaybeEmail).hint(|t| &t.mail_heads_hint)
            }
            Self::Escalation => Spec::new("mail-escalation", |t| &t.mail_escalation, Rule::MaybeRecipients)
                .hint(|t| &t.mail_escalation_hint),
        }
    }
}

/// What the form says below itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum MailStatus {
    /// Not fetched yet.
    #[default]
    Loading,
    /// Nothing to say.
    Idle,
    /// On its way to the relay.
    Saving,
    /// Stored.
    Saved,
    /// The mail server is being asked.
    Testing,
    /// The mail server took the test mail.
    Sent,
    /// It did not, and said why.
    Refused(String),
    /// The relay does not take this field.
    Rejected(String),
    /// The relay could not be asked.
    Failed(Fault),
}

impl MailStatus {
    /// Whether something is under way.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Loading | Self::Saving | Self::Testing)
    }
}

/// The form. The password is never sent back by the relay, so an empty field keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct MailForm {
    /// Fields by [`MailAsk`].
    values: [String; 8],
    /// When mails arrive at recipients that are no members'. Changed elsewhere on the page.
    pub wishes: Vec<AddressWish>,
    /// Register of the mail.
    pub register: Register,
    /// The site's own sender instead of the operator's.
    pub own: bool,
    /// How the connection is secured.
    pub security: Security,
    /// Faults are shown.
    pub tried: bool,
    /// What is going on.
    pub status: MailStatus,
}

impl Default for MailForm {
    fn default() -> Self {
        let mut form = Self {
            values: Default::default(),
            wishes: Vec::new(),
            register: Register::DeFormal,
            own: false,
            security: Security::Starttls,
            tried: false,
            status: MailStatus::Loading,
        };
        form.set(MailAsk::Port, "587".into());
        form
    }
}

impl std::fmt::Debug for MailForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MailForm({:?}, fields hidden)", self.status)
    }
}

impl MailForm {
    /// The form for what the relay has.
    pub fn of(settings: &MailSettings) -> Self {
        let wishes = settings.wishes.clone();
        let mut form =
            Self { register: settings.register, wishes, status: MailStatus::Idle, ..Self::default() };
        form.set(MailAsk::Recipients, settings.recipients.join("\n"));
        form.set(MailAsk::Heads, settings.heads.clone().unwrap_or_default());
        form.set(MailAsk::Escalation, settings.escalation.join("\n"));
        if let Some(sender) = &settings.sender {
            (form.own, form.security) = (true, sender.security);
            form.set(MailAsk::Host, sender.host.clone());
            form.set(MailAsk::Port, sender.port.to_string());
            form.set(MailAsk::User, sender.user.clone());
            form.set(MailAsk::From, sender.from.clone());
        }
        form
    }

    /// What is typed.
    pub fn get(&self, ask: MailAsk) -> &str {
        self.values.get(ask as usize).map_or("", String::as_str)
    }

    /// Somebody typed.
    pub fn set(&mut self, ask: MailAsk, text: String) {
        if let Some(value) = self.values.get_mut(ask as usize) {
            *value = text;
        }
        if matches!(self.status, MailStatus::Saved | MailStatus::Sent | MailStatus::Refused(_)) {
            self.status = MailStatus::Idle;
        }
    }

    /// Another way of securing the connection brings its usual port along.
    pub fn secure(&mut self, security: Security) {
        self.security = security;
        let port = match security {
            Security::Tls => "465",
            Security::Starttls => "587",
            Security::Plaintext => "25",
        };
        self.set(MailAsk::Port, port.into());
    }

    fn check(&self, ask: MailAsk) -> Option<FieldFault> {
        ask.spec().rule.check(self.get(ask))
    }

    /// The fault to show at a field.
    pub fn fault_of(&self, ask: MailAsk) -> Option<FieldFault> {
        self.tried.then(|| self.check(ask)).flatten()
    }

    /// What to send, or the first field that is not in order.
    pub fn settings(&self) -> Result<MailSettings, MailAsk> {
        // In the order of the form.
        let sender = self.own.then_some(MailAsk::SENDER).into_iter().flatten();
        let mut asked = [MailAsk::Recipients, MailAsk::Escalation, MailAsk::Heads].into_iter().chain(sender);
        let first = asked.find(|ask| self.check(*ask).is_some());
        if let Some(ask) = first {
            return Err(ask);
        }
        let trimmed = |ask| self.get(ask).trim().to_owned();
        let heads = trimmed(MailAsk::Heads);
        let password = self.get(MailAsk::Password);
        let sender = || Sender {
            host: trimmed(MailAsk::Host),
            // The rule has made sure of the port.
            port: trimmed(MailAsk::Port).parse().unwrap_or_default(),
            security: self.security,
            user: trimmed(MailAsk::User),
            password: (!password.is_empty()).then(|| password.to_owned()),
            from: trimmed(MailAsk::From),
        };
        let recipients = |ask| recipients(self.get(ask));
        let named = recipients(MailAsk::Recipients);
        // Who gets no mail any more has no wish.
        let wishes = self.wishes.iter().filter(|wish| named.contains(&wish.address)).cloned().collect();
        Ok(MailSettings {
            recipients: named,
            wishes,
            register: self.register,
            sender: self.own.then(sender),
            heads: (!heads.is_empty()).then_some(heads),
            escalation: recipients(MailAsk::Escalation),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::api::staff::{Arrives, MailWish};

    fn own() -> MailForm {
        let mut form = MailForm { own: true, status: MailStatus::Idle, ..MailForm::default() };
        form.set(MailAsk::Recipients, "a@b.example, c@d.example".into());
        form.set(MailAsk::Host, " smtp.b.example ".into());
        form.set(MailAsk::User, "a".into());
        form.set(MailAsk::From, "a@b.example".into());
        form
    }

    #[test]
    fn an_empty_password_keeps_the_stored_one() {
        let sender = own().settings().unwrap().sender.unwrap();
        assert_eq!((sender.host.as_str(), sender.port, sender.password), ("smtp.b.example", 587, None));
    }

    #[test]
    fn what_the_relay_has_comes_back_unchanged() {
        let mut form = own();
        form.secure(Security::Tls);
        let settings = form.settings().unwrap();
        assert_eq!(settings.sender.as_ref().unwrap().port, 465);
        assert_eq!(MailForm::of(&settings).settings().unwrap(), settings);
    }

    #[test]
    fn the_operators_sender_needs_only_recipients() {
        let mut form = MailForm { own: false, ..own() };
        form.set(MailAsk::Host, String::new());
        assert_eq!(form.settings().unwrap().sender, None);
        form.set(MailAsk::Recipients, "nobody".into());
        assert_eq!(form.settings(), Err(MailAsk::Recipients));
    }

    #[test]
    fn the_second_reminder_goes_to_some_or_to_nobody() {
        let mut form = MailForm { own: false, ..own() };
        assert!(form.settings().unwrap().escalation.is_empty());
        form.set(MailAsk::Escalation, "chef@b.example; leitung@b.example".into());
        let settings = form.settings().unwrap();
        assert_eq!(settings.escalation, ["chef@b.example", "leitung@b.example"]);
        assert_eq!(MailForm::of(&settings).settings().unwrap(), settings, "and comes back unchanged");
        form.set(MailAsk::Escalation, "chef".into());
        assert_eq!(form.settings(), Err(MailAsk::Escalation));
        form.set(MailAsk::Recipients, String::new());
        assert_eq!(form.settings(), Err(MailAsk::Recipients), "the first on the page");
    }

    #[test]
    fn what_was_said_for_an_address_stays_as_long_as_it_is_a_recipient() {
        let wish = |address: &str| AddressWish {
            address: address.into(),
            wish: MailWish { arrives: Arrives::Never, quiet: None },
        };
        let mut form = own();
        form.wishes = vec![wish("a@b.example"), wish("c@d.example")];
        let settings = form.settings().unwrap();
        assert_eq!(settings.wishes, form.wishes);
        assert_eq!(MailForm::of(&settings).settings().unwrap(), settings);
        form.set(MailAsk::Recipients, "c@d.example".into());
        assert_eq!(form.settings().unwrap().wishes, [wish("c@d.example")]);
    }

    #[test]
    fn rec_06_the_daily_head_goes_to_one_address_or_to_none() {
        let mut form = MailForm { own: false, ..own() };
        assert_eq!(form.settings().unwrap().heads, None);
        form.set(MailAsk::Heads, " dsb@b.example ".into());
        let settings = form.settings().unwrap();
        assert_eq!(settings.heads.as_deref(), Some("dsb@b.example"));
        assert_eq!(MailForm::of(&settings).settings().unwrap(), settings, "and comes back unchanged");
        form.set(MailAsk::Heads, "dsb@b.example, c@d.example".into());
        assert_eq!(form.settings(), Err(MailAsk::Heads));
    }

    #[test]
    fn a_result_is_not_left_standing_beside_changed_settings() {
        let mut form = MailForm { status: MailStatus::Sent, ..own() };
        form.set(MailAsk::Host, "other.example".into());
        assert_eq!(form.status, MailStatus::Idle);
    }
}
