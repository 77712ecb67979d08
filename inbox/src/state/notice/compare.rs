//! What visitors will read anew: two notices, text by text and word by word.

use crate::texts::Pick;
use einwurf_protocol::notice::{Fact, Notice, Purpose};

/// Words that stayed, went or came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// In both.
    Same(String),
    /// Only before.
    Gone(String),
    /// Only now.
    New(String),
}

/// What a text is called on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heading {
    /// The notice's own heading.
    Own(String),
    /// A name of ours.
    Ours(Part),
}

/// Parts of a notice that have no heading of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Heading, first sentence and the three lines.
    Opening,
    /// A box.
    Box(Purpose),
    /// A box without which nobody can write.
    Needed(Purpose),
    /// The question of age.
    Age,
    /// The two buttons.
    Buttons,
    /// Privacy policy and legal notice.
    Links,
    /// Ending it.
    Withdrawal,
}

impl Part {
    /// Its name.
    pub fn name(self) -> Pick {
        match self {
            Self::Opening => |t| &t.part_opening,
            Self::Box(_) => |t| &t.part_box,
            Self::Needed(_) => |t| &t.part_needed,
            Self::Age => |t| &t.part_age,
            Self::Buttons => |t| &t.part_buttons,
            Self::Links => |t| &t.part_links,
            Self::Withdrawal => |t| &t.part_withdrawal,
        }
    }
}

/// A text that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is called.
    pub heading: Heading,
    /// Its words.
    pub words: Vec<Words>,
}

/// A text of a notice; the same key in another notice is the same text.
struct Text {
    key: String,
    heading: Heading,
    said: String,
    news: News,
}

/// When another text is a change of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum News {
    Always,
    /// Only if it came or went: that a box is still needed is no news, whatever it says.
    Existence,
    /// Only if it is in both: a heading that came or went stands over its text.
    Wording,
}

/// What differs, in the order of the later notice; what is only in the earlier one comes last.
pub fn compare(before: &Notice, after: &Notice) -> Vec<Change> {
    let (before, after) = (texts(before), texts(after));
    let of = |list: &[Text], key: &str| list.iter().find(|one| one.key == key).map(|one| one.said.clone());
    let changed = |text: &Text| {
        let former = of(&before, &text.key);
        let is_news = match text.news {
            News::Always => true,
            News::Existence => former.is_none(),
            News::Wording => former.is_some(),
        };
        let former = former.unwrap_or_default();
        (is_news && former != text.said)
            .then(|| Change { heading: text.heading.clone(), words: words(&former, &text.said) })
    };
    let gone = before
        .iter()
        .filter(|text| text.news != News::Wording && of(&after, &text.key).is_none())
        .map(|text| Change { heading: text.heading.clone(), words: words(&text.said, "") });
    after.iter().filter_map(changed).chain(gone).collect()
}

