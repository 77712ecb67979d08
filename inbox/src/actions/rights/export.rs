//! Copies that leave the app. The relay writes down that one of a conversation is taken before there is a file; the
//! proofs of all at once, which have no content, are in no log.

use super::{address, api, care, clock, during, fresh, goes_on, missing, say};
use crate::{
    app::App,
    effects::{download, http, papers},
    state::{
        admin::Said,
        event::Toast,
        fault::Fault,
        login::Generation,
        rights::{
            Lack, View,
            paper::{self, Source},
            sealing::opened,
        },
    },
    texts::Pick,
};
use einwurf_protocol::{
    api::{
        path,
        staff::{Conversation, Entry, Proofs},
    },
    ids::{Cid, Digest, Thumbprint},
    manifest::Asset,
    notice::Register,
};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What a module of papers is asked for.
struct Order {
    module: Asset,
    bag: String,
    register: Register,
}

/// A copy of the conversation, or of the ticked messages of a hand-over.
pub(super) fn conversation(app: App) {
    let (cid, busy, parts) = app.rights.with_untracked(|rights| {
        let parts = (rights.view == Some(View::Handover)).then(|| rights.parts.clone());
        (rights.cid, rights.said.is_busy(), parts)
    });
    let entry =
        cid.and_then(|cid| app.desk.with_untracked(|desk| desk.row(cid).map(|row| row.entry.clone())));
    let register =
        cid.and_then(|cid| app.desk.with_untracked(|desk| Some(desk.row(cid)?.letter()?.register())));
    let (Some(entry), Some(register), false) = (entry, register, busy) else { return };
    if parts.as_ref().is_some_and(BTreeSet::is_empty) {
        return missing(app, Lack::Parts);
    }
    say(app, Said::Busy(|t| &t.export_working));
    let cid = entry.cid;
    let asked = parts.clone();
    let then = move |outcome: Result<(), Fault>| match outcome {
        Ok(()) => app.rights.update(|rights| {
            if rights.cid != Some(cid) {
                return;
            }
            if asked.as_ref() == Some(&rights.parts) {
                rights.save();
            }
            rights.said = Said::Good(|t| &t.export_done);
        }),
        Err(fault) => care(app, cid, fault),
    };
    during(app, async move |began| take_out(app, began, &entry, register, parts).await, then);
}

async fn take_out(
    app: App,
    began: Generation,
    entry: &Entry,
    register: Register,
    parts: Option<BTreeSet<u64>>,
) -> Result<(), Fault> {
    let address = &entry.conversation;
    let conversation = fresh(app, began, |access| api::conversation(access, address)).await?;
    let proof = fresh(app, began, |access| api::proof(access, address)).await?;
    let grants = conversation.grants.iter().map(|stored| stored.grant.as_str());
    let notices = notices(app, paper::notices(grants)).await;
    let manifest = manifest(app).await;
    let order = order(app, &conversation, entry, &proof, (&notices, manifest.as_deref()), (register, parts))?;
    fresh(app, began, |access| api::exported(access, address)).await?;
    let relay = app.relay.get_value();
    let Order { module, bag, register } = order;
    let files = papers::write(&relay, &module, "data", &bag, register.as_str()).await.ok_or(Fault::Papers)?;
    let saved =
        goes_on(app, began) && files.iter().all(|file| download::save(&file.name, &file.kind, &file.text));
    if saved { Ok(()) } else { Err(Fault::Device) }
}

fn order(
    app: App,
    conversation: &Conversation,
    entry: &Entry,
    proof: &Proofs,
    (notices, manifest): (&[String], Option<&str>),
    (register, parts): (Register, Option<BTreeSet<u64>>),
) -> Result<Order, Fault> {
    app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().ok_or(Fault::Refused)?;
        let thread = opened(staff, conversation, entry.cid)?;
        let code = &staff.manifest().code;
        let check = format!("{}/check", app.relay.get_value());
        let source = Source {
            conversation,
            thread: &thread,
            entry,
            proof: proof.proofs.iter().find(|proof| proof.cid == entry.cid),
            manifest,
            notices,
            reading: staff.reading(),
            check: &check,
            now: clock::relay_now(),
        };
        let bag = paper::bag(&source, parts.as_ref())?.to_string();
        Ok(Order { module: code.papers.clone(), bag, register })
    })
}

