//! Invitations: made and taken back by those who may sign, answered by whoever holds the link.

use super::{
    Here, Incoming, Reply,
    session::{Member, closed},
    setup::login_server,
    site,
};
use crate::{
    access::{SecretHash, account},
    body,
    durable::{
        now,
        sql::{Row, Sql, Value, atomically, blob, int, json},
    },
    fault::Fault,
    invitation::{check_answer, check_invite, expires, is_free},
    login::record,
    vault::What,
};
use einwurf_protocol::{
    api::{
        admin::{
            AnswerInvitation, Answered, EndInvitation, Invitation, InvitationShown, InvitationStart, Invite,
            Invited, Registering,
        },
        header,
    },
    ids::{MessageId, Thumbprint},
    limits::INVITATIONS,
    problem::Code,
    roster::Capability,
    time::Timestamp,
};

/// Passwords that the holder of an invitation may begin to set: enough for lost connections and second thoughts, too few
/// to guess with.
const STARTS: u64 = 10;

/// Columns of [`read`].
const COLUMNS: &str = "id, name, may, replaces, by, expires, account, member, mac";

fn read(row: &Row) -> Result<Invitation, Fault> {
    let member = |column| if row.is_null(column) { Ok(None) } else { row.array(column).map(Some) };
    let answer = if row.is_null(6) {
        None
    } else {
        Some(Answered { account: row.text(6)?.to_owned(), member: row.json(7)?, mac: row.blob(8)?.to_vec() })
    };
    Ok(Invitation {
        id: MessageId(row.array(0)?),
        name: row.text(1)?.to_owned(),
        may: row.json(2)?,
        replaces: member(3)?.map(Thumbprint),
        by: Thumbprint(row.array(4)?),
        expires: Timestamp(row.int(5)?),
        answer,
    })
}

/// Those that have not ended, the newest last.
pub(super) fn open(sql: &Sql) -> Result<Vec<Invitation>, Fault> {
    let query = format!("SELECT {COLUMNS} FROM invitations WHERE expires > ? ORDER BY expires, id");
    sql.rows(&query, vec![int(now().0)])?.iter().map(read).collect()
}

/// `POST /v1/inbox/invitations`.
///
/// 1. `sign`, and a fresh login: 403.
/// 2. The body: 400.
/// 3. The same invitation again changes nothing; another one under its id or token: 409.
/// 4. Room for one more: 429.
/// 5. Kept: 201.
pub(super) fn invite(here: &Here<'_>, member: &Member, bytes: &[u8]) -> Result<Reply, Fault> {
    // 1
    member.must_sign_afresh(here)?;
    // 2
    let invite: Invite = body::json(bytes)?;
    check_invite(&invite, &site::roster_of(&here.sql)?)?;
    // 3
    let query = format!("SELECT {COLUMNS}, token FROM invitations WHERE id = ? OR token = ?");
    let known = here.sql.row(&query, vec![blob(&invite.id.0), blob(&invite.token.0)])?;
    if let Some(row) = known {
        let known = read(&row)?;
        let same = (known.id, &known.name, &known.may, known.replaces)
            == (invite.id, &invite.name, &invite.may, invite.replaces)
            && row.array(9)? == invite.token.0
            && now() < known.expires;
        return if same {
            Reply::json(201, &Invited { expires: known.expires })
        } else {
            Err(Code::Conflict.into())
        };
    }
    // 4
    if open(&here.sql)?.len() >= INVITATIONS {
        return Err(Code::LimitReached.into());
    }
    // 5
    let expires = expires(now());
    atomically(here.state, |sql| {
        sql.run("DELETE FROM invitations WHERE expires <= ?", vec![int(now().0)])?;
        sql.run(
            "INSERT INTO invitations (id, token, name, may, replaces, by, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
            vec![
                blob(&invite.id.0),
                blob(&invite.token.0),
                invite.name.as_str().into(),
                json(&invite.may)?,
                invite.replaces.map_or(Value::Null, |id| blob(&id.0)),
                blob(&member.id.0),
                int(expires.0),
            ],
        )
    })?;
    Reply::json(201, &Invited { expires })
}

/// `POST /v1/inbox/invitations/end`: 204, 400, 403 without `sign`, 404.
pub(super) fn end(here: &Here<'_>, member: &Member, bytes: &[u8]) -> Result<Reply, Fault> {
    member.must(here, Capability::Sign)?;
    let EndInvitation { id } = body::json(bytes)?;
    let end = "DELETE FROM invitations WHERE id = ? RETURNING 1";
    here.sql.row(end, vec![blob(&id.0)])?.ok_or(Code::NotFound)?;
    Ok(Reply::empty())
}

/// The open invitation whose token a request carries, and the record of its answer: 401.
fn by_token(here: &Here<'_>, request: &Incoming) -> Result<(Invitation, Row), Fault> {
    let token = body::bearer(request.header(header::AUTHORIZATION).as_deref())?;
    if !here.sql.has("invitations")? {
        return Err(Code::Unauthorized.into());
    }
    let query = format!("SELECT {COLUMNS}, record FROM invitations WHERE token = ? AND expires > ?");
    let row = here.sql.row(&query, vec![blob(&SecretHash::of(&token).0), int(now().0)])?;
    let row = row.ok_or(Code::Unauthorized)?;
    Ok((read(&row)?, row))
}

