//! What this device keeps of the conversation, in the hands of the keeper (`docs/protocol.md` section 16.4).

use super::{Hands, now};
use crate::{
    desk::Desk,
    scope::follow,
    state::{Event, Hello, Kept, Look, Model, Phase, Talk},
};
use einwurf_protocol::{codec::from_base64url, message::Label, time::DAY};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen_futures::{JsFuture, spawn_local};

impl Hands {
    /// Takes what a private link or the keeper brings, and then says `ready`: whoever comes back does not see the notice
    /// flash by.
    pub(super) async fn begin(self: Rc<Self>, desk: Desk) {
        let link = &self.bundle;
        let by_link = !link.is_empty();
        let held = self.outside.held().await;
        let page = held.as_ref().and_then(|held| label(&held.title));
        let pending = held.as_ref().is_some_and(|held| held.pending);
        let (bundle, unsent) = held.map_or((None, None), |held| (held.kept, held.unsent));
        let kept = match (desk.see(Model::may_open), by_link) {
            (false, _) => Kept::Nothing,
            (true, true) => self.linked(desk, link, bundle.as_deref(), pending),
            (true, false) => {
                let kept = bundle.as_deref().map_or(Kept::Nothing, |bundle| self.restore(desk, bundle));
                if pending && kept != Kept::Nothing { Kept::Leaving } else { kept }
            }
        };
        if let Some(bundle) = &bundle {
            self.claim(bundle);
        }
        // Of this tab's own conversation, or of one that did not begin.
        let own = matches!(kept, Kept::Nothing | Kept::Talk | Kept::Both) && !self.foreign.get();
        let unsent = unsent.filter(|_| own).and_then(|unsent| self.courier.borrow_mut().take_back(&unsent));
        let taken = unsent.is_some();
        desk.emit(Event::Hello(Hello { page, kept, unsent: unsent.map(Box::new) }));
        self.outside.ready();
        if taken {
            self.keep_unsent(desk).await;
        }
    }

    fn restore(&self, desk: Desk, bundle: &[u8]) -> Kept {
        let kept = desk.see(|model| self.courier.borrow_mut().restore(bundle, &model.site.manifest));
        kept.unwrap_or_default()
    }

    /// What a private link opens. Unless this device has kept the same already, nothing of it is kept here, and what is
    /// kept stays as it is.
    fn linked(&self, desk: Desk, link: &str, kept: Option<&[u8]>, pending: bool) -> Kept {
        let link = from_base64url(link).unwrap_or_default();
        let opened = self.restore(desk, &link);
        let own = kept.filter(|kept| self.courier.borrow().is_of(kept));
        self.foreign.set(own.is_none());
        // The longer one knows more keys.
        let opened = match own.filter(|own| own.len() > link.len()) {
            Some(own) => self.restore(desk, own),
            None => opened,
        };
        match (opened, own) {
            (Kept::Nothing, _) => Kept::Void,
            (_, Some(_)) if pending => Kept::Leaving,
            (Kept::Talk, Some(_)) => Kept::Both,
            (Kept::Talk, None) => Kept::Linked,
            (opened, _) => opened,
        }
    }

    /// Only what was kept of the conversation on the screen may be replaced.
    fn claim(&self, kept: &[u8]) {
        if self.courier.borrow().is_of(kept) {
            self.outside.claim();
        }
    }

    /// Keeps the conversation: for the tab, or with its own consent for as long as the notice says. Done once it is kept
    /// or cannot be.
    pub(super) async fn keep(&self, desk: Desk) {
        if self.foreign.get() {
            return;
        }
        let pending = desk.see(|model| matches!(model.phase, Phase::Leaving(_)));
        let (serial, remember) = desk.see(|model| {
            let days = u64::from(model.site.notice.notice().days);
            let remember = model.talk.as_ref().is_some_and(Talk::remembers);
            (model.site.manifest.serial, remember.then_some(days))
        });
        let Some(bundle) = self.courier.borrow().bundle(serial) else { return };
        let until = remember.map(|days| now().plus(days * DAY));
        #[allow(clippy::cast_precision_loss)] // seconds of this century
        let until = until.map(|until| until.0 as f64);
        let _ = JsFuture::from(self.outside.keep(Some(bundle), until, pending)).await;
    }

    /// Keeps what has not arrived as it is now.
    pub(super) async fn keep_unsent(&self, desk: Desk) {
        if self.foreign.get() {
            return;
        }
        let unsent = desk.see(Model::unsent);
        let bytes = unsent.and_then(|unsent| self.courier.borrow().put_by(&unsent));
        let _ = JsFuture::from(self.outside.unsent(bytes)).await;
    }

    /// The same whenever there is more or less of it.
    pub(super) fn watch_unsent(self: &Rc<Self>, desk: Desk) {
        let (hands, last) = (Rc::clone(self), Cell::new((0, false)));
        let act = move || {
            let mark = desk.see(Model::unsent_mark);
            if last.replace(mark) != mark {
                let hands = Rc::clone(&hands);
                spawn_local(async move { hands.keep_unsent(desk).await });
            }
        };
        desk.within(|| follow(Rc::new(act)));
    }

    /// Another tab may have gone on under another key: its keys are taken over before anything is kept over them. What the
    /// relay says then, if there was something to take over.
    pub(super) async fn catch_up(&self, desk: Desk) -> Option<Look> {
        let kept = self.outside.held().await?.kept?;
        self.claim(&kept);
        let overtaken = self.courier.borrow_mut().overtaken(&kept);
        if overtaken { Some(self.read_between(desk).await) } else { None }
    }

    /// Takes the newest that was kept of the same conversation, by this tab or another.
    pub(super) async fn adopt(&self) -> bool {
        let Some(kept) = self.outside.held().await.and_then(|held| held.kept) else { return false };
        self.claim(&kept);
        self.courier.borrow_mut().adopt(&kept)
    }
}

/// The title of a page, if it can be one.
pub(crate) fn label(title: &str) -> Option<Label> {
    let title = title.trim();
    if title.is_empty() { None } else { Label::try_from(title.to_owned()).ok() }
}
