//! Coming back with the emergency sheet: its code logs in, its holder invites, answers and admits themselves, and then
//! logs in with the new account.

use super::{
    focus_soon,
    lock::access,
    login::{Credentials, authenticate, checked, enter, take},
    publishing,
};
use crate::{
    api::{self, Access, Failure},
    app::{App, Page},
    effects::{clock, http, random},
    state::{
        fault::Fault,
        join::{Offer, answer},
        keyring::{self, Staff},
        login, opaque,
        publishing::Draft,
        recover::{MAY, Recover, Stage, replaced},
        start::Start,
    },
};
use einwurf_protocol::{
    VERSION,
    api::{
        admin::{InvitationStart, Invite, SiteState},
        login::RecoveryFinish,
    },
    ids::{MessageId, Thumbprint},
    problem::Code,
    roster::Member,
};
use einwurf_seal::{InvitationSecret, MemberKeys, RecoveryCode};
use leptos::{prelude::*, task::spawn_local};
use rand_core::Rng as _;

/// Whether the page knows site and site key already.
pub fn is_known(app: App) -> bool {
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone());
    let pin = |site: &String| app.pin.get_value().or(crate::effects::storage::seen(site).pin);
    site.as_ref().and_then(pin).is_some()
}

/// Tries what is typed.
pub(super) fn recover(app: App) {
    let known = is_known(app);
    let typed = app.recover.get_untracked();
    if typed.stage.is_some() {
        return;
    }
    if let Some(first) = typed.first_fault(known) {
        app.recover.update(|recover| recover.tried = true);
        focus_soon(first);
        return;
    }
    if let Some(start) = Start::of_link(&typed.link) {
        app.prefs.update(|prefs| prefs.site = start.site);
        app.pin.set_value(start.pin);
    }
    spawn_local(async move {
        match run(app, &typed).await {
            Ok((staff, export_key)) => {
                app.recover.set(Recover::default());
                enter(app, staff, Some(export_key));
            }
            Err(fault) => failed(app, fault),
        }
    });
}

fn failed(app: App, fault: Fault) {
    end(app);
    let stage = app.recover.with_untracked(|recover| recover.stage);
    if stage == Some(Stage::Login) {
        // The account stands; only its first login failed.
        let account = app.recover.with_untracked(|recover| login::account(&recover.account));
        app.recover.set(Recover::default());
        app.login.update(|login| (login.account, login.fault) = (account, Some(fault)));
        super::show(app, Page::Login);
        return;
    }
    app.recover.update(|recover| (recover.stage, recover.fault) = (None, Some(fault)));
    app.page.set(Page::Recover);
    focus_soon("recover-fault");
}

async fn stage(app: App, stage: Stage) {
    app.recover.update(|recover| (recover.stage, recover.fault) = (Some(stage), None));
    clock::painted().await;
}

async fn run(app: App, typed: &Recover) -> Result<(Staff, opaque::ExportKey), Fault> {
    stage(app, Stage::Entering).await;
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone()).ok_or(Fault::Unknown)?;
    let code = RecoveryCode::from_text(&typed.code).map_err(|_| Fault::Sheet)?;
    let staff = log_in(app, &site, &MemberKeys::from_recovery(&code)).await?;
    take(app, staff, None);
    stage(app, Stage::Account).await;
    let (member, replaces) = register(app, &site, typed).await?;
    stage(app, Stage::Admitting).await;
    let admit = move |draft: &mut Draft| {
        let now = draft.now;
        if let Some(former) = replaces.filter(|former| draft.site.roster.member(former).is_some()) {
            draft.says.remove(&former, now);
        }
        // A first try may have arrived without its acknowledgement.
        if !draft.says.members.contains(&member) {
            draft.says.members.push(member.clone());
        }
        Ok(())
    };
    publishing::run(app, &admit).await?;
    end(app);
    stage(app, Stage::Login).await;
    let credentials =
        Credentials { site, account: login::account(&typed.account), password: typed.password.clone() };
    authenticate(app, &credentials, |_| {}).await
}

