//! Every rule with a sentence that breaks it and one that does not, and all rules over every notice that this crate
//! can render.

use super::*;
use crate::{
    notice::{Purpose, Register, Statement},
    settings::{LegalFacts, Team, tests::facts},
    wording::tests::{every, notice},
};

/// Findings of one rule after a sentence was added to the fact `purpose`.
fn with(register: Register, mode: Mode, sentence: &str) -> Vec<Finding> {
    let mut notice = notice(register, &LegalFacts { mode, ..facts() });
    let fact = notice.facts.iter_mut().find(|fact| fact.field == "purpose").unwrap();
    fact.text = [&fact.text, " ", sentence].concat();
    lint(&notice)
}

fn said(findings: &[Finding], rule: Rule) -> Vec<&str> {
    let of_rule = findings.iter().filter(|finding| finding.rule == rule);
    of_rule.map(|finding| finding.said.as_str()).collect()
}

fn forbidden(register: Register, sentence: &str) -> Vec<String> {
    let findings = with(register, Mode::Consent, sentence);
    assert!(findings.iter().all(|finding| finding.field == "facts.purpose"), "{findings:?}");
    said(&findings, Rule::Forbidden).into_iter().map(str::to_owned).collect()
}

fn assert_forbidden(sentences: &[(Register, &str, &str)]) {
    for (register, sentence, phrase) in sentences {
        assert_eq!(forbidden(*register, sentence), [*phrase], "{sentence}");
    }
}

#[test]
fn con_08_every_notice_keeps_every_rule() {
    let all = every();
    assert_eq!(
        all.len(),
        3 * 2 * (3 * 2 + 2),
        "registers, modes, profiles with and without offers, and the sector"
    );
    for (notice, facts) in all {
        assert_eq!(lint(&notice), [], "{} {facts:?}", notice.register);
    }
}

#[test]
fn con_08_words_of_another_register_are_found_wherever_they_stand() {
    use Register::{DeFormal, DeInformal, En};
    for (register, sentence, found) in [
        (DeFormal, "Wir melden uns bei dir.", &["dir"][..]),
        (DeFormal, "Deine Nachricht kommt an.", &["Deine"]),
        (DeFormal, "Ihr könnt uns schreiben.", &["Ihr"]),
        (DeFormal, "Das kommt an. Und ihr könnt uns schreiben.", &["ihr"]),
        (DeFormal, "Das liest the office.", &["the"]),
        (DeInformal, "Wir melden uns bei Ihnen.", &["Ihnen"]),
        (DeInformal, "Ihre Nachricht kommt an.", &["Ihre"]),
        (DeInformal, "Ihr Text kommt an.", &["Ihr"]),
        (DeInformal, "Das können Sie lesen.", &["Sie"]),
        (DeInformal, "Sie können das lesen.", &["Sie"]),
        (En, "It is read by das Team.", &["das"]),
        (En, "Sie and Ihre are German.", &["Sie", "Ihre"]),
    ] {
        let findings = with(register, Mode::Consent, sentence);
        assert_eq!(said(&findings, Rule::Mixed), found, "{sentence}");
    }
}

#[test]
fn con_08_words_that_only_look_like_another_register_are_not_found() {
    use Register::{DeFormal, DeInformal, En};
    for (register, sentence) in [
        (DeFormal, "Das Büro ist direkt am Dirndlweg."),
        (DeFormal, "Die Firma und ihr Büro lesen das."),
        (DeFormal, "The Cloud GmbH leitet das weiter."),
        (DeInformal, "Die Nachricht ist da. Sie wird gelesen."),
        (DeInformal, "Der Knopf heißt: „Sie wird gelesen“."),
        (DeInformal, "Ihr dürft das lesen."),
        (En, "Der Landesbeauftragte für Datenschutz und Informationsfreiheit reads it."),
    ] {
        assert_eq!(with(register, Mode::Consent, sentence), [], "{sentence}");
    }
}

#[test]
fn con_08_a_phrase_in_the_wrong_language_is_found_in_what_the_owner_typed() {
    let team = Team { de: "the office".into(), en: "das Büro".into() };
    for (register, word) in
        [(Register::DeFormal, "the"), (Register::DeInformal, "the"), (Register::En, "das")]
    {
        let findings = lint(&notice(register, &LegalFacts { team: team.clone(), ..facts() }));
        let fields: Vec<_> = findings.iter().map(|finding| finding.field.as_str()).collect();
        assert_eq!(fields, ["summary.0", "facts.recipients", "details.processors"]);
        assert!(findings.iter().all(|finding| (finding.rule, finding.said.as_str()) == (Rule::Mixed, word)));
    }
}

