//! The report in sentences, from the texts of a language.

use crate::{
    report::{Agreed, Conversation, End, Fault, Report},
    texts::{Language, Texts},
};
use einwurf_protocol::{
    consent::By,
    ids::Thumbprint,
    notice::Mode,
    record::Ended,
    time::{DAY, Timestamp},
};

/// A file that is no proof.
pub(crate) fn unreadable(language: Language, cause: &str) -> String {
    Texts::of(language).say("unreadable", &[("cause", cause)])
}

/// The whole report.
pub(crate) fn report(language: Language, report: &Report) -> String {
    let texts = Texts::of(language);
    let mut lines = vec![texts.say(if report.holds { "holds" } else { "fails" }, &[])];
    lines.push(texts.say("site", &[("site", &report.site.to_string())]));
    lines.extend(claimed(report).map(|signer| texts.say("site_claimed", &[("signer", &signer.to_string())])));
    lines.extend(report.fault.as_ref().map(|it| fault(&texts, it)));
    for conversation in &report.conversations {
        lines.push(String::new());
        lines.extend(self::conversation(&texts, conversation));
    }
    if let Some(trust) = &report.trust {
        let key = trust.log_key.to_string();
        let signer = trust.signer.map(|signer| signer.to_string()).unwrap_or_default();
        let said = match (trust.signer, trust.pinned) {
            (Some(_), true) => "trust_pinned",
            (Some(_), false) if claimed(report).is_some() => "trust_claimed",
            (Some(_), false) => "trust_manifest",
            (None, _) => "trust_file",
        };
        lines.extend([String::new(), texts.say(said, &[("key", &key), ("signer", &signer)])]);
    }
    if let Some(head) = &report.head {
        let key = if head.agrees { "head_agrees" } else { "head_differs" };
        lines.push(texts.say(key, &[("day", &head.day), ("count", &head.count.to_string())]));
    }
    lines.join("\n")
}

/// The signer that nobody pinned and that alone says that it follows the site's key.
fn claimed(report: &Report) -> Option<Thumbprint> {
    let trust = report.trust.filter(|trust| !trust.pinned)?;
    trust.signer.filter(|signer| *signer != report.site)
}

fn conversation(texts: &Texts, told: &Conversation) -> Vec<String> {
    let code = told.code.as_deref().unwrap_or("?");
    let mut lines = vec![texts.say("conversation", &[("code", code)])];
    lines.extend(told.fault.as_ref().map(|it| format!("  {}", fault(texts, it))));
    for (number, agreed) in told.agreed.iter().enumerate() {
        lines.extend(self::agreed(texts, number + 1, agreed));
    }
    lines.extend(
        told.choices.and_then(|choices| choices.special).map(|special| {
            format!("  {}", texts.say(if special { "special_yes" } else { "special_no" }, &[]))
        }),
    );
    lines.extend(
        told.choices.and_then(|choices| choices.by).map(|by| {
            format!("  {}", texts.say(if by == By::Parent { "by_parent" } else { "by_self" }, &[]))
        }),
    );
    for message in &told.messages {
        let key = if message.erased { "message_erased" } else { "message" };
        let (seq, covered) = ((message.seq + 1).to_string(), (message.covered + 1).to_string());
        let fill = [("seq", seq.as_str()), ("at", &time(message.at)), ("covered", &covered)];
        lines.push(format!("  {}", texts.say(key, &fill)));
    }
    lines.extend(told.end.map(|end| format!("  {}", self::end(texts, end))));
    lines
}

fn agreed(texts: &Texts, number: usize, agreed: &Agreed) -> Vec<String> {
    let key = if agreed.mode == Mode::Consent { "agreed" } else { "requested" };
    let mut lines = vec![texts.say(key, &[("number", &number.to_string()), ("at", &time(agreed.at))])];
    match &agreed.text {
        Some(text) => {
            let days = text.days.to_string();
            let fill = [("title", text.title.as_str()), ("company", &text.company), ("days", &days)];
            lines.push(texts.say("text", &fill));
        }
        None => lines.push(texts.say("text_missing", &[])),
    }
    lines.push(texts.say("notice", &[("notice", &agreed.notice.to_string())]));
    for (purpose, given) in &agreed.grants {
        let given = texts.say(if *given { "yes" } else { "no" }, &[]);
        lines.push(texts.say(
            "purpose",
            &[("purpose", &texts.say(&format!("purpose_{}", purpose.as_str()), &[])), ("given", &given)],
        ));
    }
    lines.push(match &agreed.version {
        Some(version) => texts.say("version", &[("version", version)]),
        None => texts.say("build", &[("build", &agreed.build.to_string())]),
    });
    lines.iter().map(|line| format!("  {line}")).collect()
}

fn end(texts: &Texts, end: End) -> String {
    let (key, at) = match end {
        End::Withdrawn { at } => ("withdrawn", at),
        End::Withdrawing { at } => ("withdrawing", at),
        End::Ended { why: Ended::Expired, at } => ("expired", at),
        End::Ended { why: Ended::Invalidated, at } => ("invalidated", at),
    };
    texts.say(key, &[("at", &time(at))])
}

fn fault(texts: &Texts, fault: &Fault) -> String {
    let place = fault.index.map(|index| format!(" {}", index + 1)).unwrap_or_default();
    let key = format!("fault_{}", fault.step.name());
    texts.say(&key, &[("place", &place), ("detail", &fault.detail)])
}

/// `2026-11-25 14:03 UTC`.
fn time(at: Timestamp) -> String {
    let of_day = at.0 % DAY;
    format!("{} {:02}:{:02} UTC", at.date(), of_day / 3_600, of_day % 3_600 / 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Step;

    #[test]
    fn every_fault_has_its_sentence() {
        for language in [Language::De, Language::En] {
            for step in [
                Step::Manifest,
                Step::Pin,
                Step::Event,
                Step::Grant,
                Step::Record,
                Step::Withdrawal,
                Step::Notice,
                Step::Choices,
                Step::Consent,
                Step::Head,
            ] {
                let said = fault(&Texts::of(language), &Fault::new(step, Some(1), "why"));
                assert!(!said.starts_with("fault_") && said.contains("why"), "{said}");
            }
        }
    }

    #[test]
    fn a_hostile_file_cannot_write_over_the_report() {
        let hostile = "T\u{1b}[2J\nThe proof holds.\r\u{9b}1m\u{202e}\u{2066}";
        let said =
            Texts::of(Language::En).say("text", &[("title", hostile), ("company", "C"), ("days", "9")]);
        assert_eq!(said.lines().count(), 1);
        assert!(
            !said.chars().any(char::is_control) && !said.contains('\u{202e}') && !said.contains('\u{2066}')
        );
        assert!(said.contains("[2J\u{fffd}The proof holds."));
        assert!(!unreadable(Language::De, hostile).contains('\u{1b}'));
    }

    #[test]
    fn a_place_in_a_value_is_not_filled() {
        let said =
            Texts::of(Language::En).say("text", &[("title", "{company}"), ("company", "C"), ("days", "9")]);
        assert!(said.contains("“{company}”"), "{said}");
    }

    #[test]
    fn a_time_is_written_in_utc() {
        assert_eq!(time(Timestamp(1_795_651_200 + 3_600 * 14 + 180)), "2026-11-26 14:03 UTC");
    }
}
