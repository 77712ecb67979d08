//! What the visitor does with files before "Send".

use super::{Fault, File, FileEffect, Files, Found, Refusal, Stage};
use einwurf_protocol::limits::{ATTACHMENTS, ATTACHMENTS_BYTES, DESCRIPTION_BYTES};

impl Files {
    pub(super) fn pick(&mut self, number: u32, own: String) -> Option<FileEffect> {
        self.changed();
        self.fault = self.text_only.then_some(Fault::TextOnly);
        if self.text_only {
            return Some(FileEffect::Drop(number));
        }
        let room = self.picked().count() < ATTACHMENTS;
        let stage = if room { Stage::Preparing } else { Stage::Refused(Refusal::TooMany) };
        self.list.push(File::new(number, own, stage));
        room.then_some(FileEffect::Prepare { number, original: false, unclean: false })
    }

    /// What comes back of a file that was taken out meanwhile is let go.
    pub(super) fn prepared(&mut self, number: u32, result: Result<Found, Refusal>) -> Vec<FileEffect> {
        let others: u64 = self
            .picked()
            .filter(|file| file.number != number)
            .filter_map(|file| Some(file.found.as_ref()?.length))
            .sum();
        let Some(file) = self.file_mut(number).filter(|file| file.stage == Stage::Preparing) else {
            return Vec::new();
        };
        (file.stage, file.found) = match result {
            Ok(found) if others.saturating_add(found.length) > ATTACHMENTS_BYTES => {
                (Stage::Refused(Refusal::TooLarge), None)
            }
            Ok(found) => (Stage::Ready, Some(found)),
            Err(refusal) => (Stage::Refused(refusal), None),
        };
        file.touch();
        self.settled();
        Vec::new()
    }

    pub(super) fn refuse(&mut self, number: u32, refusal: Refusal) {
        if let Some(file) = self.file_mut(number) {
            (file.stage, file.found) = (Stage::Refused(refusal), None);
            file.touch();
        }
    }

    pub(super) fn anew(&mut self, number: u32, original: bool, unclean: bool) -> Vec<FileEffect> {
        let Some(file) = self.file_mut(number).filter(|file| file.is_picked()) else { return Vec::new() };
        let may = match file.stage {
            Stage::Refused(Refusal::Failed | Refusal::Changed) => !unclean,
            Stage::Refused(refusal) => unclean && refusal.may_go_unclean(),
            stage => !unclean && stage == Stage::Ready,
        };
        if !may {
            return Vec::new();
        }
        (file.found, file.aim) = (None, None);
        file.set(Stage::Preparing);
        vec![FileEffect::Prepare { number, original, unclean }]
    }

    /// As much of it as fits.
    pub(super) fn describe(&mut self, number: u32, text: &str) -> Vec<FileEffect> {
        if let Some(file) = self.file_mut(number) {
            text.get(..text.floor_char_boundary(DESCRIPTION_BYTES))
                .unwrap_or_default()
                .clone_into(&mut file.description);
        }
        Vec::new()
    }

    pub(super) fn aim(&mut self, number: u32, aim: Option<(u8, u8)>) -> Vec<FileEffect> {
        let marks = |file: &&mut File| file.found.as_ref().is_some_and(|found| found.marks);
        if let Some(file) = self.file_mut(number).filter(marks) {
            let begins = file.aim.is_some() != aim.is_some();
            file.aim = aim.map(|(x, y)| (x.min(100), y.min(100)));
            if begins {
                file.touch();
            }
        }
        Vec::new()
    }

    pub(super) fn mark(&mut self, number: u32) -> Vec<FileEffect> {
        let Some(file) = self.file_mut(number).filter(|file| file.stage == Stage::Ready) else {
            return Vec::new();
        };
        let Some(aim) = file.aim.take() else { return Vec::new() };
        file.set(Stage::Preparing);
        vec![FileEffect::Mark(number, aim)]
    }

    pub(super) fn remove(&mut self, number: u32) -> Vec<FileEffect> {
        let before = self.list.len();
        self.list.retain(|file| file.number != number || !file.is_picked());
        self.settled();
        self.changed();
        if self.list.len() < before { vec![FileEffect::Drop(number)] } else { Vec::new() }
    }

    /// Whether the site takes files. What was picked, or is to be picked once more, cannot go, and that is said.
    pub(in crate::state) fn told(&mut self, text_only: bool) {
        self.text_only = text_only;
        let meant = self.again || self.picked().next().is_some();
        self.fault = match self.fault {
            _ if text_only && meant => Some(Fault::TextOnly),
            Some(Fault::TextOnly) if !text_only => None,
            fault => fault,
        };
    }

    /// What was said is settled, but for what holds for all files.
    fn settled(&mut self) {
        let stays = self.text_only && self.picked().next().is_some();
        self.fault = stays.then_some(Fault::TextOnly);
    }
}
