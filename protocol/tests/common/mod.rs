//! Keys with fixed seeds, and documents signed with them.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "shared by several test programs, each using a part"
)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may unwrap; these helpers belong to tests"
)]

use einwurf_protocol::{
    chain::Head,
    codec::from_base64url,
    es256::PublicKey,
    event::{Direction, Envelope, Event, Header, Kind, Opening, digest, signing_input},
    ids::{Digest, MessageId, Signature, Thumbprint},
    jws,
    manifest::{
        App, Asset, Code, Display, InboxKey, Manifest, NoticeRef, RelayRef, RosterRef, Succession,
        inbox_key_id,
    },
    notice::Register,
    time::Timestamp,
};
use p256::ecdsa::{SigningKey, signature::Signer as _};

pub const NOW: Timestamp = Timestamp(1_795_000_000);
pub const RELAY: &str = "https://relay.example";

pub struct Key(SigningKey);

impl Key {
    pub fn new(seed: u8) -> Self {
        Self(SigningKey::from_slice(&[seed; 32]).unwrap())
    }

    pub fn public(&self) -> PublicKey {
        let point = self.0.verifying_key().to_sec1_point(false);
        PublicKey::from_bytes(point.as_bytes()[1..].try_into().unwrap())
    }

    pub fn sign(&self, message: &[u8]) -> Signature {
        let signature: p256::ecdsa::Signature = self.0.sign(message);
        Signature(signature.to_bytes().as_slice().try_into().unwrap())
    }

    pub fn jws(&self, typ: &str, payload: &impl serde::Serialize) -> String {
        self.raw(typ, &serde_json::to_vec(payload).unwrap())
    }

    pub fn raw(&self, typ: &str, payload: &[u8]) -> String {
        let input = jws::signing_input(&self.public(), typ, payload);
        jws::assemble(&input, &self.sign(input.as_bytes()))
    }

    pub fn event(&self, header: &Header) -> Event {
        let header_bytes = header.encode();
        let ciphertext = vec![9; 512 + 16];
        let digest = digest(&header_bytes, &[3; 24], &ciphertext);
        let signature = self.sign(&signing_input(&digest));
        Event::read(Envelope { header: header_bytes, nonce: vec![3; 24], ciphertext, signature }).unwrap()
    }

    pub fn header(&self, head: Head, opens: bool) -> Header {
        Header {
            site: Thumbprint([1; 32]),
            cid: self.public().cid(),
            epoch: 0,
            seq: head.next,
            direction: Direction::ToStaff,
            kind: Kind::Message,
            message: MessageId([u8::try_from(head.next).unwrap(); 16]),
            author: self.public().thumbprint(),
            prev: head.digest,
            opening: opens.then(|| Opening {
                inbox_key: Digest([2; 32]),
                enc: vec![5; 1120],
                commitment: [6; 32],
            }),
        }
    }
}

pub fn asset(name: &str) -> Asset {
    Asset { path: format!("/r/0.1.0/{name}"), sri: format!("sha384-{}", "A".repeat(64)) }
}

pub fn app(name: &str) -> App {
    App {
        script: asset(&format!("{name}.js")),
        wasm: asset(&format!("{name}.wasm")),
        style: asset(&format!("{name}.css")),
        texts: [(Register::En, asset("en.json"))].into(),
    }
}

pub fn manifest(site: &Key) -> Manifest {
    let public = vec![4; 1216];
    Manifest {
        v: 1,
        site: site.public().thumbprint(),
        serial: 7,
        nbf: NOW.minus(100),
        exp: NOW.plus(100),
        code: Code {
            version: "0.1.0".into(),
            widget: app("widget"),
            inbox: app("inbox"),
            door: asset("door.html"),
            launcher: asset("launcher.js"),
            keeper: asset("keeper.js"),
            papers: asset("papers.js"),
            widget_rest: asset("widget_rest.wasm"),
            attach: asset("attach.js"),
            attach_wasm: asset("attach_wasm.wasm"),
            attach_pdf: asset("attach_pdf.wasm"),
            check: asset("check.html"),
        },
        inbox_key: InboxKey { id: inbox_key_id(&public), public, destroyed: NOW.plus(1000) },
        notices: vec![NoticeRef { register: Register::En, digest: Digest([8; 32]) }],
        roster: RosterRef { digest: Digest([9; 32]), serial: 1, readers: 1, revoked: vec![] },
        relay: RelayRef { origins: vec![RELAY.into()], log_key: Key::new(90).public(), door: None },
        succession: Succession::default(),
        display: Display {
            name: "Fensterbau Beispiel".into(),
            phone: "+49 30 0000000".into(),
            email: "post@fensterbau.example".into(),
            hours: String::new(),
            response_time: [("en".to_owned(), "one working day".to_owned())].into(),
            accent: "#0f5c5c".into(),
            theme: None,
        },
    }
}

pub fn decoded(part: &str) -> String {
    String::from_utf8(from_base64url(part).unwrap()).unwrap()
}