#[test]
fn con_08_a_first_layer_one_word_below_at_and_above_its_limit() {
    for (profile, register) in
        [(Profile::SelfHosted, Register::En), (Profile::CloudflareDirect, Register::DeFormal)]
    {
        let plain = notice(register, &LegalFacts { profile, ..facts() });
        let limit = FIRST_LAYER_WORDS + if profile == Profile::SelfHosted { 0 } else { RESIDUAL_WORDS };
        let counted = passages(&plain).into_iter().filter(|passage| passage.kind == Kind::FirstLayer);
        let room = limit - counted.map(|passage| reading::words(&passage.text)).sum::<u32>();
        for (more, expected) in [(room - 1, None), (room, None), (room + 1, Some(limit + 1))] {
            let mut long = plain.clone();
            long.facts[0].text.push_str(&" so.".repeat(usize::try_from(more).unwrap()));
            let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            assert_eq!(said(&lint(&long), Rule::TooLong), expected, "{more}");
        }
    }
}

#[test]
fn con_08_what_the_law_makes_long_does_not_count() {
    let mut long = notice(Register::En, &facts());
    let transfer = long.facts.iter_mut().find(|fact| fact.field == "transfer").unwrap();
    transfer.text.push_str(&" It is so.".repeat(300));
    assert_eq!(lint(&long), []);
}

#[test]
fn con_08_long_words_and_sentences_are_hard_to_read() {
    let hard = "Datenschutzrechtliche Verarbeitungsvoraussetzungen gewährleisten Zweckbindungsgrundsätze \
        einschließlich Rechenschaftspflichten sowie Vertraulichkeitsverpflichtungen.";
    for register in [Register::DeFormal, Register::DeInformal] {
        let findings = with(register, Mode::Consent, &[hard, " ", hard].concat());
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!((findings[0].field.as_str(), findings[0].rule), ("facts", Rule::Hard));
        assert!(findings[0].said.parse::<f64>().unwrap() < EASE);
    }
    let hard = "Notwithstanding organisational accountability considerations, confidentiality necessitates \
        proportionality evaluations concerning identifiable individuals.";
    for part in ["details", "withdrawal"] {
        let mut notice = notice(Register::En, &facts());
        notice.details[0].text =
            if part == "details" { hard.repeat(9) } else { notice.details[0].text.clone() };
        notice.withdrawal.ask = if part == "withdrawal" { hard.into() } else { notice.withdrawal.ask };
        let findings = lint(&notice);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!((findings[0].field.as_str(), findings[0].rule), (part, Rule::Hard));
    }
}

#[test]
fn con_08_reading_ease_follows_the_published_formulas() {
    // 6 words, 3 sentences, 9 syllables.
    let german = reading::ease(Register::DeFormal, "Wir lesen das. Niemand sonst: {company}").unwrap();
    assert!((german - (180.0 - 2.0 - 58.5 * 9.0 / 6.0)).abs() < 1e-9, "{german}");
    // 8 words, 2 sentences, 9 syllables.
    let english = reading::ease(Register::En, "We read it. Do you know that, Anna?").unwrap();
    assert!((english - (206.835 - 1.015 * 4.0 - 84.6 * 9.0 / 8.0)).abs() < 1e-9, "{english}");
    assert_eq!(reading::ease(Register::En, "112"), None);
    assert_eq!(reading::words("90 days, no-one's {team} 3x"), 4);
}

#[test]
fn con_07_consent_is_not_bundled_with_anything() {
    use Register::{DeFormal, DeInformal, En};
    assert_forbidden(&[
        (DeFormal, "Ich habe die Datenschutzerklärung gelesen.", "datenschutzerklärung … gelesen"),
        (DeFormal, "Sie akzeptieren die Datenschutzhinweise.", "datenschutzhinweis … akzeptier"),
        (DeInformal, "Ich stimme der Datenschutzerklärung zu.", "datenschutzerklärung … stimme"),
        (DeInformal, "Es gelten unsere AGB.", "agb"),
        (DeFormal, "Es gelten die Nutzungsbedingungen.", "nutzungsbedingungen"),
        (DeInformal, "Dazu kommt unser Newsletter.", "newsletter"),
        (En, "I have read and understood the privacy policy.", "privacy policy … have read"),
        (En, "You accept our privacy notice.", "privacy notice … accept"),
        (En, "Our terms and conditions apply.", "terms and conditions"),
    ]);
    for register in [DeFormal, DeInformal] {
        assert_eq!(forbidden(register, "Mehr steht in der Datenschutzerklärung. Das ist kurz."), [""; 0]);
    }
    assert_eq!(forbidden(En, "There is more in our privacy policy. Only staff read it."), [""; 0]);
}

