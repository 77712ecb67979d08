use super::*;
use serde::Deserialize;
use std::{collections::BTreeMap, fmt::Debug};

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Choice {
    Alone,
    Within(u8),
    Pair(u8, bool),
    Named { at: u64 },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
enum Tagged {
    One { n: u8 },
    Other { text: String },
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct All {
    n: u64,
    small: u8,
    is: bool,
    text: String,
    letter: char,
    perhaps: Option<u16>,
    list: Vec<u32>,
    fixed: [u8; 2],
    map: BTreeMap<String, Vec<bool>>,
    choices: Vec<Choice>,
    tagged: Option<Tagged>,
    nothing: (),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Lenient {
    n: u8,
}

fn fault<T: DeserializeOwned + Debug>(json: &str) -> (Fault, usize) {
    let Misread { fault, read } = typed::<T>(json.as_bytes()).unwrap_err();
    (fault, read)
}

/// Both readers say the same, or both refuse.
fn alike<T: DeserializeOwned + Debug + PartialEq>(json: &str) -> bool {
    let (ours, theirs) = (typed::<T>(json.as_bytes()).ok(), serde_json::from_str::<T>(json).ok());
    assert_eq!(ours, theirs, "{json}");
    ours.is_some()
}

#[test]
fn what_is_good_is_read_as_serde_json_reads_it() {
    for json in [
        "{}",
        " {\n\t\"n\" : 18446744073709551615 ,\r\"small\":0} ",
        r#"{"small":255,"is":true,"text":"ü\u00fc\ud83d\ude80\"\\\/\b\f\n\r\t","letter":"\u00e4"}"#,
        r#"{"perhaps":null,"nothing":null}"#,
        r#"{"perhaps":7,"list":[1, 2,4294967295],"fixed":[1,2],"map":{"":[],"a":[true,false]}}"#,
        r#"{"choices":["alone",{"within":1},{"pair":[1,true]},{ "named" : {"at":1} }]}"#,
        r#"{"tagged":{"is":"one","n":1}}"#,
        r#"{"tagged":{"text":"x","is":"other"}}"#,
    ] {
        assert!(alike::<All>(json), "{json}");
    }
    assert!(alike::<Lenient>(r#"{"a":[{"b":[null,1,"x",true]},{}],"n":1,"c":{}}"#));
}

#[test]
fn what_is_bad_is_refused_as_serde_json_refuses_it() {
    for json in [
        "",
        " ",
        "7",
        "nul",
        "{",
        "{]",
        "[}",
        "{\"n\"",
        "{\"n\":",
        "{\"n\":1",
        "{\"n\":1,",
        "{\"n\":1,}",
        "{,}",
        "{} {}",
        "{}x",
        "{n:1}",
        "{\"n\" 1}",
        "{\"n\":1 \"is\":true}",
        r#"{"n":01}"#,
        r#"{"n":-1}"#,
        r#"{"n":1.0}"#,
        r#"{"n":1e3}"#,
        r#"{"n":+1}"#,
        r#"{"n":18446744073709551616}"#,
        r#"{"small":256}"#,
        r#"{"n":"1"}"#,
        r#"{"n":null}"#,
        r#"{"n":1,"n":1}"#,
        r#"{"other":1}"#,
        r#"{"is":1}"#,
        r#"{"is":tru}"#,
        r#"{"is":"true"}"#,
        r#"{"text":1}"#,
        r#"{"text":"\x"}"#,
        r#"{"text":"\ud800"}"#,
        "{\"text\":\"\n\"}",
        r#"{"text":"#,
        r#"{"text":"a"#,
        r#"{"letter":"ab"}"#,
        r#"{"list":{}}"#,
        r#"{"list":[1,]}"#,
        r#"{"list":[,1]}"#,
        r#"{"list":[1 2]}"#,
        r#"{"list":[1"#,
        r#"{"fixed":[1]}"#,
        r#"{"fixed":[1,2,3]}"#,
        r#"{"map":[]}"#,
        r#"{"map":{"a":1}}"#,
        r#"{"map":{1:[]}}"#,
        r#"{"choices":["within"]}"#,
        r#"{"choices":["none"]}"#,
        r#"{"choices":[{}]}"#,
        r#"{"choices":[{"within":1,"alone":null}]}"#,
        r#"{"choices":[7]}"#,
        r#"{"choices":[{"named":{"at":1,"b":1}}]}"#,
        r#"{"tagged":{"n":1}}"#,
        r#"{"tagged":{"is":"one","n":1,"m":1}}"#,
        r#"{"tagged":{"is":"two"}}"#,
        r#"{"nothing":1}"#,
    ] {
        assert!(!alike::<All>(json), "{json}");
    }
    assert!(typed::<All>(b"{\"text\":\"\xff\"}").is_err());
}

#[test]
fn a_list_is_never_an_object_and_a_lone_variant_has_no_content() {
    for json in [r#"{"choices":[{"named":[1]}]}"#, r#"{"choices":[{"alone":null}]}"#] {
        assert!(
            serde_json::from_str::<All>(json).is_ok() && typed::<All>(json.as_bytes()).is_err(),
            "{json}"
        );
    }
    assert!(serde_json::from_str::<Lenient>("[1]").is_ok());
    assert_eq!(fault::<Lenient>("[1]"), (Fault::Form, 0));
}

#[test]
fn the_fault_says_what_kind_it_is_and_where() {
    for (json, expected, read) in [
        (r#"{"n":"#, Fault::Early, 5),
        (r#"{"text":"a"#, Fault::Early, 10),
        (r#"{"n":?"#, Fault::Syntax, 5),
        (r#"{"n":1?"#, Fault::Syntax, 6),
        (r#"{"n":01}"#, Fault::Syntax, 7),
        ("{} 1", Fault::Syntax, 3),
        (r#"{"n":"x"}"#, Fault::Form, 5),
        (r#"{"n":-1}"#, Fault::Form, 5),
        (r#"{"n":1.5}"#, Fault::Form, 6),
        (r#"{"other":1}"#, Fault::Form, 8),
        (r#"{"n":1,"n":2}"#, Fault::Form, 10),
        (r#"{"fixed":[1],"n":1}"#, Fault::Missing, 12),
        (r#"{"fixed":[1,2,3]}"#, Fault::Form, 13),
    ] {
        assert_eq!(fault::<All>(json), (expected, read), "{json}");
    }
    assert_eq!(fault::<Lenient>("{}"), (Fault::Missing, 2));
}

#[test]
fn nothing_is_deeper_than_the_limit() {
    let deep = |levels: u8| {
        let (open, close) = ("[".repeat(levels.into()), "]".repeat(levels.into()));
        typed::<Lenient>(format!(r#"{{"a":{open}{close},"n":1}}"#).as_bytes())
    };
    assert!(deep(DEPTH - 2).is_ok() && deep(DEPTH - 1).is_ok());
    assert_eq!(deep(DEPTH).unwrap_err().fault, Fault::Syntax);
    assert_eq!(deep(255).unwrap_err().fault, Fault::Syntax);
}
