//! Files: the browser's own objects lie in `files.js` by number, which loads the module that reads, cleans, seals and sends
//! them once there is a first one.

use super::Hands;
use crate::{
    api::{Request, answer},
    desk::Desk,
    state::{Failure, FileEffect, FileEvent, Found, Opened, Order, Outgoing, Refusal, SealFault},
};
use answer::Read;
use einwurf_protocol::{
    api::{
        path,
        visitor::{AttachmentState, Attachments, Declared},
    },
    json,
    message::Attachment,
};
use js_sys::{Array, Promise};
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue, prelude::*};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// What `files.js` opened.
    pub type Shelf;

    /// Does something with a file.
    #[wasm_bindgen(method)]
    fn act(this: &Shelf, name: &str, args: &Array) -> Promise;

    /// Calls back with `[number, name]` of each file that is picked, dropped or pasted.
    #[wasm_bindgen(method)]
    fn listen(this: &Shelf, heard: &Closure<dyn Fn(Array)>);
}

impl Shelf {
    /// What came of it, or the module's word for what went wrong.
    async fn done(&self, name: &str, args: &Array) -> Result<JsValue, String> {
        JsFuture::from(self.act(name, args)).await.map_err(|code| code.as_string().unwrap_or_default())
    }
}

impl Hands {
    /// From now on files are heard of; only who may write can add them.
    pub(crate) fn attend(self: &Rc<Self>, desk: Desk) {
        self.watch_unsent(desk);
        let heard = Closure::<dyn Fn(Array)>::new(move |files: Array| {
            let taken = files.iter().filter_map(|file| {
                let file: Array = file.dyn_into().ok()?;
                Some((number(&file.get(0))?, file.get(1).as_string()?))
            });
            desk.emit(FileEvent::Picked(taken.collect()).into());
        });
        self.outside.files().listen(&heard);
        // As long as the frame.
        heard.forget();
    }

    /// Does what the state asks for.
    pub(super) async fn file(self: Rc<Self>, desk: Desk, effect: FileEffect) {
        let event = match effect {
            FileEffect::Prepare { number, original, unclean } => {
                let args = Array::of3(&number.into(), &original.into(), &unclean.into());
                self.prepared("prepare", number, &args).await
            }
            FileEffect::Mark(number, (x, y)) => {
                let part = |percent: u8| JsValue::from_f64(f64::from(percent) / 100.0);
                self.prepared("mark", number, &Array::of3(&number.into(), &part(x), &part(y))).await
            }
            FileEffect::Upload { number, resume } => {
                let result = self.upload(desk, number, resume).await;
                FileEvent::Uploaded(number, result.err().map_or(Ok(()), Err))
            }
            FileEffect::Ask => FileEvent::Stored(self.stored().await),
            FileEffect::Open(attachment) => FileEvent::Opened(
                attachment.id,
                self.open(&attachment).await.map_err(|code| Failure::of(&code)),
            ),
            FileEffect::Close(url) => return self.outside.revoke(&url),
            FileEffect::Drop(number) => return self.tell("drop", &number.into()),
            FileEffect::Stop(number) => return self.tell("stop", &number.into()),
            FileEffect::Busy(busy) => return self.tell("busy", &busy.into()),
        };
        desk.emit(event.into());
    }

    fn tell(&self, name: &str, value: &JsValue) {
        // Nobody waits for what comes of it.
        let _ = self.outside.files().act(name, &Array::of1(value));
    }

    async fn prepared(&self, name: &str, number: u32, args: &Array) -> FileEvent {
        let result = self.outside.files().done(name, args).await;
        let found = result.map_err(|code| Refusal::of(&code));
        FileEvent::Prepared(number, found.and_then(|found| read(&found.into()).ok_or(Refusal::Failed)))
    }

