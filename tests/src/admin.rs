//! Administration without a browser: publishing, inviting, joining, passwords, devices, as the inbox app does it.

use crate::{
    clock::now,
    http::{Http, Reply},
    random,
    seed::{bearer, notices},
    staff::{Staff, manifest},
};
use anyhow::{Context, Result, anyhow, ensure};
use einwurf_protocol::{
    VERSION,
    api::{
        admin::{
            AnswerInvitation, Answered, Devices, EndDevice, EndInvitation, InvitationShown, InvitationStart,
            Invite, Password, PasswordStart, Publish, Registering, Rewrap, SiteState,
        },
        header,
        login::Publication,
        path,
    },
    ids::{MessageId, Secret, Thumbprint},
    notice::Register,
    opaque::Suite,
    roster::{Capability, Member, MemberKind, Roster},
    settings::LegalFacts,
};
use einwurf_seal::{
    Granted, InvitationSecret, MemberKeys, SiteKey,
    publish::{Before, Says, Signed, sign},
    seal_key_for, wrapping_key,
};
use opaque_ke::{ClientRegistration, ClientRegistrationFinishParameters, RegistrationResponse};
use rand_core_06::OsRng;

/// An invitation as its link has it.
#[derive(Debug, Clone)]
pub struct Link {
    /// Drawn by the inviter.
    pub id: MessageId,
    /// In the fragment.
    pub secret: Secret,
}

/// A client's half of an OPAQUE registration: the upload, and the export key.
pub struct Registered {
    /// For the relay.
    pub upload: Vec<u8>,
    /// Wraps the member's keys.
    pub export_key: Vec<u8>,
}

/// Registers `password`; `ask` brings the request to the relay.
pub fn register(password: &str, ask: impl FnOnce(Vec<u8>) -> Result<Vec<u8>>) -> Result<Registered> {
    let opaque = |error| anyhow!("OPAQUE: {error}");
    let started = ClientRegistration::<Suite>::start(&mut OsRng, password.as_bytes()).map_err(opaque)?;
    let answer = ask(started.message.serialize().to_vec())?;
    let response = RegistrationResponse::deserialize(&answer).map_err(opaque)?;
    let parameters = ClientRegistrationFinishParameters::default();
    let finished =
        started.state.finish(&mut OsRng, password.as_bytes(), response, parameters).map_err(opaque)?;
    Ok(Registered { upload: finished.message.serialize().to_vec(), export_key: finished.export_key.to_vec() })
}

impl Staff {
    /// `GET /v1/inbox/site`.
    pub fn state(&self) -> Result<SiteState> {
        self.call("GET", path::INBOX_SITE, &[], None)?.json()
    }

    /// What a publication with `change` would be, and its body.
    pub fn draft(&self, key: &SiteKey, change: impl FnOnce(&mut Says)) -> Result<(Publish, Signed)> {
        let state = self.state()?;
        let stock = state.stock.iter().map(|compact| manifest(compact)).collect::<Result<Vec<_>>>()?;
        let roster = Roster::verify(&state.roster, &self.pin()?, 0)?;
        let served = einwurf_protocol::stock::served(&stock, now()).context("nothing in force")?;
        let mut says = Says::of(served, &roster, state.facts.days);
        change(&mut says);
        let before = Before { stock: &stock, roster: &roster, held: &self.inbox_keys };
        let signed = sign(key, &says, Some(&before), now(), &mut random::system())?;
        let publication = Publication {
            manifests: signed.manifests.clone(),
            roster: signed.roster.clone(),
            notices: Vec::new(),
            facts: state.facts,
        };
        let base = stock.iter().map(|manifest| manifest.serial).max().unwrap_or_default();
        let (sealed, certificates) = (signed.sealed.clone(), signed.certificates.clone());
        Ok((Publish { v: VERSION, base, publication, sealed, certificates, recovery: None }, signed))
    }

    /// `PUT /v1/inbox/publication`.
    pub fn put(&self, body: &Publish) -> Result<Reply> {
        self.json("PUT", path::INBOX_PUBLICATION, body)
    }

