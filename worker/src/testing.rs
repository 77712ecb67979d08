//! What tests of several modules need: keys, a site's documents, a visitor's messages.

use crate::{
    acts::Voice,
    admit::Claim,
    terms::{NoticeTerms, Terms},
};
use einwurf_protocol::{
    VERSION,
    api::{
        login::{KeyName, Publication, RecoveryCheck, SealedKey, Setup, Wrapped},
        visitor::{Append, Open},
    },
    chain::{Head, START},
    consent::{Grant, How},
    es256::PublicKey,
    event::{Direction, ENC_BYTES, Envelope, Event, Header, Kind, Opening, signing_input},
    ids::{Digest, MessageId, Signature, Thumbprint},
    jws,
    manifest::{
        App, Asset, Code, Display, InboxKey, Manifest, NoticeRef, RelayRef, RosterRef, Succession,
        inbox_key_id,
    },
    notice::{self, Mode, Notice, Purpose, Register, Statement, TYP, Withdrawal},
    roster::{self, Capability, Member, MemberCertificate, MemberKind, Roster},
    settings::{Confirmed, LegalFacts, Profile, Sector, Team},
    time::Timestamp,
};
use p256::ecdsa::{self, SigningKey, signature::Signer as _};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
    task::{Context, Poll, Waker},
};

pub(crate) const NOW: Timestamp = Timestamp(1_795_455_720);
pub(crate) const ORIGIN: &str = "https://relay.example";

/// The check of a signature as the protocol has it.
pub(crate) async fn check(claim: Claim) -> bool {
    claim.key.verifies(&claim.message, &claim.signature)
}

/// The output of a future that waits for nothing.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// A key pair.
pub(crate) struct Keys(SigningKey);

impl Keys {
    pub(crate) fn new(seed: u8) -> Self {
        Self(SigningKey::from_slice(&[seed; 32]).unwrap())
    }

    pub(crate) fn public(&self) -> PublicKey {
        let point = self.0.verifying_key().to_sec1_point(false);
        PublicKey::from_bytes(point.as_bytes()[1..].try_into().unwrap())
    }

    pub(crate) fn thumbprint(&self) -> Thumbprint {
        self.public().thumbprint()
    }

    fn sign(&self, input: &[u8]) -> Signature {
        let signature: ecdsa::Signature = self.0.sign(input);
        Signature(signature.to_bytes().into())
    }

    pub(crate) fn jws(&self, typ: &str, payload: &impl Serialize) -> String {
        let input = jws::signing_input(&self.public(), typ, &serde_json::to_vec(payload).unwrap());
        jws::assemble(&input, &self.sign(input.as_bytes()))
    }
}

pub(crate) fn site() -> Keys {
    Keys::new(1)
}

pub(crate) fn visitor() -> Keys {
    Keys::new(2)
}

pub(crate) fn terms() -> Terms {
    let notice = NoticeTerms {
        digest: Digest([7; 32]),
        register: Register::En,
        mode: Mode::Consent,
        boxes: BTreeSet::from([Purpose::Answer]),
        choices: false,
    };
    Terms {
        site: site().thumbprint(),
        former: Vec::new(),
        notices: vec![notice],
        inbox_key: Digest([8; 32]),
        destroyed: NOW.plus(400 * 86_400),
        days: 90,
        proof: "00".repeat(32),
    }
}

/// Terms after the site published another notice and another inbox key.
pub(crate) fn later_terms() -> Terms {
    let mut terms = terms();
    terms.notices[0].digest = Digest([9; 32]);
    terms.inbox_key = Digest([10; 32]);
    terms
}

pub(crate) fn grant(terms: &Terms) -> Grant {
    let NoticeTerms { digest, register, mode, ref boxes, choices } = terms.notices[0];
    Grant {
        v: VERSION,
        site: terms.site,
        notice: digest,
        register,
        mode,
        grants: boxes.iter().map(|purpose| (*purpose, true)).collect(),
        choices: choices.then_some(Digest([12; 32])),
        how: How::TickAndButton,
        build: Digest([11; 32]),
    }
}

pub(crate) fn header(terms: &Terms, head: Head, epoch: u32, opens: bool) -> Header {
    let opening = Opening { inbox_key: terms.inbox_key, enc: vec![0; ENC_BYTES], commitment: [0; 32] };
    Header {
        site: terms.site,
        cid: visitor().public().cid(),
        epoch,
        seq: head.next,
        direction: Direction::ToStaff,
        kind: Kind::Message,
        message: MessageId([u8::try_from(head.next).unwrap(); 16]),
        author: visitor().thumbprint(),
        prev: head.digest,
        opening: opens.then_some(opening),
    }
}

