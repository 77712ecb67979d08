//! What has not arrived, as bytes for the keeper (`docs/protocol.md` section 16.4): with the sealed message as it is, so
//! that the relay takes it once, and with the consent as this conversation's key signed it.

use super::{Courier, Parcel as Sealed};
use crate::state::{Parcel, Unsent};
use einwurf_protocol::{
    VERSION,
    codec::{CodecError, Reader, Writer},
    consent::{By, Choices, Consent},
    event::{Direction, Envelope, Event},
    json::{self, Object},
    message::{Draft, Label, Wish},
};

const LABEL: &str = "einwurf/1 unsent";
/// What the keeper takes: several of the longest messages.
const MOST: usize = 262_144;
const WISHES: [Option<Wish>; 5] =
    [None, Some(Wish::Here), Some(Wish::Email), Some(Wish::Phone), Some(Wish::Notice)];
const SPECIAL: [Option<bool>; 3] = [None, Some(false), Some(true)];
const BY: [Option<By>; 3] = [None, Some(By::Visitor), Some(By::Parent)];

impl Courier {
    /// As much of it as the keeper takes, the first messages first.
    pub fn put_by(&self, unsent: &Unsent) -> Option<Vec<u8>> {
        (0..=unsent.parcels.len()).rev().find_map(|count| {
            let parcels = unsent.parcels.get(..count)?;
            let bytes = self.written(unsent, parcels);
            (bytes.len() <= MOST).then_some(bytes)
        })
    }

    fn written(&self, unsent: &Unsent, parcels: &[Parcel]) -> Vec<u8> {
        let writer = Writer::labelled(LABEL).u8(VERSION);
        let writer = self.consented(writer, unsent.consent.as_ref());
        // One with files declares what would never come.
        let sealed = self
            .parcel
            .as_ref()
            .filter(|_| unsent.sealed && parcels.first().is_some_and(|parcel| !parcel.files));
        let writer = writer.var(sealed.map_or("", |sealed| &sealed.body).as_bytes());
        let writer = fields(writer, &unsent.draft, unsent.topic.as_ref());
        let writer = writer.u32(u32::try_from(parcels.len()).unwrap_or(u32::MAX));
        let parcel = |writer, parcel: &Parcel| {
            let told = parcel.told.as_deref().unwrap_or_default();
            fields(writer, &parcel.draft, parcel.topic.as_ref())
                .var(told.as_bytes())
                .u8(u8::from(parcel.files))
        };
        parcels.iter().fold(writer, parcel).finish()
    }

    fn consented(&self, writer: Writer, consent: Option<&Consent>) -> Writer {
        let (Some(conversation), Some(consent)) = (&self.conversation, consent) else {
            return writer.var(&[]).u8(0).u8(0);
        };
        let choices = consent.choices(conversation.salt());
        let (special, by) = choices.map_or((None, None), |choices| (choices.special, choices.by));
        let grant = conversation.sign_grant(consent, self.build);
        writer.var(grant.as_bytes()).u8(place(&SPECIAL, &special)).u8(place(&BY, &by))
    }

    /// Reads exactly what [`Courier::put_by`] writes, and has the sealed message to be posted again. Nothing of it leaves
    /// by itself unless the kept conversation's key signed the consent.
    pub fn take_back(&mut self, bytes: &[u8]) -> Option<Unsent> {
        self.parse(bytes).ok()
    }

    fn parse(&mut self, bytes: &[u8]) -> Result<Unsent, CodecError> {
        let mut reader = Reader::labelled(bytes, LABEL)?;
        if reader.u8()? != VERSION {
            return Err(CodecError::Unknown);
        }
        let grant = text(&mut reader)?;
        let (special, by) = (at(&SPECIAL, reader.u8()?)?, at(&BY, reader.u8()?)?);
        let body = text(&mut reader)?;
        let (draft, topic) = read_fields(&mut reader)?;
        let mut parcels = Vec::new();
        for _ in 0..reader.u32()? {
            let (draft, topic) = read_fields(&mut reader)?;
            let told = some(text(&mut reader)?);
            parcels.push(Parcel { draft, topic, told, files: reader.u8()? > 0 });
        }
        reader.end()?;
        let consent = self.agreed(&grant, (special, by));
        let sealed = consent.as_ref().is_some_and(|consent| self.has(body, consent));
        Ok(Unsent { consent, parcels, sealed, draft, topic })
    }

    /// What a grant says, if this conversation's key signed it and the choices are those that it names.
    fn agreed(&self, grant: &str, (special, by): (Option<bool>, Option<By>)) -> Option<Consent> {
        let salt = *self.conversation.as_ref()?.salt();
        let choices = (special.is_some() || by.is_some()).then_some(Choices { salt, special, by });
        let grant = self.granted_by(grant)?;
        let named = choices.as_ref().map(Choices::digest) == grant.choices;
        named.then(|| Consent::of(&grant, choices.as_ref()))
    }

    /// Takes the sealed message again. It may have reached the relay.
    fn has(&mut self, body: String, consent: &Consent) -> bool {
        let envelope = || json::from_slice::<Object>(body.as_bytes()).ok()?.take::<Envelope>("event").ok();
        let Some(envelope) = envelope() else { return false };
        let Ok(event) = Event::read(envelope.clone()) else { return false };
        let header = event.header;
        if self.known() != Some(header.cid) || header.direction != Direction::ToStaff {
            return false;
        }
        let consent = consent.clone();
        self.parcel = Some(Sealed { id: header.message, envelope, consent, body, tried: true, read: false });
        true
    }
}

fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|other| other == one).and_then(|place| u8::try_from(place).ok()).unwrap_or_default()
}

fn at<T: Copy>(all: &[T], place: u8) -> Result<T, CodecError> {
    all.get(usize::from(place)).copied().ok_or(CodecError::Unknown)
}

fn fields(writer: Writer, draft: &Draft, topic: Option<&Label>) -> Writer {
    let Draft { text, name, email, phone, wish } = draft;
    let topic = topic.map_or("", |topic| topic);
    let texts: [&str; 5] = [text, name, email, phone, topic];
    texts.iter().fold(writer, |writer, text| writer.var(text.as_bytes())).u8(place(&WISHES, wish))
}

fn read_fields(reader: &mut Reader<'_>) -> Result<(Draft, Option<Label>), CodecError> {
    let (message, name) = (text(reader)?, text(reader)?);
    let (email, phone) = (text(reader)?, text(reader)?);
    let topic = some(text(reader)?).map(Label::try_from).transpose().map_err(|_| CodecError::Length)?;
    let wish = at(&WISHES, reader.u8()?)?;
    Ok((Draft { text: message, name, email, phone, wish }, topic))
}

fn text(reader: &mut Reader<'_>) -> Result<String, CodecError> {
    std::str::from_utf8(reader.var()?).map(str::to_owned).map_err(|_| CodecError::Unknown)
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
