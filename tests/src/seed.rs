//! A site made through the real API without a browser: what the inbox app does at set-up, step by step.

use crate::{http::Http, random};
use anyhow::{Context, Result, anyhow};
use einwurf_protocol::{
    VERSION,
    api::{
        header,
        login::{NewSite, Publication, Setup, SetupStart, SetupStarted},
        path,
        visitor::RelayInfo,
    },
    es256::PublicKey,
    ids::{Secret, Thumbprint},
    limits::MANIFEST_SECONDS,
    manifest::{Code, Display, Manifest, NoticeRef, RelayRef, RosterRef, Succession},
    notice::{self, Register},
    opaque::Suite,
    roster::{self, Capability, MemberKind, Roster},
    settings::{LegalFacts, Team},
    time::Timestamp,
    wording,
};
use einwurf_seal::{InboxSecret, MemberKeys, RecoveryCode, SiteKey, seal_key_for};
use opaque_ke::{ClientRegistration, ClientRegistrationFinishParameters, RegistrationResponse};
use rand_core_06::OsRng;
use std::{
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

/// The demo's controller, plainly fictitious.
pub const COMPANY: &str = "Beispiel Fensterbau GmbH";
/// Its phone number: 0155 5 is not given out.
pub const PHONE: &str = "0155 55 123 45";
/// Its address: `example` domains are reserved (RFC 2606).
pub const EMAIL: &str = "post@fensterbau.example";

/// What a site is made with.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Account name.
    pub account: String,
    /// Password.
    pub password: String,
    /// Recipients of the relay mail.
    pub recipients: Vec<String>,
    /// Register of the relay mail.
    pub mail_register: Register,
    /// Days until deletion.
    pub days: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            account: "buero@fensterbau.example".to_owned(),
            password: "vier Fenster im Erdgeschoss".to_owned(),
            recipients: vec!["buero@fensterbau.example".to_owned()],
            mail_register: Register::DeFormal,
            days: 90,
        }
    }
}

/// A site with all its keys.
pub struct Site {
    /// Address, for the header and the snippet.
    pub address: String,
    /// Thumbprint of the site key, for the snippet.
    pub pin: Thumbprint,
    /// What it was made with.
    pub plan: Plan,
    /// Origin of the relay.
    pub relay: String,
    /// The set-up link, used up by now.
    pub link: String,
    /// The set-up secret, used up by now.
    pub setup: Secret,
    /// Signs manifests.
    pub key: SiteKey,
    /// Opens conversations.
    pub inbox: InboxSecret,
    /// The admin's keys.
    pub member: MemberKeys,
    /// The facts that the notices state.
    pub facts: LegalFacts,
    /// What was published.
    pub publication: Publication,
    /// The relay's log key of this site.
    pub log_key: PublicKey,
}

/// A site that exists and is not set up yet.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// What the operator was told.
    pub new: NewSite,
    http: Http,
}

/// Now, by this machine's clock.
pub fn now() -> Timestamp {
    Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}

/// The release that was built: hashes of every file.
pub fn release() -> Result<Code> {
    let file = xtask::paths::dist().join("release.json");
    let text =
        fs::read(&file).with_context(|| format!("{} is missing; run: cargo xtask build", file.display()))?;
    serde_json::from_slice(&text).context("release.json is not the manifest's code section")
}

/// `Bearer …`.
pub fn bearer(secret: impl std::fmt::Display) -> String {
    format!("Bearer {secret}")
}

/// `POST /v1/sites`.
pub fn create(http: &Http, operator_token: &str) -> Result<Fresh> {
    let token = bearer(operator_token);
    let new = http.post_empty(path::SITES, &[(header::AUTHORIZATION, &token)])?.json()?;
    Ok(Fresh { new, http: http.clone() })
}

/// Everything from `POST /v1/sites` to the published site.
pub fn site(http: &Http, operator_token: &str, plan: Plan) -> Result<Site> {
    create(http, operator_token)?.set_up(plan)
}

impl Fresh {
    /// Both set-up steps.
    pub fn set_up(self, plan: Plan) -> Result<Site> {
        let registering = self.start(&plan)?;
        let (body, site) = self.body(plan, registering)?;
        self.finish(&body)?.ok()?;
        Ok(site)
    }

