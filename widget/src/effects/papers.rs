//! Gathering what a paper is made of.

use super::{Hands, now};
use crate::{
    courier::{Bag, Courier},
    desk::Desk,
    door::Door,
    state::{Gathered, Paper},
};
use einwurf_protocol::api::path;
use std::rc::Rc;

impl Hands {
    /// Receipt or data: the address first, then what the relay has, then the files.
    pub(super) async fn gather(self: &Rc<Self>, desk: Desk, kind: Paper) -> Gathered {
        // What is over is not begun anew: its receipt has an address, or there is none.
        let over = desk.see(|model| model.phase.is_final());
        let ready = over || self.place(desk).await.is_some();
        let files = if ready { self.sheets(desk, kind).await.unwrap_or_default() } else { Vec::new() };
        let link = desk.see(|model| self.link(&model.site.manifest));
        Gathered { files, link }
    }

    /// An address for the conversation.
    async fn place(&self, desk: Desk) -> Option<()> {
        let (site, inbox) =
            desk.see(|model| (model.site.manifest.site, model.site.manifest.inbox_key.clone()));
        let ticket = self.courier.borrow_mut().begin((site, &inbox), &mut super::random()).ok()?;
        if let Some(request) = ticket {
            let reply = self.carry(&request).await?;
            self.courier.borrow_mut().ticket(&reply).ok()?;
        }
        Some(())
    }

    async fn sheets(self: &Rc<Self>, desk: Desk, kind: Paper) -> Option<Vec<crate::state::Sheet>> {
        let tried = self.courier.borrow().is_tried();
        let consent = desk.see(|model| model.consent().cloned());
        let receipt = if tried {
            let asked = self.courier.borrow().asks(path::RECEIPT)?;
            Courier::receipt(&self.carry(&asked).await?)?
        } else {
            let days = desk.see(|model| model.site.notice.notice().days);
            self.courier.borrow().promise(consent.as_ref()?, now(), days)?
        };
        let data = match kind {
            Paper::Receipt => None,
            Paper::Data if !tried => return Some(Vec::new()),
            Paper::Data => {
                self.courier.borrow_mut().from_start();
                self.look(desk).await;
                let asked = self.courier.borrow().asks(path::DATA)?;
                Some(Courier::data(&self.carry(&asked).await?)?)
            }
        };
        self.documents(&receipt).await;
        let bag = desk.see(|model| {
            let manifest = &model.site.manifest;
            let door = Door::of(manifest, &self.known);
            let link = self.link(manifest);
            let bag = Bag {
                now: now(),
                manifest: &self.compact.borrow(),
                notices: &self.notices.borrow(),
                data: data.as_deref(),
                thread: model.talk.as_ref().map_or(&[], |talk| &talk.thread),
                link: link.as_deref(),
                check: &door.check(),
                place: door.place(&self.page),
            };
            self.courier.borrow().bag(&bag, &receipt, consent.as_ref())
        })?;
        let kinds = if kind == Paper::Data { "data" } else { "receipt receipt-json" };
        Some(self.outside.sheets(kinds, &bag).await)
    }

    /// The notices that the receipt names and that were not fetched yet; one that is gone is left out.
    async fn documents(&self, receipt: &str) {
        for digest in Courier::named(receipt) {
            let known = |document: &String| einwurf_protocol::notice::digest(document.as_bytes()) == digest;
            if self.notices.borrow().iter().any(known) {
                continue;
            }
            let reply = self.carry(&self.known.address.notice(digest)).await;
            let document = reply
                .filter(|reply| reply.status == 200)
                .and_then(|reply| String::from_utf8(reply.body).ok());
            if let Some(document) = document.filter(known) {
                self.notices.borrow_mut().push(document);
            }
        }
    }

    pub(super) fn link(&self, manifest: &einwurf_protocol::manifest::Manifest) -> Option<String> {
        let fragment = self.courier.borrow().fragment(manifest.serial)?;
        Some(Door::of(manifest, &self.known).with(&fragment))
    }
}
