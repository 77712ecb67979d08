//! Staff without a browser: login, list, reading, marking, settings. Administration is in [`crate::admin`].

use crate::{
    clock::now,
    device::Device,
    http::{Http, Reply},
    pace,
    seed::{Site, bearer},
};
use anyhow::{Context, Result, anyhow, bail, ensure};
use einwurf_protocol::{
    api::{
        header,
        login::{
            LoginFinish, LoginStart, LoginStarted, OPAQUE_CONTEXT, RecoveryFinish, RecoveryStarted, Session,
        },
        path,
        staff::{Conversation, Entry, Health, InboxPage, MailHealth, Mark},
    },
    ids::Thumbprint,
    jws,
    manifest::{Former, Manifest},
    opaque::Suite,
    problem::Code,
    roster::Roster,
    stock, succession,
    work::Work,
};
use einwurf_seal::{
    InboxSecret, MemberKeys, Opened, OpenedKey, Reading, RecoveryCode, SiteKey, Thread, open_conversation,
    wrapping_key,
};
use opaque_ke::{ClientLogin, ClientLoginFinishParameters, CredentialResponse};
use rand_core_06::OsRng;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

/// A logged-in member.
pub struct Staff {
    pub(crate) http: Http,
    /// Address of the site.
    pub site: String,
    /// What the login gave.
    pub session: Session,
    /// The device that it was on.
    pub device: Device,
    /// The member's keys.
    pub member: MemberKeys,
    /// Every site key that there was, oldest first, the present one last.
    pub sites: Vec<Thumbprint>,
    /// Those before the present one, as its manifest names them.
    pub former: Vec<Former>,
    /// Site keys that were sealed to the member: the present one, and an announced next one.
    pub site_keys: Vec<SiteKey>,
    /// Inbox keys that were sealed to the member.
    pub inbox_keys: Vec<InboxSecret>,
}

/// Who logs in where.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    /// Address of the site.
    pub site: &'a str,
    /// Account name.
    pub account: &'a str,
    /// Password.
    pub password: &'a str,
}

/// An OPAQUE login up to its last message, with the answer of `POST /v1/login/start`.
pub struct Knock {
    /// What the relay answered first, work aside.
    pub started: Reply,
    /// The last message and the export key, if the password opens what the relay answered.
    pub last: Option<(LoginFinish, Vec<u8>)>,
    /// The bits that the device had to work for; `None` for a known one.
    pub bits: Option<u8>,
}

/// The first message of a login with a wrong password.
pub fn attempt(site: &Site, work: Option<Work>) -> Result<LoginStart> {
    let client =
        ClientLogin::<Suite>::start(&mut OsRng, b"falsch").map_err(|error| anyhow!("OPAQUE: {error}"))?;
    Ok(LoginStart { account: site.plan.account.clone(), ke1: client.message.serialize().to_vec(), work })
}

/// Begins a login; `last` is `None` when the client itself sees that account or password is wrong.
pub fn knock(http: &Http, who: &Who<'_>, device: &Device) -> Result<Knock> {
    let opaque = |error| anyhow!("OPAQUE: {error}");
    let client = ClientLogin::<Suite>::start(&mut OsRng, who.password.as_bytes()).map_err(opaque)?;
    let ke1 = client.message.serialize().to_vec();
    let mut body = LoginStart { account: who.account.to_owned(), ke1, work: None };
    let mut started = start(http, who.site, device, &body)?;
    let mut bits = None;
    if started.code()? == Some(Code::WorkRequired) {
        let challenge = started.problem()?.work.context("no work in work-required")?;
        bits = Some(challenge.bits());
        body.work = challenge.solve(0, u64::MAX);
        started = start(http, who.site, device, &body)?;
    }
    let answer: LoginStarted = started.json()?;
    let response = CredentialResponse::deserialize(&answer.ke2).map_err(opaque)?;
    let parameters = ClientLoginFinishParameters { context: Some(OPAQUE_CONTEXT), ..Default::default() };
    let last = client.state.finish(&mut OsRng, who.password.as_bytes(), response, parameters).ok();
    let last = last.map(|finished| {
        let ke3 = finished.message.serialize().to_vec();
        (LoginFinish { login: answer.login, ke3 }, finished.export_key.to_vec())
    });
    Ok(Knock { started, last, bits })
}

/// `POST /v1/login/start`, once.
pub fn start(http: &Http, site: &str, device: &Device, body: &LoginStart) -> Result<Reply> {
    proven(http, site, device, path::LOGIN_START, body)
}

/// `POST /v1/login/finish`.
pub fn finish(http: &Http, site: &str, device: &Device, body: &LoginFinish) -> Result<Reply> {
    proven(http, site, device, path::LOGIN_FINISH, body)
}

fn proven(
    http: &Http,
    site: &str,
    device: &Device,
    path: &str,
    body: &impl serde::Serialize,
) -> Result<Reply> {
    let (name, proof) = device.proof("POST", &format!("{}{path}", http.origin()), None);
    http.post(path, &[(header::SITE, site), (name, &proof)], body)
}