/// Notices by digest, as far as the relay has them and they are the ones.
async fn notices(app: App, digests: BTreeSet<Digest>) -> Vec<String> {
    let (relay, site) = (app.relay.get_value(), app.prefs.with_untracked(|prefs| prefs.site.clone()));
    let mut found = Vec::new();
    for digest in digests {
        let notice = http::notice(&relay, site.as_deref().unwrap_or_default(), &digest).await;
        let is_it = |text: &String| einwurf_protocol::notice::digest(text.as_bytes()) == digest;
        found.extend(notice.filter(is_it));
    }
    found
}

/// The manifest that says which key is the log key; none if it is not this site's.
async fn manifest(app: App) -> Option<String> {
    let (relay, site) = (app.relay.get_value(), app.prefs.with_untracked(|prefs| prefs.site.clone())?);
    let manifest = http::document(&relay, &site, path::MANIFEST).await.ok()?;
    let is_ours = app.vault.with_value(|vault| {
        vault.staff.as_ref().is_some_and(|staff| paper::is_manifest(&manifest, &staff.site, &relay))
    });
    is_ours.then_some(manifest)
}

/// The proof of one conversation, also of an erased one.
pub(super) fn proof(app: App, cid: Cid) {
    let Some(address) = address(app, cid) else { return };
    let name = format!("einwurf-proof-{}.json", cid.code());
    let act = async move |began| {
        let proof = fresh(app, began, |access| api::proof(access, &address)).await?;
        fresh(app, began, |access| api::exported(access, &address)).await?;
        save(app, &name, &proof).await
    };
    during(app, act, move |outcome| tell(app, outcome));
}

/// The proofs of all conversations, for those who audit.
pub(super) fn proofs(app: App) {
    if app.log.with_untracked(|log| log.said.is_busy()) {
        return;
    }
    app.log.update(|log| log.said = Said::Busy(|t| &t.export_working));
    let act = async move |began| {
        let mut all = fresh(app, began, |access| api::proofs(access, None)).await?;
        while let Some(after) = all.after.take() {
            let page = fresh(app, began, |access| api::proofs(access, Some(&after))).await?;
            if !paper::join(&mut all, page) {
                return Err(Fault::Misunderstood);
            }
        }
        let name = format!("einwurf-proofs-{}.json", clock::relay_now().date());
        save(app, &name, &all).await
    };
    let then = move |outcome: Result<bool, Fault>| {
        app.log.update(|log| {
            log.said = match outcome {
                Ok(true) => Said::Good(|t| &t.proofs_done),
                Ok(false) => Said::Care(|t| &t.proofs_broken),
                Err(fault) => Said::failed(fault),
            };
        });
    };
    during(app, act, then);
}

/// Saves proofs; answers whether they hold. Those that do not are saved as well: they show what the relay did.
async fn save(app: App, name: &str, proofs: &Proofs) -> Result<bool, Fault> {
    let grants = proofs.proofs.iter().flat_map(|proof| &proof.grants).map(String::as_str);
    let notices = notices(app, paper::notices(grants)).await;
    let manifest = manifest(app).await;
    let (site, sound): (Thumbprint, bool) = app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().ok_or(Fault::Refused)?;
        Ok::<_, Fault>((staff.site.key, paper::is_sound(proofs, &staff.site)))
    })?;
    let file = paper::proofs(proofs, site, manifest.as_deref(), &notices).to_string();
    if download::save(name, "application/json;charset=utf-8", &file) { Ok(sound) } else { Err(Fault::Device) }
}

fn tell(app: App, outcome: Result<bool, Fault>) {
    let text: Pick = match outcome {
        Ok(true) => |t| &t.export_done,
        Ok(false) => |t| &t.proofs_broken,
        Err(fault) => fault.sentence(),
    };
    app.toast.set(Some(Toast { text, undo: None }));
}
