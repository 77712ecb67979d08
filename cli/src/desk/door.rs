//! The way in: work if the device is new, OPAQUE, then keys, then the check of everything that the relay showed.

use super::{
    Desk, Stop,
    folder::{Account, Folder, Login, Seen},
    relay::{Call, Refused, Relay},
};
use einwurf_protocol::{
    api::{
        admin::EndDevice,
        login::{LoginFinish, LoginStart, LoginStarted, Session},
        path,
    },
    problem::Code,
};
use einwurf_staff::{
    Refusal,
    keyring::{Known, unlock},
    login::is_fair,
    opaque,
};
use getrandom::{SysRng, rand_core::UnwrapErr};

/// Challenges that are taken up in one login.
const CHALLENGES: usize = 3;

/// Whether the account knows the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    /// Not yet: it works for its first login.
    New,
    /// It did. If not any more, somebody ended it, and it does not come back by itself.
    Known,
}

/// Logs in, verifies, and remembers how far the site has come.
pub(crate) fn enter(folder: &Folder, account: &Account, device: Device) -> Result<Desk, Stop> {
    let Account { login, secrets } = account;
    let mut relay = Relay::new(&login.relay, &login.site, &secrets.device)?;
    let mut rng = UnwrapErr(SysRng);
    let wrong = |_| Stop::access("password");
    let (client, ke1) = opaque::log_in(secrets.password.clone(), &mut rng).map_err(wrong)?;
    let started = start(&relay, login, ke1, device)?;
    relay.meet(started.now);
    // A wrong password shows here; the relay never hears of it.
    let answered = client.finish(&started.ke2, &mut rng).map_err(wrong)?;
    let finish = LoginFinish { login: started.login, ke3: answered.ke3 };
    let session: Session = relay.ask(&Call::json(path::LOGIN_FINISH, &finish))?.json()?;
    let seen = folder.seen()?;
    let known = Known {
        relay: &login.relay,
        now: crate::now(),
        serial: seen.serial,
        roster: seen.roster,
        pin: Some(seen.pin.unwrap_or(login.pin)),
    };
    match unlock(&session, &answered.export_key, &known) {
        Ok(staff) => {
            let next = Seen {
                serial: seen.serial.max(staff.site.manifest.serial),
                pin: Some(staff.site.key),
                roster: Some(staff.site.seen()),
            };
            if next != seen {
                folder.keep_seen(&next)?;
            }
            Ok(Desk { since: crate::now(), relay, staff })
        }
        Err(refusal) => {
            // Nothing is done with it, and a device that never came in is none; if the relay cannot be told, the session
            // ends by itself.
            let end = match device {
                Device::New => Call::json(path::INBOX_DEVICES_END, &EndDevice { id: relay.device() }),
                Device::Known => Call::post(path::LOGOUT, Vec::new()),
            };
            let _ = relay.ask(&end.with_session(&session.session));
            Err(said(refusal))
        }
    }
}

/// What a refusal means to whoever runs the command.
pub(crate) fn said(refusal: Refusal) -> Stop {
    match refusal {
        Refusal::Keys => Stop::trust("keys"),
        Refusal::Chain => Stop::trust("chain"),
        Refusal::NoCertificate => Stop::access("no-certificate"),
        Refusal::OldKeys => Stop::later("old-keys"),
    }
}

fn start(relay: &Relay, login: &Login, ke1: Vec<u8>, device: Device) -> Result<LoginStarted, Stop> {
    let mut body = LoginStart { account: login.account.clone(), ke1, work: None };
    for _ in 0..=CHALLENGES {
        let problem = match relay.try_ask(&Call::json(path::LOGIN_START, &body)) {
            Ok(answer) => return answer.json(),
            Err(Refused::Problem(problem, _)) if problem.code == Code::WorkRequired => problem,
            Err(refused) => return Err(refused.into()),
        };
        if device == Device::Known {
            return Err(Stop::access("removed"));
        }
        let challenge = problem.work.filter(is_fair).ok_or(Stop::later("misunderstood"))?;
        body.work = challenge.solve(0, u64::MAX);
    }
    Err(Stop::later("limit"))
}