impl Staff {
    /// Logs in with the site's first account on its own device, and opens the keys.
    pub fn login(http: &Http, site: &Site) -> Result<Self> {
        Self::login_as(http, &site.who(), &site.device)
    }

    /// Logs in with any account on any device.
    pub fn login_as(http: &Http, who: &Who<'_>, device: &Device) -> Result<Self> {
        let knock = knock(http, who, device)?;
        let (last, export_key) = knock.last.context("account or password is wrong")?;
        let session: Session = finish(http, who.site, device, &last)?.json()?;
        let wrapped = session.wrapped.clone().context("no wrapped keys")?;
        let roots = roots(&session)?;
        let unwrap = |root: &Thumbprint| {
            let keys = MemberKeys::unwrap(&wrapped, wrapping_key(&export_key, root).as_ref()).ok()?;
            Some((*root, keys))
        };
        let (root, member) = roots.iter().find_map(unwrap).context("the keys are for another site")?;
        Self::unlock(http, who.site, device, session, member, root)
    }

    /// Logs in with the recovery code; the pin is the snippet's.
    pub fn recover(
        http: &Http,
        site: &str,
        pin: Thumbprint,
        code: &RecoveryCode,
        device: &Device,
    ) -> Result<Self> {
        let member = MemberKeys::from_recovery(code);
        let started = http.post_empty(path::RECOVERY_START, &[(header::SITE, site)])?;
        let started: RecoveryStarted = started.json()?;
        let signature = member.sign_recovery(site, &started.challenge);
        let body = RecoveryFinish { login: started.login, member: member.id(), signature };
        let session: Session = proven(http, site, device, path::RECOVERY, &body)?.json()?;
        Self::unlock(http, site, device, session, member, pin)
    }

    fn unlock(
        http: &Http,
        site: &str,
        device: &Device,
        session: Session,
        member: MemberKeys,
        root: Thumbprint,
    ) -> Result<Self> {
        let line = succession::line(root, &session.former)?;
        let present = *line.last().context("no site")?;
        let newest = manifest(session.stock.first().context("an empty stock")?)?;
        ensure!(newest.site == present, "the line leads elsewhere");
        let next = newest.succession.next;
        let former = newest.succession.former;
        let mut sites: Vec<_> = former.iter().map(|key| key.site).collect();
        sites.push(present);
        ensure!(sites.contains(&root), "the present key does not know of the root");
        let mut staff = Self {
            http: http.clone(),
            site: site.to_owned(),
            session,
            device: device.clone(),
            member,
            sites,
            former,
            site_keys: Vec::new(),
            inbox_keys: Vec::new(),
        };
        // An announced next key is sealed under its own name; former site keys may lie there, too.
        let names: Vec<_> = staff.sites.iter().copied().chain(next).collect();
        for sealed in &staff.session.sealed {
            let open = |site: &Thumbprint| staff.member.open_key(sealed, *site).ok();
            match names.iter().find_map(open) {
                Some(OpenedKey::Inbox(key)) => staff.inbox_keys.push(key),
                Some(OpenedKey::Site(key)) => staff.site_keys.push(key),
                None => bail!("the sealed {:?} does not open", sealed.what),
            }
        }
        Ok(staff)
    }

    /// The present site.
    pub fn pin(&self) -> Result<Thumbprint> {
        self.sites.last().copied().context("no site")
    }

    /// The present site key.
    pub fn site_key(&self) -> Result<&SiteKey> {
        let pin = self.pin()?;
        self.site_keys
            .iter()
            .find(|key| key.thumbprint() == pin)
            .context("this member does not hold the site key")
    }

    /// The stock as the session has it, unverified: what the relay shows is compared elsewhere.
    pub fn stock(&self) -> Result<Vec<Manifest>> {
        self.session.stock.iter().map(|compact| manifest(compact)).collect()
    }

    /// The manifest in force.
    pub fn manifest(&self) -> Result<Manifest> {
        stock::served(&self.stock()?, now()).cloned().context("no manifest in force")
    }

    /// The roster.
    pub fn roster(&self) -> Result<Roster> {
        Ok(Roster::verify(&self.session.roster, &self.pin()?, 0)?)
    }

