//! What notices say, in every register, mode, profile and sector, with and without offers.

use super::*;
use crate::{
    limits::{NOTICE_BYTES, RETENTION_DAYS, SECRECY_DAYS},
    notice,
    settings::tests::{facts, health},
};
use std::collections::BTreeSet;

mod deletion;

const PROFILES: [Profile; 3] = [Profile::SelfHosted, Profile::CloudflareOwnProxy, Profile::CloudflareDirect];
const MODES: [Mode; 2] = [Mode::Consent, Mode::Request];

/// Everything that can be offered.
fn all_offers() -> BTreeSet<Purpose> {
    [Purpose::Special, Purpose::Remember, Purpose::Notify, Purpose::Context].into()
}

pub(crate) fn notice(register: Register, facts: &LegalFacts) -> Notice {
    let document = render(register, facts).unwrap();
    notice::read(&document, &notice::digest(&document)).unwrap()
}

/// The facts of every mode, profile and sector, with and without offers and children.
pub(crate) fn every_site() -> Vec<LegalFacts> {
    let offering = LegalFacts { offers: all_offers(), children: Some(16), ..facts() };
    let mut sites = Vec::new();
    for mode in MODES {
        for profile in PROFILES {
            for site in [facts(), offering.clone()] {
                sites.push(LegalFacts { profile, mode, ..site });
            }
        }
        for profile in [Profile::SelfHosted, Profile::CloudflareOwnProxy] {
            sites.push(LegalFacts { profile, mode, ..health() });
        }
    }
    sites
}

/// Every notice that can be rendered from [`every_site`].
pub(crate) fn every() -> Vec<(Notice, LegalFacts)> {
    let sites = every_site();
    let all = Register::ALL.into_iter().flat_map(|register| sites.iter().map(move |site| (register, site)));
    all.map(|(register, site)| (notice(register, site), site.clone())).collect()
}

fn withdrawal(words: &Withdrawal) -> [&str; 6] {
    [&words.label, &words.ask, &words.yes, &words.no, &words.done, &words.pending]
}

/// Without boxes and the question of age.
fn texts(notice: &Notice) -> Vec<&str> {
    let facts = notice.facts.iter().chain(&notice.details);
    let mut texts: Vec<&str> = facts.flat_map(|fact| [fact.heading.as_str(), &fact.text]).collect();
    texts.extend([notice.title.as_str(), &notice.lead, &notice.accept, &notice.decline]);
    texts.extend(notice.summary.iter().map(String::as_str));
    texts.extend(withdrawal(&notice.withdrawal));
    texts
}

fn boxes(notice: &Notice) -> Vec<(Purpose, bool)> {
    notice.statements.iter().map(|statement| (statement.purpose, statement.required)).collect()
}

fn fields(facts: &[Fact]) -> Vec<&str> {
    facts.iter().map(|fact| fact.field.as_str()).collect()
}

fn fact<'a>(notice: &'a Notice, field: &str) -> &'a str {
    &notice.facts.iter().chain(&notice.details).find(|fact| fact.field == field).unwrap().text
}

#[test]
fn con_01_every_fact_is_present_in_every_notice() {
    let first = [
        "controller",
        "purpose",
        "data",
        "recipients",
        "transfer",
        "retention",
        "withdraw",
        "voluntary",
        "rights",
    ];
    let second = ["basis", "processors", "storage", "proof", "portability", "decisions", "encryption"];
    for (notice, _) in every() {
        assert_eq!(fields(&notice.facts), first);
        assert_eq!(fields(&notice.details), second);
        assert!(texts(&notice).iter().all(|text| !text.trim().is_empty()), "{notice:?}");
        assert_eq!((notice.summary.len(), notice.links.len()), (3, 2));
    }
}

#[test]
fn con_02_the_box_to_answer_is_first_and_needed_in_consent_mode_only() {
    use Purpose::{Answer, Context, Notify, Remember, Special};
    for register in Register::ALL {
        let with = |mode, offers| boxes(&notice(register, &LegalFacts { mode, offers, ..facts() }));
        assert_eq!(with(Mode::Consent, BTreeSet::new()), [(Answer, true)]);
        assert_eq!(with(Mode::Request, BTreeSet::new()), []);
        let further = [(Special, false), (Remember, false), (Notify, false), (Context, false)];
        assert_eq!(with(Mode::Consent, all_offers()), [&[(Answer, true)][..], &further].concat());
        assert_eq!(with(Mode::Request, all_offers()), further);
    }
}

