//! Files on their way: one after the other, in the order of their messages. Whatever breaks, what is stored stays stored.

use super::{File, FileEffect, FileEvent, Files, Stage};
use crate::state::{Effect, Event, Model, Tries};

/// Why a file did not get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nobody answered: it goes on by itself.
    Lost,
    /// The visitor stopped it.
    Stopped,
    /// Refused, or not what was announced.
    Refused,
    /// What was fetched is not what was sealed.
    Forged,
    /// Not all of it is stored yet.
    Unfinished,
}

impl Failure {
    /// By the word of the module.
    pub fn of(code: &str) -> Self {
        match code {
            "network" => Self::Lost,
            "aborted" => Self::Stopped,
            "broken" => Self::Forged,
            "missing" => Self::Unfinished,
            _ => Self::Refused,
        }
    }
}

/// What is said about files on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// The so-manieth of so many is on its way, and how many percent of it.
    Sending(usize, usize, u32),
    /// Nobody answers; it goes on by itself.
    Paused(usize, usize),
    /// So many did not get through.
    Failed(usize),
    /// All of so many are stored.
    Done(usize),
}

impl File {
    /// Its message has arrived, and it has not.
    pub fn is_owed(&self) -> bool {
        matches!(self.stage, Stage::Waiting | Stage::Uploading(_))
    }

    /// Its message has arrived.
    fn is_sent(&self) -> bool {
        self.is_owed() || matches!(self.stage, Stage::Done | Stage::Failed(_))
    }
}

impl Files {
    /// What is said about files on their way; nothing when there are none.
    pub fn bar(&self) -> Option<Bar> {
        let sent = || self.list.iter().filter(|file| file.is_sent());
        let owed = sent().filter(|file| file.is_owed()).count();
        let failed = sent().filter(|file| matches!(file.stage, Stage::Failed(_))).count();
        let all = sent().count();
        if owed > 0 {
            let nth = all.saturating_sub(owed).saturating_add(1);
            let percent = sent().find_map(|file| match file.stage {
                Stage::Uploading(percent) => Some(percent),
                _ => None,
            });
            return Some(percent.map_or(Bar::Paused(nth, all), |percent| Bar::Sending(nth, all, percent)));
        }
        match (failed, all) {
            (0, 0) => None,
            (0, all) => Some(Bar::Done(all)),
            (failed, _) => Some(Bar::Failed(failed)),
        }
    }

    /// Whether all of which the bar speaks are pictures.
    pub fn are_pictures(&self) -> bool {
        let sent = self.list.iter().filter(|file| file.is_sent());
        sent.filter_map(|file| file.found.as_ref()).all(super::Found::is_picture)
    }

    /// "Send": these belong to a message now, and no longer to the one being written.
    pub(in crate::state) fn queue(&mut self, numbers: &[u32]) {
        self.move_to(numbers, Stage::Queued);
    }

    /// Back to the text: they belong to the message being written again.
    pub(in crate::state) fn unqueue(&mut self, numbers: &[u32]) {
        self.move_to(numbers, Stage::Ready);
    }

    fn move_to(&mut self, numbers: &[u32], stage: Stage) {
        for number in numbers {
            if let Some(file) = self.file_mut(*number) {
                file.stage = stage;
            }
        }
        if !numbers.is_empty() {
            self.changed();
        }
    }

    /// Their message has arrived: now they go. Those of earlier messages that are stored are no longer spoken of.
    pub(in crate::state) fn arrived(&mut self, numbers: &[u32]) -> Vec<FileEffect> {
        if numbers.is_empty() {
            return Vec::new();
        }
        let done = self.let_go(|file| file.stage == Stage::Done);
        self.move_to(numbers, Stage::Waiting);
        let next = self.next();
        done.into_iter().chain([FileEffect::Busy(true)]).chain(next).collect()
    }

    /// The next in line, unless one is on its way or all must wait.
    fn next(&mut self) -> Option<FileEffect> {
        let busy = self.list.iter().any(|file| matches!(file.stage, Stage::Uploading(_)));
        if busy || self.paused.is_some() {
            return None;
        }
        let resume = self.lost > 0;
        let file = self.list.iter_mut().find(|file| file.stage == Stage::Waiting)?;
        file.stage = Stage::Uploading(0);
        let number = file.number;
        self.changed();
        Some(FileEffect::Upload { number, resume })
    }

    /// The network is back, or the pause is over.
    pub(in crate::state) fn resume(&mut self) -> Option<FileEffect> {
        self.paused.take()?;
        self.next()
    }

