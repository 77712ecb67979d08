//! Every limit of the protocol, in bytes unless the name says otherwise, with its reason.

/// Text of one message: about ten typed pages, and its ciphertext stays below the 64 KiB padding class.
pub const TEXT_BYTES: usize = 32_000;
/// A name: longer than any on record, short enough for a list.
pub const NAME_BYTES: usize = 200;
/// An e-mail address (RFC 5321, 4.5.3.1.3: a path is at most 256 with its angle brackets).
pub const EMAIL_BYTES: usize = 254;
/// A phone number as people write it: E.164 has 15 digits, the rest is punctuation and an extension.
pub const PHONE_BYTES: usize = 40;
/// A topic, a page title, a label.
pub const LABEL_BYTES: usize = 200;
/// Largest padded plaintext that travels inside one event.
pub const PADDED_BYTES: usize = 65_536;
/// Largest event ciphertext: padded plaintext and the Poly1305 tag.
pub const CIPHERTEXT_BYTES: usize = PADDED_BYTES + 16;
/// A request body of a visitor: one event in base64url, its header and a grant.
pub const VISITOR_BODY_BYTES: usize = 131_072;
/// A request body of staff: a stock of manifests, notices in several registers, sealed keys.
pub const STAFF_BODY_BYTES: usize = 1_048_576;
/// A compact JWS other than a roster.
pub const JWS_BYTES: usize = 65_536;
/// A roster as compact JWS: [`MEMBERS`] entries of 1216 bytes of key and 200 of name each.
pub const ROSTER_BYTES: usize = 393_216;
/// A notice document.
pub const NOTICE_BYTES: usize = 32_768;
/// Events in one conversation: a year of ten messages a day.
pub const EVENTS_PER_CONVERSATION: u64 = 4_000;
/// A ticket waits for its consent and its message, in seconds.
pub const TICKET_SECONDS: u64 = 1_800;
/// A staff session, in seconds: one working day.
pub const SESSION_SECONDS: u64 = 43_200;
/// An open login waits for its last step, in seconds.
pub const LOGIN_SECONDS: u64 = 120;
/// Validity of a manifest: 31 days and 7 of overlap, in seconds.
pub const MANIFEST_SECONDS: u64 = 38 * 86_400;
/// Tolerated difference between two clocks, in seconds.
pub const CLOCK_SKEW_SECONDS: u64 = 86_400;
/// Longest retention that a site may set, in days (RET-01).
pub const RETENTION_DAYS: u32 = 365;
/// The same where staff are bound to secrecy (KID-03).
pub const SECRECY_DAYS: u32 = 30;
/// Ages below which parents may have to agree: what GDPR 8(1) leaves to the member states.
pub const CHILD_AGES: std::ops::RangeInclusive<u8> = 13..=16;
/// Boxes on the consent screen (DP-03).
pub const BOXES: usize = 5;
/// Words of the first layer of a notice (CON-08), the sentence on place and transfer apart.
pub const FIRST_LAYER_WORDS: u32 = 220;
/// The relay queue gives up after this many days (RFC 5321, 4.5.4.1).
pub const QUEUE_DAYS: u64 = 5;
/// Conversations on one page of the inbox list.
pub const PAGE: u32 = 100;
/// Recipients of the relay mail of one site.
pub const MAIL_RECIPIENTS: usize = 20;
/// How long a digest gathers, in minutes: less than the first is a mail for every message, more than a day is forgotten.
pub const DIGEST_MINUTES: std::ops::RangeInclusive<u16> = 5..=1_440;
/// Members in a roster.
pub const MEMBERS: usize = 100;
/// Manifests that one login signs ahead: half a year, so that nothing expires while people are on holiday.
pub const STOCK: usize = 6;
/// From the beginning of one manifest of the stock to that of the next, in seconds; the rest of
/// [`MANIFEST_SECONDS`] is overlap.
pub const STOCK_STEP_SECONDS: u64 = 31 * 86_400;
/// Validity of a member certificate, in seconds: longer than the manifest it is signed with, by a week for answers that
/// wait for a network.
pub const CERTIFICATE_SECONDS: u64 = 45 * 86_400;
/// A publication: a roster of [`MEMBERS`], a stock, its keys sealed to each of them, their certificates; about 2 MB.
pub const PUBLICATION_BODY_BYTES: usize = 4_194_304;
/// An invitation waits for its answer and for whoever confirms it, in seconds.
pub const INVITATION_SECONDS: u64 = 48 * 3_600;
/// Invitations of a site that are open at the same time.
pub const INVITATIONS: usize = 50;
/// An administrative act needs a login that is not older, in seconds.
pub const FRESH_SECONDS: u64 = 600;
/// Devices of one account that log in without work; one more forgets the one that was away longest.
pub const DEVICES: usize = 20;
/// A proof of possession (RFC 9449) holds this long before and after its time, in seconds.
pub const POSSESSION_SECONDS: u64 = 120;
/// Hashes that an unknown device works for at least, as a power of two: about a tenth of a second.
pub const WORK_BITS: u8 = 15;
/// The same after many tries at one account: some seconds, on a slow phone half a minute.
pub const WORK_BITS_MOST: u8 = 21;
/// Hashes that a visitor's message takes while little is going on, as a power of two: some milliseconds, which nobody
/// notices while writing.
pub const MESSAGE_BITS: u8 = 14;
/// The same at most, whatever is going on: less than half a second of a processor, some ten seconds of one that is twenty
/// times slower. More would keep out old phones before it kept out anybody who rents machines.
pub const MESSAGE_BITS_MOST: u8 = 22;
/// Bytes that a message may have without working for them in particular: some pages of text.
pub const LIGHT_BYTES: u64 = 16_384;
/// New conversations of a site in a minute that make work no dearer: more than a busy counter takes, and what the people
/// of one site could still read. Twice as many double the work, and so on.
pub const OPENINGS_PER_MINUTE: u64 = 60;
/// Beyond so many minutes of [`OPENINGS_PER_MINUTE`] that came at once, new conversations wait.
pub const OPENING_MINUTES: u64 = 10;
/// Messages of a visitor in a minute that nobody answers: whoever types one after the other stays below.
pub const MESSAGES_PER_MINUTE: u64 = 20;
/// The same in an hour.
pub const MESSAGES_PER_HOUR: u64 = 120;
/// Bytes of a conversation that no member has fetched yet, with attachments: two messages full of photos.
pub const UNREAD_BYTES: u64 = 67_108_864;
/// The same of a site: what a small server's disk has to spare.
pub const SITE_UNREAD_BYTES: u64 = 4_294_967_296;
/// Whoever is told to wait for members to read comes again after this, in seconds.
pub const UNREAD_WAIT_SECONDS: u64 = 600;
/// Site keys that a site may have had before its present one.
pub const FORMER: usize = 10;
/// A list of changes of a release, per language.
pub const CHANGES: usize = 50;
/// A hold, in days: claims lapse three years after the end of their year, which this nearly covers; it can be set again.
pub const HOLD_DAYS: u64 = 3 * 365;
/// After a withdrawal staff delete what they copied within this many days: as long as GDPR 12(3) allows.
pub const COPIES_DAYS: u64 = 30;
/// Open requests by visitors about their rights, of one site.
pub const RIGHTS_REQUESTS: usize = 1_000;
/// Entries of the staff log are kept this long, in days.
pub const LOG_DAYS: u64 = 365;
/// A bundle with the keys of its epochs: one a month for as long as anything is kept, with room to spare.
pub const BUNDLE_BYTES: usize = 8_192;
/// Attachments of one message: a dozen photos and some papers.
pub const ATTACHMENTS: usize = 20;
/// Plaintext of all attachments of one message: what most mail servers take, so that a case can be passed on.
pub const ATTACHMENTS_BYTES: u64 = 25_000_000;
/// Their ciphertext: with padding (below 7 %, small files up to the double), prefixes and tags.
pub const DECLARED_BYTES: u64 = 28_311_552;
/// Ciphertext of all attachments of a conversation.
pub const CONVERSATION_ATTACHMENTS_BYTES: u64 = 268_435_456;
/// Attachments of a conversation: a photo a day for more than a year, and what a list of them may take.
pub const CONVERSATION_ATTACHMENTS: u64 = 500;
/// An attachment that was declared and is not complete after this time is forgotten, in seconds.
pub const DECLARED_SECONDS: u64 = 86_400;
/// A part of an attachment's ciphertext, the unit of upload; the last one of a file is shorter. Below the 2 MB that a
/// row of a durable object may have.
pub const PART_BYTES: usize = 1_048_576;
/// Description of an attachment for those who do not see it.
pub const DESCRIPTION_BYTES: usize = 1_000;
/// Live connections of one conversation: a visitor has a few tabs; one more ends the oldest.
pub const LIVE_VISITORS: usize = 10;
/// Live connections of one site's staff; one more ends the oldest.
pub const LIVE_STAFF: usize = 500;
/// The sealed sheet of a conversation: status, assignee, labels, notes. The padding class of 32,768 bytes, so that nearly
/// all of it is theirs, with nonce and tag.
pub const SHEET_BYTES: usize = 32_768 + 40;
/// The sealed sheet of the team: canned replies, topics, hours.
pub const TEAM_SHEET_BYTES: usize = 262_144;
/// Sheets on one page of their list.
pub const SHEETS_PAGE: u32 = 500;
/// How far ahead a status says when somebody is there, in days.
pub const STATUS_DAYS: u64 = 45;
/// Stretches of time in a status: four a day.
pub const STATUS_SPANS: usize = 180;
/// The automatic answer of a status, per register.
pub const AUTOMATIC_BYTES: usize = 1_000;
/// An unread conversation is brought to everybody's mind after this many working days, and after the double to those
/// who may sign.
pub const REMINDER_WORKING_DAYS: u64 = 2;
/// Topics that a visitor may choose from.
pub const TOPICS: usize = 12;
/// Labels of a conversation.
pub const LABELS: usize = 20;
/// Notes of a conversation that staff write for each other.
pub const NOTES: usize = 100;
/// One of them.
pub const NOTE_BYTES: usize = 4_000;
/// Canned replies of a team.
pub const CANNED: usize = 100;
/// One of them.
pub const CANNED_BYTES: usize = 4_000;
/// Stand-ins and closed days that a team's sheet names.
pub const DATES: usize = 100;
/// Webhooks of a site: a ticket system, an archive, an alarm, and room for one to be replaced.
pub const WEBHOOKS: usize = 5;
/// The address of a webhook.
pub const WEBHOOK_URL_BYTES: usize = 500;
/// What a webhook is sent: the largest event in base64url, with its header.
pub const WEBHOOK_BODY_BYTES: usize = 98_304;
/// After a webhook got a new secret, the one before signs beside it for so long, in seconds.
pub const WEBHOOK_SECRET_SECONDS: u64 = 86_400;
/// The address of a push subscription: those of Windows are the longest, up to a thousand.
pub const PUSH_ENDPOINT_BYTES: usize = 1_024;
/// Devices of one member that are notified by Web Push; one more ends the oldest subscription.
pub const PUSH_DEVICES: usize = 5;
/// Deliveries that have ended are shown this long, in days.
pub const DELIVERY_DAYS: u64 = 30;
/// And at most so many of them, of a site.
pub const DELIVERIES: u64 = 2_000;
