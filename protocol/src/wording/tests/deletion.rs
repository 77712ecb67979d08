//! What notices say of deletion: days, backups, withdrawal.

use super::*;

#[test]
fn ret_02_a_backup_of_the_provider_is_told_wherever_deletion_is() {
    for (notice, facts) in every() {
        let told =
            ["bis zu 30 Tage eine verschlüsselte Sicherung", "an encrypted backup for up to 30 more days"];
        let Withdrawal { ask, done, .. } = &notice.withdrawal;
        for text in [fact(&notice, "retention"), fact(&notice, "storage"), ask, done] {
            let told = told.iter().any(|words| text.contains(words));
            assert_eq!(told, facts.profile != Profile::SelfHosted, "{text}");
        }
    }
}

/// Numbers before a word for days, as a visitor reads them.
fn days(text: &str) -> Vec<&str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let unit = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        matches!(word, "Tag" | "Tage" | "Tagen" | "day" | "days")
    };
    let more = |words: &[&str]| unit(words[1]) || (words[1] == "more" && words.len() == 3 && unit(words[2]));
    let counted = |words: &[&str]| words[0].parse::<u32>().is_ok() && more(words);
    (0..words.len())
        .filter(|at| words[*at..].len() > 1 && counted(&words[*at..words.len().min(at + 3)]))
        .map(|at| words[at])
        .collect()
}

#[test]
fn dp_15_the_days_until_deletion_are_equal_everywhere_they_are_named() {
    let by_field = |field: &str, edge: bool, days: &str| -> Vec<String> {
        let own = |list: &[&str]| list.iter().map(|&number| number.to_owned()).collect();
        match (field, edge) {
            ("retention", false) => own(&[days]),
            ("retention", true) => own(&[days, "30"]),
            ("storage", false) => own(&[days, "5"]),
            ("storage", true) => own(&[days, "5", "30"]),
            _ => Vec::new(),
        }
    };
    for number in [1, 29, RETENTION_DAYS] {
        for (_, facts) in every().into_iter().filter(|(_, facts)| facts.sector == Sector::General) {
            let facts = LegalFacts { days: number, ..facts };
            let (edge, number) = (facts.profile != Profile::SelfHosted, number.to_string());
            for register in Register::ALL {
                let notice = notice(register, &facts);
                for fact in notice.facts.iter().chain(&notice.details) {
                    assert_eq!(days(&fact.text), by_field(&fact.field, edge, &number), "{}", fact.text);
                }
                assert_eq!(days(&notice.summary.join(" ")), [&number]);
                for Statement { purpose, text, .. } in &notice.statements {
                    assert_eq!(days(text), vec![&number; usize::from(*purpose == Purpose::Remember)]);
                }
                let copies = COPIES_DAYS.to_string();
                let asked = if edge { vec![copies.as_str(), "30"] } else { vec![copies.as_str()] };
                assert_eq!(days(&notice.withdrawal.ask), asked);
            }
        }
    }
}

#[test]
fn dp_15_what_the_sector_forces_is_what_the_notice_says() {
    for register in Register::ALL {
        let notice = notice(register, &health());
        assert_eq!(notice.days, SECRECY_DAYS);
        assert_eq!(days(fact(&notice, "retention")), [SECRECY_DAYS.to_string()]);
    }
}

#[test]
fn dp_20_both_ways_out_of_the_withdrawal_question_are_short_and_neutral() {
    let loss = [
        "verlier",
        "verloren",
        "endgültig",
        "wirklich",
        "sicher",
        "nie wieder",
        "lose",
        "lost",
        "sure",
        "forever",
    ];
    for (notice, _) in every() {
        let Withdrawal { ask, yes, no, done, pending, .. } = &notice.withdrawal;
        assert!(yes.split(' ').count() <= 2 && no.split(' ').count() <= 2, "{yes} / {no}");
        for text in [ask, done, pending] {
            let words = text.to_lowercase();
            let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).collect();
            assert!(!loss.iter().any(|word| words.contains(word)), "{text}");
        }
    }
}

/// One section for each mode and for each kind of provider.
fn withdrawals(register: Register) -> String {
    let mut golden = String::new();
    for mode in MODES {
        for (profile, name) in
            [(Profile::SelfHosted, "self-hosted"), (Profile::CloudflareDirect, "cloudflare")]
        {
            let words = notice(register, &LegalFacts { profile, mode, ..facts() }).withdrawal;
            let mode = if mode == Mode::Consent { "consent" } else { "request" };
            let heading = format!("# {mode}, {name}");
            let lines = [&[heading.as_str()][..], &withdrawal(&words), &["", ""]].concat();
            golden.push_str(&lines.join("\n"));
        }
    }
    golden
}

#[test]
fn rgt_04_what_a_withdrawal_says_per_profile_and_mode() {
    for (register, golden) in [
        (Register::DeFormal, include_str!("../../../wording/golden/withdrawal.de-formal.txt")),
        (Register::DeInformal, include_str!("../../../wording/golden/withdrawal.de-informal.txt")),
        (Register::En, include_str!("../../../wording/golden/withdrawal.en.txt")),
    ] {
        assert_eq!(withdrawals(register), golden, "{register}");
    }
}

#[test]
fn rgt_04_nothing_but_mode_and_kind_of_provider_changes_what_a_withdrawal_says() {
    for (said, LegalFacts { profile, mode, .. }) in every() {
        let self_hosted = profile == Profile::SelfHosted;
        let profile = if self_hosted { profile } else { Profile::CloudflareDirect };
        let plain = notice(said.register, &LegalFacts { profile, mode, ..facts() });
        assert_eq!(said.withdrawal, plain.withdrawal);
    }
}