fn texts(notice: &Notice) -> Vec<Text> {
    let ours = |key: &str, part, text: &str| Text {
        key: key.to_owned(),
        heading: Heading::Ours(part),
        said: text.to_owned(),
        news: News::Always,
    };
    let fact = |layer: &'static str| {
        move |fact: &Fact| {
            let text = |key, said: &str, news| Text {
                key: format!("{layer}.{}.{key}", fact.field),
                heading: Heading::Own(fact.heading.clone()),
                said: said.to_owned(),
                news,
            };
            [text("heading", &fact.heading, News::Wording), text("text", &fact.text, News::Always)]
        }
    };
    let mut texts = vec![
        ours("title", Part::Opening, &notice.title),
        ours("lead", Part::Opening, &notice.lead),
        ours("summary", Part::Opening, &notice.summary.join(" ")),
    ];
    texts.extend(notice.facts.iter().flat_map(fact("facts")));
    texts.extend(
        notice
            .statements
            .iter()
            .map(|one| ours(&format!("box.{:?}", one.purpose), Part::Box(one.purpose), &one.text)),
    );
    let needed = notice.statements.iter().filter(|one| one.required);
    texts.extend(needed.map(|one| Text {
        news: News::Existence,
        ..ours(&format!("needed.{:?}", one.purpose), Part::Needed(one.purpose), &one.text)
    }));
    if let Some(age) = &notice.age {
        let all = [&age.question, &age.old_enough, &age.parents, &age.not_asked].map(String::as_str);
        texts.push(ours("age", Part::Age, &all.join(" ")));
    }
    texts.push(ours("buttons", Part::Buttons, &format!("[{}] [{}]", notice.accept, notice.decline)));
    let links = notice.links.iter().map(|link| format!("{} {}", link.label, link.url));
    texts.push(ours("links", Part::Links, &links.collect::<Vec<_>>().join(" ")));
    texts.push(ours("details", Part::Buttons, &format!("[{}]", notice.details_label)));
    texts.extend(notice.details.iter().flat_map(fact("details")));
    let end = &notice.withdrawal;
    let all = [
        ("label", &end.label),
        ("ask", &end.ask),
        ("yes", &end.yes),
        ("no", &end.no),
        ("done", &end.done),
        ("pending", &end.pending),
    ];
    texts.extend(all.map(|(key, text)| ours(&format!("withdrawal.{key}"), Part::Withdrawal, text)));
    texts
}

/// The longest common sequence of words; what is around it went or came.
fn words(before: &str, after: &str) -> Vec<Words> {
    let (old, new): (Vec<_>, Vec<_>) =
        (before.split_whitespace().collect(), after.split_whitespace().collect());
    let mut found = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (at, to) in common(&old, &new) {
        push(&mut found, Words::Gone, old.get(i..at));
        push(&mut found, Words::New, new.get(j..to));
        push(&mut found, Words::Same, old.get(at..=at));
        (i, j) = (at + 1, to + 1);
    }
    push(&mut found, Words::Gone, old.get(i..));
    push(&mut found, Words::New, new.get(j..));
    found
}

fn push(found: &mut Vec<Words>, make: fn(String) -> Words, words: Option<&[&str]>) {
    let text = words.unwrap_or_default().join(" ");
    if text.is_empty() {
        return;
    }
    match (found.last_mut(), make(text)) {
        (Some(Words::Same(last)), Words::Same(text)) => {
            last.push(' ');
            last.push_str(&text);
        }
        (_, words) => found.push(words),
    }
}