#[test]
fn con_03_each_offer_alone_makes_its_own_box_and_names_its_own_basis() {
    for register in Register::ALL {
        let without = notice(register, &facts());
        for purpose in all_offers() {
            let with = notice(register, &LegalFacts { offers: [purpose].into(), ..facts() });
            assert_eq!(boxes(&with), [(Purpose::Answer, true), (purpose, false)]);
            let article = match purpose {
                Purpose::Special => ["Artikel 9 Absatz 2 Buchstabe a DSGVO", "Article 9(2)(a) GDPR"],
                Purpose::Remember => ["§ 25 Absatz 1 TDDDG", "section 25(1) TDDDG"],
                Purpose::Notify => ["E-Mail über eine Antwort", "e-mail about a reply"],
                _ => ["schreib", "which page you are writing from"],
            };
            let more = fact(&with, "basis").strip_prefix(fact(&without, "basis")).unwrap();
            assert!(article.iter().any(|article| more.contains(article)), "{more}");
        }
    }
}

#[test]
fn kid_03_where_secrecy_is_owed_the_special_box_is_needed_and_speaks_of_health_first() {
    for mode in MODES {
        for register in Register::ALL {
            let notice = notice(register, &LegalFacts { mode, ..health() });
            let special =
                notice.statements.iter().find(|statement| statement.purpose == Purpose::Special).unwrap();
            assert!(special.required);
            let place = |words: [&str; 2]| words.iter().find_map(|word| special.text.find(word)).unwrap();
            assert!(place(["Gesundheit", "health"]) < place(["Religion", "religion"]), "{}", special.text);
            let needed = |statement: &&Statement| statement.required;
            let consent = usize::from(mode == Mode::Consent);
            assert_eq!(notice.statements.iter().filter(needed).count(), 1 + consent);
        }
    }
}

#[test]
fn kid_02_elsewhere_nobody_needs_the_special_box() {
    for (notice, facts) in every() {
        let special = notice.statements.iter().find(|statement| statement.purpose == Purpose::Special);
        assert_eq!(special.is_some(), facts.offers.contains(&Purpose::Special));
        assert_eq!(special.is_some_and(|special| special.required), facts.sector == Sector::Health);
    }
}

#[test]
fn kid_01_the_age_is_asked_only_where_children_may_write() {
    for register in Register::ALL {
        assert_eq!(notice(register, &facts()).age, None);
        for age in [13, 16] {
            let choice = notice(register, &LegalFacts { children: Some(age), ..facts() }).age.unwrap();
            assert_eq!(choice.age, age);
            assert!(choice.old_enough.contains(&age.to_string()), "{}", choice.old_enough);
            let others = [&choice.question, &choice.parents, &choice.not_asked];
            assert!(others.iter().all(|text| !text.contains(|c: char| c.is_ascii_digit())), "{choice:?}");
        }
    }
}

#[test]
fn con_06_a_request_says_no_word_of_consent_and_names_its_basis() {
    let said = ["einwillig", "eingewillig", "zustimm", "zugestimm", "widerruf", "consent", "agree", "withdr"];
    for (notice, _) in every() {
        let all = texts(&notice).join(" ").to_lowercase();
        let consents = said.iter().any(|word| all.contains(word));
        assert_eq!(consents, notice.mode == Mode::Consent, "{all}");
        let basis = fact(&notice, "basis");
        let article = match (notice.mode, notice.register) {
            (Mode::Consent, Register::En) => "Article 6(1)(a) GDPR",
            (Mode::Consent, _) => "Artikel 6 Absatz 1 Buchstabe a DSGVO",
            (Mode::Request, Register::En) => "Article 6(1)(b) GDPR",
            (Mode::Request, _) => "Artikel 6 Absatz 1 Buchstabe b DSGVO",
        };
        assert!(basis.contains(article), "{basis}");
        let interest = ["(Article 6(1)(f))", "(Buchstabe f)"].iter().any(|letter| basis.contains(letter));
        assert_eq!(interest, notice.mode == Mode::Request, "{basis}");
    }
}

