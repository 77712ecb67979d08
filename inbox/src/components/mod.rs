//! Parts of pages: they show state and say what somebody did; no effects.

#![allow(unreachable_pub, reason = "`#[component]` makes public types of private components")]

mod alert;
mod choice;
mod field;
mod help;
mod icon;
mod look;
mod meter;
mod nav;
mod said;
mod sheet;
mod slot;
mod stages;
mod status;
mod tick;

pub use alert::{Alert, Tone};
pub use choice::{Choice, Choices, Registers};
pub use field::Ask;
pub use help::Help;
pub use icon::{Glyph, Icon};
pub use look::Look;
pub use meter::Meter;
pub use nav::Nav;
pub use said::Saying;
pub use sheet::Sheet;
pub use slot::Slot;
pub use stages::Stages;
pub use status::Status;
pub use tick::{Tick, TwoGroups};
