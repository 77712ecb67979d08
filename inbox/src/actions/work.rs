//! What a team does with conversations: one change or many, the way back, searching everything, hiding a wave.

use super::{
    desk, focus_soon,
    lock::{access, is_current},
    rights, sheets,
};
use crate::{
    app::App,
    effects::{clock, history, random},
    state::{
        desk::{
            Desk,
            list::row_id,
            wave::Wave,
            work::{Deed, Done, Status},
        },
        event::{Toast, Undo},
        sheets::{Op, team::TeamOp},
    },
    texts::Pick,
};
use einwurf_protocol::{
    api::staff::Mark,
    ids::{Cid, MessageId},
};
use leptos::{prelude::*, task::spawn_local};
use rand_core::Rng as _;

/// Between two looks at whether a page that somebody else fetches has come.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(50);
/// Workers of a search.
const AT_ONCE: usize = 4;

/// Answers what somebody did.
pub(super) fn handle(app: App, deed: Deed) {
    match deed {
        Deed::Status(cid, status) => set_status(app, cid, status),
        Deed::Assign(cid, who) => one(app, cid, &Op::Assign(who), |t| &t.toast_assigned),
        Deed::Take(cid) => take(app, cid),
        Deed::Topic(cid, at) => {
            let topic = app.desk.with_untracked(|desk| {
                let topics = &desk.sheets.team.view().topics;
                at.and_then(|at| topics.get(at)).map(|topic| topic.name.clone())
            });
            one(app, cid, &Op::Topic(topic), |t| &t.toast_topic);
        }
        Deed::Label(cid) => label(app, &[cid]),
        Deed::Unlabel(cid, at) => {
            let label = app.desk.with_untracked(|desk| desk.sheets.sheet(cid)?.labels.get(at).cloned());
            if let Some(label) = label {
                one(app, cid, &Op::Unlabel(label), |t| &t.toast_unlabelled);
                focus_soon("label");
            }
        }
        Deed::Note(cid) => note(app, cid),
        Deed::Unnote(cid, id) => {
            one(app, cid, &Op::Unnote(id), |t| &t.toast_unnoted);
            focus_soon("note");
        }
        Deed::Hide(cid, hidden) => hide(app, &[cid], hidden),
        Deed::Hunt => hunt(app),
        Deed::StopHunt => app.desk.update(Desk::stop_hunt),
        Deed::Up => app.desk.update(Desk::scroll_up),
        Deed::Picking(_)
        | Deed::Pick(_)
        | Deed::PickAll
        | Deed::ManyDone
        | Deed::ManyAssign(_)
        | Deed::ManyLabel
        | Deed::ManyHide(_) => many(app, deed),
        Deed::Wave(_) | Deed::CountWave | Deed::HideWave => wave(app, deed),
    }
}

fn many(app: App, deed: Deed) {
    let picked = || app.desk.with_untracked(Desk::picked);
    match deed {
        Deed::Picking(yes) => {
            app.desk.update(|desk| desk.work.picked = yes.then(Default::default));
            focus_soon(if yes { "bulk" } else { "picking" });
        }
        Deed::Pick(cid) => app.desk.update(|desk| desk.pick(cid)),
        Deed::PickAll => app.desk.update(Desk::pick_all),
        Deed::ManyDone => {
            begin(app);
            for cid in picked() {
                mark(app, cid, true);
            }
            said(app, |t| &t.toast_done);
        }
        Deed::ManyAssign(who) => {
            each(app, &picked(), &Op::Assign(who), |t| &t.toast_assigned);
        }
        Deed::ManyLabel => label(app, &picked()),
        Deed::ManyHide(hidden) => hide(app, &picked(), hidden),
        _ => {}
    }
}

fn begin(app: App) {
    app.desk.update(Desk::begin);
}

fn said(app: App, text: Pick) {
    let any = app.desk.with_untracked(|desk| !desk.work.last.is_empty());
    if any {
        app.toast.set(Some(Toast { text, undo: Some(Undo::Work) }));
    }
}

/// One change of one conversation, with a way back.
pub(super) fn one(app: App, cid: Cid, op: &Op, text: Pick) {
    each(app, &[cid], op, text);
}

fn each(app: App, cids: &[Cid], op: &Op, text: Pick) {
    begin(app);
    for cid in cids {
        sheets::change(app, *cid, op.clone());
    }
    said(app, text);
}

fn take(app: App, cid: Cid) {
    let (me, has) =
        app.desk.with_untracked(|desk| (desk.me, desk.sheets.sheet(cid).and_then(|sheet| sheet.assigned)));
    let who = if has == me { None } else { me };
    let text: Pick = if who.is_some() { |t| &t.toast_taken } else { |t| &t.toast_given_back };
    one(app, cid, &Op::Assign(who), text);
}

