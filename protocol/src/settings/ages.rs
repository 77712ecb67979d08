//! From which age a child agrees without parents, by country.

/// ISO 3166-1 code (`GR` for Greece) and age of GDPR 8(1) as each member state of the EU has set it. State of 2024,
/// from public knowledge: to be checked before it is quoted. Denmark raised its age from 13 to 15 on 2024-01-01.
pub const AGES: &[(&str, u8)] = &[
    ("AT", 14),
    ("BE", 13),
    ("BG", 14),
    ("CY", 14),
    ("CZ", 15),
    ("DE", 16),
    ("DK", 15),
    ("EE", 13),
    ("ES", 14),
    ("FI", 13),
    ("FR", 15),
    ("GR", 15),
    ("HR", 16),
    ("HU", 16),
    ("IE", 16),
    ("IT", 14),
    ("LT", 14),
    ("LU", 16),
    ("LV", 13),
    ("MT", 13),
    ("NL", 16),
    ("PL", 16),
    ("PT", 13),
    ("RO", 16),
    ("SE", 13),
    ("SI", 15),
    ("SK", 16),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::CHILD_AGES;

    #[test]
    fn kid_01_every_country_of_the_eu_has_an_age_that_a_site_may_set() {
        assert_eq!(AGES.len(), 27);
        assert!(AGES.windows(2).all(|pair| pair[0].0 < pair[1].0), "ascending, so none twice");
        for (country, age) in AGES {
            assert!(country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()), "{country}");
            assert!(CHILD_AGES.contains(age), "{country}: {age}");
        }
    }

    #[test]
    fn kid_01_the_ages_at_both_ends_of_the_range_and_of_german_speaking_countries() {
        let age = |country: &str| AGES.iter().find(|(code, _)| *code == country).map(|(_, age)| *age);
        for (country, expected) in [
            ("DE", Some(16)),
            ("AT", Some(14)),
            ("BE", Some(13)),
            ("DK", Some(15)),
            ("LI", None),
            ("UK", None),
        ] {
            assert_eq!(age(country), expected, "{country}");
        }
    }
}