    /// Publishes what is in force with `change`, and keeps the keys that were drawn.
    pub fn publish(&mut self, change: impl FnOnce(&mut Says)) -> Result<Publish> {
        let (body, signed) = self.draft(&self.site_key()?.clone(), change)?;
        self.put(&body)?.ok()?;
        self.took(&body, signed);
        Ok(body)
    }

    /// Publishes notices that state other facts.
    pub fn restate(&mut self, facts: &LegalFacts, registers: &[Register]) -> Result<()> {
        let (references, notices) = notices(facts, registers)?;
        let days = facts.days;
        let (mut body, signed) = self.draft(&self.site_key()?.clone(), |says| {
            (says.notices, says.days) = (references, days);
        })?;
        (body.publication.notices, body.publication.facts) = (notices, facts.clone());
        self.put(&body)?.ok()?;
        self.took(&body, signed);
        Ok(())
    }

    /// After a publication: what the next login would bring.
    pub fn took(&mut self, body: &Publish, signed: Signed) {
        self.session.stock.clone_from(&body.publication.manifests);
        self.session.roster.clone_from(&body.publication.roster);
        self.inbox_keys.extend(signed.drawn);
    }

    /// Announces a next site key, which lies at the relay sealed to all who sign.
    pub fn announce(&mut self) -> Result<SiteKey> {
        let mut rng = random::system();
        let next = SiteKey::generate(&mut rng);
        let (mut body, signed) =
            self.draft(&self.site_key()?.clone(), |says| says.succession.next = Some(next.thumbprint()))?;
        for signer in self.roster()?.signers() {
            body.sealed.push(seal_key_for(signer, &next, next.thumbprint(), &mut rng)?);
        }
        self.put(&body)?.ok()?;
        self.took(&body, signed);
        Ok(next)
    }

    /// Publishes by the next key.
    pub fn switch(&self, next: &SiteKey) -> Result<()> {
        let (body, _) = self.draft(next, |says| says.succession.next = None)?;
        self.put(&body)?.ok().map(drop)
    }

    /// Invites somebody.
    pub fn invite(&self, name: &str, may: &[Capability], replaces: Option<Thumbprint>) -> Result<Link> {
        let id = MessageId(random::bytes());
        let secret = self.site_key()?.invitation(&Granted { id, name, may, replaces });
        let (name, may) = (name.to_owned(), may.to_vec());
        let body = Invite { v: VERSION, id, token: secret.token_hash(), name, may, replaces };
        self.json("POST", path::INBOX_INVITATIONS, &body)?.ok()?;
        Ok(Link { id, secret: secret.to_secret() })
    }

    /// Takes an invitation back.
    pub fn uninvite(&self, link: &Link) -> Result<Reply> {
        self.json("POST", path::INBOX_INVITATIONS_END, &EndInvitation { id: link.id })
    }

    /// What was answered, checked as the inviter's app does, with the code that both compare.
    pub fn answered(&self, link: &Link) -> Result<(Member, String)> {
        let state = self.state()?;
        let invitation = state.invitations.into_iter().find(|entry| entry.id == link.id);
        let invitation = invitation.context("the invitation is not open")?;
        let answer = invitation.answer.context("nobody answered")?;
        // What the relay says that the invitation grants: any change of it makes another secret.
        let (name, may, replaces) = (&invitation.name, &invitation.may, invitation.replaces);
        let granted = Granted { id: link.id, name, may, replaces };
        let (site, secret) = (self.pin()?, self.site_key()?.invitation(&granted));
        let mac = secret.authenticate(&site, &answer.account, &answer.member);
        ensure!(mac.as_slice() == answer.mac, "the answer is not by whoever has the link");
        ensure!(answer.member.id == answer.member.signing.thumbprint(), "the entry's id is not its key's");
        let code = secret.code(&site, &answer.account, &answer.member);
        Ok((Member { name: invitation.name, may: invitation.may, ..answer.member }, code))
    }

    /// Takes whoever answered into the roster, in place of `replaced` if somebody lost the password.
    pub fn accept(&mut self, link: &Link, replaced: Option<Thumbprint>) -> Result<Publish> {
        let (member, _) = self.answered(link)?;
        self.publish(|says| {
            if let Some(replaced) = replaced {
                says.remove(&replaced, now());
            }
            says.members.push(member);
        })
    }

