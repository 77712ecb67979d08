//! Who gets the relay's mails, in which words, from whom.

use super::{
    super::{
        Here, Reply,
        session::{Member, closed, opened},
        socket, upkeep,
    },
    health::due_now,
    letter::{Head, Letter},
    wishes,
};
use crate::{
    access::account,
    body,
    durable::sql::{Value, atomically, json},
    fault::Fault,
    mail::{
        Account, are_recipients,
        compose::Says,
        dialogue::{Job, Outcome},
        place::Place,
    },
    random,
    vault::What,
};
use einwurf_protocol::{
    api::staff::{AddressWish, MailSettings},
    codec::to_base64url,
    message::is_email,
    notice::Register,
    problem::Code,
};

/// As they are stored.
pub(super) struct Settings {
    pub(super) recipients: Vec<String>,
    pub(super) register: Register,
    /// Who gets the daily heads.
    pub(super) heads: Option<String>,
    /// Who is told of what nobody read in spite of a reminder.
    pub(super) escalation: Vec<String>,
    /// When mails arrive at recipients that are no members'.
    pub(super) wishes: Vec<AddressWish>,
    sender: Option<Account>,
}

impl Settings {
    pub(super) fn read(here: &Here<'_>) -> Result<Self, Fault> {
        let row = here
            .sql
            .row("SELECT recipients, register, sender, heads, escalation, wishes FROM mail", Vec::new())?
            .ok_or(Code::NotFound)?;
        let sender = if row.is_null(2) { None } else { Some(opened(here, What::Mail, row.blob(2)?)?) };
        let heads = if row.is_null(3) { None } else { Some(row.text(3)?.to_owned()) };
        let (recipients, register, escalation) = (row.json(0)?, row.json(1)?, row.json(4)?);
        Ok(Self { recipients, register, heads, escalation, wishes: row.json(5)?, sender })
    }

    /// The site's own sender, else the operator's.
    pub(super) fn account(&self, here: &Here<'_>) -> Option<Account> {
        let account = self.sender.clone().or_else(|| here.config.mail.clone());
        account.filter(|account| account.is_allowed(here.config.plaintext_loopback))
    }
}

/// `GET /v1/inbox/mail`: 200
pub(in crate::durable::inbox) fn settings(here: &Here<'_>) -> Result<Reply, Fault> {
    let Settings { recipients, register, heads, escalation, mut wishes, sender } = Settings::read(here)?;
    let sender = sender.map(|account| account.shown());
    // Who became a member says it personally.
    let members = wishes::members(&here.sql)?;
    wishes.retain(|wish| !members.contains(&account(&wish.address)));
    Reply::json(200, &MailSettings { recipients, register, sender, heads, escalation, wishes })
}

/// `PUT /v1/inbox/mail`.
///
/// 1. `sign`, and a fresh login: 403. Whoever says where mail goes could have the password sent there.
/// 2. The body: 400.
/// 3. Addresses, host and credentials are what they claim, and the way is allowed: 400, naming the field.
/// 4. Stored, the password encrypted. What waits is tried with it at once: 204.
pub(in crate::durable::inbox) async fn put_settings(
    here: &Here<'_>,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    // 1
    member.must_sign_afresh(here)?;
    // 2
    let put: MailSettings = body::json(bytes)?;
    // 3
    if !are_recipients(&put.recipients) {
        return Err(Fault::malformed(
            "recipients",
            "not 1 to 20 e-mail addresses of ASCII characters without quotes",
        ));
    }
    if put.heads.as_deref().is_some_and(|heads| !is_email(heads)) {
        return Err(Fault::malformed("heads", "not an e-mail address"));
    }
    if !put.escalation.is_empty() && !are_recipients(&put.escalation) {
        return Err(Fault::malformed("escalation", "not at most 20 e-mail addresses"));
    }
    wishes::check(&here.sql, &put)?;
    let stored = Settings::read(here)?.sender;
    let sender = put.sender.map(|sender| Account::of(sender, stored.as_ref())).transpose()?;
    if let Some(field) = sender.as_ref().and_then(Account::malformed) {
        return Err(Fault::malformed(field, "not of this field's form"));
    }
    if sender.as_ref().is_some_and(|account| !account.is_allowed(here.config.plaintext_loopback)) {
        return Err(Fault::malformed("sender.security", "plaintext is not allowed here"));
    }
    // 4
    let sender = sender.map(|account| closed(here, What::Mail, &account)).transpose()?;
    let update = "UPDATE mail SET recipients = ?, register = ?, sender = ?, heads = ?, escalation = ?,
                  wishes = ?";
    let values = vec![
        json(&put.recipients)?,
        json(&put.register)?,
        sender.unwrap_or(Value::Null),
        put.heads.into(),
        json(&put.escalation)?,
        json(&put.wishes)?,
    ];
    atomically(here.state, |sql| {
        sql.run(update, values)?;
        due_now(sql)
    })?;
    upkeep::wake(here).await?;
    Ok(Reply::empty())
}

/// `POST /v1/inbox/mail/test`: 204, 403 without `sign` and a fresh login, 502 `mail-failed` with the server's answer.
pub(in crate::durable::inbox) async fn test(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    member.must_sign_afresh(here)?;
    let settings = Settings::read(here)?;
    let account = settings.account(here).ok_or_else(|| Fault::Mail("no sender is configured".to_owned()))?;
    let id = to_base64url(&random::bytes::<16>());
    let head = Head::read(here)?;
    let letter = Letter { account, recipients: settings.recipients, register: settings.register, id: &id };
    now(here, letter.saying(here, &head, Says::Test)?).await
}

/// Sends a mail while its caller waits: 204, 429 if so many do, 502 with the server's answer.
pub(super) async fn now(here: &Here<'_>, job: Job) -> Result<Reply, Fault> {
    let place = Place::take(&here.memory.talking).ok_or(Code::LimitReached)?;
    // Whoever asked about one address knows it.
    let alone = job.recipients.len() == 1;
    let outcome = socket::send(job).await;
    drop(place);
    match outcome {
        Outcome::Sent(refused) | Outcome::Nobody(refused) => match refused.as_slice() {
            [] => Ok(Reply::empty()),
            [one] if alone => Err(Fault::Mail(one.reason.clone())),
            some => {
                let said = some.iter().map(|one| format!("{}: {}", one.recipient, one.reason));
                Err(Fault::Mail(said.collect::<Vec<_>>().join("; ")))
            }
        },
        Outcome::Later(reason)
        | Outcome::Never(reason)
        | Outcome::Unreachable(reason)
        | Outcome::Wrong(reason) => Err(Fault::Mail(reason)),
    }
}
