//! Coming back with the emergency sheet: its code logs in, its holder invites, answers and admits themselves, and then
//! logs in with the new account.

use super::{
    focus_soon,
    lock::{self, access, goes_on},
    login::{Credentials, authenticate, checked, enter, keep, take},
    publishing,
};
use crate::{
    api::{self, Access, Failure},
    app::{App, Page},
    effects::{clock, http, pause::pause, random},
    state::{
        fault::Fault,
        join::{Offer, answer},
        keyring::{self, Staff},
        login::{self, Generation},
        opaque,
        publishing::Draft,
        recover::{MAY, Recover, Stage, replaced},
        start::{Place, place},
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
use einwurf_seal::{Granted, InvitationSecret, MemberKeys, RecoveryCode};
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
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone());
    let Some(place) = place(&typed.link, site.as_deref(), app.pin.get_value()) else { return };
    let began = app.generation.get_value();
    spawn_local(async move {
        match run(app, began, &place, &typed).await {
            Ok((staff, export_key)) if goes_on(app, began) => enter(app, place, staff, Some(export_key)),
            Ok((staff, _)) => lock::end(app, Access { site: place.site, secret: staff.session }),
            Err(fault) if goes_on(app, began) => failed(app, fault),
            // The app was locked, or somebody else came in: nothing of this is shown.
            Err(_) => {}
        }
    });
}

/// Goes on only while nobody left and nobody else came.
fn still(app: App, began: Generation) -> Result<(), Fault> {
    if goes_on(app, began) { Ok(()) } else { Err(Fault::Refused) }
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

async fn stage(app: App, began: Generation, stage: Stage) -> Result<(), Fault> {
    still(app, began)?;
    app.recover.update(|recover| (recover.stage, recover.fault) = (Some(stage), None));
    clock::painted().await;
    still(app, began)
}

async fn run(
    app: App,
    began: Generation,
    place: &Place,
    typed: &Recover,
) -> Result<(Staff, opaque::ExportKey), Fault> {
    stage(app, began, Stage::Entering).await?;
    let code = RecoveryCode::from_text(&typed.code).map_err(|_| Fault::Sheet)?;
    let staff = log_in(app, place, &MemberKeys::from_recovery(&code)).await?;
    if !goes_on(app, began) {
        lock::end(app, Access { site: place.site.clone(), secret: staff.session });
        return Err(Fault::Refused);
    }
    keep(app, place.clone());
    take(app, staff, None);
    stage(app, began, Stage::Account).await?;
    let (member, replaces) = register(app, began, &place.site, typed).await?;
    stage(app, began, Stage::Admitting).await?;
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
    publishing::run(app, began, &admit).await?;
    end(app);
    stage(app, began, Stage::Login).await?;
    let Place { site, pin } = place.clone();
    let account = login::account(&typed.account);
    let credentials = Credentials { site, pin, account, password: typed.password.clone(), stay: false };
    authenticate(app, &credentials, |_| {}).await
}

/// The session of the code ends.
fn end(app: App) {
    let former = access(app);
    app.vault.update_value(|vault| vault.staff = None);
    if let Some(former) = former {
        lock::end(app, former);
    }
}

async fn log_in(app: App, place: &Place, keys: &MemberKeys) -> Result<Staff, Fault> {
    let (relay, site) = (app.relay.get_value(), place.site.as_str());
    let started = http::send(&relay, api::recovery_start(site)).await.map_err(|failure| failure.fault())?;
    clock::meet(started.now);
    let signature = keys.sign_recovery(site, &started.challenge);
    let finish = RecoveryFinish { login: started.login, member: keys.id(), signature };
    let session = http::send(&relay, api::recovery_finish(site, &finish)).await;
    let session = session.map_err(|failure| match failure.fault() {
        Fault::Refused => Fault::Sheet,
        other => other,
    })?;
    checked(app, place, |known| keyring::recover(&session, keys.clone(), known), &session).await
}

/// An invitation to oneself, answered at once: the new entry, and whom it replaces.
async fn register(
    app: App,
    began: Generation,
    site: &str,
    typed: &Recover,
) -> Result<(Member, Option<Thumbprint>), Fault> {
    let relay = app.relay.get_value();
    let session = access(app).ok_or(Fault::Sheet)?;
    let state = http::send(&relay, api::site_state(&session)).await.map_err(|failure| failure.fault())?;
    still(app, began)?;
    let replaces = ask_replaced(app, began, &state, typed).await?;
    end_earlier(app, &session, &state).await?;
    still(app, began)?;
    let mut id = [0; MessageId::LENGTH];
    random::rng().fill_bytes(&mut id);
    let (secret, offer) = invitation(app, MessageId(id), replaces, typed)?;
    let invite = Invite {
        v: VERSION,
        id: MessageId(id),
        token: secret.token_hash(),
        name: offer.name.clone(),
        may: offer.may.clone(),
        replaces,
    };
    http::send(&relay, api::invite(&session, &invite)).await.map_err(|failure| failure.fault())?;
    still(app, began)?;
    let access = Access { site: site.to_owned(), secret: secret.token() };
    let member = send(&relay, &access, (&offer, &secret), typed).await?;
    Ok((member, replaces))
}

/// Nobody's access ends because the relay says that an account is theirs: the name of the roster is shown, and somebody
/// says yes. If not, the account name cannot be had.
async fn ask_replaced(
    app: App,
    began: Generation,
    state: &SiteState,
    typed: &Recover,
) -> Result<Option<Thumbprint>, Fault> {
    let found = app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref()?;
        replaced(state, &staff.site.roster, &typed.account).map(|member| (member.id, member.name.clone()))
    });
    let Some((id, name)) = found else { return Ok(None) };
    let (answer, waiting) = pause();
    app.vault.update_value(|vault| vault.asking = Some(answer));
    app.recover.update(|recover| recover.replaces = Some(name));
    focus_soon("recover-replace");
    let yes = waiting.await;
    still(app, began)?;
    app.recover.update(|recover| recover.replaces = None);
    if yes { Ok(Some(id)) } else { Err(Fault::Taken) }
}

/// An earlier try with the sheet may have left an invitation, which would hold the account's name.
async fn end_earlier(app: App, session: &Access, state: &SiteState) -> Result<(), Fault> {
    let own = app.vault.with_value(|vault| vault.staff.as_ref().map(|staff| staff.member.id));
    for invitation in state.invitations.iter().filter(|invitation| Some(invitation.by) == own) {
        let ending = api::end_invitation(session, invitation.id);
        let ended = http::send(&app.relay.get_value(), ending).await.map_err(|failure| failure.fault());
        // What is not there any more was ended by a try whose acknowledgement was lost.
        if let Err(fault) = ended
            && fault != Fault::Unknown
        {
            return Err(fault);
        }
    }
    Ok(())
}

fn invitation(
    app: App,
    id: MessageId,
    replaces: Option<Thumbprint>,
    typed: &Recover,
) -> Result<(InvitationSecret, Offer), Fault> {
    app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().ok_or(Fault::Sheet)?;
        let granted = Granted { id, name: typed.name.trim(), may: &MAY, replaces };
        let secret = staff.site_key().ok_or(Fault::Keys)?.invitation(&granted);
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
