//! The page that stands alone, without a website around it: at the company's own door, else at the relay's.

use super::Facts;
use einwurf_protocol::poster::ADDRESS;

/// Where visitors write without the company's page: its door, else the relay's, which is told the site.
pub fn address(facts: &Facts) -> String {
    match (&facts.door, facts.origins.first()) {
        (Some(door), _) => door.clone(),
        (None, Some(origin)) => format!("{origin}/door#site={}", facts.address),
        (None, None) => String::new(),
    }
}

/// Whether the code of an address can be read from some way off.
pub fn is_printable(address: &str) -> bool {
    !address.is_empty() && address.len() <= ADDRESS
}

/// The company's contact ways, one a line.
pub fn ways(facts: &Facts) -> String {
    let both = [facts.display.phone.trim(), facts.display.email.trim()];
    both.into_iter().filter(|way| !way.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::site::tests::facts;

    #[test]
    fn the_companys_own_door_comes_before_the_relays() {
        let mut facts = facts();
        let origin = facts.origins[0].clone();
        facts.door = None;
        assert_eq!(address(&facts), format!("{origin}/door#site=site-address"));
        facts.door = Some("https://post.firma.example/".into());
        assert_eq!(address(&facts), "https://post.firma.example/");
        (facts.door, facts.origins) = (None, vec![]);
        assert_eq!(address(&facts), "");
        assert!(!is_printable(""));
    }

    #[test]
    fn an_address_one_below_at_and_one_above_what_can_be_read_from_far() {
        for (length, good) in [(ADDRESS - 1, true), (ADDRESS, true), (ADDRESS + 1, false)] {
            assert_eq!(is_printable(&"a".repeat(length)), good, "{length}");
        }
    }

    #[test]
    fn only_ways_that_are_there_are_named() {
        let mut facts = facts();
        (facts.display.phone, facts.display.email) = ("0155 5512345".into(), " ".into());
        assert_eq!(ways(&facts), "0155 5512345");
        facts.display.email = "a@firma.example".into();
        assert_eq!(ways(&facts), "0155 5512345\na@firma.example");
    }
}