#[test]
fn con_06_buttons_say_what_they_do_in_each_mode() {
    let labels = |register, mode| {
        let notice = notice(register, &LegalFacts { mode, ..facts() });
        [notice.accept, notice.decline, notice.withdrawal.label, notice.withdrawal.yes]
    };
    for register in [Register::DeFormal, Register::DeInformal] {
        let consent =
            ["Zustimmen und schreiben", "Nicht zustimmen", "Einwilligung widerrufen", "Jetzt widerrufen"];
        assert_eq!(labels(register, Mode::Consent), consent);
        let request = ["Weiter zur Nachricht", "Schließen", "Unterhaltung löschen", "Jetzt löschen"];
        assert_eq!(labels(register, Mode::Request), request);
    }
    let consent = ["Agree and write", "Do not agree", "Withdraw consent", "Withdraw now"];
    assert_eq!(labels(Register::En, Mode::Consent), consent);
    let request = ["Continue to message", "Close", "Delete conversation", "Delete now"];
    assert_eq!(labels(Register::En, Mode::Request), request);
}

#[test]
fn rgt_01_the_withdraw_fact_names_the_button_that_is_there() {
    for (notice, _) in every() {
        let named = [format!("„{}“", notice.withdrawal.label), format!("“{}”", notice.withdrawal.label)];
        let text = fact(&notice, "withdraw");
        assert!(named.iter().any(|label| text.contains(label)), "{text}");
    }
}

#[test]
fn rgt_01_every_box_of_its_own_says_that_it_can_be_withdrawn() {
    // In request mode no other text says so.
    let mut boxes = 0;
    for (notice, _) in every() {
        for statement in notice.statements.iter().filter(|box_| box_.purpose != Purpose::Answer) {
            let said = ["jederzeit widerrufen", "withdraw this at any time"];
            assert!(said.iter().any(|said| statement.text.contains(said)), "{}", statement.text);
            boxes += usize::from(notice.mode == Mode::Request);
        }
    }
    assert!(boxes > 0);
}

#[test]
fn ret_03_the_retention_fact_promises_to_tell_of_a_hand_over() {
    for (notice, _) in every() {
        let text = fact(&notice, "retention");
        assert!(text.contains("hier im Chat") || text.contains("here in the chat"), "{text}");
    }
}

#[test]
fn only_what_is_not_known_yet_stays_a_placeholder() {
    for (notice, _) in every() {
        let closed = |text: &str, open: &[&str]| {
            let rest = open.iter().fold(text.to_owned(), |text, name| text.replace(name, ""));
            assert!(!rest.contains(['{', '}']), "{text}");
        };
        let Withdrawal { label, ask, yes, no, done, pending } = &notice.withdrawal;
        for text in [label, yes, no, pending] {
            closed(text, &[]);
        }
        assert_eq!(ask.matches("{proof_until}").count(), 1);
        assert_eq!((done.matches("{time}").count(), done.matches("{date}").count()), (1, 1));
        closed(ask, &["{proof_until}"]);
        closed(done, &["{time}", "{date}"]);
        for fact in notice.facts.iter().chain(&notice.details) {
            closed(&fact.text, &["{phone}", "{email}"]);
            closed(&fact.heading, &[]);
        }
        for statement in &notice.statements {
            let title = statement.text.contains("{page_title}");
            assert_eq!(title, statement.purpose == Purpose::Context);
            closed(&statement.text, &["{page_title}"]);
        }
        let rest = [&notice.title, &notice.lead, &notice.accept, &notice.decline, &notice.details_label];
        for text in rest.into_iter().chain(&notice.summary) {
            closed(text, &[]);
        }
        let age =
            notice.age.iter().flat_map(|age| [&age.question, &age.old_enough, &age.parents, &age.not_asked]);
        for text in age {
            closed(text, &[]);
        }
    }
}

