//! Replies that are used again and again, with placeholders.

/// What stands for the placeholders.
#[derive(Debug, Clone, Copy, Default)]
pub struct Values<'a> {
    /// The visitor's name, as the visitor said.
    pub name: Option<&'a str>,
    /// The member who answers.
    pub member: &'a str,
    /// The company.
    pub company: &'a str,
    /// What the conversation is called on the phone.
    pub code: &'a str,
}

/// Names of the placeholders, as they stand between braces.
pub const PLACEHOLDERS: [&str; 4] = ["name", "member", "company", "code"];

/// Puts the values in their places. Values are never read for placeholders again, what is in other braces stays, and
/// where no name is known, the space before it goes too: "Guten Tag {name}," becomes "Guten Tag,".
pub fn fill(text: &str, values: &Values<'_>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(name, tail)| Some((value(name, values)?, tail)));
        let Some((value, tail)) = known else {
            filled.push('{');
            rest = after;
            continue;
        };
        match value {
            Some(value) => filled.push_str(value),
            None => filled.truncate(filled.trim_end_matches(' ').len()),
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

/// Outside: whether it is a placeholder. Inside: whether anything is known for it.
#[expect(clippy::option_option, reason = "a placeholder without a value is not the same as no placeholder")]
fn value<'a>(name: &str, values: &Values<'a>) -> Option<Option<&'a str>> {
    Some(match name {
        "name" => values.name.map(str::trim).filter(|name| !name.is_empty()),
        "member" => Some(values.member),
        "company" => Some(values.company),
        "code" => Some(values.code),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: Values<'_> =
        Values { name: Some("Mara {code}"), member: "Erika", company: "Muster GmbH", code: "7QXM" };

    #[test]
    fn every_placeholder_is_filled_once_and_a_name_is_never_read_again() {
        let text = "Guten Tag {name}, {member} von {company} ({code}).";
        assert_eq!(fill(text, &VALUES), "Guten Tag Mara {code}, Erika von Muster GmbH (7QXM).");
        for name in PLACEHOLDERS {
            assert!(
                !fill(&format!("{{{name}}}"), &VALUES).contains(&format!("{{{name}}}")) || name == "code"
            );
        }
    }

    #[test]
    fn without_a_name_nothing_is_left_standing() {
        for name in [None, Some(" ")] {
            let values = Values { name, ..VALUES };
            assert_eq!(fill("Guten Tag {name},\nvielen Dank", &values), "Guten Tag,\nvielen Dank");
            assert_eq!(fill("{name}", &values), "");
        }
    }

    #[test]
    fn what_is_no_placeholder_stays() {
        for text in ["{x}", "{", "}{", "a { b } c", "{ name }", "{Name}", ""] {
            assert_eq!(fill(text, &VALUES), text);
        }
    }
}
