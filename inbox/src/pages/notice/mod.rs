//! What visitors read before they write: the parts of its form, which the set-up and the website's pages share, and the
//! pages on which a published site changes it.

mod boxes;
mod changes;
mod display;
mod form;
mod modes;
mod page;
mod preview;
mod promise;
mod sector;
mod stated;
mod topics;

pub(super) use boxes::Boxes;
pub(super) use display::{Display, responses};
pub(super) use form::{Form, Question, provide_form};
pub(super) use modes::Modes;
pub(super) use page::Page;
pub(super) use preview::Preview;
pub(super) use sector::Sector;
pub(super) use stated::Stated;
pub(super) use topics::Topics;