    /// Changes this member's password.
    pub fn change_password(&self, password: &str) -> Result<Reply> {
        let registered = register(password, |registration| {
            let reply = self.json("POST", path::INBOX_PASSWORD_START, &PasswordStart { registration })?;
            Ok(reply.json::<Registering>()?.registration)
        })?;
        let wrapped = self.wrap(&registered.export_key)?;
        self.json(
            "PUT",
            path::INBOX_PASSWORD,
            &Password { v: VERSION, registration: registered.upload, wrapped },
        )
    }

    /// Wraps the member's keys for the present site.
    pub fn rewrap(&self, export_key: &[u8]) -> Result<Reply> {
        self.json("PUT", path::INBOX_WRAPPED, &Rewrap { wrapped: self.wrap(export_key)? })
    }

    fn wrap(&self, export_key: &[u8]) -> Result<einwurf_protocol::api::login::Wrapped> {
        Ok(self.member.wrap(wrapping_key(export_key, &self.pin()?).as_ref(), &mut random::system()))
    }

    /// The account's devices.
    pub fn devices(&self) -> Result<Devices> {
        self.call("GET", path::INBOX_DEVICES, &[], None)?.json()
    }

    /// Ends one of them.
    pub fn end_device(&self, id: Thumbprint) -> Result<Reply> {
        self.json("POST", path::INBOX_DEVICES_END, &EndDevice { id })
    }
}

/// Somebody with the link of an invitation.
pub struct Guest<'a> {
    /// Client of the relay.
    pub http: &'a Http,
    /// Address of the site.
    pub site: &'a str,
    /// What the fragment had.
    pub secret: Secret,
}

impl Guest<'_> {
    fn token(&self) -> String {
        bearer(InvitationSecret::from_secret(&self.secret).token())
    }

    /// Any request with the invitation's token.
    pub fn call(&self, method: &str, path: &str, body: Option<&[u8]>) -> Result<Reply> {
        let token = self.token();
        let mut headers = vec![(header::SITE, self.site), (header::AUTHORIZATION, &token)];
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        self.http.send(method, path, &headers, body)
    }

    /// What the invitation says.
    pub fn look(&self) -> Result<InvitationShown> {
        self.call("GET", path::INVITATION, None)?.json()
    }

    /// The body of an answer, the new member's keys, and the code to read out.
    pub fn prepare(&self, account: &str, password: &str) -> Result<(AnswerInvitation, MemberKeys, String)> {
        let shown = self.look()?;
        let site = manifest(&shown.manifest)?.site;
        let registered = register(password, |registration| {
            let body = InvitationStart { account: account.to_owned(), registration };
            let reply = self.call("POST", path::INVITATION_START, Some(&serde_json::to_vec(&body)?))?;
            Ok(reply.json::<Registering>()?.registration)
        })?;
        let mut rng = random::system();
        let keys = MemberKeys::generate(&mut rng);
        let member = keys.member(&shown.name, MemberKind::Person, &shown.may);
        let secret = InvitationSecret::from_secret(&self.secret);
        let mac = secret.authenticate(&site, account, &member).to_vec();
        let code = secret.code(&site, account, &member);
        let wrapped = keys.wrap(wrapping_key(&registered.export_key, &site).as_ref(), &mut rng);
        let answer = Answered { account: account.to_owned(), member, mac };
        Ok((AnswerInvitation { v: VERSION, registration: registered.upload, wrapped, answer }, keys, code))
    }

    /// `POST /v1/invitation`.
    pub fn post(&self, body: &AnswerInvitation) -> Result<Reply> {
        self.call("POST", path::INVITATION, Some(&serde_json::to_vec(body)?))
    }

    /// Answers the invitation; the code to read out.
    pub fn answer(&self, account: &str, password: &str) -> Result<String> {
        let (body, _, code) = self.prepare(account, password)?;
        self.post(&body)?.ok()?;
        Ok(code)
    }
}