    /// `POST /v1/setup/start`; answers what the body of the second step needs.
    pub fn start(&self, plan: &Plan) -> Result<Registering> {
        let started = ClientRegistration::<Suite>::start(&mut OsRng, plan.password.as_bytes())
            .map_err(|error| anyhow!("OPAQUE: {error}"))?;
        let body =
            SetupStart { account: plan.account.clone(), registration: started.message.serialize().to_vec() };
        let answer: SetupStarted = self.post(path::SETUP_START, &body)?.json()?;
        let response = RegistrationResponse::deserialize(&answer.registration)
            .map_err(|error| anyhow!("OPAQUE: {error}"))?;
        let parameters = ClientRegistrationFinishParameters::default();
        let finished = started
            .state
            .finish(&mut OsRng, plan.password.as_bytes(), response, parameters)
            .map_err(|error| anyhow!("OPAQUE: {error}"))?;
        Ok(Registering {
            answer,
            upload: finished.message.serialize().to_vec(),
            export_key: finished.export_key.to_vec(),
        })
    }

    /// Makes keys and documents.
    pub fn body(&self, plan: Plan, registering: Registering) -> Result<(Setup, Site)> {
        let mut rng = random::system();
        let (key, inbox, member) =
            (SiteKey::generate(&mut rng), InboxSecret::generate(&mut rng), MemberKeys::generate(&mut rng));
        let recovery = MemberKeys::from_recovery(&RecoveryCode::generate(&mut rng));
        let pin = key.thumbprint();
        let all = [Capability::Sign, Capability::Read, Capability::Audit];
        let members = vec![
            member.member("Büro", MemberKind::Person, &all),
            recovery.member("", MemberKind::Recovery, &all),
        ];
        let mut sealed = Vec::new();
        for entry in &members {
            sealed.push(seal_key_for(entry, &key, pin, &mut rng)?);
            sealed.push(seal_key_for(entry, &inbox, pin, &mut rng)?);
        }
        let info: RelayInfo = self.http.get(path::RELAY, &[])?.json()?;
        let facts = facts(&info, plan.days);
        let roster = key.sign_roster(&Roster { v: VERSION, site: pin, serial: 1, members });
        let log_key = registering.answer.log_key;
        let relay = registering.answer.origin.clone();
        let publication =
            Publication { manifest: String::new(), roster, notices: Vec::new(), facts: facts.clone() };
        let NewSite { site: address, setup, link } = self.new.clone();
        let wrapped = member.wrap(&crate::staff::wrapping_key(&registering.export_key, &pin), &mut rng);
        let mut site =
            Site { address, pin, plan, relay, link, setup, key, inbox, member, facts, publication, log_key };
        site.publication = site.publish(1, &site.facts)?;
        let body = Setup {
            v: VERSION,
            account: site.plan.account.clone(),
            registration: registering.upload,
            wrapped,
            sealed,
            publication: site.publication.clone(),
            recipients: site.plan.recipients.clone(),
            mail_register: site.plan.mail_register,
        };
        Ok((body, site))
    }

    /// `POST /v1/setup`.
    pub fn finish(&self, body: &Setup) -> Result<crate::http::Reply> {
        self.post(path::SETUP, body)
    }

    fn post(&self, path: &str, body: &impl serde::Serialize) -> Result<crate::http::Reply> {
        let secret = bearer(self.new.setup);
        self.http.post(path, &[(header::SITE, &self.new.site), (header::AUTHORIZATION, &secret)], body)
    }
}

/// Between the two set-up steps.
#[derive(Debug, Clone)]
pub struct Registering {
    /// What the relay said.
    pub answer: SetupStarted,
    upload: Vec<u8>,
    export_key: Vec<u8>,
}

