//! Forms of texts that speak of a number.

use einwurf_protocol::notice::Register;
use js_sys::{Array, Intl::PluralRules, Object};

/// By the browser's `Intl`, which knows the rules of all languages (CLDR).
pub fn form(register: Register, number: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "no count of this app is larger than 2^53")]
    let number = number as f64;
    PluralRules::new(&Array::of1(&register.locale().into()), &Object::new()).select(number).into()
}