#[test]
fn dp_06_nothing_steers_by_feelings() {
    use Register::{DeFormal, DeInformal, En};
    assert_forbidden(&[
        (DeFormal, "Schade, dass Sie gehen.", "schade"),
        (DeInformal, "Das geht leider so.", "leider"),
        (DeFormal, "Nur so können wir helfen.", "nur so können wir"),
        (DeFormal, "Nur\u{a0}so können  wir helfen.", "nur so können wir"),
        (DeInformal, "Vertrau uns dabei.", "vertrau uns"),
        (En, "Please trust us on this.", "trust us"),
        (En, "This is great!", "!"),
    ]);
    for fine in ["Das sind Kleider.", "Der Schaden ist klein."] {
        assert_eq!(forbidden(DeFormal, fine), [""; 0]);
    }
}

#[test]
fn dp_16_nothing_is_blurred() {
    use Register::{DeFormal, DeInformal, En};
    assert_forbidden(&[
        (DeFormal, "Wir löschen ggf. etwas.", "ggf."),
        (DeInformal, "Das geht unter Umständen so.", "unter umständen"),
        (En, "We improve your experience.", "improve your experience"),
        (En, "We and partners read it.", "and partners"),
    ]);
    for fine in ["We improve.", "Our partners do not read it."] {
        assert_eq!(forbidden(En, fine), [""; 0]);
    }
}

#[test]
fn nothing_promises_what_nobody_can_keep() {
    use Register::{DeFormal, DeInformal, En};
    assert_forbidden(&[
        (DeFormal, "Das ist zu 100 % so.", "100 %"),
        (DeFormal, "Das ist zu 100\u{a0}% so.", "100 %"),
        (DeInformal, "Das ist 100% gut.", "100%"),
        (DeFormal, "Das ist DSGVO-konform.", "dsgvo-konform"),
        (DeInformal, "Du schreibst anonym.", "anonym"),
        (DeFormal, "Das kann niemand lesen.", "kann niemand"),
        (En, "Your data is anonymised.", "anonym"),
        (En, "This is GDPR compliant.", "gdpr compliant"),
        (En, "We rely on Privacy Shield.", "privacy shield"),
        (En, "It is completely secure.", "completely secure"),
    ]);
    assert_eq!(forbidden(En, "We use a pseudonym and 1100 keys."), [""; 0]);
}

#[test]
fn every_text_of_a_notice_is_looked_at() {
    let all = LegalFacts {
        offers: [Purpose::Special, Purpose::Remember, Purpose::Notify, Purpose::Context].into(),
        children: Some(16),
        ..facts()
    };
    let fine = notice(Register::En, &all);
    let count = passages(&fine).len();
    // Every string of the document that is not a key, an address or an enumeration carries a mark of its own.
    let mut value = serde_json::to_value(&fine).unwrap();
    let mut marks = 0;
    mark(&mut value, "", &mut marks);
    let marked: Notice = serde_json::from_value(value).unwrap();
    let findings = lint(&marked);
    assert_eq!(said(&findings, Rule::Forbidden), vec!["!"; marks]);
    assert_eq!(marks, count);
}

