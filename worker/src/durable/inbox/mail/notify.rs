//! The mail to a visitor who asked for it: there is an answer. The address is in the request and in the mail, and nowhere
//! else: not queued, not stored, not logged.

use super::{
    super::{
        Here, Incoming, Reply,
        order::{asked, order},
        session::Member,
    },
    letter::{Head, Letter},
    settings::{Settings, now as send_now},
};
use crate::{
    body,
    durable::{
        Call, now,
        sql::{Value, int},
    },
    fault::Fault,
    mail::compose::{Answer, Says},
    random,
};
use einwurf_protocol::{api::staff::Notify, codec::to_base64url, message::is_email, problem::Code};

/// One conversation sends one mail in this time, in seconds: whoever answers in three pieces means one answer.
const EVERY_SECONDS: u64 = 3_600;

/// `POST /v1/inbox/notify`.
///
/// 1. `read`: 403.
/// 2. The body, with an address as the protocol has it: 400.
/// 3. A conversation of this site: 404, 410. It is in use, as it says itself: 423 if it is restricted, or only a hold keeps
///    it.
/// 4. A sender: 502.
/// 5. The last one is an hour ago: 429. The hour begins now, so that two at once are one.
/// 6. A mail server takes it: 204. If not, the hour has not begun: 502 with its answer.
pub(in crate::durable::inbox) async fn notify(
    here: &Here<'_>,
    request: &Incoming,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    // 1, 2, 3
    let (Notify { email, register, .. }, own) = asked(here, request, member, || read(bytes))?;
    let in_use = order(here, &own, Call::new("in-use")).await?;
    if !in_use.is_success() {
        return Ok(in_use);
    }
    // From here on nothing is awaited until the hour has begun.
    let query = "SELECT notified FROM conversations WHERE id = ?";
    let row = here.sql.row(query, vec![own.row()])?.ok_or(Code::NotFound)?;
    // 4
    let settings = Settings::read(here)?;
    let account = settings.account(here).ok_or_else(|| Fault::Mail("no sender is configured".to_owned()))?;
    // 5
    let before = row.value(0);
    if !row.is_null(0) && now().0 < row.int(0)?.saturating_add(EVERY_SECONDS) {
        return Err(Code::LimitReached.into());
    }
    let notified =
        |at: Value| here.sql.run("UPDATE conversations SET notified = ? WHERE id = ?", vec![at, own.row()]);
    notified(int(now().0))?;
    // 6
    let head = Head::read(here)?;
    let id = to_base64url(&random::bytes::<16>());
    let letter = Letter { account, recipients: vec![email], register, id: &id };
    let sent =
        send_now(here, letter.saying(here, &head, Says::Answer(Answer { door: head.door.as_deref() }))?)
            .await;
    if sent.is_err() {
        notified(before)?;
    }
    sent
}

fn read(bytes: &[u8]) -> Result<Notify, Fault> {
    let notify: Notify = body::json(bytes)?;
    body::version(notify.v)?;
    if is_email(&notify.email) {
        Ok(notify)
    } else {
        Err(Fault::malformed("email", "not an e-mail address of ASCII characters"))
    }
}
