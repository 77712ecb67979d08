//! A site made through the real API without a browser: what the inbox app does at set-up, step by step.

use crate::{
    admin::{Registered, register},
    clock::now,
    device::Device,
    http::Http,
    plan::{self, Plan},
    random,
    staff::Who,
};
use anyhow::{Context, Result};
use einwurf_protocol::{
    VERSION,
    api::{
        header,
        login::{NewSite, Publication, Setup, SetupStart, SetupStarted},
        path,
        visitor::RelayInfo,
    },
    ids::{Secret, Thumbprint},
    manifest::{Code, Manifest, NoticeRef, RelayRef, Succession},
    notice::{self, Notice, Register},
    roster::{Capability, MemberKind},
    settings::LegalFacts,
    wording,
};
use einwurf_seal::{
    InboxSecret, MemberKeys, RecoveryCode, SiteKey,
    publish::{Says, sign},
    wrapping_key,
};
use std::fs;

/// The demo's controller, plainly fictitious.
pub const COMPANY: &str = "Beispiel Fensterbau GmbH";
/// Its phone number: 0155 5 is not given out.
pub const PHONE: &str = "0155 55 123 45";
/// Its address: `example` domains are reserved (RFC 2606).
pub const EMAIL: &str = "post@fensterbau.example";

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
    /// Open conversations, a month each.
    pub inbox: Vec<InboxSecret>,
    /// The admin's keys.
    pub member: MemberKeys,
    /// The emergency sheet.
    pub recovery: RecoveryCode,
    /// What the manifests say.
    pub says: Says,
    /// The facts that the notices state.
    pub facts: LegalFacts,
    /// What was published.
    pub publication: Publication,
    /// The device that the admin usually logs in on.
    pub device: Device,
}