/// The same, if nobody has answered it: 401.
fn held(here: &Here<'_>, request: &Incoming) -> Result<Invitation, Fault> {
    let (invitation, _) = by_token(here, request)?;
    if invitation.answer.is_none() { Ok(invitation) } else { Err(Code::Unauthorized.into()) }
}

/// `GET /v1/invitation`: what it says; consumes nothing. 200, 401
pub(super) fn show(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    let Invitation { id, name, may, expires, .. } = held(here, request)?;
    let manifest = site::served(&here.sql, "manifest")?.text(0)?.to_owned();
    Reply::json(200, &InvitationShown { id, name, may, expires, manifest })
}

/// `POST /v1/invitation/start`. Consumes nothing but one of a few tries: each answer is one guess at whatever password
/// somebody wants to try against a stolen record.
///
/// 1. The invitation's token, and a try that is left: 401.
/// 2. The body: 400.
/// 3. The account name is free: 409. The evaluation for somebody else's account is nobody's business.
/// 4. OPAQUE's answer, and one try less: 200.
pub(super) async fn start(here: &Here<'_>, request: &mut Incoming) -> Result<Reply, Fault> {
    let bytes = request.body().await?;
    // From here on nothing is awaited, so that no try is used twice.
    // 1
    let invitation = held(here, request)?;
    let id = || vec![blob(&invitation.id.0)];
    let starts = here.sql.row("SELECT starts FROM invitations WHERE id = ?", id())?;
    if starts.ok_or(Code::Unauthorized)?.int(0)? >= STARTS {
        return Err(Code::Unauthorized.into());
    }
    // 2
    let start: InvitationStart = body::json(&bytes)?;
    // 3
    if !is_nobodys(here, &invitation, &start.account)? {
        return Err(Code::Conflict.into());
    }
    // 4
    here.sql.run("UPDATE invitations SET starts = starts + 1 WHERE id = ?", id())?;
    let registration = login_server(here)?.register(&account(&start.account), &start.registration)?;
    Reply::json(200, &Registering { registration })
}

/// `POST /v1/invitation`.
///
/// 1. The invitation's token: 401.
/// 2. The body: 400.
/// 3. The same answer again, whose acknowledgement was lost, changes nothing: 201; any other: 401.
/// 4. Account name and keys are nobody else's: 409.
/// 5. The answer is kept, and the token used up: 201. An account it is only when somebody who may sign has confirmed it.
pub(super) async fn answer(here: &Here<'_>, request: &mut Incoming) -> Result<Reply, Fault> {
    let bytes = request.body().await?;
    // From here on nothing is awaited, so that a token is used once.
    // 1
    let (invitation, row) = by_token(here, request)?;
    // 2
    let sent: AnswerInvitation = body::json(&bytes)?;
    check_answer(&sent)?;
    let record = record(&sent.registration)?;
    // 3
    if let Some(known) = &invitation.answer {
        let same = *known == sent.answer && here.open(What::LoginRecord, row.blob(9)?)? == record;
        return if same { Ok(Reply::created()) } else { Err(Code::Unauthorized.into()) };
    }
    let record = here.close(What::LoginRecord, &record)?;
    let wrapped = closed(here, What::Wrapped, &sent.wrapped)?;
    // 4
    if !is_new(here, &invitation, &sent.answer)? {
        return Err(Code::Conflict.into());
    }
    // 5
    let Answered { account, member, mac } = &sent.answer;
    here.sql.run(
        "UPDATE invitations SET account = ?, record = ?, wrapped = ?, member = ?, mac = ? WHERE id = ?",
        vec![
            account.as_str().into(),
            blob(&record),
            wrapped,
            json(member)?,
            blob(mac),
            blob(&invitation.id.0),
        ],
    )?;
    Ok(Reply::created())
}

fn is_new(here: &Here<'_>, invitation: &Invitation, answer: &Answered) -> Result<bool, Fault> {
    let open = open(&here.sql)?;
    let mut answered = open.iter().filter_map(|other| other.answer.as_ref());
    let keys = answered.all(|other| other.member.id != answer.member.id);
    let member = site::roster_of(&here.sql)?.member(&answer.member.id).is_none();
    Ok(keys && member && is_nobodys(here, invitation, &answer.account)?)
}

/// Whether an account name is free for whoever holds the invitation.
fn is_nobodys(here: &Here<'_>, invitation: &Invitation, name: &str) -> Result<bool, Fault> {
    let rows = here.sql.rows("SELECT name, member FROM accounts", Vec::new())?;
    let accounts: Vec<_> =
        rows.iter().map(|row| Ok((row.text(0)?, Thumbprint(row.array(1)?)))).collect::<Result<_, Fault>>()?;
    let open = open(&here.sql)?;
    let answered = open.iter().filter_map(|other| other.answer.as_ref()).map(|other| other.account.as_str());
    Ok(is_free(name, invitation.replaces, accounts, answered))
}