    /// Seals the files of a message, for the conversation that it will be sealed in.
    pub(super) async fn seal_files(&self, desk: Desk, order: &mut Order) -> Result<(), SealFault> {
        let cid = self.courier.borrow_mut().cid(order, &mut super::random())?.to_string();
        let mut ids = Vec::new();
        for file in &order.files {
            let args = Array::of3(&file.number.into(), &cid.as_str().into(), &order.again.into());
            let sealed = self.outside.files().done("seal", &args).await;
            let sealed = sealed.map_err(|code| SealFault::File(file.number, Refusal::of(&code)))?;
            let (attachment, declared) = described(file, &sealed.into()).ok_or(SealFault::Broken)?;
            ids.push((file.number, attachment.id));
            order.attachments.push(attachment);
            order.declared.push(declared);
        }
        desk.emit(FileEvent::Sealed(ids).into());
        Ok(())
    }

    /// Stores the parts; those that are stored already are not sent again.
    async fn upload(&self, desk: Desk, number: u32, resume: bool) -> Result<(), Failure> {
        let id =
            desk.see(|model| model.files.file(number).and_then(|file| file.id)).ok_or(Failure::Refused)?;
        let mut missing = JsValue::UNDEFINED;
        if resume {
            let states = self.stored().await.ok_or(Failure::Lost)?;
            let state = states.into_iter().find(|state| state.id == id).ok_or(Failure::Refused)?;
            if state.missing.is_empty() {
                return Ok(());
            }
            missing = state.missing.into_iter().map(JsValue::from).collect::<Array>().into();
        }
        let headers = self.way().ok_or(Failure::Refused)?;
        let report = Closure::<dyn Fn(f64)>::new(move |percent: f64| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 100
            desk.emit(FileEvent::Progress(number, percent as u32).into());
        });
        let args = Array::of4(&number.into(), &headers, &missing, report.as_ref());
        let result = self.outside.files().done("upload", &args).await;
        result.map(drop).map_err(|code| Failure::of(&code))
    }

    /// What the relay has of the conversation's files.
    async fn stored(&self) -> Option<Vec<AttachmentState>> {
        let asked = self.courier.borrow().asks(path::ATTACHMENTS)?;
        match answer::got::<Attachments>(&self.carry(&asked).await?) {
            Read::Done(stored) => Some(stored.attachments),
            _ => None,
        }
    }

    async fn open(&self, attachment: &Attachment) -> Result<Opened, String> {
        let descriptor = serde_json::to_string(attachment).unwrap_or_default();
        let cid = self.courier.borrow().known().map(|cid| cid.to_string()).unwrap_or_default();
        let headers = self.way().unwrap_or_default();
        let args = Array::of3(&descriptor.into(), &cid.into(), &headers);
        let opened: Array = self.outside.files().done("open", &args).await?.into();
        let part = |index| opened.get(index).as_string().unwrap_or_default();
        Ok(Opened { url: part(0), name: part(1), picture: opened.get(2).is_truthy() })
    }

    /// What the relay is shown with every part.
    fn way(&self) -> Option<JsValue> {
        let Request { headers, .. } = self.courier.borrow().asks(path::ATTACHMENT)?;
        let pair = |(name, value): (&str, String)| Array::of2(&name.into(), &value.into());
        Some(headers.into_iter().map(pair).collect::<Array>().into())
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // numbers that `files.js` counts
fn number(value: &JsValue) -> Option<u32> {
    value.as_f64().map(|number| number as u32)
}

/// What was made ready.
fn read(found: &Array) -> Option<Found> {
    Some(Found {
        ending: found.get(0).as_string()?,
        media_type: found.get(1).as_string()?,
        length: number(&found.get(2))?.into(),
        preview: found.get(3).as_string(),
        original: found.get(4).is_truthy(),
        shrunk: found.get(5).is_truthy(),
        marks: found.get(6).is_truthy(),
        arrows: number(&found.get(7))?,
    })
}

/// A sealed file under its neutral name, with its description.
fn described(file: &Outgoing, sealed: &Array) -> Option<(Attachment, Declared)> {
    let sealed_file: Attachment = json::from_slice(sealed.get(0).as_string()?.as_bytes()).ok()?;
    let attachment =
        Attachment { name: file.name.clone(), description: file.description.clone(), ..sealed_file };
    let declared = Declared { id: attachment.id, bytes: number(&sealed.get(1))?.into() };
    Some((attachment, declared))
}
