//! A site to try things on: for tests and for the gallery. Its company does not exist.

use crate::state::{Event, Field, Hello, Kept, Look, Model, News, Site};
use einwurf_protocol::{
    consent::{Consent, ShownNotice},
    es256::PublicKey,
    event::{self, Direction},
    ids::{Digest, MessageId, Thumbprint},
    manifest::{
        App, Asset, Code, Display, InboxKey, Manifest, NoticeRef, RelayRef, RosterRef, Succession,
        inbox_key_id,
    },
    message::Wish,
    notice::{self, Mode, Purpose, Register},
    settings::{Confirmed, LegalFacts, Profile, Sector, Team},
    time::Timestamp,
    wording::{self, RenderError},
};

use einwurf_seal::Shown;

/// 23 November 2026, 17:42 in Berlin.
pub const NOW: Timestamp = Timestamp(1_795_452_127);
/// Ninety days later.
pub const DELETED: Timestamp = Timestamp(NOW.0 + 90 * 86_400);

/// What differs between the sites.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Language and form of address.
    pub register: Register,
    /// The company's name.
    pub company: &'static str,
    /// Retention; another number is another notice.
    pub days: u32,
    /// Optional boxes.
    pub offers: &'static [Purpose],
    /// Age below which parents decide, where children may write.
    pub children: Option<u8>,
    /// On which legal basis.
    pub mode: Mode,
    /// How many persons can read.
    pub readers: u32,
    /// Whether the site moved to another relay.
    pub moved: bool,
}

impl Kind {
    /// The usual site in this register.
    pub fn usual(register: Register) -> Self {
        Self {
            register,
            company: "Beispiel Fensterbau GmbH",
            days: 90,
            offers: &[],
            children: None,
            mode: Mode::Consent,
            readers: 3,
            moved: false,
        }
    }
}

/// A site with its notice.
pub fn site(kind: Kind) -> Result<Site, RenderError> {
    let document = wording::render(kind.register, &facts(kind))?;
    let digest = notice::digest(&document);
    let notice = ShownNotice::read(&document, digest).map_err(|_| RenderError::Wording(kind.register))?;
    Ok(Site { manifest: manifest(kind, digest), notice })
}

fn facts(kind: Kind) -> LegalFacts {
    let both = |de: &str, en: &str| Team { de: de.to_owned(), en: en.to_owned() };
    LegalFacts {
        company: kind.company.to_owned(),
        address: "Musterweg 1, 12345 Musterstadt".to_owned(),
        team: both("das Büro", "the office"),
        days: kind.days,
        authority: "der Aufsichtsbehörde Musterland".to_owned(),
        dpo: "datenschutz@fensterbau.example".to_owned(),
        privacy_url: "https://fensterbau.example/datenschutz".to_owned(),
        imprint_url: "https://fensterbau.example/impressum".to_owned(),
        profile: Profile::SelfHosted,
        host_name: "Musterhosting eG".to_owned(),
        country: both("Deutschland", "Germany"),
        mode: kind.mode,
        sector: Sector::General,
        offers: kind.offers.iter().copied().collect(),
        children: kind.children,
        confirmed: Confirmed { copies: true, ..Confirmed::default() },
    }
}

/// An X-Wing public key whose private half nobody has: an encoded zero and the base point of X25519.
pub fn inbox_key(first: u8) -> InboxKey {
    let mut public = vec![0; 1216];
    for (place, byte) in [(0, first), (1184, 9)] {
        if let Some(target) = public.get_mut(place) {
            *target = byte;
        }
    }
    InboxKey { id: inbox_key_id(&public), public, destroyed: DELETED.plus(86_400 * 300) }
}

/// A manifest that names this notice; unsigned, since only its bytes on the wire are.
pub fn manifest(kind: Kind, notice: Digest) -> Manifest {
    let phrase = |language: &str, text: &str| (language.to_owned(), text.to_owned());
    Manifest {
        v: 1,
        site: Thumbprint([7; 32]),
        serial: 3,
        nbf: NOW.minus(86_400),
        exp: NOW.plus(30 * 86_400),
        code: Code {
            version: "0.1.0".to_owned(),
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
        inbox_key: inbox_key(0),
        notices: vec![NoticeRef { register: kind.register, digest: notice }],
        roster: RosterRef {
            digest: Digest([0xa3; 32]),
            serial: 1,
            readers: kind.readers,
            revoked: Vec::new(),
        },
        relay: RelayRef {
            origins: vec!["https://relay.example".to_owned()],
            log_key: PublicKey::from_bytes([0; 64]),
            door: None,
        },
        succession: Succession {
            next: None,
            moved_to: kind.moved.then(|| "https://other.example".to_owned()),
            former: Vec::new(),
        },
        display: Display {
            name: kind.company.to_owned(),
            phone: "030 000000".to_owned(),
            email: "post@fensterbau.example".to_owned(),
            hours: String::new(),
            response_time: [phrase("de", "einem Werktag"), phrase("en", "one working day")].into(),
            accent: String::new(),
            theme: None,
        },
    }
}

fn asset() -> Asset {
    Asset { path: "/r/0.1.0/x".to_owned(), sri: "sha384-x".to_owned() }
}

fn app() -> App {
    App { script: asset(), wasm: asset(), style: asset(), texts: std::collections::BTreeMap::new() }
}

/// Ticks the box, agrees and writes.
pub fn write(model: &mut Model, text: &str) {
    for event in [
        Event::Tick(Purpose::Answer, true),
        Event::Agree,
        Event::Input(Field::Text, text.to_owned()),
        Event::Input(Field::Name, "Erika Muster".to_owned()),
        Event::Input(Field::Email, "erika@muster.example".to_owned()),
        Event::Wish(Some(Wish::Email)),
    ] {
        model.on(event);
    }
}

/// An event of the conversation as the visitor sees it.
pub fn shown(seq: u64, direction: Direction, text: Option<&str>) -> Shown {
    let by_staff = direction == Direction::ToVisitor;
    Shown {
        seq,
        at: NOW.plus(seq * 3_600),
        direction,
        kind: event::Kind::Message,
        message: MessageId([0; MessageId::LENGTH]),
        text: text.map(str::to_owned),
        sealed: None,
        name: by_staff.then(|| "Max Beispiel".to_owned()),
        asks: false,
        act: None,
        until: None,
        choices: None,
        attachments: Vec::new(),
        told: None,
    }
}

/// A member's act of this name.
pub fn act(seq: u64, act: &str, text: &str) -> Shown {
    Shown {
        kind: event::Kind::Act,
        asks: act == "ask",
        act: Some(act.to_owned()),
        ..shown(seq, Direction::ToVisitor, Some(text))
    }
}

/// What a look brings: all of it.
pub fn news(shown: Vec<Shown>, consent: Option<Consent>) -> Event {
    let news = News { whole: true, shown, deleted: DELETED, restricted: false, hold: None, consent };
    Event::Looked(Look::News(Box::new(news)))
}

/// The keeper has a conversation.
pub fn kept(kept: Kept) -> Event {
    Event::Hello(Hello { kept, ..Hello::default() })
}
