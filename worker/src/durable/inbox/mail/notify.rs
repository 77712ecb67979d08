//! The mail to a visitor who asked for it: there is an answer. The address is in the request and in the mail, and nowhere
//! else: not queued, not stored, not logged.

use super::{
    super::{Here, Incoming, Reply, index::living, session::Member},
    letter::{Head, Letter},
    settings::{Settings, now as send_now},
};
use crate::{
    body,
    durable::{
        now,
        sql::{Value, int},
    },
    fault::Fault,
    mail::compose::{Answer, Says},
    random,
};
use einwurf_protocol::{
    api::staff::Notify, codec::to_base64url, message::is_email, problem::Code, roster::Capability,
};

/// One conversation sends one mail in this time, in seconds: whoever answers in three pieces means one answer.
const EVERY_SECONDS: u64 = 3_600;

/// `POST /v1/inbox/notify`.
///
/// 1. `read`: 403.
/// 2. The body, with an address as the protocol has it: 400.
/// 3. A conversation in use: 404, 410, 423.
/// 4. A sender: 502.
/// 5. The last one is an hour ago: 429. The hour begins now, so that two at once are one.
/// 6. A mail server takes it: 204. If not, the hour has not begun: 502 with its answer.
pub(in crate::durable::inbox) async fn notify(
    here: &Here<'_>,
    request: &Incoming,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    // 1
    member.must(here, Capability::Read)?;
    // 2
    let Notify { v, email, register } = body::json(bytes)?;
    body::version(v)?;
    if !is_email(&email) {
        return Err(Fault::malformed("email", "not an e-mail address of ASCII characters"));
    }
    // 3
    let own = living(here, request)?;
    let query = "SELECT restricted IS NOT NULL, notified FROM conversations WHERE id = ?";
    let row = here.sql.row(query, vec![own.row()])?.ok_or(Code::NotFound)?;
    if row.int(0)? != 0 {
        return Err(Code::Restricted.into());
    }
    // 4
    let settings = Settings::read(here)?;
    let account = settings.account(here).ok_or_else(|| Fault::Mail("no sender is configured".to_owned()))?;
    // 5
    let before = row.value(1);
    if !row.is_null(1) && now().0 < row.int(1)?.saturating_add(EVERY_SECONDS) {
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
        send_now(letter.saying(here, &head, Says::Answer(Answer { door: head.door.as_deref() }))?).await;
    if sent.is_err() {
        notified(before)?;
    }
    sent
}