#[test]
fn loc_03_only_the_edge_profiles_speak_of_cloudflare_and_the_usa() {
    for (notice, facts) in every() {
        let edge = facts.profile != Profile::SelfHosted;
        let all = texts(&notice).join(" ");
        assert_eq!(all.contains("Cloudflare"), edge, "{all}");
        assert_eq!(all.contains("USA") || all.contains("US company"), edge, "{all}");
        let hidden = ["nicht Ihre IP", "nicht deine IP", "nor your IP"];
        let claimed = hidden.iter().any(|words| fact(&notice, "transfer").contains(words));
        assert_eq!(claimed, facts.profile == Profile::CloudflareOwnProxy, "{all}");
    }
}

#[test]
fn dp_11_every_register_and_mode_has_the_same_things_in_the_same_order() {
    let shape = |notice: &Notice| {
        let own = |facts: &[Fact]| fields(facts).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let sentences = |text: &str| text.matches(['.', '?']).count();
        let ends = [&notice.withdrawal.ask, &notice.withdrawal.done, &notice.withdrawal.pending]
            .map(|text| sentences(text));
        (
            own(&notice.facts),
            own(&notice.details),
            boxes(notice),
            notice.summary.len(),
            notice.age.is_some(),
            ends,
        )
    };
    for facts in every_site() {
        let shapes: Vec<_> =
            Register::ALL.into_iter().map(|register| shape(&notice(register, &facts))).collect();
        assert!(shapes.windows(2).all(|pair| pair[0] == pair[1]), "{shapes:?}");
        let other = if facts.mode == Mode::Consent { Mode::Request } else { Mode::Consent };
        let mut other = shape(&notice(Register::En, &LegalFacts { mode: other, ..facts }));
        let mut here = shapes[0].clone();
        here.2.retain(|(purpose, _)| *purpose != Purpose::Answer);
        other.2.retain(|(purpose, _)| *purpose != Purpose::Answer);
        assert_eq!(here, other);
    }
}

#[test]
fn dp_11_each_fact_has_its_own_heading() {
    for (notice, _) in every() {
        let headings: BTreeSet<_> =
            notice.facts.iter().chain(&notice.details).map(|fact| fact.heading.as_str()).collect();
        assert_eq!(headings.len(), notice.facts.len() + notice.details.len());
    }
}

#[test]
fn a_notice_with_everything_is_far_below_its_limit() {
    for facts in every_site() {
        let long = LegalFacts { company: "ä".repeat(100), address: "ö".repeat(100), ..facts };
        for register in Register::ALL {
            assert!(render(register, &long).unwrap().len() < NOTICE_BYTES / 2);
        }
    }
}

#[test]
fn con_06_a_notice_states_the_facts_that_it_was_rendered_from_and_no_others() {
    let all = every();
    for (notice, facts) in &all {
        assert!(facts.stated_by(notice));
        for (other, others) in &all {
            if notice.register == other.register {
                assert_eq!(facts.stated_by(other), facts == others);
            }
        }
        let differs = |other: LegalFacts| assert!(!other.stated_by(notice), "{other:?}");
        differs(LegalFacts { days: facts.days + 1, ..facts.clone() });
        differs(LegalFacts { company: "Andere GmbH".into(), ..facts.clone() });
        differs(LegalFacts { children: Some(13), ..facts.clone() });
        let sector = if facts.sector == Sector::Health { Sector::General } else { Sector::Health };
        let special = facts.offers.contains(&Purpose::Special);
        let other = LegalFacts { sector, ..facts.clone() };
        assert_eq!(other.stated_by(notice), !special, "without a box nothing shows the sector");
    }
}

#[test]
fn con_09_one_changed_fact_is_another_digest() {
    let digest = |facts: &LegalFacts| notice::digest(&render(Register::En, facts).unwrap());
    let before = facts();
    for changed in [
        LegalFacts { days: 91, ..facts() },
        LegalFacts { mode: Mode::Request, ..facts() },
        LegalFacts { profile: Profile::CloudflareOwnProxy, ..facts() },
        LegalFacts { offers: [Purpose::Remember].into(), ..facts() },
        LegalFacts { children: Some(16), ..facts() },
    ] {
        assert_ne!(digest(&before), digest(&changed), "{changed:?}");
    }
}

#[test]
fn pre_07_nothing_is_rendered_while_a_fact_is_missing() {
    let facts = LegalFacts { authority: String::new(), ..facts() };
    assert_eq!(render(Register::En, &facts), Err(RenderError::Missing(vec![Missing::Authority])));
}
