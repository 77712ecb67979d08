//! Speeds: the figures of the design's "numbers to hold" that exist by now. A ratio has its baseline measured in the same
//! run, in turns with what it is compared to.

mod attach;
mod browser;
mod inbox;
mod relay;
mod weight;

use anyhow::Result;
use serde_json::{Map, Value};

/// All figures, or only those of the parts named in `only`.
pub fn measure(only: &[String]) -> Result<Map<String, Value>> {
    let mut figures = Map::new();
    let mut put = |key: &str, value: f64| {
        // Three significant digits are more than such a measurement knows.
        let digits = if value < 10.0 { 1000.0 } else { 10.0 };
        figures.insert(key.to_owned(), ((value * digits).round() / digits).into());
    };
    let wanted = |part: &str| only.is_empty() || only.iter().any(|name| name == part);
    relay::measure(|part| wanted("relay") || wanted(part), &mut put)?;
    if wanted("browser") {
        browser::measure(&mut put)?;
    }
    if wanted("inbox") {
        inbox::measure(&mut put)?;
    }
    if wanted("attach") {
        attach::measure(&mut put)?;
    }
    if wanted("weight") {
        weight::measure(&mut put)?;
    }
    Ok(figures)
}

/// The middle value; of an even number, the lower of the two.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_median_is_the_middle() {
        assert!((super::median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(super::median(Vec::new()).is_nan());
    }
}