/// The session of the code ends.
fn end(app: App) {
    let former = access(app);
    app.vault.update_value(|vault| vault.staff = None);
    if let Some(former) = former {
        let relay = app.relay.get_value();
        spawn_local(async move {
            // If the relay cannot be told, the session ends by itself.
            let _ = http::send(&relay, api::log_out(&former)).await;
        });
    }
}

async fn log_in(app: App, site: &str, keys: &MemberKeys) -> Result<Staff, Fault> {
    let relay = app.relay.get_value();
    let started = http::send(&relay, api::recovery_start(site)).await.map_err(|failure| failure.fault())?;
    clock::meet(started.now);
    let signature = keys.sign_recovery(site, &started.challenge);
    let finish = RecoveryFinish { login: started.login, member: keys.id(), signature };
    let session = http::send(&relay, api::recovery_finish(site, &finish)).await;
    let session = session.map_err(|failure| match failure.fault() {
        Fault::Refused => Fault::Sheet,
        other => other,
    })?;
    checked(app, site, |known| keyring::recover(&session, keys.clone(), known), &session).await
}

/// An invitation to oneself, answered at once: the new entry, and whom it replaces.
async fn register(app: App, site: &str, typed: &Recover) -> Result<(Member, Option<Thumbprint>), Fault> {
    let relay = app.relay.get_value();
    let session = access(app).ok_or(Fault::Sheet)?;
    let state = http::send(&relay, api::site_state(&session)).await.map_err(|failure| failure.fault())?;
    let replaces = replaced(&state, &typed.account);
    end_earlier(app, &session, &state).await?;
    let mut id = [0; MessageId::LENGTH];
    random::rng().fill_bytes(&mut id);
    let (secret, offer) = invitation(app, MessageId(id), typed)?;
    let invite = Invite {
        v: VERSION,
        id: MessageId(id),
        token: secret.token_hash(),
        name: offer.name.clone(),
        may: offer.may.clone(),
        replaces,
    };
    http::send(&relay, api::invite(&session, &invite)).await.map_err(|failure| failure.fault())?;
    let access = Access { site: site.to_owned(), secret: secret.token() };
    let member = send(&relay, &access, (&offer, &secret), typed).await?;
    Ok((member, replaces))
}

/// An earlier try with the sheet may have left an invitation, which would hold the account's name.
async fn end_earlier(app: App, session: &Access, state: &SiteState) -> Result<(), Fault> {
    let own = app.vault.with_value(|vault| vault.staff.as_ref().map(|staff| staff.member.id));
    for invitation in state.invitations.iter().filter(|invitation| Some(invitation.by) == own) {
        let ending = api::end_invitation(session, invitation.id);
        http::send(&app.relay.get_value(), ending).await.map_err(|failure| failure.fault())?;
    }
    Ok(())
}

fn invitation(app: App, id: MessageId, typed: &Recover) -> Result<(InvitationSecret, Offer), Fault> {
    app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().ok_or(Fault::Sheet)?;
        let secret = staff.site_key().ok_or(Fault::Keys)?.invitation(id);
        let offer = Offer {
            site: staff.site.key,
            company: staff.manifest().display.name.clone(),
            name: typed.name.trim().to_owned(),
            may: MAY.to_vec(),
            expires: staff.expires,
        };
        Ok((secret, offer))
    })
}

async fn send(
    relay: &str,
    access: &Access,
    (offer, secret): (&Offer, &InvitationSecret),
    typed: &Recover,
) -> Result<Member, Fault> {
    let mut rng = random::rng();
    let (client, registration) =
        opaque::register(typed.password.clone(), &mut rng).map_err(|_| Fault::Device)?;
    let start = InvitationStart { account: login::account(&typed.account), registration };
    let started = http::send(relay, api::invitation_start(access, &start)).await;
    let started = started.map_err(|failure| failure.fault())?;
    clock::painted().await;
    let registered = client.finish(&started.registration, &mut rng).map_err(|_| Fault::Misunderstood)?;
    let (body, _) = answer(offer, secret, &typed.account, &registered, &mut rng);
    match http::send(relay, api::answer_invitation(access, &body)).await {
        Ok(_) => Ok(body.answer.member),
        Err(Failure::Problem(problem)) if problem.code == Code::Conflict => Err(Fault::Taken),
        Err(failure) => Err(failure.fault()),
    }
}
