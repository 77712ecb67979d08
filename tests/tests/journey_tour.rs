//! What every screen of the widget has in common, in both modes and every register: a tour of each is made once, and the
//! tests of this file look at what was seen.

use anyhow::{Context, Result, anyhow};
use einwurf_protocol::{
    lint::{Rule, lint},
    notice::{Mode, Notice, Register},
};
use einwurf_tests::{
    seed::{COMPANY, EMAIL},
    tour::{self, Seen},
};
use std::{collections::BTreeMap, sync::OnceLock};

type Tours = BTreeMap<(bool, Register), Vec<Seen>>;

/// Every screen of both modes in every register.
fn tours() -> Result<&'static Tours> {
    static TOURS: OnceLock<Result<Tours, String>> = OnceLock::new();
    let made = TOURS.get_or_init(|| {
        let kinds =
            [Mode::Consent, Mode::Request].into_iter().flat_map(|mode| Register::ALL.map(|one| (mode, one)));
        let one = |(mode, register)| {
            let seen =
                tour::whole(mode, register).map_err(|error| format!("{mode:?}, {register}: {error:#}"))?;
            Ok(((mode == Mode::Request, register), seen))
        };
        kinds.map(one).collect()
    });
    made.as_ref().map_err(|error| anyhow!("{error}"))
}

fn all() -> Result<impl Iterator<Item = &'static Seen>> {
    Ok(tours()?.values().flatten())
}

/// Whether a word begins with `stem`: "freiwillig" is no word of consent. Both are in small letters.
fn begins(text: &str, stem: &str) -> bool {
    text.match_indices(stem).any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric))
}

/// Screens on which a word begins with one of these, in small or capital letters.
fn said<'a>(screens: impl Iterator<Item = &'a Seen>, words: &[&str]) -> Vec<String> {
    let found = |seen: &Seen| {
        let text = seen.text.to_lowercase();
        let hit = words.iter().find(|word| begins(&text, &word.to_lowercase()))?;
        let line = text.lines().find(|line| line.contains(&hit.to_lowercase())).unwrap_or_default();
        Some(format!("{} {:?} {}: {hit} in {line}", seen.screen, seen.mode, seen.register))
    };
    screens.filter_map(found).collect()
}

const NONE: Vec<String> = Vec::new();

#[test]
fn con_06_a_request_says_no_word_of_consent_on_any_screen() -> Result<()> {
    let words = [
        "willig",
        "zustimm",
        "zugestimm",
        "einverstanden",
        "widerruf",
        "consent",
        "agree",
        "withdraw",
        "withdrew",
    ];
    let (requests, consents): (Vec<_>, Vec<_>) = all()?.partition(|seen| seen.mode == Mode::Request);
    assert_eq!(said(requests.iter().copied(), &words), NONE);
    // The words are those that a consent has: else the line above says nothing.
    for register in Register::ALL {
        let notice =
            consents.iter().copied().filter(|seen| seen.register == register && seen.screen == "notice");
        assert_eq!(said(notice, &words).len(), 1, "{register}");
    }
    Ok(())
}

#[test]
fn con_06_each_mode_names_the_basis_that_is_configured_and_the_other_never() -> Result<()> {
    let bases = [(Mode::Consent, "a", ["b", "f"].as_slice()), (Mode::Request, "b", ["a"].as_slice())];
    for (mode, own, others) in bases {
        for seen in all()?.filter(|seen| seen.mode == mode && seen.screen == "notice-open") {
            let says = |letter: &str| {
                ["Artikel 6 Absatz 1 Buchstabe ", "Article 6(1)("]
                    .iter()
                    .any(|start| seen.text.contains(&format!("{start}{letter}")))
            };
            assert!(says(own), "{mode:?} {}: no basis", seen.register);
            assert!(!others.iter().any(|other| says(other)), "{mode:?} {}: another basis", seen.register);
        }
    }
    Ok(())
}

#[test]
fn con_08_every_screen_says_its_language() -> Result<()> {
    for seen in all()? {
        assert_eq!(seen.lang, seen.register.lang(), "{} {}", seen.screen, seen.register);
    }
    Ok(())
}

/// What of `line` is of another register, by the rules for notices.
fn mixed(seen: &Seen, line: &str) -> Option<String> {
    let notice = Notice { lead: line.to_owned(), ..seen.notice.clone() };
    let found =
        lint(&notice).into_iter().find(|finding| finding.field == "lead" && finding.rule == Rule::Mixed);
    found.map(|finding| format!("{} {}: {} in {line}", seen.screen, seen.register, finding.said))
}

#[test]
fn dp_14_no_text_is_of_another_language_or_form_of_address() -> Result<()> {
    let mut found = Vec::new();
    for seen in all()? {
        for line in seen.text.lines() {
            // The owner's own words, which are the same in every language.
            let line = [
                "Aufsichtsbehörde Musterland",
                "Musterweg 1, 12345 Musterstadt",
                EMAIL,
                COMPANY,
                "datenschutz@fensterbau.example",
            ]
            .iter()
            .fold(line.to_owned(), |line, own| line.replace(own, "Beispiel"));
            found.extend(mixed(seen, &line));
        }
    }
    found.dedup();
    assert_eq!(found, NONE);
    // The rule sees: else the lines above say nothing.
    let german = all()?.find(|seen| seen.register == Register::DeFormal).context("no tour")?;
    assert!(mixed(german, "Please write to us and wait.").is_some());
    Ok(())
}

