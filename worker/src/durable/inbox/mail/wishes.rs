//! What members want of the mails that say that messages wait.

use super::{
    super::{Here, Reply, session::Member},
    Settings,
};
use crate::{
    access::account,
    body,
    durable::{
        now_ms,
        sql::{Sql, blob, json},
    },
    fault::Fault,
    mail::wishes::{self, When},
};
use einwurf_protocol::{
    api::staff::{MailReader, MailReaders, MailSettings, MailWish},
    message::is_email,
    roster::Capability,
};
use worker::{
    js_sys::{Array, Date, Function, Intl::DateTimeFormat, Object, Reflect, global},
    wasm_bindgen::{JsCast, JsValue},
};

/// A wish goes with its member (`people`).
pub(in crate::durable::inbox) const SCHEMA: [&str; 2] = [
    "CREATE TABLE mail_wishes (member BLOB PRIMARY KEY, address TEXT NOT NULL, wish TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE mail_target (id INTEGER PRIMARY KEY CHECK (id = 1), target TEXT NOT NULL, failed INTEGER NOT NULL,
       since INTEGER NOT NULL, next INTEGER NOT NULL, wrong INTEGER NOT NULL, reason TEXT NOT NULL)",
];

/// Everybody who gets such mails: whom the settings name, and who said so.
pub(super) fn everybody(sql: &Sql, settings: &Settings) -> Result<Vec<MailReader>, Fault> {
    let mut said = Vec::new();
    for row in sql.rows("SELECT address, wish FROM mail_wishes ORDER BY address", Vec::new())? {
        said.push(MailReader { address: row.text(0)?.to_owned(), wish: Some(row.json(1)?), member: true });
    }
    let members = members(sql)?;
    let is_member = |address: &str| members.contains(&account(address));
    Ok(wishes::readers(&settings.recipients, &settings.wishes, said, is_member))
}

/// What they log in with.
pub(super) fn members(sql: &Sql) -> Result<Vec<String>, Fault> {
    let rows = sql.rows("SELECT name FROM accounts", Vec::new())?;
    rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
}

/// A wish with a time zone that there is: 400, naming the field.
fn sound(wish: &MailWish) -> Result<(), Fault> {
    if wish.quiet.as_ref().is_some_and(|quiet| local(&quiet.zone, now_ms()).is_none()) {
        return Err(Fault::malformed("quiet.zone", "not a time zone that is known here"));
    }
    Ok(())
}

/// What the settings say for addresses is of its form: 400, naming the field.
pub(super) fn check(sql: &Sql, settings: &MailSettings) -> Result<(), Fault> {
    let members = members(sql)?;
    let is_member = |address: &str| members.contains(&account(address));
    if let Some(field) = wishes::refused(&settings.wishes, &settings.recipients, is_member) {
        return Err(Fault::malformed(field, FORM));
    }
    settings.wishes.iter().try_for_each(|of| sound(&of.wish))
}

const FORM: &str = "not of this field's form";

/// When somebody's mail goes, asked now.
pub(super) fn when(reader: &MailReader) -> When {
    wishes::when(reader.wish.as_ref(), now_ms(), local)
}

/// When a mail may go that is due now.
pub(super) fn free(reader: &MailReader, now: u64) -> u64 {
    awake(reader.wish.as_ref(), now)
}

/// The first moment from `at` on that is not in somebody's quiet hours.
pub(in crate::durable::inbox) fn awake(wish: Option<&MailWish>, at: u64) -> u64 {
    wishes::free(wish.and_then(|wish| wish.quiet.as_ref()), at, local)
}

/// `GET /v1/inbox/mail/readers`: 200.
pub(in crate::durable::inbox) fn readers(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    let own = member.account.clone().filter(|account| is_email(account));
    let mut readers = everybody(&here.sql, &Settings::read(here)?)?;
    if member.must(here, Capability::Sign).is_err() {
        readers.retain(|reader| own.as_ref() == Some(&account(&reader.address)));
    }
    Reply::json(200, &MailReaders { own, readers })
}

/// `PUT /v1/inbox/mail/wish`.
///
/// 1. `read`, and an account: 403. It is an address: 400.
/// 2. The body, with a time zone that there is: 400, naming the field.
/// 3. Stored. What waits for the member alone goes by it: 204.
pub(in crate::durable::inbox) fn put_wish(
    here: &Here<'_>,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    // 1
    member.must(here, Capability::Read)?;
    let address = member.must_have_account()?;
    if !is_email(address) {
        return Err(Fault::malformed("account", "not an e-mail address"));
    }
    // 2
    let wish: MailWish = body::json(bytes)?;
    if let Some(field) = wishes::malformed(&wish) {
        return Err(Fault::malformed(field, FORM));
    }
    sound(&wish)?;
    // 3
    let put = "INSERT INTO mail_wishes VALUES (?, ?, ?)
               ON CONFLICT DO UPDATE SET address = excluded.address, wish = excluded.wish";
    here.sql.run(put, vec![blob(&member.id.0), address.into(), json(&wish)?])?;
    Ok(Reply::empty())
}

/// The minute of the day that a zone's clocks show; none if there is no such zone. By the runtime's `Intl`, which has the
/// time zone database. Its constructor throws for zones that it does not know, so it is called by `Reflect`.
fn local(zone: &str, at: u64) -> Option<u16> {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok();
    let maker: Function = get(&get(&global(), "Intl")?, "DateTimeFormat")?.dyn_into().ok()?;
    let options = Object::new();
    for (key, value) in [("timeZone", zone), ("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")]
    {
        Reflect::set(&options, &key.into(), &value.into()).ok()?;
    }
    let format = Reflect::construct(&maker, &Array::of2(&"en-GB".into(), &options)).ok()?;
    let format: DateTimeFormat = format.dyn_into().ok()?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a time in milliseconds has 53 bits until the year 287396"
    )]
    let date = Date::new(&(at as f64).into());
    let clock = format.format().call1(&JsValue::UNDEFINED, &date).ok()?;
    wishes::minute_of(&clock.as_string()?)
}