/// Whether it is done, the relay knows, since nobody is reminded of what is done; what waits is noted on the sheet.
fn set_status(app: App, cid: Cid, status: Status) {
    begin(app);
    match status {
        Status::Done => return desk::done(app, cid, true),
        Status::Open | Status::Waiting => {
            mark(app, cid, false);
            sheets::change(app, cid, Op::Waiting(status == Status::Waiting));
        }
    }
    said(app, if status == Status::Waiting { |t| &t.toast_waiting } else { |t| &t.toast_reopened });
}

/// Marks without leaving the page; what it was before is kept.
fn mark(app: App, cid: Cid, done: bool) {
    let (was, open) = app.desk.with_untracked(|desk| (desk.row(cid).map(|row| row.entry.done), desk.open));
    if was.is_none_or(|was| was == done) {
        return;
    }
    if let Some(Some(address)) = app.desk.try_update(|desk| desk.mark(cid, done)) {
        app.desk.update(|desk| desk.work.last.push(Done::Mark(cid, !done)));
        desk::tell(app, address, Mark { read: None, done: Some(done) });
    }
    // What left the list is closed, and the browser's history agrees.
    if open.is_some() && app.desk.with_untracked(|desk| desk.open.is_none()) {
        rights::leave(app);
        history::back();
    }
}

fn label(app: App, cids: &[Cid]) {
    let Some(label) = app.desk.with_untracked(|desk| desk.work.typed_label()) else { return };
    each(app, cids, &Op::Label(label.clone()), |t| &t.toast_labelled);
    app.desk.update(|desk| desk.work.label.clear());
    // Colleagues are suggested it, too.
    let known = app.desk.with_untracked(|desk| desk.sheets.team.view().labels.contains(&label));
    if !known {
        sheets::change_team(app, vec![TeamOp::Label(label)]);
    }
}

fn note(app: App, cid: Cid) {
    let mut id = [0; 16];
    random::rng().fill_bytes(&mut id);
    let op = app.desk.with_untracked(|desk| desk.note(cid, MessageId(id), clock::now()));
    let Some(op) = op else { return focus_soon("note") };
    begin(app);
    if sheets::change(app, cid, op) {
        app.desk.update(|desk| desk.work.write(cid, String::new()));
        said(app, |t| &t.toast_noted);
        focus_soon("note");
    }
}

/// What nobody needs to see, nobody is reminded of.
fn hide(app: App, cids: &[Cid], hidden: bool) {
    begin(app);
    for cid in cids {
        sheets::change(app, *cid, Op::Hidden(hidden));
        mark(app, *cid, hidden);
    }
    said(app, if hidden { |t| &t.toast_hidden } else { |t| &t.toast_shown });
}

/// Takes back what was done last on sheets.
pub(super) fn undo(app: App) {
    let last = app.desk.try_update(|desk| std::mem::take(&mut desk.work.last)).unwrap_or_default();
    let first = last.first().map(|done| match done {
        Done::Op(cid, _) | Done::Mark(cid, _) => *cid,
    });
    for done in last.into_iter().rev() {
        match done {
            Done::Op(cid, op) => drop(sheets::change(app, cid, op)),
            Done::Mark(cid, done) => mark(app, cid, done),
        }
    }
    begin(app);
    app.toast.set(None);
    if let Some(cid) = first {
        focus_soon(row_id(cid));
    }
}

fn wave(app: App, deed: Deed) {
    match deed {
        Deed::Wave(open) => {
            app.desk.update(|desk| desk.work.wave = open.then(Wave::default));
            focus_soon(if open { "wave-from" } else { "wave-open" });
        }
        Deed::CountWave => {
            app.desk.update(|desk| {
                if let Some(wave) = &mut desk.work.wave {
                    wave.read(clock::offset);
                }
            });
            spawn_local(async move {
                while app.desk.with_untracked(Desk::may_have_more_of_wave) {
                    if !desk::fetch_more(app).await {
                        return;
                    }
                }
            });
        }
        Deed::HideWave => {
            let cids = app.desk.with_untracked(Desk::wave);
            app.desk.update(|desk| desk.work.wave = None);
            hide(app, &cids, true);
            focus_soon("title");
        }
        _ => {}
    }
}

/// Searches everything: pages are fetched one after the other, and what is on them is opened a few at a time.
fn hunt(app: App) {
    let Some(access) = access(app) else { return };
    app.desk.update(Desk::begin_hunt);
    let running = move || app.desk.with_untracked(|desk| desk.hunt.is_running());
    for worker in 0..AT_ONCE {
        let access = access.clone();
        spawn_local(async move {
            while running() && is_current(app, &access) {
                if desk::open_next(app, &access).await {
                    continue;
                }
                let more = app.desk.with_untracked(|desk| desk.after().is_some());
                if worker > 0 && more {
                    clock::wait(PAUSE).await;
                } else if !more {
                    break;
                } else if !desk::fetch_more(app).await {
                    // The list says why; what was found stays.
                    return app.desk.update(Desk::stop_hunt);
                }
            }
            if worker == 0 && is_current(app, &access) {
                app.desk.update(Desk::end_hunt);
            }
        });
    }
}
