//! Sending what is due.

use super::{
    super::{Here, upkeep::together},
    awake, forget_ended, key, session,
};
use crate::{
    durable::{
        log, now, now_ms,
        outside::{Post, post},
        sql::{Row, Value, int},
        verify::aes128gcm,
    },
    fault::Fault,
    push::{
        Answer, Next, PLAIN, TOPIC, TTL, Waiting, after, encrypt::prepare, latest,
        subscription::Subscription, vapid::Key,
    },
    random,
    vault::What,
};
use futures_util::future::FutureExt as _;
use p256::SecretKey;

/// Devices that are told beside each other; the next alarm, which follows at once, tells the others.
const TOGETHER: u64 = 20;
/// An endpoint that this relay does not write to any more: as good as gone.
const GONE: Answer = Answer { status: Some(410), not_before: None };

/// Now, and the latest that anything can wait for.
const STRAIGHT: &str = "UPDATE push_devices SET due = MIN(due, ?1), queued = MIN(queued, ?1)
                        WHERE due IS NOT NULL AND (due > ?2 OR queued > ?1)";

/// Everything that is due.
///
/// 1. What a clock that was ahead put off is due now.
/// 2. Nobody is told whose session is over.
/// 3. Each device once, none waits for the others: not in quiet hours, which may have been wished for, or have begun, since.
pub(in crate::durable::inbox) async fn deliver(here: &Here<'_>) -> Result<(), Fault> {
    // 1
    here.sql.run(STRAIGHT, vec![int(now_ms()), int(latest(now_ms()))])?;
    // 2
    let due = "SELECT session, subscription, queued, attempts, wish FROM push_devices
               LEFT JOIN mail_wishes ON mail_wishes.member = push_devices.member
               WHERE due <= ? ORDER BY due LIMIT ?";
    let devices = || here.sql.rows(due, vec![int(now_ms()), int(TOGETHER)]);
    if devices()?.is_empty() {
        return Ok(());
    }
    forget_ended(&here.sql)?;
    let (devices, key) = (devices()?, key(here)?);
    // 3
    together(devices.iter().map(|device| tell(here, &key, device).boxed_local()).collect()).await
}

async fn tell(here: &Here<'_>, key: &Key, device: &Row) -> Result<(), Fault> {
    let now = now_ms();
    let free = awake(device, 4, now)?;
    if free > now {
        let put_off = "UPDATE push_devices SET due = ? WHERE session = ?";
        return here.sql.run(put_off, vec![int(free), session(device)]);
    }
    let answer = send(here, key, device.blob(1)?).await.unwrap_or_else(|fault| {
        log(&format!("push: {fault}"));
        Answer::default()
    });
    settle(here, device, answer)
}

/// One try.
async fn send(here: &Here<'_>, key: &Key, stored: &[u8]) -> Result<Answer, Fault> {
    let stored = here.open(What::PushSubscription, stored)?;
    let to = Subscription::from_bytes(&stored).ok_or(Fault::Internal("push subscription"))?;
    // An operator may have named other services since.
    let Some(host) = to.host(&here.config.push) else { return Ok(GONE) };
    let sender = SecretKey::from_slice(&random::bytes::<32>()).map_err(|_| Fault::Internal("push sender"))?;
    let prepared = prepare(&to, &sender, random::bytes(), PLAIN);
    let sealed = aes128gcm(&prepared.key, &prepared.nonce, &prepared.plain).await;
    let body = prepared.body(&sealed.ok_or(Fault::Internal("push cipher"))?);
    let authorization = key.authorization(host, &here.config.push_contact, now());
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-encoding", "aes128gcm"),
        ("content-type", "application/octet-stream"),
        ("topic", TOPIC),
        ("ttl", TTL),
        ("urgency", "normal"),
    ];
    let answered =
        post(here.env, &here.config, &Post { url: to.endpoint(), headers: &headers, body: &body }).await?;
    Ok(Answer { status: answered.status, not_before: answered.not_before })
}

/// Stores what became of a try, of a subscription that may have been replaced or ended, and of news that may have been seen,
/// in the meantime.
fn settle(here: &Here<'_>, device: &Row, answer: Answer) -> Result<(), Fault> {
    let attempts = u32::try_from(device.int(3)?).unwrap_or(u32::MAX);
    let (waiting, now) = (Waiting { queued: device.int(2)?, attempts }, now_ms());
    let next = after(waiting, answer, now, u32::from_le_bytes(random::bytes()));
    // Whoever looked while it was on its way has seen it, and what came since is told by another one.
    let still = |change: &str, values: &[Value]| {
        let of = [session(device), device.value(1), device.value(2)];
        let query =
            format!("{change} WHERE session = ? AND subscription = ? AND queued = ? AND due IS NOT NULL");
        here.sql.run(&query, values.iter().cloned().chain(of).collect())
    };
    match next {
        Next::Told => still("UPDATE push_devices SET due = NULL, told = ?", &[int(now)]),
        Next::Again(due) => {
            let due = int(awake(device, 4, due)?);
            still("UPDATE push_devices SET attempts = attempts + 1, due = ?", &[due])
        }
        Next::Over => still("UPDATE push_devices SET due = NULL", &[]),
        Next::Ended => {
            let ended = "DELETE FROM push_devices WHERE session = ? AND subscription = ?";
            here.sql.run(ended, vec![session(device), device.value(1)])
        }
    }
}