/// The event with this header, by this key.
pub(crate) fn envelope(header: &Header, by: &Keys) -> Envelope {
    let (header, nonce, ciphertext) = (header.encode(), vec![3; 24], vec![4; 512 + 16]);
    let signature = Signature([0; 64]);
    let unsigned = Envelope { header, nonce, ciphertext, signature };
    let digest = Event::read(unsigned.clone()).unwrap().digest;
    Envelope { signature: by.sign(&signing_input(&digest)), ..unsigned }
}

pub(crate) fn open() -> Open {
    let terms = terms();
    Open {
        v: VERSION,
        grant: Some(visitor().jws(jws::GRANT, &grant(&terms))),
        event: envelope(&header(&terms, START, 0, true), &visitor()),
        attachments: Vec::new(),
    }
}

pub(crate) fn append(header: &Header) -> Append {
    Append { v: VERSION, event: envelope(header, &visitor()), grant: None, attachments: Vec::new() }
}

/// The withdrawal of a conversation whose chain ends at `head`, in its epoch 0.
pub(crate) fn withdrawal(head: Head) -> Append {
    append(&Header { kind: Kind::Withdrawal, ..header(&terms(), head, 0, false) })
}

pub(crate) fn bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

pub(crate) fn facts() -> LegalFacts {
    let both = |de: &str, en: &str| Team { de: de.into(), en: en.into() };
    LegalFacts {
        company: "Beispiel Fensterbau GmbH".into(),
        address: "Musterweg 1, 12345 Musterstadt".into(),
        team: both("das Büro", "the office"),
        days: 90,
        authority: "Aufsichtsbehörde Musterland".into(),
        dpo: "datenschutz@fensterbau.example".into(),
        privacy_url: "https://fensterbau.example/datenschutz".into(),
        imprint_url: "https://fensterbau.example/impressum".into(),
        profile: Profile::SelfHosted,
        host_name: "Beispiel GmbH".into(),
        country: both("Deutschland", "Germany"),
        mode: Mode::Consent,
        sector: Sector::General,
        offers: BTreeSet::new(),
        children: None,
        confirmed: Confirmed { copies: true, ..Confirmed::default() },
    }
}

pub(crate) fn notice(register: Register, facts: &LegalFacts) -> String {
    let statement = Statement { purpose: Purpose::Answer, text: "I agree.".into(), required: true };
    let notice = Notice {
        typ: TYP.into(),
        register,
        mode: Mode::Consent,
        profile: facts.profile,
        company: facts.company.clone(),
        days: facts.days,
        title: "t".into(),
        lead: "l".into(),
        summary: vec![],
        facts: vec![],
        details_label: "d".into(),
        details: vec![],
        links: vec![],
        statements: vec![statement],
        age: None,
        accept: "a".into(),
        decline: "d".into(),
        withdrawal: Withdrawal {
            label: "w".into(),
            ask: "a".into(),
            yes: "y".into(),
            no: "n".into(),
            done: "d".into(),
            pending: "p".into(),
        },
    };
    serde_json::to_string(&notice).unwrap()
}

pub(crate) fn log_key() -> PublicKey {
    Keys::new(4).public()
}

pub(crate) fn member() -> Keys {
    Keys::new(3)
}

/// The recovery code's signing key.
pub(crate) fn recovery() -> Keys {
    Keys::new(5)
}

pub(crate) fn entry(keys: &Keys, kind: MemberKind) -> Member {
    Member {
        id: keys.thumbprint(),
        kind,
        name: "Meike".into(),
        may: vec![Capability::Sign, Capability::Read],
        signing: keys.public(),
        sealing: vec![5; 1216],
    }
}

pub(crate) fn roster_of(serial: u64) -> Roster {
    let members = vec![entry(&member(), MemberKind::Person), entry(&recovery(), MemberKind::Recovery)];
    Roster { v: VERSION, site: site().thumbprint(), serial, members }
}

fn asset() -> Asset {
    Asset { path: "/r/x.js".into(), sri: "sha384-x".into() }
}

fn app() -> App {
    App { script: asset(), wasm: asset(), style: asset(), texts: BTreeMap::new() }
}

/// The inbox key of a month of the stock.
pub(crate) fn inbox_key(month: u8) -> InboxKey {
    let public = vec![100 + month; 1216];
    // The month, its overlap, and the days of [`facts`].
    let destroyed = NOW.plus((u64::from(month) * 31 + 38 + 90) * 86_400);
    InboxKey { id: inbox_key_id(&public), public, destroyed }
}

