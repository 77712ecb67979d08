//! A mail of this site, ready to be sent.

use super::super::{Here, site};
use crate::{
    address::Kind,
    durable::now,
    fault::Fault,
    mail::{
        Account,
        compose::{self, Says},
        dialogue::Job,
        link,
    },
};
use einwurf_protocol::{ids::Thumbprint, notice::Register, problem::Code};
use worker::js_sys::{Array, Intl::PluralRules, Object};

/// What every mail of the site shows, from the manifest in force.
pub(super) struct Head {
    /// The company's name as its visitors know it.
    pub(super) company: String,
    /// The company's own door.
    pub(super) door: Option<String>,
    link: String,
}

impl Head {
    pub(super) fn read(here: &Here<'_>) -> Result<Self, Fault> {
        let row = site::served(&here.sql, "manifest")?;
        let manifest = site::manifest_of(row.text(0)?)?;
        let row = here.sql.row("SELECT site FROM published", Vec::new())?.ok_or(Code::NotFound)?;
        let pin = Thumbprint(row.array(0)?);
        let address = here.config.addresses.address(Kind::Site, here.id);
        let link = link(manifest.relay.door.as_deref(), &here.config.origin, &address, &pin.to_string());
        Ok(Self { company: manifest.display.name, door: manifest.relay.door, link })
    }
}

/// A mail before it says anything.
pub(super) struct Letter<'a> {
    pub(super) account: Account,
    pub(super) recipients: Vec<String>,
    pub(super) register: Register,
    /// Stays the same over every try.
    pub(super) id: &'a str,
}

impl Letter<'_> {
    pub(super) fn saying(self, here: &Here<'_>, head: &Head, says: Says<'_>) -> Result<Job, Fault> {
        let Self { account, recipients, register, id } = self;
        let mail = compose::Mail {
            from: &account.from,
            to: &recipients,
            register,
            message_id: &format!("{id}@{}", here.config.host()),
            date: now(),
            link: &head.link,
            says,
            rule: form,
        };
        let message = compose::message(&mail).ok_or(Fault::Internal("mail"))?;
        Ok(Job { account, client: client(here.config.host()), recipients, message })
    }
}

/// By the runtime's `Intl`, which knows the rules of all languages (CLDR).
fn form(register: Register, number: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 conversations")]
    let number = number as f64;
    PluralRules::new(&Array::of1(&register.locale().into()), &Object::new()).select(number).into()
}

/// What the relay calls itself: its host name, or an address literal (RFC 5321, 4.1.3).
fn client(host: &str) -> String {
    if host.parse::<std::net::Ipv4Addr>().is_ok() { format!("[{host}]") } else { host.to_owned() }
}