impl Site {
    /// Documents that state `facts`, under this site's keys, with the roster as it is.
    pub fn publish(&self, serial: u64, facts: &LegalFacts) -> Result<Publication> {
        let notices = Register::ALL
            .into_iter()
            .map(|register| Ok((register, String::from_utf8(wording::render(register, facts)?)?)))
            .collect::<Result<Vec<_>>>()?;
        let roster = self.publication.roster.clone();
        let manifest = self.key.sign_manifest(&self.manifest(serial, &notices)?);
        let notices = notices.into_iter().map(|(_, document)| document).collect();
        Ok(Publication { manifest, roster, notices, facts: facts.clone() })
    }

    /// The published manifest with `change`, signed again by the site key.
    pub fn resign(&self, change: impl FnOnce(&mut Manifest)) -> Result<String> {
        let mut manifest = self.published()?;
        change(&mut manifest);
        Ok(self.key.sign_manifest(&manifest))
    }

    /// The published manifest.
    pub fn published(&self) -> Result<Manifest> {
        let raw =
            einwurf_protocol::jws::verify_json(&self.publication.manifest, einwurf_protocol::jws::MANIFEST)?;
        Ok(raw.payload)
    }

    fn manifest(&self, serial: u64, notices: &[(Register, String)]) -> Result<Manifest> {
        let nbf = now().minus(60);
        let exp = nbf.plus(MANIFEST_SECONDS);
        let reference = |(register, document): &(Register, String)| NoticeRef {
            register: *register,
            digest: notice::digest(document.as_bytes()),
        };
        Ok(Manifest {
            v: VERSION,
            site: self.pin,
            serial,
            nbf,
            exp,
            code: release()?,
            inbox_key: self.inbox.entry(exp.plus(u64::from(self.plan.days) * 86_400)),
            notices: notices.iter().map(reference).collect(),
            roster: RosterRef {
                digest: roster::digest(&self.publication.roster),
                serial: 1,
                revoked: Vec::new(),
            },
            relay: RelayRef { origins: vec![self.relay.clone()], log_key: self.log_key },
            succession: Succession::default(),
            display: display(),
        })
    }

    /// The data attributes of the snippet.
    pub fn attributes(&self, register: Register) -> String {
        let (label, company) = (label(register), COMPANY);
        format!(
            "data-site=\"{}\" data-pin=\"{}\" data-relay=\"{}\" data-name=\"{company}\" data-phone=\"{PHONE}\" \
             data-email=\"{EMAIL}\" data-register=\"{register}\" data-serial=\"0\" data-label=\"{label}\"",
            self.address, self.pin, self.relay
        )
    }

    /// The snippet that loads the launcher as a file from the company's own server.
    pub fn file_snippet(&self, register: Register) -> String {
        format!("<script src=\"/launcher.js\" {} async></script>", self.attributes(register))
    }

    /// The snippet that brings the launcher along.
    pub fn inline_snippet(&self, register: Register) -> Result<String> {
        let launcher = fs::read_to_string(xtask::paths::dist().join("launcher.js"))?;
        Ok(format!("<script {}>{launcher}</script>", self.attributes(register)))
    }
}

/// Label of the launcher's button.
pub fn label(register: Register) -> &'static str {
    if register == Register::En { "Write a message" } else { "Nachricht schreiben" }
}

fn display() -> Display {
    let time = [("de", "eines Werktags"), ("en", "one working day")];
    Display {
        name: COMPANY.to_owned(),
        phone: PHONE.to_owned(),
        email: EMAIL.to_owned(),
        hours: String::new(),
        response_time: time.map(|(language, text)| (language.to_owned(), text.to_owned())).into(),
        accent: "#1f5f5b".to_owned(),
    }
}

fn facts(info: &RelayInfo, days: u32) -> LegalFacts {
    LegalFacts {
        company: COMPANY.to_owned(),
        address: "Musterweg 1, 12345 Musterstadt".to_owned(),
        team: Team { de: "das Büro".to_owned(), en: "the office".to_owned() },
        days,
        authority: "Aufsichtsbehörde Musterland".to_owned(),
        dpo: "datenschutz@fensterbau.example".to_owned(),
        privacy_url: "https://fensterbau.example/datenschutz".to_owned(),
        imprint_url: "https://fensterbau.example/impressum".to_owned(),
        profile: info.profile,
        host_name: info.host_name.clone(),
        country: info.country.clone(),
    }
}
