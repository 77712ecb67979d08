//! Addresses and tickets: object ids with a MAC under the address key, checked before any object is touched.
//! Without the check, whoever invents an id would make the runtime create files.

use einwurf_protocol::{
    codec::{Reader, Writer, from_base64url, hex, to_base64url, unhex},
    limits::TICKET_SECONDS,
    time::Timestamp,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const MAC_BYTES: usize = 16;
const ADDRESS: &str = "einwurf/1 address";
const TICKET: &str = "einwurf/1 ticket";

/// A durable object's id, 32 bytes; the runtime writes it in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectId(pub [u8; 32]);

impl ObjectId {
    /// From the runtime's form.
    pub fn from_hex(hex: &str) -> Option<Self> {
        unhex(hex)?.try_into().ok().map(Self)
    }

    /// The runtime's form.
    pub fn to_hex(self) -> String {
        hex(&self.0)
    }
}

/// Which object an address leads to; an address of one kind is none of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The inbox object of a site.
    Site,
    /// A conversation object.
    Conversation,
}

impl Kind {
    fn tag(self) -> u8 {
        match self {
            Self::Site => 0,
            Self::Conversation => 1,
        }
    }
}

/// How many seconds the clocks of a relay's machines may be apart.
const CLOCKS_APART: u64 = 60;

/// A ticket whose MAC and time were checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// The conversation object that it may open.
    pub conversation: ObjectId,
    /// When it ends.
    pub expires: Timestamp,
}

/// The key that addresses and tickets are made and checked with.
#[derive(Clone)]
pub struct AddressKey([u8; 32]);

impl std::fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AddressKey(hidden)")
    }
}

impl AddressKey {
    /// From the deployment's secret.
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    fn mac(&self, input: &[u8]) -> Hmac<Sha256> {
        #[allow(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.chain_update(input)
    }

    fn sign(&self, input: &[u8]) -> Vec<u8> {
        let mut tag = self.mac(input).finalize().into_bytes().to_vec();
        tag.truncate(MAC_BYTES);
        tag
    }

    fn verifies(&self, input: &[u8], tag: &[u8]) -> bool {
        tag.len() == MAC_BYTES && self.mac(input).verify_truncated_left(tag).is_ok()
    }

    /// A whole MAC over `input`, which begins with a label of its own.
    pub(crate) fn tag(&self, input: &[u8]) -> [u8; 32] {
        self.mac(input).finalize().into_bytes().into()
    }

    /// The address of an object.
    pub fn address(&self, kind: Kind, id: ObjectId) -> String {
        let mut bytes = id.0.to_vec();
        bytes.extend(self.sign(&address_input(kind, id)));
        to_base64url(&bytes)
    }

    /// The object that an address leads to, if this relay issued it.
    pub fn resolve(&self, kind: Kind, address: &str) -> Option<ObjectId> {
        let bytes = from_base64url(address).ok()?;
        let (id, tag) = bytes.split_at_checked(32)?;
        let id = ObjectId(id.try_into().ok()?);
        self.verifies(&address_input(kind, id), tag).then_some(id)
    }

    /// A ticket for `conversation`, good for the site with inbox object `site` only.
    pub fn ticket(&self, site: ObjectId, ticket: Ticket) -> String {
        let mut bytes = ticket.conversation.0.to_vec();
        bytes.extend(ticket.expires.0.to_be_bytes());
        bytes.extend(self.sign(&ticket_input(site, ticket)));
        to_base64url(&bytes)
    }

    /// The ticket behind a text, if this relay issued it for this site, its time is not over, and it was not issued by a
    /// clock that has gone back since: such a one would be good for as long as the clock went.
    pub fn check_ticket(&self, site: ObjectId, text: &str, now: Timestamp) -> Option<Ticket> {
        let bytes = from_base64url(text).ok()?;
        let (body, tag) = bytes.split_at_checked(40)?;
        let (id, expires) = body.split_at_checked(32)?;
        let expires = Timestamp(u64::from_be_bytes(expires.try_into().ok()?));
        let ticket = Ticket { conversation: ObjectId(id.try_into().ok()?), expires };
        let lasts = now <= expires && expires <= now.plus(TICKET_SECONDS + CLOCKS_APART);
        (self.verifies(&ticket_input(site, ticket), tag) && lasts).then_some(ticket)
    }
}

fn address_input(kind: Kind, id: ObjectId) -> Vec<u8> {
    Writer::labelled(ADDRESS).u8(kind.tag()).fixed(&id.0).finish()
}

