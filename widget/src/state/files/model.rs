//! Files in the model: who may pick them, what they keep from being sent, and what becomes of them when a message moves on.

use super::{Fault, File, FileEffect, FileEvent, Refusal, Sight, Stage};
use crate::state::{Effect, Focus, Model, Phase, Step};
use einwurf_protocol::{consent::Consent, message::Draft};

impl Model {
    /// Whether files may be picked: only who agreed and may write (PRE-03).
    pub fn may_attach(&self) -> bool {
        matches!(self.phase, Phase::Compose(_) | Phase::Talk(Some(_)))
            && self.over.is_none()
            && self.may_write()
    }

    /// Takes what happened to a file.
    pub(in crate::state) fn on_file(&mut self, event: FileEvent) -> Vec<FileEffect> {
        match event {
            FileEvent::Picking(begins) => {
                self.files.picking = begins && self.may_attach();
                Vec::new()
            }
            FileEvent::Picked(taken) => self.picked(taken),
            FileEvent::Prepared(number, result) => self.files.prepared(number, result),
            FileEvent::Original(number, original) => self.files.anew(number, original, false),
            FileEvent::Unclean(number) => self.files.anew(number, false, true),
            FileEvent::Describe(number, text) => self.files.describe(number, &text),
            FileEvent::Aim(number, aim) => self.files.aim(number, aim),
            FileEvent::Mark(number) => self.files.mark(number),
            FileEvent::Remove(number) => self.files.remove(number),
            other => self.on_sent_file(other),
        }
    }

    /// What is picked where nothing may be written is let go, unread.
    fn picked(&mut self, taken: Vec<(u32, String)>) -> Vec<FileEffect> {
        self.files.picking = false;
        if !self.may_attach() {
            return taken.into_iter().map(|(number, _)| FileEffect::Drop(number)).collect();
        }
        self.files.again = false;
        taken.into_iter().filter_map(|(number, own)| self.files.pick(number, own)).collect()
    }

    /// After every step: what waits for the message that it belonged to is picked again when there is none any more, what
    /// is not known is asked, what broke rests; after the end there are no files.
    pub(in crate::state) fn settle_files(&mut self, news: bool) -> Vec<Effect> {
        if self.phase.is_final() || matches!(self.phase, Phase::Leaving(_)) {
            return self.drop_files();
        }
        let owned = self.owned_files();
        let free = |file: &&File| file.stage == Stage::Queued && !owned.contains(&file.number);
        let free: Vec<_> = self.files.list.iter().filter(free).map(|file| file.number).collect();
        self.files.unqueue(&free);
        let asks = (news && self.wonders()).then_some(Effect::File(FileEffect::Ask));
        let looks = self.files.fresh.take().map(|id| Effect::Focus(Focus::Opened(id)));
        self.rest().into_iter().chain(asks).chain(looks).collect()
    }

    /// Files of messages that are on their way.
    fn owned_files(&self) -> Vec<u32> {
        let waits = self.talk.iter().flat_map(|talk| &talk.outbox.queue).flat_map(|delivery| &delivery.files);
        match &self.phase {
            Phase::Sealing(delivery)
            | Phase::Sending(delivery)
            | Phase::Waiting(delivery, _)
            | Phase::Refreshing(delivery) => delivery.files.clone(),
            _ => waits.copied().collect(),
        }
    }

    fn drop_files(&mut self) -> Vec<Effect> {
        let files = std::mem::take(&mut self.files);
        let busy = files.list.iter().any(File::is_owed).then_some(FileEffect::Busy(false));
        let dropped = files.list.iter().map(|file| FileEffect::Drop(file.number));
        let closed = files.seen.into_iter().filter_map(|seen| match seen.sight {
            Sight::Open(opened) => Some(FileEffect::Close(opened.url)),
            _ => None,
        });
        busy.into_iter().chain(dropped).chain(closed).map(Effect::File).collect()
    }

    /// "Send" while a file cannot go along: said at the files.
    pub(in crate::state) fn hindered(&mut self, consent: &Consent) -> Option<Step> {
        self.files.fault = self.files.hinders();
        self.files.fault.map(|_| (Phase::compose(consent.clone()), vec![Effect::Focus(Focus::File)]))
    }

    /// The draft; without a text it says which files there are.
    pub(in crate::state) fn worded(&self, files: &[u32]) -> Draft {
        let mut draft = self.draft.clone();
        if draft.text.trim().is_empty() && !files.is_empty() {
            draft.text = self.files.words(files, &self.words);
        }
        draft
    }

    /// A file could not be sealed: nothing was sent.
    pub(in crate::state) fn unsealed(&mut self, consent: Consent, number: u32, refusal: Refusal) -> Step {
        self.files.refuse(number, refusal);
        self.files.fault = Some(Fault::Refused);
        (Phase::compose(consent), vec![Effect::Focus(Focus::File)])
    }

    /// The relay takes no more files, or not now: without them, or later, the text goes.
    pub(in crate::state) fn no_room(&mut self, consent: Consent) -> Step {
        self.files.fault = Some(Fault::Room);
        (Phase::compose(consent), vec![Effect::Focus(Focus::File)])
    }

    /// The site takes no files at the moment: without them the text goes.
    pub(in crate::state) fn no_files(&mut self, consent: Consent) -> Step {
        (self.files.text_only, self.files.fault) = (true, Some(Fault::TextOnly));
        (Phase::compose(consent), vec![Effect::Focus(Focus::File)])
    }

    /// The message has arrived: its files follow, and the site takes files.
    pub(in crate::state) fn follow_up(&mut self, files: &[u32]) -> Vec<Effect> {
        self.files.text_only &= files.is_empty();
        self.files.arrived(files).into_iter().map(Effect::File).collect()
    }
}
