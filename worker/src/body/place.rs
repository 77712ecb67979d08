//! Which member of a JSON text a fault lies at. The reader says how far it had read; the way there is read once more. A
//! type that keeps the way while it reads would be compiled for every body of the API, a tenth of the relay.

/// How deep one is in the text.
enum Level<'t> {
    /// In an object, at this member, once one is named; whether a name comes next.
    Object(Option<&'t str>, bool),
    /// In a list, at this element.
    List(usize),
}

/// The dotted path of what was read last before `end`; empty for the whole. After the end of an object or a list that is
/// its last member, unless one is `missing`: then it is the object itself.
pub(super) fn path(text: &[u8], end: usize, missing: bool) -> String {
    let text = text.get(..end).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
    let (mut levels, mut closed) = (Vec::new(), None);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
        if next.is_ascii_whitespace() {
            continue;
        }
        closed = None;
        match next {
            '{' => levels.push(Level::Object(None, true)),
            '[' => levels.push(Level::List(0)),
            '}' | ']' => closed = levels.pop(),
            ',' => match levels.last_mut() {
                Some(Level::Object(_, named)) => *named = true,
                Some(Level::List(element)) => *element += 1,
                None => (),
            },
            '"' => {
                let (string, after) = rest.split_at(string(rest));
                rest = after;
                if let Some(Level::Object(name, named @ true)) = levels.last_mut() {
                    (*name, *named) = (Some(string.trim_end_matches('"')), false);
                }
            }
            _ => (),
        }
    }
    levels.extend(closed.filter(|_| !missing));
    written(&levels)
}

/// How long a string is, with its closing quote.
fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (place, character) in rest.char_indices() {
        match character {
            '"' if !escaped => return place + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

fn written(levels: &[Level<'_>]) -> String {
    let mut path = String::new();
    for level in levels {
        match level {
            Level::Object(Some(name), _) if path.is_empty() => path.push_str(name),
            Level::Object(Some(name), _) => path.extend([".", name]),
            Level::Object(None, _) => (),
            Level::List(element) => path.extend(["[", &element.to_string(), "]"]),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` marks how far was read.
    fn at(marked: &str, missing: bool) -> String {
        path(marked.replace('|', "").as_bytes(), marked.find('|').unwrap(), missing)
    }

    #[test]
    fn the_way_is_told_by_names_and_numbers() {
        for (marked, expected) in [
            ("|{}", ""),
            ("{|}", ""),
            (r#"{"a"|:1}"#, "a"),
            (r#"{"a":|[]}"#, "a"),
            (r#"{"a":1|,"b":2}"#, "a"),
            (r#"{"a":1,"b"|:2}"#, "b"),
            (r#"{"a":{"b":"x"|,"c":1}}"#, "a.b"),
            (r#"{"a":{"b":[1,2|,3]}}"#, "a.b[1]"),
            (r#"{"a":[{"b":1},{"c"|:1}]}"#, "a[1].c"),
            (r#"{"a":[[1],[2,3|]]}"#, "a[1][1]"),
            (" {\n \"a\" : [ 1 ,\t2 | ] }", "a[1]"),
        ] {
            assert_eq!(at(marked, false), expected, "{marked}");
        }
    }

    #[test]
    fn what_has_just_ended_is_named_by_its_last_member() {
        for (marked, expected, missing) in [
            (r#"{"a":1,"b":2}|"#, "b", ""),
            (r#"{"a":{"b":1,"c":2}|}"#, "a.c", "a"),
            (r#"{"a":[1,2]|}"#, "a[1]", "a"),
            (r#"{"a":{}|}"#, "a", "a"),
            ("{}|", "", ""),
        ] {
            assert_eq!((at(marked, false), at(marked, true)), (expected.into(), missing.into()), "{marked}");
        }
    }

    #[test]
    fn strings_may_hold_anything() {
        for (marked, expected) in [
            (r#"{"a":"}],{\"","b"|:1}"#, "b"),
            (r#"{"a":"\\","b"|:1}"#, "b"),
            (r#"{"a":"\\\"","b"|:1}"#, "b"),
            (r#"{"ü":"€","ö"|:1}"#, "ö"),
            (r#"{"a":"cut o|ff"}"#, "a"),
        ] {
            assert_eq!(at(marked, false), expected, "{marked}");
        }
        // Of no use to anybody, and no harm.
        for odd in ["}", "]]", ",", "\"", "{\"a", "[[[", "\u{0}"] {
            for end in 0..=odd.len() + 1 {
                drop(path(odd.as_bytes(), end, false));
            }
        }
        assert_eq!(path(&[b'{', 0xff], 2, false), "");
    }
}