    fn let_go(&mut self, which: impl Fn(&File) -> bool) -> Vec<FileEffect> {
        let gone: Vec<_> = self.list.iter().filter(|file| which(file)).map(|file| file.number).collect();
        self.list.retain(|file| !gone.contains(&file.number));
        self.changed();
        gone.into_iter().map(FileEffect::Drop).collect()
    }

    fn fail_all(&mut self) -> Vec<FileEffect> {
        if !self.list.iter().any(File::is_owed) {
            return Vec::new();
        }
        let mut stops = Vec::new();
        for file in self.list.iter_mut().filter(|file| file.is_owed()) {
            if matches!(file.stage, Stage::Uploading(_)) {
                stops.push(FileEffect::Stop(file.number));
            }
            file.stage = Stage::Failed(Failure::Stopped);
        }
        self.paused = None;
        self.changed();
        stops.push(FileEffect::Busy(false));
        stops
    }

    fn again(&mut self) -> Vec<FileEffect> {
        let failed = |file: &File| matches!(file.stage, Stage::Failed(_));
        if !self.list.iter().any(failed) {
            return Vec::new();
        }
        for file in self.list.iter_mut().filter(|file| failed(file)) {
            file.stage = Stage::Waiting;
        }
        // Whatever of them is stored is not sent twice.
        (self.lost, self.paused) = (self.lost.max(1), None);
        [FileEffect::Busy(true)].into_iter().chain(self.next()).collect()
    }

    /// Whether this tab has a file of the conversation, and can send it again.
    pub fn is_held(&self, id: einwurf_protocol::ids::MessageId) -> bool {
        self.list.iter().any(|file| file.id == Some(id))
    }

    /// Whether a file of the conversation is on its way from here.
    pub fn is_on_its_way(&self, id: einwurf_protocol::ids::MessageId) -> bool {
        self.list.iter().any(|file| file.id == Some(id) && file.is_owed())
    }
}

impl Model {
    /// Takes what happened to a file after "Send".
    pub(super) fn on_sent_file(&mut self, event: FileEvent) -> Vec<FileEffect> {
        match event {
            FileEvent::Sealed(ids) => {
                for (number, id) in ids {
                    if let Some(file) = self.files.file_mut(number) {
                        file.id = Some(id);
                    }
                }
                Vec::new()
            }
            FileEvent::Progress(number, percent) => {
                if let Some(file) = self.files.file_mut(number)
                    && let Stage::Uploading(known) = &mut file.stage
                {
                    *known = percent.min(100);
                }
                Vec::new()
            }
            FileEvent::Uploaded(number, result) => self.uploaded(number, result),
            FileEvent::Stop => self.files.fail_all(),
            FileEvent::Again => self.files.again(),
            FileEvent::Dismiss => {
                self.files.let_go(|file| matches!(file.stage, Stage::Failed(_) | Stage::Done))
            }
            seen => self.on_seen(seen),
        }
    }

    fn uploaded(&mut self, number: u32, result: Result<(), Failure>) -> Vec<FileEffect> {
        let files = &mut self.files;
        let Some(file) = files.file_mut(number).filter(|file| matches!(file.stage, Stage::Uploading(_)))
        else {
            return Vec::new();
        };
        match result {
            Ok(()) => {
                let id = file.id;
                file.stage = Stage::Done;
                files.lost = 0;
                files.stored(id);
            }
            Err(Failure::Lost) => {
                file.stage = Stage::Waiting;
                files.lost = files.lost.saturating_add(1);
                // The pause is made by `rest`, which can count pauses.
                return Vec::new();
            }
            Err(failure) => file.stage = Stage::Failed(failure),
        }
        files.changed();
        let next = files.next();
        let over = !files.list.iter().any(File::is_owed);
        next.into_iter().chain(over.then_some(FileEffect::Busy(false))).collect()
    }

    /// After an upload that nobody answered, a pause.
    pub(in crate::state) fn rest(&mut self) -> Vec<Effect> {
        let files = &self.files;
        let uploading = files.list.iter().any(|file| matches!(file.stage, Stage::Uploading(_)));
        let waiting = files.list.iter().any(|file| file.stage == Stage::Waiting);
        if !waiting || uploading || files.paused.is_some() {
            return Vec::new();
        }
        let seconds = Tries { lost: files.lost, ..Tries::default() }.last_pause();
        let pause = self.wait(seconds);
        self.files.paused = Some(pause.timer);
        self.files.changed();
        vec![Effect::Wait { seconds, timer: pause.timer }]
    }

    /// A pause that is over, or a network that is back, lets uploads go on.
    pub(in crate::state) fn goes_on(&mut self, event: &Event) -> Option<FileEffect> {
        match event {
            Event::TimeUp(timer) if self.files.paused == Some(*timer) => self.files.resume(),
            Event::Retry => self.files.resume(),
            _ => None,
        }
    }
}