/// The manifest of a month.
pub(crate) fn manifest_of(month: u8, roster: &str, notices: &[String]) -> Manifest {
    let reference = |document: &String| NoticeRef {
        register: notice::parse(document.as_bytes()).unwrap().register,
        digest: notice::digest(document.as_bytes()),
    };
    let serial = einwurf_protocol::jws::verify_json::<Roster>(roster, jws::ROSTER).unwrap().payload.serial;
    let nbf = NOW.plus(u64::from(month) * 31 * 86_400);
    Manifest {
        v: VERSION,
        site: site().thumbprint(),
        serial: 1 + u64::from(month),
        nbf,
        exp: nbf.plus(38 * 86_400),
        code: Code {
            version: "0.1.0".into(),
            widget: app(),
            inbox: app(),
            door: asset(),
            launcher: asset(),
            keeper: asset(),
            papers: asset(),
            widget_rest: asset(),
            attach: asset(),
            attach_wasm: asset(),
            attach_pdf: asset(),
            check: asset(),
        },
        inbox_key: inbox_key(month),
        notices: notices.iter().map(reference).collect(),
        roster: RosterRef { digest: roster::digest(roster), serial, readers: 1, revoked: vec![] },
        relay: RelayRef { origins: vec![ORIGIN.into()], log_key: log_key(), door: None },
        succession: Succession::default(),
        display: Display {
            name: "Fensterbau".into(),
            phone: String::new(),
            email: String::new(),
            hours: String::new(),
            response_time: BTreeMap::new(),
            accent: "#1f5f5b".into(),
            theme: None,
        },
    }
}

pub(crate) fn notices() -> Vec<String> {
    [Register::DeFormal, Register::En].map(|register| notice(register, &facts())).into()
}

/// A sound publication by `by` with `change` applied to each manifest before it is signed, and this roster.
pub(crate) fn publication_by(by: &Keys, roster: &str, change: impl Fn(&mut Manifest)) -> Publication {
    let manifest = |month| {
        let mut manifest = manifest_of(month, roster, &notices());
        change(&mut manifest);
        by.jws(jws::MANIFEST, &manifest)
    };
    let manifests = (0..6).map(manifest).collect();
    Publication { manifests, roster: roster.to_owned(), notices: notices(), facts: facts() }
}

/// The site's first publication.
pub(crate) fn publication(change: impl Fn(&mut Manifest)) -> Publication {
    publication_by(&site(), &site().jws(jws::ROSTER, &roster_of(1)), change)
}

pub(crate) fn sealed_to(member: &Keys, what: KeyName) -> SealedKey {
    SealedKey { member: member.thumbprint(), what, enc: vec![0; ENC_BYTES], ciphertext: vec![0; 48] }
}

/// Every key of the first publication for everybody in its roster.
pub(crate) fn sealed() -> Vec<SealedKey> {
    let inbox = (0..6).map(|month| KeyName::Inbox(inbox_key(month).id));
    let names: Vec<_> = inbox.chain([KeyName::Site(site().thumbprint())]).collect();
    let to = |keys: Keys| names.iter().map(move |name| sealed_to(&keys, *name)).collect::<Vec<_>>();
    [to(member()), to(recovery())].concat()
}

/// [`member`] in a session of [`site`].
pub(crate) fn voice() -> Voice {
    Voice {
        member: member().thumbprint(),
        site: site().thumbprint(),
        former: Vec::new(),
        revoked: Vec::new(),
    }
}

pub(crate) fn certificate(by: &Keys, change: impl FnOnce(&mut MemberCertificate)) -> String {
    let mut certificate = MemberCertificate {
        v: VERSION,
        site: by.thumbprint(),
        name: "Meike".into(),
        key: member().public(),
        nbf: NOW,
        exp: NOW.plus(45 * 86_400),
    };
    change(&mut certificate);
    by.jws(jws::MEMBER, &certificate)
}

pub(crate) fn setup() -> Setup {
    Setup {
        v: VERSION,
        account: "meike@fensterbau.example".into(),
        registration: vec![],
        wrapped: Wrapped { member: member().thumbprint(), nonce: vec![0; 24], ciphertext: vec![0; 32] },
        sealed: sealed(),
        certificates: vec![certificate(&site(), |_| ())],
        publication: publication(|_| ()),
        recovery: RecoveryCheck { groups: [0, 1], tag: vec![0; 32] },
        recipients: vec!["office@fensterbau.example".into()],
        mail_register: Register::DeFormal,
    }
}