/// A site that exists and is not set up yet.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// What the operator was told.
    pub new: NewSite,
    http: Http,
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
        let mut answer = None;
        let registered = register(&plan.password, |registration| {
            let body = SetupStart { account: plan.account.clone(), registration };
            let started: SetupStarted = self.post(path::SETUP_START, &body)?.json()?;
            Ok(answer.insert(started).registration.clone())
        })?;
        Ok(Registering { answer: answer.context("the relay was not asked")?, registered })
    }

    /// Makes keys and documents.
    pub fn body(&self, plan: Plan, registering: Registering) -> Result<(Setup, Site)> {
        let Registering { answer, registered } = registering;
        let mut rng = random::system();
        let (key, member) = (SiteKey::generate(&mut rng), MemberKeys::generate(&mut rng));
        let code = RecoveryCode::generate(&mut rng);
        let pin = key.thumbprint();
        let all = [Capability::Sign, Capability::Read, Capability::Audit];
        let recovery = MemberKeys::from_recovery(&code);
        let members = vec![
            member.member("Büro", MemberKind::Person, &all),
            recovery.member("", MemberKind::Recovery, &[Capability::Sign, Capability::Read]),
        ];
        let info: RelayInfo = self.http.get(path::RELAY, &[])?.json()?;
        let facts = plan.facts(&info);
        let (references, notices) = notices(&facts, &plan.registers)?;
        let says = Says {
            code: release()?,
            notices: references,
            relay: RelayRef {
                origins: vec![answer.origin.clone()],
                log_key: answer.log_key,
                door: plan.door.clone(),
            },
            succession: Succession::default(),
            display: plan::display(),
            members,
            revoked: Vec::new(),
            days: plan.days,
        };
        let signed = sign(&key, &says, None, now(), &mut rng)?;
        let publication =
            Publication { manifests: signed.manifests, roster: signed.roster, notices, facts: facts.clone() };
        let body = Setup {
            v: VERSION,
            account: plan.account.clone(),
            registration: registered.upload,
            wrapped: member.wrap(wrapping_key(&registered.export_key, &pin).as_ref(), &mut rng),
            sealed: signed.sealed,
            certificates: signed.certificates,
            publication: publication.clone(),
            recovery: code.check(&key, &mut rng),
            recipients: plan.recipients.clone(),
            mail_register: plan.mail_register,
        };
        let NewSite { site: address, setup, link } = self.new.clone();
        let (relay, inbox, recovery) = (answer.origin, signed.drawn, code);
        let device = Device::new();
        let site = Site {
            address,
            pin,
            plan,
            relay,
            link,
            setup,
            key,
            inbox,
            member,
            recovery,
            says,
            facts,
            publication,
            device,
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
pub struct Registering {
    /// What the relay said.
    pub answer: SetupStarted,
    registered: Registered,
}

impl Site {
    /// The admin at the login.
    pub fn who(&self) -> Who<'_> {
        Who { site: &self.address, account: &self.plan.account, password: &self.plan.password }
    }

    /// The compact manifest that was in force at first.
    pub fn manifest(&self) -> &str {
        self.publication.manifests.first().map_or("", String::as_str)
    }

    /// The notice of `register` that was published at first.
    pub fn notice(&self, register: Register) -> Result<Notice> {
        let read = |document: &String| serde_json::from_str::<Notice>(document).ok();
        let mut all = self.publication.notices.iter().filter_map(read);
        all.find(|notice| notice.register == register).context("no notice of this register")
    }

    /// The first manifest with another serial and notices that state `facts`, with these notices.
    pub fn restate(&self, serial: u64, facts: &LegalFacts) -> Result<(String, Vec<String>)> {
        let (references, notices) = notices(facts, &self.plan.registers)?;
        let manifest = self.resign(|manifest| (manifest.serial, manifest.notices) = (serial, references))?;
        Ok((manifest, notices))
    }

    /// The first manifest with `change`, signed again by the site key.
    pub fn resign(&self, change: impl FnOnce(&mut Manifest)) -> Result<String> {
        let mut manifest = self.published()?;
        change(&mut manifest);
        Ok(self.key.sign_manifest(&manifest))
    }

    /// The first manifest.
    pub fn published(&self) -> Result<Manifest> {
        crate::staff::manifest(self.manifest())
    }

    /// The data attributes of the snippet.
    pub fn attributes(&self, register: Register) -> String {
        let (label, company) = (register.label(), COMPANY);
        format!(
            "data-site=\"{}\" data-pin=\"{}\" data-relay=\"{}\" data-name=\"{company}\" data-phone=\"{PHONE}\" \
             data-email=\"{EMAIL}\" data-register=\"{register}\" data-serial=\"0\" data-label=\"{label}\"",
            self.address, self.pin, self.relay
        )
    }

    /// The page that the company puts on its own server, as its staff would download it.
    pub fn door(&self, register: Register) -> Result<String> {
        xtask::door::fill(&xtask::door::Door {
            site: &self.address,
            pins: &self.pin.to_string(),
            relays: &self.relay,
            name: COMPANY,
            phone: PHONE,
            email: EMAIL,
            register: register.as_str(),
            label: register.label(),
        })
    }

    /// The snippet that loads the launcher as a file from the company's own server.
    pub fn file_snippet(&self, register: Register) -> String {
        format!("<script src=\"/launcher.js\" {} async></script>", self.attributes(register))
    }

    /// The same with further attributes.
    pub fn snippet_with(&self, register: Register, more: &str) -> String {
        self.file_snippet(register).replacen(" data-", &format!(" {more} data-"), 1)
    }

    /// The snippet that brings the launcher along.
    pub fn inline_snippet(&self, register: Register) -> Result<String> {
        let launcher = fs::read_to_string(xtask::paths::dist().join("launcher.js"))?;
        Ok(format!("<script {}>{launcher}</script>", self.attributes(register)))
    }
}

/// The documents of these registers, and what a manifest says of them.
pub(crate) fn notices(facts: &LegalFacts, registers: &[Register]) -> Result<(Vec<NoticeRef>, Vec<String>)> {
    let render = |register: &Register| -> Result<(NoticeRef, String)> {
        let document = String::from_utf8(wording::render(*register, facts)?)?;
        Ok((NoticeRef { register: *register, digest: notice::digest(document.as_bytes()) }, document))
    };
    registers.iter().map(render).collect()
}