    /// Any request with this session and a proof of its device.
    pub fn call(
        &self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Reply> {
        self.call_from(&self.device, method, path, more, body)
    }

    /// The same token with a proof of another device.
    pub fn call_from(
        &self,
        device: &Device,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Reply> {
        let token = self.session.session.to_string();
        // The relay's own address, wherever a proxy stands.
        let origin = self.http.origin();
        let asked = if method == "HEAD" { "GET" } else { method };
        let (name, proof) = device.proof(asked, &format!("{origin}{path}"), Some(&token));
        let authorization = bearer(&token);
        let mut headers =
            vec![(header::SITE, self.site.as_str()), (header::AUTHORIZATION, &authorization), (name, &proof)];
        headers.extend_from_slice(more);
        self.http.send(method, path, &headers, body)
    }

    /// A request with JSON.
    pub fn json(&self, method: &str, path: &str, body: &impl serde::Serialize) -> Result<Reply> {
        let body = serde_json::to_vec(body)?;
        self.call(method, path, &[("content-type", "application/json")], Some(&body))
    }

    /// One page of the list.
    pub fn page(&self, after: Option<&str>) -> Result<InboxPage> {
        self.paged(path::INBOX, after)
    }

    /// A page of anything that comes in pages.
    pub(crate) fn paged<T: DeserializeOwned>(&self, path: &str, after: Option<&str>) -> Result<T> {
        let after: Vec<_> = after.map(|after| (header::AFTER, after)).into_iter().collect();
        self.call("GET", path, &after, None)?.json()
    }

    /// The whole list, newest first.
    pub fn list(&self) -> Result<Vec<Entry>> {
        let mut page = self.page(None)?;
        let mut entries = page.conversations;
        while let Some(after) = page.after {
            page = self.page(Some(&after))?;
            entries.extend(page.conversations);
        }
        Ok(entries)
    }

    /// The newest conversation that is not erased, once the relay's outbox has announced one.
    pub fn newest(&self) -> Result<String> {
        let first = || {
            let mut alive = self.list()?.into_iter().filter(|entry| entry.erasure.is_none());
            Ok(alive.next().map(|entry| entry.conversation))
        };
        pace::until("a conversation in the list", first)
    }

    /// Waits until the relay's outbox has announced so many conversations.
    pub fn count(&self, conversations: usize) -> Result<()> {
        pace::until("the list", || Ok((self.list()?.len() == conversations).then_some(())))
    }

    /// The conversation that was not known before, which it then is; two of one second stand in any order.
    pub fn next(&self, known: &mut BTreeSet<String>) -> Result<String> {
        self.count(known.len() + 1)?;
        let mut all = self.list()?.into_iter().map(|entry| entry.conversation);
        all.find(|address| known.insert(address.clone())).context("no other conversation")
    }

    /// One conversation as the relay delivers it, once its outbox has announced it.
    pub fn fetch(&self, address: &str) -> Result<Conversation> {
        let announced = pace::until("the conversation to be announced", || {
            let reply = self.look(address)?;
            Ok((reply.status != 404).then_some(reply))
        });
        announced?.json()
    }

    /// What this member's keys make of a conversation.
    pub fn open(&self, conversation: &Conversation) -> Result<Opened> {
        let revoked = self.manifest()?.roster.revoked;
        let (site, former) = (self.pin()?, &self.former);
        let reading = Reading { site, former, revoked: &revoked, inbox_keys: &self.inbox_keys };
        Ok(open_conversation(&reading, conversation))
    }

    /// One conversation, verified and opened without a fault.
    pub fn read(&self, address: &str) -> Result<Thread> {
        match self.open(&self.fetch(address)?)? {
            Opened::Mine(thread) if thread.faults.is_empty() => Ok(thread),
            Opened::Mine(thread) => bail!("faults: {:?}", thread.faults),
            other => bail!("cannot be opened: {other:?}"),
        }
    }

    /// Texts of a conversation in their order; what is erased has none.
    pub fn texts(&self, address: &str) -> Result<Vec<String>> {
        let thread = self.read(address)?;
        let payloads = thread.entries.iter().filter_map(|entry| entry.payload.as_ref());
        Ok(payloads.map(|payload| payload.message.text().to_owned()).collect())
    }

    /// Marks as read or done.
    pub fn mark(&self, address: &str, mark: &Mark) -> Result<Reply> {
        self.about(path::INBOX_MARK, address, mark)
    }

    /// Is everything running?
    pub fn health(&self) -> Result<Health> {
        self.call("GET", path::INBOX_HEALTH, &[], None)?.json()
    }

    /// Waits until the relay knows that a mail is out and that none waits: killed before, it would rightly send it again.
    pub fn mailed(&self) -> Result<()> {
        pace::until("a mail to be out", || {
            Ok(matches!(self.health()?.mail, MailHealth::Idle { sent: Some(_) }).then_some(()))
        })
    }

    /// Ends the session.
    pub fn logout(&self) -> Result<Reply> {
        self.call("POST", path::LOGOUT, &[], Some(b""))
    }
}

/// Site keys that the member's keys may be bound to: the present one, and those that named it.
fn roots(session: &Session) -> Result<Vec<Thumbprint>> {
    let newest = session.stock.first().context("an empty stock")?;
    let mut roots = vec![jws::verify(newest, jws::MANIFEST)?.key.thumbprint()];
    for former in &session.former {
        roots.push(succession::step(former)?.0);
    }
    Ok(roots)
}

/// The payload of a manifest whose signature fits whatever key it names.
pub fn manifest(compact: &str) -> Result<Manifest> {
    Ok(jws::verify_json(compact, jws::MANIFEST)?.payload)
}
