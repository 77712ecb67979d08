//! Time zones: the browser knows them all, this app none.

use einwurf_protocol::time::Timestamp;
use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

/// A zone that the browser knows.
pub struct Zone {
    format: JsValue,
    parts: Function,
}

impl Zone {
    /// By its IANA name; none if the browser does not know it.
    pub fn of(name: &str) -> Option<Self> {
        let options = Object::new();
        let numeric = JsValue::from_str("numeric");
        for part in ["year", "month", "day", "hour", "minute"] {
            Reflect::set(&options, &part.into(), &numeric).ok()?;
        }
        Reflect::set(&options, &"hourCycle".into(), &"h23".into()).ok()?;
        Reflect::set(&options, &"timeZone".into(), &name.into()).ok()?;
        // Through the constructor itself: the binding would throw past us where the name is unknown.
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let make = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into::<Function>().ok()?;
        let format = Reflect::construct(&make, &Array::of2(&"en-US".into(), &options)).ok()?;
        let parts = Reflect::get(&format, &"formatToParts".into()).ok()?.dyn_into::<Function>().ok()?;
        Some(Self { format, parts })
    }

    /// Minutes east of UTC at a point in time.
    pub fn offset(&self, at: Timestamp) -> i32 {
        self.local(at).map_or(0, |local| (local - minutes(at)).clamp(-1_440, 1_440))
    }

    /// Local minutes since 1970.
    fn local(&self, at: Timestamp) -> Option<i32> {
        #[expect(clippy::cast_precision_loss, reason = "times are small")]
        let date = Date::new(&JsValue::from_f64(at.0 as f64 * 1_000.0));
        let parts = self.parts.call1(&self.format, &date).ok()?.dyn_into::<Array>().ok()?;
        let value = |wanted: &str| {
            parts.iter().find_map(|part| {
                let kind = Reflect::get(&part, &"type".into()).ok()?.as_string()?;
                (kind == wanted).then_some(())?;
                Reflect::get(&part, &"value".into()).ok()?.as_string()?.parse::<u64>().ok()
            })
        };
        let date =
            einwurf_protocol::time::Date { year: value("year")?, month: value("month")?, day: value("day")? };
        let minute = date.days() * 1_440 + value("hour")? * 60 + value("minute")?;
        i32::try_from(minute).ok()
    }
}

fn minutes(at: Timestamp) -> i32 {
    i32::try_from(at.0 / 60).unwrap_or(i32::MAX)
}

/// The zone of this device.
pub fn own() -> String {
    let read = || {
        let format = js_sys::Intl::DateTimeFormat::default();
        Reflect::get(&format.resolved_options(), &"timeZone".into()).ok()?.as_string()
    };
    read().unwrap_or_else(|| "UTC".to_owned())
}
