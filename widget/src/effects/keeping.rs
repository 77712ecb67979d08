//! What this device keeps of the conversation, in the hands of the keeper (`docs/protocol.md` section 16.4).

use super::{Hands, now, timer};
use crate::{
    desk::Desk,
    state::{Event, Hello, Kept, Look, Talk},
};
use einwurf_protocol::{codec::from_base64url, message::Label};
use std::rc::Rc;

/// How long the first screen waits for the keeper.
const PATIENCE_MS: u32 = 1_500;

impl Hands {
    /// Takes what a private link or the keeper brings, and then says `ready`: whoever comes back does not see the notice
    /// flash by. A keeper that is late is not waited for.
    pub(crate) async fn begin_with(self: Rc<Self>, desk: Desk, bundle: String) {
        let linked = from_base64url(&bundle).ok().filter(|bytes| !bytes.is_empty());
        let late = Rc::clone(&self);
        timer::after(PATIENCE_MS, Box::new(move || late.say_ready()));
        let held = self.outside.held().await;
        let page = held.as_ref().and_then(|held| label(&held.title));
        let pending = held.as_ref().is_some_and(|held| held.pending) && linked.is_none();
        let by_link = linked.is_some();
        let bundle = linked.or(held.and_then(|held| held.kept));
        let kept = match bundle {
            Some(bundle) if desk.see(|model| model.talk.is_none()) => desk.see(|model| {
                self.courier.borrow_mut().restore(&bundle, &model.site.manifest).unwrap_or_default()
            }),
            _ => Kept::Nothing,
        };
        let kept = match kept {
            Kept::Talk if by_link => Kept::Linked,
            Kept::Talk | Kept::Newer if pending => Kept::Leaving,
            kept => kept,
        };
        desk.emit(Event::Hello(Hello { page, kept }));
        self.say_ready();
    }

    /// Keeps the conversation: for the tab, or with its own consent for as long as the notice says.
    pub(super) fn keep(&self, desk: Desk, pending: bool) {
        let (serial, remember) = desk.see(|model| {
            let days = u64::from(model.site.notice.notice().days);
            let remember = model.talk.as_ref().is_some_and(Talk::remembers);
            (model.site.manifest.serial, remember.then_some(days))
        });
        let Some(bundle) = self.courier.borrow().bundle(serial) else { return };
        let until = remember.map(|days| now().plus(days * 86_400));
        #[allow(clippy::cast_precision_loss)] // seconds of this century
        let until = until.map(|until| until.0 as f64);
        self.outside.keep(Some(bundle), until, pending);
    }

    /// Another tab may have gone on under another key: its keys are taken over before anything is kept over them. What the
    /// relay says then, if there was something to take over.
    pub(super) async fn catch_up(&self, desk: Desk) -> Option<Look> {
        let kept = self.outside.held().await?.kept?;
        let overtaken = self.courier.borrow_mut().overtaken(&kept);
        if overtaken { Some(self.read(desk).await) } else { None }
    }

    /// Takes the newest that was kept of the same conversation, by this tab or another.
    pub(super) async fn adopt(&self) -> bool {
        let kept = self.outside.held().await.and_then(|held| held.kept);
        kept.is_some_and(|kept| self.courier.borrow_mut().adopt(&kept))
    }
}

fn label(title: &str) -> Option<Label> {
    let title = title.trim();
    if title.is_empty() { None } else { Label::try_from(title.to_owned()).ok() }
}
