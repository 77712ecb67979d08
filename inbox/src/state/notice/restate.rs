//! Other facts or other contact ways for a site that is published, as a change of what is in force.

use crate::state::{fault::Fault, publishing::Draft, setup::founding::Written};
use einwurf_protocol::{manifest::Display, settings::LegalFacts, theme::Theme};

/// States other legal facts: other notices, on which visitors are asked anew. `seen` are the facts that were on the
/// screen: what a colleague has published since is not overwritten.
pub fn restate(draft: &mut Draft, seen: &LegalFacts, facts: &LegalFacts) -> Result<(), Fault> {
    if draft.facts != *seen {
        return Err(Fault::Conflict);
    }
    // The page lets nobody get here with something missing.
    let written = Written::of(facts.clone()).map_err(|_| Fault::Misunderstood)?;
    draft.says.notices = written.references();
    draft.says.days = facts.days;
    draft.says.display.name.clone_from(&facts.company);
    draft.facts = facts.clone();
    draft.notices = written.into_documents();
    Ok(())
}

/// Shows other contact ways, or another look. The name is a legal fact and stays.
pub fn redisplay(draft: &mut Draft, seen: &Display, display: &Display) -> Result<(), Fault> {
    // A theme that no app understands is not carried on by a draft.
    let seen = Display { theme: seen.theme.clone().filter(Theme::is_sound), ..seen.clone() };
    if draft.says.display != seen {
        return Err(Fault::Conflict);
    }
    let name = draft.says.display.name.clone();
    draft.says.display = Display { name, ..display.clone() };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        state::{
            keyring::{Documents, verify},
            publishing::{draft, finish},
            setup::{
                answers::{Answers, Response},
                founding,
            },
        },
        testing::{Dice, KNOWN, NOW, ORIGIN, answers, published, relay_info, site_state, staff},
    };
    use einwurf_protocol::{
        api::admin::{Publish, SiteState},
        manifest::{Expected, Manifest},
        notice,
    };

    fn facts(answers: &Answers) -> LegalFacts {
        founding::facts(answers, &relay_info())
    }

    fn publish(
        state: &SiteState,
        change: impl FnOnce(&mut Draft) -> Result<(), Fault>,
    ) -> Result<Publish, Fault> {
        let staff = staff(1);
        let mut draft = draft(&staff, state, &KNOWN)?;
        change(&mut draft)?;
        finish(draft, &staff, ORIGIN, &mut Dice::new(7)).map(|signing| signing.body)
    }

    fn verified(body: &Publish) -> Manifest {
        let pin = staff(1).site.key;
        let expected = Expected { pins: &[pin], relay: ORIGIN, now: NOW, serial: 1 };
        Manifest::verify(&body.publication.manifests[0], &expected).unwrap()
    }

    #[test]
    fn con_09_a_changed_fact_is_another_notice_in_every_register_and_the_manifest_names_it() {
        let before = site_state(1);
        let changed = facts(&Answers { authority: "Andere Behörde".into(), ..answers() });
        let body = publish(&before, |draft| restate(draft, &facts(&answers()), &changed)).unwrap();
        let manifest = verified(&body);
        let former = staff(1).site.manifest.notices.clone();
        assert_eq!((manifest.notices.len(), body.publication.notices.len()), (3, 3));
        for (named, document) in manifest.notices.iter().zip(&body.publication.notices) {
            assert!(notice::read(document.as_bytes(), &named.digest).is_ok());
            assert!(document.contains("Andere Behörde"));
            assert!(
                former.iter().all(|old| old.digest != named.digest),
                "the old consent is on another text"
            );
        }
        assert_eq!(body.publication.facts, changed);
    }

    #[test]
    fn con_09_contact_ways_hours_and_colour_change_without_another_notice() {
        let shown = |answers: &Answers| founding::display(answers);
        let other = Answers {
            phone: "+49 40 987".into(),
            email: "post@fensterbau.example".into(),
            hours: String::new(),
            response: Response::Hours,
            accent: "#123456".into(),
            company: "Not here".into(),
            ..answers()
        };
        let change = |draft: &mut Draft| redisplay(draft, &shown(&answers()), &shown(&other));
        let body = publish(&site_state(1), change).unwrap();
        let manifest = verified(&body);
        assert_eq!(manifest.notices, staff(1).site.manifest.notices);
        assert!(body.publication.notices.is_empty());
        let wanted = Display { name: answers().company, ..shown(&other) };
        assert_eq!(manifest.display, wanted, "and the name stays what the notice says");
    }

    #[test]
    fn con_09_the_former_facts_bring_back_the_former_notices_with_the_same_digests() {
        let (before, former) = (site_state(1), staff(1).site.manifest.notices.clone());
        let changed = facts(&Answers { days: "30".into(), ..answers() });
        let body = publish(&before, |draft| restate(draft, &facts(&answers()), &changed)).unwrap();
        let mut after = published(&before, &body);
        after.facts = body.publication.facts.clone();
        let mut staff = staff(1);
        let known = KNOWN;
        let documents = Documents { stock: &after.stock, roster: &after.roster, former: &[] };
        staff.site = verify(&documents, staff.site.key, &known).unwrap();
        let mut draft = draft(&staff, &after, &known).unwrap();
        restate(&mut draft, &changed, &facts(&answers())).unwrap();
        assert_eq!(draft.says.notices, former, "whoever agreed before need not be asked again");
    }

    #[test]
    fn a_new_name_is_shown_wherever_the_name_is_shown() {
        let changed = facts(&Answers { company: "Muster Fenster GmbH".into(), ..answers() });
        let body = publish(&site_state(1), |draft| restate(draft, &facts(&answers()), &changed)).unwrap();
        assert_eq!(verified(&body).display.name, "Muster Fenster GmbH");
    }

    #[test]
    fn ret_01_fewer_days_do_not_destroy_keys_earlier_than_was_promised() {
        let before = staff(1).site.manifest.inbox_key.destroyed;
        for days in ["1", "365"] {
            let changed = facts(&Answers { days: days.into(), ..answers() });
            let body = publish(&site_state(1), |draft| restate(draft, &facts(&answers()), &changed)).unwrap();
            assert!(verified(&body).inbox_key.destroyed >= before, "{days}");
        }
    }

    #[test]
    fn what_a_colleague_published_meanwhile_is_not_overwritten() {
        let state = site_state(1);
        let seen = facts(&Answers { days: "60".into(), ..answers() });
        let changed = facts(&Answers { days: "30".into(), ..answers() });
        assert_eq!(publish(&state, |draft| restate(draft, &seen, &changed)).unwrap_err(), Fault::Conflict);
        let seen = Display { phone: "1".into(), ..founding::display(&answers()) };
        let change = |draft: &mut Draft| redisplay(draft, &seen, &founding::display(&answers()));
        assert_eq!(publish(&state, change).unwrap_err(), Fault::Conflict);
    }

    #[test]
    fn pre_07_facts_with_a_gap_or_words_that_may_not_be_said_are_never_signed() {
        let gap = facts(&Answers { dpo: String::new(), ..answers() });
        let shouting = facts(&Answers { team_en: "the office!".into(), ..answers() });
        for unfit in [gap, shouting] {
            let change = |draft: &mut Draft| restate(draft, &facts(&answers()), &unfit);
            assert_eq!(publish(&site_state(1), change).unwrap_err(), Fault::Misunderstood);
        }
    }
}
