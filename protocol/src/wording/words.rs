//! The texts files of the notices.

use crate::notice::{Fact, Register, Withdrawal};
use serde::Deserialize;

/// The wording of one register, with placeholders.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wording {
    pub(super) consent: Way,
    pub(super) request: Way,
    pub(super) facts: Vec<Fact>,
    pub(super) transfer: Transfer,
    pub(super) cloudflare: Cloudflare,
    pub(super) details_label: String,
    pub(super) details: Vec<Fact>,
    pub(super) privacy_label: String,
    pub(super) imprint_label: String,
    pub(super) boxes: Boxes,
    pub(super) bases: Bases,
    pub(super) age: Age,
}

/// What one mode says. Neither borrows a word from the other (CON-06).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Way {
    pub(super) title: String,
    pub(super) lead: String,
    pub(super) summary: [String; 3],
    pub(super) withdraw: Passage,
    pub(super) voluntary: String,
    pub(super) rights: String,
    pub(super) basis: String,
    pub(super) proof: String,
    pub(super) accept: String,
    pub(super) decline: String,
    pub(super) withdrawal: Withdrawal,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Passage {
    pub(super) heading: String,
    pub(super) text: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Transfer {
    pub(super) self_hosted: String,
    pub(super) cloudflare_own_proxy: String,
    pub(super) cloudflare_direct: String,
}

/// What is added where Cloudflare stores.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cloudflare {
    pub(super) processor: String,
    pub(super) residual: String,
}

/// What ticking each box says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Boxes {
    pub(super) answer: String,
    pub(super) special: String,
    pub(super) special_health: String,
    pub(super) remember: String,
    pub(super) notify: String,
    pub(super) context: String,
}

/// The legal basis of each further purpose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bases {
    pub(super) special: String,
    pub(super) remember: String,
    pub(super) notify: String,
    pub(super) context: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Age {
    pub(super) question: String,
    pub(super) old_enough: String,
    pub(super) parents: String,
    pub(super) not_asked: String,
}

impl Wording {
    /// None only if this build's file is broken.
    pub(super) fn of(register: Register) -> Option<Self> {
        #[cfg(feature = "pseudo")]
        if Register::PSEUDO.contains(&register) {
            let plain = serde_json::from_str(register.wording()).ok()?;
            let made = einwurf_languages::pseudo::value(register.as_str(), &plain);
            return serde_json::from_value(made).ok();
        }
        serde_json::from_str(register.wording()).ok()
    }
}