/// Pairs of places with the same word, both ascending, as many as there can be.
fn common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    // lengths[i * width + j]: the most pairs among the words from i and from j on.
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    let at = |lengths: &[u32], i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or_default();
    for (i, one) in old.iter().enumerate().rev() {
        for (j, other) in new.iter().enumerate().rev() {
            let longest = if one == other {
                at(&lengths, i + 1, j + 1) + 1
            } else {
                at(&lengths, i + 1, j).max(at(&lengths, i, j + 1))
            };
            if let Some(length) = lengths.get_mut(i * width + j) {
                *length = longest;
            }
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while let (Some(one), Some(other)) = (old.get(i), new.get(j)) {
        if one == other {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if at(&lengths, i + 1, j) >= at(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        state::setup::{answers::Answers, founding::write},
        testing::{answers, relay_info},
    };
    use einwurf_protocol::notice::{self, Mode};

    fn notice_of(answers: &Answers) -> Notice {
        let written = write(answers, &relay_info()).unwrap();
        notice::parse(written.documents[2].1.as_bytes()).unwrap()
    }

    fn new(text: &str) -> Words {
        Words::New(text.into())
    }

    fn same(text: &str) -> Words {
        Words::Same(text.into())
    }

    fn gone(text: &str) -> Words {
        Words::Gone(text.into())
    }

    #[test]
    fn words_that_stayed_are_told_from_those_that_went_and_came() {
        assert_eq!(words("a b c", "a b c"), [same("a b c")]);
        assert_eq!(words("", "a b"), [new("a b")]);
        assert_eq!(words("a b", ""), [gone("a b")]);
        assert_eq!(
            words("after 90 days", "after 30 days"),
            [same("after"), gone("90"), new("30"), same("days")]
        );
        assert_eq!(words("a b c d", "b d e"), [gone("a"), same("b"), gone("c"), same("d"), new("e")]);
    }

    #[test]
    fn the_same_facts_read_the_same() {
        assert_eq!(compare(&notice_of(&answers()), &notice_of(&answers())), []);
    }

    #[test]
    fn con_09_every_text_that_names_a_changed_fact_is_shown_as_changed() {
        let shorter = Answers { days: "30".into(), ..answers() };
        let changes = compare(&notice_of(&answers()), &notice_of(&shorter));
        assert!(changes.len() >= 3, "summary, retention, storage: {changes:?}");
        for change in &changes {
            assert!(change.words.contains(&gone("90")) && change.words.contains(&new("30")), "{change:?}");
        }
    }

    #[test]
    fn con_09_a_box_that_came_and_one_that_went_are_shown_whole() {
        let mut offered = answers();
        offered.terms.offer(Purpose::Remember, true);
        let heading = Heading::Ours(Part::Box(Purpose::Remember));
        let find =
            |changes: Vec<Change>| changes.into_iter().find(|change| change.heading == heading).unwrap();
        let came = find(compare(&notice_of(&answers()), &notice_of(&offered)));
        assert!(matches!(came.words.as_slice(), [Words::New(_)]), "{came:?}");
        let went = find(compare(&notice_of(&offered), &notice_of(&answers())));
        assert!(matches!(went.words.as_slice(), [Words::Gone(_)]), "{went:?}");
    }

    #[test]
    fn con_09_no_word_of_a_notice_changes_unseen() {
        let mut offered = answers();
        offered.terms.offer(Purpose::Remember, true);
        offered.terms.admit_children(true);
        let before = notice_of(&offered);
        let changes: [fn(&mut Notice); 16] = [
            |notice| notice.title.push('x'),
            |notice| notice.lead.push('x'),
            |notice| notice.summary[2].push('x'),
            |notice| notice.facts[0].heading.push('x'),
            |notice| notice.facts[0].text.push('x'),
            |notice| notice.details_label.push('x'),
            |notice| notice.details[0].heading.push('x'),
            |notice| notice.links[0].url.push('x'),
            |notice| notice.statements[0].text.push('x'),
            |notice| notice.statements[1].required = true,
            |notice| notice.age.as_mut().unwrap().not_asked.push('x'),
            |notice| notice.decline.push('x'),
            |notice| notice.withdrawal.yes.push('x'),
            |notice| notice.withdrawal.no.push('x'),
            |notice| notice.withdrawal.pending.push('x'),
            |notice| notice.withdrawal.label.push('x'),
        ];
        for (at, change) in changes.into_iter().enumerate() {
            let mut after = before.clone();
            change(&mut after);
            assert_eq!(compare(&before, &after).len(), 1, "{at}");
            assert_eq!(compare(&after, &before).len(), 1, "{at} back");
        }
    }

    #[test]
    fn con_09_another_mode_changes_title_buttons_and_what_ending_it_says() {
        let mut request = answers();
        request.terms.mode = Mode::Request;
        let changes = compare(&notice_of(&answers()), &notice_of(&request));
        for part in [Part::Opening, Part::Buttons, Part::Withdrawal, Part::Box(Purpose::Answer)] {
            assert!(changes.iter().any(|change| change.heading == Heading::Ours(part)), "{part:?}");
        }
    }

    #[test]
    fn kid_01_the_question_of_age_is_shown_when_children_may_write() {
        let mut children = answers();
        children.terms.admit_children(true);
        let changes = compare(&notice_of(&answers()), &notice_of(&children));
        assert!(changes.iter().any(|change| change.heading == Heading::Ours(Part::Age)), "{changes:?}");
    }
}
