//! The texts of this repository, and files that are not as they should be.

use super::*;

/// The app's part of a language's file, as the build divides it.
pub(crate) fn file(register: Register) -> String {
    let path = format!("{}/../languages/{register}.json", env!("CARGO_MANIFEST_DIR"));
    let whole: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    whole["inbox"].to_string()
}

/// The rule of German and English.
pub(crate) fn one(_: Register, number: u64) -> String {
    if number == 1 { "one".to_owned() } else { "other".to_owned() }
}

pub(crate) fn texts(register: Register) -> Texts {
    Texts::read(&file(register), register, one).unwrap()
}

pub(crate) fn de() -> Texts {
    texts(Register::DeFormal)
}

pub(crate) fn en() -> Texts {
    texts(Register::En)
}

pub(crate) fn library() -> Library {
    Library::read(&Register::ALL.map(|register| (register.to_string(), file(register))), one).unwrap()
}

#[test]
fn a_language_has_all_its_files_and_those_of_strangers_are_left_out() {
    let mut files = Register::ALL.map(|register| (register.to_string(), file(register))).to_vec();
    files.push(("xx".to_owned(), "{}".to_owned()));
    assert_eq!(Library::read(&files, one).unwrap().all.len(), Register::ALL.len());
    files.remove(0);
    assert_eq!(Library::read(&files, one).err(), Some(TextsError::NoFile(Register::ALL[0])));
}

#[test]
fn a_number_takes_the_form_of_its_language_and_other_where_a_form_is_missing() {
    let forms = [("one", "eine"), ("few", "{n} wenige"), ("other", "{n} viele")];
    let forms = forms.map(|(form, text)| (form.to_owned(), text.to_owned())).to_vec();
    let rule: Rule = |_, number| {
        ["many", "one", "few"].get(usize::try_from(number).unwrap()).map_or("other", |form| form).to_owned()
    };
    let text = Plural { forms, register: Register::En, rule };
    assert_eq!([0_u64, 1, 2, 3].map(|number| text.of(number)), ["0 viele", "eine", "2 wenige", "3 viele"]);
}

/// A sentence may begin with "Sie" for a thing; nothing else of the formal address is left.
#[test]
fn who_is_addressed_by_du_is_never_addressed_by_sie() {
    let formal = ["Ihnen", "Ihr", "Ihre", "Ihrem", "Ihren", "Ihrer", "Ihres"];
    let du = texts(Register::DeInformal);
    for (name, text) in du.all() {
        let mut begins = true;
        for word in text.split_whitespace() {
            let bare = word.trim_matches(|letter: char| !letter.is_alphabetic());
            assert!(!formal.contains(&bare) && (begins || bare != "Sie"), "{name}: {text}");
            begins = word.ends_with(['.', ':', '?']);
        }
    }
}

#[test]
fn a11_01_who_speaks_to_a_button_says_what_stands_on_it() {
    for t in [&de(), &en()] {
        for (shown, named) in [
            (&t.team_again, &t.team_again_of),
            (&t.team_end, &t.team_end_of),
            (&t.invites_compare, &t.invites_compare_of),
            (&t.invites_end, &t.invites_end_of),
            (&t.devices_end, &t.devices_end_of),
            (&t.devices_forget, &t.devices_forget_of),
            (&t.reader_change, &t.reader_change_of),
            (&t.file_show_short, &t.file_show),
            (&t.file_save_short, &t.file_save),
        ] {
            assert!(named.starts_with(shown.as_str()), "{named} without {shown}");
        }
    }
}

#[test]
fn a_missing_or_an_unknown_text_does_not_open() {
    let read = |json: &str| Texts::read(json, Register::DeFormal, one).map(drop);
    let file = file(Register::DeFormal);
    let missing = file.replacen("\"login_title\"", "\"login_titel\"", 1);
    assert_eq!(read(&missing), Err(TextsError::Missing("login_title")));
    let more = file.replacen('{', "{\"login_titel\": \"\",", 1);
    assert_eq!(read(&more), Err(TextsError::Unknown("login_titel".into())));
    assert_eq!(read("{}"), Err(TextsError::Missing("app_title")));
    assert_eq!(read("[]"), Err(TextsError::Form));
    for (name, wrong) in [("login_title", "[]"), ("since_days", "\"seit\""), ("since_days", "{\"one\": 1}")] {
        let mut given: Map<String, Value> = serde_json::from_str(&file).unwrap();
        given.insert(name.to_owned(), serde_json::from_str(wrong).unwrap());
        assert_eq!(read(&Value::Object(given).to_string()), Err(TextsError::Form), "{name}: {wrong}");
    }
}

#[test]
fn con_08_sie_and_du_do_not_mix_and_no_language_shouts_or_promises() {
    let du = ["du", "dir", "dich", "dein", "deine", "deinen", "deinem", "deiner"];
    let sie = ["Ihnen", "Ihre", "Ihren", "Ihrem", "Ihrer"];
    for (register, wrong) in [(Register::DeFormal, &du[..]), (Register::DeInformal, &sie)] {
        for (name, text) in texts(register).all() {
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            assert!(!words.any(|word| wrong.contains(&word)), "{register} {name}: {text}");
        }
    }
    let every = Register::ALL.map(texts);
    for (name, text) in every.iter().flat_map(Texts::all) {
        let lower = text.to_lowercase();
        assert!(!text.contains('!'), "{name}");
        assert!(
            !["100 %", "anonym", "dsgvo-konform", "gdpr-compliant"].iter().any(|p| lower.contains(p)),
            "{name}"
        );
    }
}

#[test]
fn a_value_is_never_read_for_placeholders() {
    assert_eq!(fill("{a} und {b}", &[("a", "{b}"), ("b", "2")]), "{b} und 2");
    assert_eq!(fill("{x} {a} {", &[("a", "1")]), "{x} 1 {");
}
