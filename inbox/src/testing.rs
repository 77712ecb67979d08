//! What tests share: a generator that repeats itself, and a site founded with it.

pub(crate) mod talk;

pub(crate) use crate::fixtures::{answers, relay_info};
use crate::state::{
    keyring::{Known, Staff, unlock},
    opaque::{ExportKey, Registered},
    setup::founding::{Keys, Place, body, write},
};
use einwurf_protocol::{
    api::{
        admin::{Account, Publish, RecoveryState, SiteState},
        login::{Session, Setup, SetupStarted},
    },
    ids::Secret,
    manifest::{App, Asset, Code},
    notice::Register,
};
use einwurf_seal::SiteKey;
pub(crate) use einwurf_staff::testing::Dice;

/// Origin of the relay in tests.
pub(crate) const ORIGIN: &str = "https://relay.example";

pub(crate) use crate::fixtures::NOW;
/// Stands for what OPAQUE gives for the right password.
pub(crate) const EXPORT_KEY: &[u8] = b"export key";

pub(crate) fn code() -> Code {
    let asset = |path: &str| Asset { path: path.into(), sri: "sha384-AAAA".into() };
    let app = || App {
        script: asset("/r/0.1.0/a.js"),
        wasm: asset("/r/0.1.0/a.wasm"),
        style: asset("/r/0.1.0/a.css"),
        texts: [(Register::DeFormal, asset("/r/0.1.0/a.json"))].into(),
    };
    Code {
        version: "0.1.0".into(),
        widget: app(),
        inbox: app(),
        door: asset("/r/0.1.0/door.html"),
        launcher: asset("/r/0.1.0/launcher.js"),
        keeper: asset("/r/0.1.0/keeper.js"),
        papers: asset("/r/0.1.0/papers.js"),
        widget_rest: asset("/r/0.1.0/widget_rest.wasm"),
        attach: asset("/r/0.1.0/attach.js"),
        attach_wasm: asset("/r/0.1.0/attach_wasm.wasm"),
        attach_pdf: asset("/r/0.1.0/attach_pdf.wasm"),
        check: asset("/r/0.1.0/check.html"),
    }
}

pub(crate) fn place() -> Place {
    let log_key = SiteKey::generate(&mut Dice::new(1_000)).public();
    let started = SetupStarted { registration: vec![9], log_key, origin: ORIGIN.into() };
    Place { started, code: code(), now: NOW }
}

/// A site founded with `seed`: its keys, and what goes to the relay.
pub(crate) fn founded(seed: u64) -> (Keys, Setup) {
    let mut dice = Dice::new(seed);
    let keys = Keys::draw(&mut dice);
    let written = write(&answers(), &relay_info()).unwrap();
    let registered = Registered { upload: vec![1, 2, 3], export_key: ExportKey::new(EXPORT_KEY.to_vec()) };
    let body = body(&answers(), &keys, &place(), written, &registered, &mut dice).unwrap();
    (keys, body)
}

/// What the relay answers to the right password of a site founded with `seed`.
pub(crate) fn session_of(seed: u64) -> Session {
    let (keys, body) = founded(seed);
    let member = keys.member.id();
    Session {
        session: Secret([5; 32]),
        expires: NOW.plus(43_200),
        member,
        wrapped: Some(body.wrapped),
        sealed: body.sealed.into_iter().filter(|sealed| sealed.member == member).collect(),
        stock: body.publication.manifests,
        roster: body.publication.roster,
        former: Vec::new(),
        certificate: body.certificates.into_iter().next(),
    }
}

pub(crate) fn session() -> Session {
    session_of(1)
}

/// What a device knows at its first login.
pub(crate) const KNOWN: Known<'_> = Known { relay: ORIGIN, now: NOW, serial: 0, roster: None, pin: None };

/// The first member of a site founded with `seed`, logged in.
pub(crate) fn staff(seed: u64) -> Staff {
    unlock(&session_of(seed), EXPORT_KEY, &KNOWN).unwrap()
}

/// What the relay administers of a site founded with `seed`.
pub(crate) fn site_state(seed: u64) -> SiteState {
    let (keys, body) = founded(seed);
    let account = |member| Account { member, account: body.account.clone(), since: NOW, seen: Some(NOW) };
    SiteState {
        stock: body.publication.manifests,
        roster: body.publication.roster,
        former: Vec::new(),
        facts: body.publication.facts,
        accounts: vec![account(keys.member.id())],
        invitations: Vec::new(),
        recovery: RecoveryState { check: body.recovery, checked: NOW },
    }
}

/// What the relay holds after a publication: everything that was published, and keys that were sealed before.
pub(crate) fn published(state: &SiteState, body: &Publish) -> SiteState {
    SiteState {
        stock: body.publication.manifests.clone(),
        roster: body.publication.roster.clone(),
        ..state.clone()
    }
}