#[test]
fn dp_13_the_same_controls_at_every_size_and_in_both_themes() -> Result<()> {
    for seen in all()? {
        assert_eq!(seen.other_trees, NONE, "{} {:?} {}", seen.screen, seen.mode, seen.register);
        assert!(seen.tree.len() > 8, "{}: {:?}", seen.screen, seen.tree);
    }
    Ok(())
}

#[test]
fn dp_13_the_same_controls_in_every_register() -> Result<()> {
    let roles = |seen: &Seen| -> Vec<String> {
        let role = |line: &String| line.split(' ').next().unwrap_or_default().to_owned();
        // How a text is cut into pieces is a matter of its language.
        seen.tree.iter().map(role).filter(|role| role != "StaticText").collect()
    };
    for request in [false, true] {
        let of = |register| tours()?.get(&(request, register)).context("no tour");
        let first = of(Register::DeFormal)?;
        for register in [Register::DeInformal, Register::En] {
            for (one, other) in first.iter().zip(of(register)?) {
                assert_eq!(one.screen, other.screen);
                assert_eq!(roles(one), roles(other), "{} {register}", one.screen);
            }
        }
    }
    Ok(())
}

#[test]
fn dp_12_the_way_to_withdraw_is_in_view_on_every_screen_between_consent_and_the_end() -> Result<()> {
    let mut screens = 0;
    for seen in all()? {
        // The question itself has its own two buttons below the same row.
        let due = seen.is_between();
        assert!(
            seen.can_leave || !due,
            "{} {:?} {}: no way out in view",
            seen.screen,
            seen.mode,
            seen.register
        );
        assert!(!seen.can_leave || due, "{}: a way out of nothing", seen.screen);
        screens += usize::from(due);
    }
    assert!(screens >= 6 * 9, "only {screens}");
    Ok(())
}

#[test]
fn dp_05_no_screen_has_a_picture_that_looks_away_from_its_words() -> Result<()> {
    for seen in all()? {
        assert_eq!(seen.pictures, 0, "{}", seen.screen);
        let emoji =
            seen.text.chars().find(|char| matches!(*char as u32, 0x2600..=0x27BF | 0x1F000..=0x1FAFF));
        assert_eq!(emoji, None, "{}", seen.screen);
    }
    Ok(())
}

#[test]
fn dp_06_no_screen_steers_shames_or_begs() -> Result<()> {
    let words = [
        "schade",
        "leider",
        "nur so können wir",
        "vertrauen sie uns",
        "vertrau uns",
        "trust us",
        "unfortunately",
        "sorry",
        "!",
        "wirklich",
        "really",
        "are you sure",
        "sind sie sicher",
        "bist du sicher",
        "verpassen",
        "miss out",
        "verlieren sie",
        "you will lose",
    ];
    assert_eq!(said(all()?, &words), NONE);
    Ok(())
}

#[test]
fn dp_09_no_screen_of_the_withdrawal_has_a_field_or_a_second_question() -> Result<()> {
    let words = ["grund", "warum", "reason", "why", "umfrage", "survey", "bewert", "feedback", "rate us"];
    let screens =
        || Ok::<_, anyhow::Error>(all()?.filter(|seen| ["leave", "leaving", "ended"].contains(&seen.screen)));
    for seen in screens()? {
        assert_eq!(seen.fields, 0, "{}: {}", seen.screen, seen.text);
    }
    assert_eq!(said(screens()?, &words), NONE);
    assert_eq!(screens()?.count(), 18);
    Ok(())
}

#[test]
fn dp_16_no_screen_blurs() -> Result<()> {
    let words = [
        "ggf.",
        "gegebenenfalls",
        "unter umständen",
        "improve your experience",
        "and partners",
        "und partner",
    ];
    assert_eq!(said(all()?, &words), NONE);
    Ok(())
}

#[test]
fn dp_19_no_screen_has_an_invented_person_or_a_hurry() -> Result<()> {
    let words = [
        "tippt",
        "is typing",
        "online",
        "nur noch",
        "only a few",
        "jetzt verfügbar",
        "available now",
        "beeil",
        "hurry",
        "letzte chance",
        "last chance",
        "in der warteschlange",
        "in the queue",
    ];
    assert_eq!(said(all()?, &words), NONE);
    Ok(())
}

#[test]
fn dp_22_links_lead_to_the_site_the_relay_and_the_ordinary_ways_only() -> Result<()> {
    let own = ["https://fensterbau.example/", "mailto:", "tel:", "blob:null/", "http://127.0.0.1:"];
    let mut seen_links = 0;
    for seen in all()? {
        for link in &seen.links {
            assert!(own.iter().any(|start| link.starts_with(start)), "{}: {link}", seen.screen);
            seen_links += 1;
        }
    }
    assert!(seen_links > 60, "only {seen_links} links");
    Ok(())
}
