//! The deployment's bindings, read once. A wrong configuration does not start: every request is answered 503 and the
//! log names the binding.

use crate::{
    address::AddressKey,
    mail::Account,
    push::SERVICES,
    vault::Vault,
    webhook::place::{self, Hosts},
};
use einwurf_protocol::{
    api::staff::Security,
    ids::Secret,
    limits::WEBHOOK_URL_BYTES,
    message::is_email,
    settings::{Profile, Team},
};

/// Names a binding that is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{binding} {fault}")]
pub struct ConfigError {
    /// The binding.
    pub binding: &'static str,
    /// What is wrong.
    pub fault: &'static str,
}

/// How the relay is deployed.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it runs; decides what visitors are told.
    pub profile: Profile,
    /// Public origin, without a trailing slash.
    pub origin: String,
    /// A second origin under which the same relay is reached.
    pub origin_also: Option<String>,
    /// Who runs it.
    pub host_name: String,
    /// Country where it runs.
    pub country: Team,
    /// Allows creating sites.
    pub operator_token: Secret,
    /// Makes and checks addresses and tickets.
    pub addresses: AddressKey,
    /// Encrypts at rest.
    pub vault: Vault,
    /// The operator's sender of relay mails.
    pub mail: Option<Account>,
    /// Whether plaintext SMTP to loopback is allowed: development and tests.
    pub plaintext_loopback: bool,
    /// How long a mail waits for further messages, in milliseconds.
    pub mail_delay: u64,
    /// Where webhooks may point.
    pub webhooks: Hosts,
    /// Push services that devices may be told by.
    pub push: Hosts,
    /// Whom a push service can ask: `mailto:` or `https://`.
    pub push_contact: String,
    /// How many times as much as usual visitors may write: for fast machines, and for tests.
    pub pace: u64,
    /// Who is told, besides a site's own people, that its stock of manifests ends.
    pub operator_mail: Option<String>,
}

/// Messages that arrive within half a minute become one mail.
const MAIL_DELAY_MS: u64 = 30_000;

impl Config {
    /// Reads and checks every binding.
    pub fn read(binding: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let read = Reader { binding };
        let address = read.secret("EINWURF_ADDRESS_KEY")?;
        let plaintext_loopback =
            read.optional("EINWURF_MAIL_ALLOW_PLAINTEXT_LOOPBACK").as_deref() == Some("1");
        Ok(Self {
            profile: read.profile()?,
            origin: read.origin("EINWURF_ORIGIN")?,
            origin_also: read.origin_also()?,
            host_name: read.stated("EINWURF_HOST_NAME")?,
            country: Team { de: read.stated("EINWURF_COUNTRY_DE")?, en: read.stated("EINWURF_COUNTRY_EN")? },
            operator_token: read.secret("EINWURF_OPERATOR_TOKEN")?,
            addresses: AddressKey::new(address.0),
            vault: read.vault()?,
            mail: read.mail(plaintext_loopback)?,
            plaintext_loopback,
            mail_delay: read.number("EINWURF_MAIL_DELAY_MS", MAIL_DELAY_MS)?,
            webhooks: read.hosts("EINWURF_WEBHOOK_HOSTS", None)?,
            push: read.hosts("EINWURF_PUSH_HOSTS", Some(&SERVICES))?,
            push_contact: read.push_contact()?,
            pace: read.number("EINWURF_PACE", 1)?,
            operator_mail: read.operator_mail()?,
        })
    }

    /// Whether objects are created with jurisdiction `eu`.
    pub fn is_cloudflare(&self) -> bool {
        self.profile != Profile::SelfHosted
    }

    /// Every origin under which it is reached, the public one first.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.origin).chain(&self.origin_also).map(String::as_str)
    }

    /// Whether browsers reach it by https.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// The host of the origin: what the relay calls itself in mails.
    pub fn host(&self) -> &str {
        let (_, host) = self.origin.split_once("://").unwrap_or_default();
        host.split(':').next().unwrap_or_default()
    }
}

struct Reader<F> {
    binding: F,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    fn optional(&self, binding: &str) -> Option<String> {
        (self.binding)(binding).filter(|value| !value.is_empty())
    }

    fn stated(&self, binding: &'static str) -> Result<String, ConfigError> {
        self.optional(binding).ok_or(ConfigError { binding, fault: "is missing" })
    }

    fn secret(&self, binding: &'static str) -> Result<Secret, ConfigError> {
        let fault = "is not 32 bytes in base64url without padding";
        self.stated(binding)?.parse().map_err(|_| ConfigError { binding, fault })
    }

    fn number<N: std::str::FromStr>(&self, binding: &'static str, default: N) -> Result<N, ConfigError> {
        let Some(text) = self.optional(binding) else { return Ok(default) };
        text.parse().map_err(|_| ConfigError { binding, fault: "is not a number in its range" })
    }

