//! Copies that leave the app. The relay writes down that one of a conversation is taken before there is a file; the
//! proofs of all at once, which have no content, are in no log.

use super::{super::files, address, api, care, clock, during, fresh, goes_on, missing, say};
use crate::{
    app::App,
    effects::{
        download, http,
        papers::{self, Paper},
        print,
    },
    state::{
        admin::Said,
        event::Toast,
        fault::Fault,
        login::Generation,
        rights::{
            Lack, View,
            mail::{self, Head},
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
    ids::{Cid, Digest, MessageId, Thumbprint},
    manifest::Asset,
    message::Attachment,
    notice::Register,
};
use leptos::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a module of papers is asked for.
struct Order {
    module: Asset,
    bag: Value,
}

/// In which form a copy is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    /// A page and the same for programs.
    Files,
    /// On paper, or as a PDF: the browser asks.
    Print,
    /// A mail file.
    Mail,
}

/// A copy of the conversation, or of the ticked messages of a hand-over.
pub(super) fn conversation(app: App, how: As) {
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
    let copy = Copy { entry, register, parts, how };
    during(app, async move |began| take_out(app, began, copy).await, then);
}

/// What is taken out.
struct Copy {
    entry: Entry,
    register: Register,
    parts: Option<BTreeSet<u64>>,
    how: As,
}

async fn take_out(app: App, began: Generation, copy: Copy) -> Result<(), Fault> {
    let address = &copy.entry.conversation;
    let conversation = fresh(app, began, |access| api::conversation(access, address)).await?;
    let proof = fresh(app, began, |access| api::proof(access, address)).await?;
    let grants = conversation.grants.iter().map(|stored| stored.grant.as_str());
    let notices = notices(app, paper::notices(grants)).await;
    let manifest = manifest(app).await;
    let wanted = files_of(app, &conversation, &copy)?;
    let files = files::contents(app, began, copy.entry.cid, address, wanted).await?;
    let about = About { notices: &notices, manifest: manifest.as_deref(), files: &files };
    let order = order(app, &conversation, &proof, &about, &copy)?;
    fresh(app, began, |access| api::exported(access, address)).await?;
    if copy.how == As::Mail {
        let mail = written(app, &order, &copy);
        let name = format!("einwurf-{}.eml", copy.entry.cid.code());
        let saved = goes_on(app, began) && download::save(&name, "message/rfc822", &mail);
        return if saved { Ok(()) } else { Err(Fault::Device) };
    }
    let relay = app.relay.get_value();
    let (bag, register) = (order.bag.to_string(), copy.register.as_str());
    let papers = papers::write(&relay, &order.module, "data", &bag, register).await.ok_or(Fault::Papers)?;
    let done = goes_on(app, began) && hand_out(copy.how, &papers).await;
    if done { Ok(()) } else { Err(Fault::Device) }
}

async fn hand_out(how: As, papers: &[Paper]) -> bool {
    if how != As::Print {
        return papers.iter().all(|paper| download::save(&paper.name, &paper.kind, &paper.text));
    }
    let Some(page) = papers.iter().find(|paper| paper.kind.starts_with("text/html")) else { return false };
    print::page(&page.text, paper::style(&page.text)).await
}

/// The mail of an order, in the language of the conversation.
fn written(app: App, order: &Order, copy: &Copy) -> String {
    let (company, code) = (app.company.get_untracked(), copy.entry.cid.code());
    app.date_in(copy.register, |dates| {
        let head = Head { dates: *dates, company: &company, code: &code, now: clock::relay_now() };
        mail::mail(&order.bag, &head)
    })
}

/// Files of the messages that are taken out.
fn files_of(app: App, conversation: &Conversation, copy: &Copy) -> Result<Vec<Attachment>, Fault> {
    app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().ok_or(Fault::Refused)?;
        let thread = opened(staff, conversation, copy.entry.cid)?;
        let wanted = |seq: &u64| copy.parts.as_ref().is_none_or(|parts| parts.contains(seq));
        let entries = thread.entries.into_iter().filter(|entry| wanted(&entry.seq));
        Ok(entries.filter_map(|entry| entry.payload).flat_map(|payload| payload.attachments).collect())
    })
}

/// What belongs to a conversation beside it.
struct About<'a> {
    notices: &'a [String],
    manifest: Option<&'a str>,
    files: &'a BTreeMap<MessageId, String>,
}

fn order(
    app: App,
    conversation: &Conversation,
    proof: &Proofs,
    about: &About<'_>,
    copy: &Copy,
) -> Result<Order, Fault> {
    app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().ok_or(Fault::Refused)?;
        let thread = opened(staff, conversation, copy.entry.cid)?;
        let code = &staff.manifest().code;
        let check = format!("{}/check", app.relay.get_value());
        let source = Source {
            conversation,
            thread: &thread,
            entry: &copy.entry,
            proof: proof.proofs.iter().find(|proof| proof.cid == copy.entry.cid),
            manifest: about.manifest,
            files: about.files,
            notices: about.notices,
            reading: staff.reading(),
            check: &check,
            now: clock::relay_now(),
        };
        let bag = paper::bag(&source, copy.parts.as_ref())?;
        Ok(Order { module: code.papers.clone(), bag })
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