fn ticket_input(site: ObjectId, ticket: Ticket) -> Vec<u8> {
    Writer::labelled(TICKET).fixed(&site.0).fixed(&ticket.conversation.0).u64(ticket.expires.0).finish()
}

/// A place in the inbox list: after which entry the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Time of the entry's newest event.
    pub newest: Timestamp,
    /// Its conversation object.
    pub conversation: ObjectId,
}

const CURSOR: &str = "c";

impl Cursor {
    /// As text for the header.
    pub fn to_text(self) -> String {
        to_base64url(&Writer::labelled(CURSOR).u64(self.newest.0).fixed(&self.conversation.0).finish())
    }

    /// Back from the header.
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes = from_base64url(text).ok()?;
        let mut reader = Reader::labelled(&bytes, CURSOR).ok()?;
        let newest = Timestamp(reader.u64().ok()?);
        let conversation = ObjectId(reader.array().ok()?);
        reader.end().ok()?;
        Some(Self { newest, conversation })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: ObjectId = ObjectId([0xa5; 32]);
    const SITE: ObjectId = ObjectId([1; 32]);

    fn key() -> AddressKey {
        AddressKey::new([7; 32])
    }

    #[test]
    fn an_id_survives_the_runtimes_form() {
        assert_eq!(ObjectId::from_hex(&ID.to_hex()), Some(ID));
        // A sign counts as a digit for `from_str_radix`, and capitals would be a second form of the same id.
        for bad in
            ["", "a5", &"g".repeat(64), &"a".repeat(66), &"ä".repeat(32), &"+5".repeat(32), &"A5".repeat(32)]
        {
            assert_eq!(ObjectId::from_hex(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_address_leads_to_its_object_and_only_as_its_kind() {
        let address = key().address(Kind::Site, ID);
        assert_eq!(key().resolve(Kind::Site, &address), Some(ID));
        assert_eq!(key().resolve(Kind::Conversation, &address), None);
        assert_eq!(AddressKey::new([8; 32]).resolve(Kind::Site, &address), None);
    }

    #[test]
    fn any_flipped_bit_of_an_address_is_refused() {
        let bytes = from_base64url(&key().address(Kind::Conversation, ID)).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key().resolve(Kind::Conversation, &to_base64url(&forged)), None, "bit {bit}");
        }
    }

    #[test]
    fn an_address_of_another_length_is_refused() {
        let address = key().address(Kind::Site, ID);
        for bad in [&address[..address.len() - 2], &format!("{address}AA"), "", "AA", "not base64!"] {
            assert_eq!(key().resolve(Kind::Site, bad), None, "{bad}");
        }
    }

    #[test]
    fn a_ticket_holds_for_its_site_until_its_end() {
        let ticket = Ticket { conversation: ID, expires: Timestamp(1_000) };
        let text = key().ticket(SITE, ticket);
        assert_eq!(key().check_ticket(SITE, &text, Timestamp(1_000)), Some(ticket));
        assert_eq!(key().check_ticket(SITE, &text, Timestamp(1_001)), None);
        assert_eq!(key().check_ticket(ID, &text, Timestamp(1)), None);
        let late = Ticket { conversation: ID, expires: Timestamp(1_861) };
        let late = key().ticket(SITE, late);
        for (now, good) in [(0, false), (1, true), (2, true)] {
            assert_eq!(key().check_ticket(SITE, &late, Timestamp(now)).is_some(), good, "{now}");
        }
    }

    #[test]
    fn a_ticket_with_a_later_end_is_a_forgery() {
        let text = key().ticket(SITE, Ticket { conversation: ID, expires: Timestamp(1_000) });
        let mut bytes = from_base64url(&text).unwrap();
        bytes[32] = 0xff;
        assert_eq!(key().check_ticket(SITE, &to_base64url(&bytes), Timestamp(1)), None);
    }

    #[test]
    fn a_cursor_survives_and_others_are_refused() {
        let cursor = Cursor { newest: Timestamp(9), conversation: ID };
        assert_eq!(Cursor::from_text(&cursor.to_text()), Some(cursor));
        for bad in ["", "AA", &format!("{}AA", cursor.to_text())] {
            assert_eq!(Cursor::from_text(bad), None);
        }
    }

    #[test]
    fn debug_hides_the_key() {
        assert_eq!(format!("{:?}", key()), "AddressKey(hidden)");
    }
}