/// Appends an exclamation mark to what people read.
fn mark(value: &mut serde_json::Value, name: &str, marks: &mut usize) {
    const KEYS: [&str; 9] =
        ["typ", "register", "mode", "profile", "company", "field", "url", "purpose", "days"];
    match value {
        serde_json::Value::String(text) if !KEYS.contains(&name) => {
            text.push('!');
            *marks += 1;
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(|value| mark(value, name, marks)),
        serde_json::Value::Object(object) => {
            object.iter_mut().for_each(|(name, value)| mark(value, name, marks));
        }
        _ => {}
    }
}

#[test]
fn con_06_a_word_of_consent_is_found_in_request_mode_only() {
    for (register, sentence, word) in [
        (Register::DeFormal, "Das ist eine Einwilligung.", "einwillig"),
        (Register::DeInformal, "Du hast zugestimmt.", "zugestimm"),
        (Register::DeInformal, "Du willigst ein.", "willig"),
        (Register::DeFormal, "Das können Sie widerrufen.", "widerruf"),
        (Register::En, "You consent to this.", "consent"),
        (Register::En, "You can withdraw that.", "withdraw"),
        (Register::En, "Please agree to it.", "agree"),
    ] {
        let findings = with(register, Mode::Request, sentence);
        assert_eq!(said(&findings, Rule::ConsentWord), [word], "{sentence}");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(with(register, Mode::Consent, sentence), [], "{sentence}");
    }
    assert_eq!(with(Register::DeFormal, Mode::Request, "Das ist freiwillig."), []);
    assert_eq!(with(Register::En, Mode::Request, "People disagree."), []);
}

#[test]
fn con_06_boxes_of_a_request_are_consents_of_their_own() {
    let mut notice = notice(Register::En, &LegalFacts { mode: Mode::Request, ..facts() });
    let text = "Yes, I explicitly consent.".to_owned();
    notice.statements.push(Statement { purpose: Purpose::Special, text, required: false });
    assert_eq!(lint(&notice), []);
    notice.withdrawal.done.push_str(" You withdrew it.");
    let finding =
        Finding { field: "withdrawal.done".into(), rule: Rule::ConsentWord, said: "withdrew".into() };
    assert_eq!(lint(&notice), [finding]);
}

#[test]
fn a_placeholder_stays_open_only_where_it_is_filled() {
    let open = |change: fn(&mut Notice)| {
        let offers = [Purpose::Remember, Purpose::Context].into();
        let mut notice = notice(Register::En, &LegalFacts { offers, ..facts() });
        change(&mut notice);
        let open = lint(&notice).into_iter().filter(|finding| finding.rule == Rule::Open);
        open.map(|finding| (finding.field, finding.said)).collect::<Vec<_>>()
    };
    let at = |field: &str, said: &str| vec![(field.to_owned(), said.to_owned())];
    assert_eq!(open(|notice| notice.lead.push_str(" {phone} {email}")), []);
    assert_eq!(open(|notice| notice.withdrawal.done.push_str(" {proof_until}")), []);
    assert_eq!(open(|notice| notice.lead.push_str(" {time} now")), at("lead", "{time}"));
    assert_eq!(open(|notice| notice.title.push_str(" {page_title}")), at("title", "{page_title}"));
    assert_eq!(
        open(|notice| notice.statements[1].text.push_str(" {page_title}")),
        at("statements.remember", "{page_title}")
    );
    assert_eq!(open(|notice| notice.withdrawal.yes.push_str(" {date}")), at("withdrawal.yes", "{date}"));
    assert_eq!(
        open(|notice| notice.withdrawal.ask.push_str(" {company}")),
        at("withdrawal.ask", "{company}")
    );
    assert_eq!(open(|notice| notice.lead.push_str(" {phone")), at("lead", "{phone"));
    assert_eq!(open(|notice| notice.lead.push_str(" phone} now")), at("lead", "}"));
}

#[test]
fn a_companys_own_name_breaks_no_rule() {
    for company in [
        "Leider Gut! GmbH",
        "Sie & Du Anonym",
        "100 % Fenster",
        "The Office",
        "Verwaltungsgesellschaft Unternehmensbeteiligungen Grundstücksangelegenheiten Hausverwaltungsdienstleistungen",
        "Consent & Agree",
    ] {
        for register in Register::ALL {
            for mode in [Mode::Consent, Mode::Request] {
                let facts = LegalFacts { company: company.into(), mode, ..facts() };
                assert_eq!(lint(&notice(register, &facts)), [], "{company}");
            }
        }
    }
}

#[test]
fn a_companys_name_hides_nothing_but_itself() {
    let mut notice = notice(Register::DeFormal, &LegalFacts { company: "Du".into(), ..facts() });
    notice.lead = "Du und Dudu und du. Das ist fein.".into();
    let in_lead = |notice: &Notice| {
        let found = lint(notice).into_iter().filter(|finding| finding.field == "lead");
        found.map(|finding| finding.said).collect::<Vec<_>>()
    };
    assert_eq!(in_lead(&notice), ["du"]);
    notice.company = String::new();
    assert_eq!(in_lead(&notice), ["Du", "du"]);
}
