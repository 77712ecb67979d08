//! Times, dates and numbers in the visitor's language and time zone, by the browser's Intl.

use crate::{state::Words, texts::Texts};
use einwurf_protocol::{notice::Register, time::Timestamp};
use js_sys::{Array, Date, Intl::PluralRules, Number, Object, Reflect};
use wasm_bindgen::JsValue;

fn styled(register: Register, at: Timestamp, styles: &[(&str, &str)]) -> String {
    #[allow(clippy::cast_precision_loss)] // exact for the next 285,000 years
    let date = Date::new(&JsValue::from_f64(at.0 as f64 * 1000.0));
    let options = Object::new();
    for (style, length) in styles {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&options, &(*style).into(), &(*length).into());
    }
    date.to_locale_string(register.locale(), &options).into()
}

/// `23.11.2026, 17:42`.
pub(crate) fn moment(register: Register, at: Timestamp) -> String {
    styled(register, at, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// `17:42`.
pub(crate) fn time(register: Register, at: Timestamp) -> String {
    styled(register, at, &[("timeStyle", "short")])
}

/// `Montag, 08:00`.
pub(crate) fn weekday(register: Register, at: Timestamp) -> String {
    styled(register, at, &[("weekday", "long"), ("hour", "2-digit"), ("minute", "2-digit")])
}

/// `21. Februar 2027`.
pub(crate) fn date(register: Register, at: Timestamp) -> String {
    styled(register, at, &[("dateStyle", "long")])
}

/// `23.11.2026`.
pub(crate) fn short_date(register: Register, at: Timestamp) -> String {
    styled(register, at, &[("dateStyle", "medium")])
}

/// `1.500`. What nothing groups is written without Intl, whose first answer costs a fresh process 12 ms: the consent
/// screen has such a number.
pub(crate) fn number(register: Register, number: u32) -> String {
    if number < 1000 {
        return number.to_string();
    }
    Number::from(number).to_locale_string(register.locale()).into()
}

/// Which form of a text a number takes (CLDR): `one`, `other`.
pub(crate) fn form(register: Register, number: u32) -> String {
    PluralRules::new(&Array::of1(&register.locale().into()), &Object::new()).select(number.into()).into()
}

/// What files are called.
pub(crate) fn words(register: Register, texts: &Texts) -> Words {
    Words::new(texts, |count| (form(register, count), number(register, count)))
}

/// `12 kB`, `0,5 MB`.
pub(crate) fn size(register: Register, bytes: u64) -> String {
    let (value, unit) =
        if bytes < 100_000 { (bytes.div_ceil(1_000) * 10, " kB") } else { (bytes.div_ceil(100_000), " MB") };
    let tenths = f64::from(u32::try_from(value).unwrap_or(u32::MAX));
    [&String::from(Number::from(tenths / 10.0).to_locale_string(register.locale())), unit].concat()
}