    fn profile(&self) -> Result<Profile, ConfigError> {
        let binding = "EINWURF_PROFILE";
        match self.stated(binding)?.as_str() {
            "self-hosted" => Ok(Profile::SelfHosted),
            "cloudflare-own-proxy" => Ok(Profile::CloudflareOwnProxy),
            "cloudflare-direct" => Ok(Profile::CloudflareDirect),
            _ => Err(ConfigError { binding, fault: "is not a deployment profile" }),
        }
    }

    fn vault(&self) -> Result<Vault, ConfigError> {
        let binding = "EINWURF_STORAGE_SECRET_OLD";
        let present = self.secret("EINWURF_STORAGE_SECRET")?;
        let vault = Vault::new(&present.0);
        if self.optional(binding).is_none() {
            return Ok(vault);
        }
        let old = self.secret(binding)?;
        if old.0 == present.0 {
            return Err(ConfigError { binding, fault: "is the same as EINWURF_STORAGE_SECRET" });
        }
        Ok(vault.replacing(&old.0))
    }

    fn origin_also(&self) -> Result<Option<String>, ConfigError> {
        let binding = "EINWURF_ORIGIN_ALSO";
        if self.optional(binding).is_none() {
            return Ok(None);
        }
        let also = self.origin(binding)?;
        if also == self.origin("EINWURF_ORIGIN")? {
            return Err(ConfigError { binding, fault: "is the same as EINWURF_ORIGIN" });
        }
        Ok(Some(also))
    }

    fn push_contact(&self) -> Result<String, ConfigError> {
        let binding = "EINWURF_PUSH_CONTACT";
        let Some(contact) = self.optional(binding) else { return self.origin("EINWURF_ORIGIN") };
        let address = contact.strip_prefix("mailto:").is_some_and(is_email);
        let quoted = contact.contains(['"', '\\']);
        if quoted || !(address || place::read(&contact, WEBHOOK_URL_BYTES).is_ok()) {
            return Err(ConfigError { binding, fault: "is neither mailto: with an address nor https://" });
        }
        Ok(contact)
    }

    /// A list of hosts, or what holds without one.
    fn hosts(&self, binding: &'static str, usual: Option<&[&str]>) -> Result<Hosts, ConfigError> {
        let private = self.optional("EINWURF_WEBHOOK_ALLOW_PRIVATE").as_deref() == Some("1");
        let Some(text) = self.optional(binding) else {
            let only = usual.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
            return Ok(Hosts { private, only });
        };
        let only: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        let open = Hosts { private, only: None };
        let is_host = |name: &String| open.check(&format!("https://{name}")) == Ok(name.as_str());
        if !only.iter().all(is_host) {
            return Err(ConfigError { binding, fault: "is not a list of host names, with commas between" });
        }
        Ok(Hosts { private, only: Some(only) })
    }

    fn operator_mail(&self) -> Result<Option<String>, ConfigError> {
        let binding = "EINWURF_OPERATOR_MAIL";
        match self.optional(binding) {
            Some(address) if !is_email(&address) => {
                Err(ConfigError { binding, fault: "is not an e-mail address" })
            }
            address => Ok(address),
        }
    }

    fn origin(&self, binding: &'static str) -> Result<String, ConfigError> {
        let origin = self.stated(binding)?;
        let host =
            origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).unwrap_or_default();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
        if host.is_empty() || !host.bytes().all(plain) {
            return Err(ConfigError { binding, fault: "is not an origin such as https://relay.example" });
        }
        Ok(origin)
    }

    fn mail(&self, plaintext: bool) -> Result<Option<Account>, ConfigError> {
        let Some(host) = self.optional("EINWURF_MAIL_HOST") else { return Ok(None) };
        let account = Account {
            host,
            port: self.number("EINWURF_MAIL_PORT", 465)?,
            security: self.security()?,
            user: self.optional("EINWURF_MAIL_USER").unwrap_or_default(),
            password: self.optional("EINWURF_MAIL_PASSWORD").unwrap_or_default(),
            from: self.stated("EINWURF_MAIL_FROM")?,
        };
        if !is_email(&account.from) {
            return Err(ConfigError { binding: "EINWURF_MAIL_FROM", fault: "is not an e-mail address" });
        }
        if !account.is_allowed(plaintext) {
            return Err(ConfigError {
                binding: "EINWURF_MAIL_SECURITY",
                fault: "is not allowed for this host",
            });
        }
        Ok(Some(account))
    }

    fn security(&self) -> Result<Security, ConfigError> {
        let binding = "EINWURF_MAIL_SECURITY";
        match self.optional(binding).as_deref() {
            None | Some("tls") => Ok(Security::Tls),
            Some("starttls") => Ok(Security::Starttls),
            Some("plaintext") => Ok(Security::Plaintext),
            Some(_) => Err(ConfigError { binding, fault: "is none of tls, starttls, plaintext" }),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
