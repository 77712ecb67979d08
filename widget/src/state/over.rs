//! What lies over the phase: the consequences of withdrawing, the receipt, the visitor's data.

use super::{Effect, End, Event, Model, Phase};

/// What lies over the phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// What withdrawing does, and two equal buttons.
    Leave,
    /// Receipt or data.
    Papers(Sheets),
}

/// Which paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// What was agreed to, and the proof of it (REC-05).
    Receipt,
    /// Everything that there is (RGT-05).
    Data,
}

/// A paper on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheets {
    /// Which.
    pub kind: Paper,
    /// As far as it is there.
    pub gathered: Option<Gathered>,
    /// Whether the private link is on the screen.
    pub link: bool,
    /// Whether something was copied; none before it was tried.
    pub copied: Option<bool>,
}

/// What came of gathering a paper.
#[derive(Clone, PartialEq, Eq)]
pub struct Gathered {
    /// The files; none if something failed.
    pub files: Vec<Sheet>,
    /// The private link: whoever has it can read and withdraw.
    pub link: Option<String>,
}

/// A file to read, copy and save.
#[derive(Clone, PartialEq, Eq)]
pub struct Sheet {
    /// File name.
    pub name: String,
    /// Where the browser has it, in this frame alone.
    pub url: String,
    /// Its text.
    pub text: String,
}

impl std::fmt::Debug for Gathered {
    /// Content and link never reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gathered({} files, content hidden)", self.files.len())
    }
}

impl Model {
    /// The row of buttons that is there from consent on, and what they open.
    pub(super) fn aside(&mut self, event: &Event) -> Vec<Effect> {
        let ready = self.talk.is_some() && !matches!(self.phase, Phase::Leaving(_));
        match event {
            Event::Withdraw if ready => {
                let effects = self.lay_aside();
                self.over = Some(Over::Leave);
                return effects;
            }
            Event::Yes if self.over == Some(Over::Leave) => return self.withdraw(),
            Event::Show(kind) if ready || self.proves(*kind) => {
                let mut effects = self.lay_aside();
                self.over =
                    Some(Over::Papers(Sheets { kind: *kind, gathered: None, link: false, copied: None }));
                effects.push(Effect::Gather(*kind));
                return effects;
            }
            Event::Forget if ready && matches!(self.over, Some(Over::Papers(_))) => return self.forget(),
            Event::Back => return self.lay_aside(),
            _ => {}
        }
        Vec::new()
    }

    /// After a withdrawal there is still its receipt.
    fn proves(&self, kind: Paper) -> bool {
        kind == Paper::Receipt && matches!(self.phase, Phase::Ended(end) if end.proves())
    }

    /// Nothing lies over the phase any more, and no address leads to a paper that lay there.
    pub(super) fn lay_aside(&mut self) -> Vec<Effect> {
        match self.over.take() {
            Some(Over::Papers(Sheets { gathered: Some(gathered), .. })) => revoked(&gathered),
            _ => Vec::new(),
        }
    }

    /// "Forget on this device" (RET-04): nothing is withdrawn.
    fn forget(&mut self) -> Vec<Effect> {
        self.draft = einwurf_protocol::message::Draft::default();
        if let Some(talk) = &mut self.talk {
            talk.outbox = super::Outbox::default();
        }
        self.end(End::Forgotten)
    }

    pub(super) fn gathered(&mut self, (kind, gathered): (Paper, Gathered)) -> Vec<Effect> {
        if let Some(Over::Papers(sheets)) = &mut self.over
            && sheets.kind == kind
        {
            return sheets.gathered.replace(gathered).as_ref().map(revoked).unwrap_or_default();
        }
        // Nobody waits for it any more.
        revoked(&gathered)
    }

    /// To the clipboard: the link once it is on the screen, or the receipt that machines read.
    pub(super) fn copy(&mut self, link: bool) -> Vec<Effect> {
        let Some(Over::Papers(sheets)) = &mut self.over else { return Vec::new() };
        let Some(gathered) = &sheets.gathered else { return Vec::new() };
        let text = if link {
            gathered.link.clone().filter(|_| sheets.link)
        } else {
            gathered.files.get(1).map(|file| file.text.clone())
        };
        sheets.copied = None;
        text.map(Effect::Copy).into_iter().collect()
    }

    pub(super) fn copied(&mut self, copied: bool) -> Vec<Effect> {
        match &mut self.over {
            Some(Over::Papers(sheets)) => sheets.copied = Some(copied),
            _ => self.link_copied(copied),
        }
        Vec::new()
    }

    pub(super) fn reveal(&mut self) -> Vec<Effect> {
        if let Some(Over::Papers(sheets)) = &mut self.over {
            sheets.link = true;
        }
        Vec::new()
    }
}

fn revoked(gathered: &Gathered) -> Vec<Effect> {
    let urls: Vec<_> = gathered.files.iter().map(|file| file.url.clone()).collect();
    if urls.is_empty() { Vec::new() } else { vec![Effect::Revoke(urls)] }
}
