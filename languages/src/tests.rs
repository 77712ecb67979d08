//! The repository's own files, and files that are not as they should be.

use crate::{Fault, Faults, Language, REFERENCE, SECTIONS, pseudo, read, registers};
use serde_json::{Map, Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of the folder's files, in a place of its own.
struct Copy(PathBuf);

impl Copy {
    fn new(name: &str) -> Self {
        let to = std::env::temp_dir().join(format!("einwurf-languages-{name}-{}", std::process::id()));
        fs::create_dir_all(&to).unwrap();
        for language in read(&folder()).unwrap() {
            let file = format!("{}.json", language.name);
            fs::copy(folder().join(&file), to.join(&file)).unwrap();
        }
        Self(to)
    }

    /// Writes a further file: the reference, changed.
    fn add(&self, name: &str, change: impl FnOnce(&mut Map<String, Value>)) {
        let text = fs::read_to_string(folder().join(REFERENCE).with_extension("json")).unwrap();
        let mut file = serde_json::from_str(&text).unwrap();
        change(&mut file);
        fs::write(self.0.join(name).with_extension("json"), Value::Object(file).to_string()).unwrap();
    }

    /// What is said of the folder.
    fn faults(&self) -> Vec<String> {
        let Faults(faults) = read(&self.0).map(drop).unwrap_err();
        faults.iter().map(Fault::to_string).collect()
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// The text at a path such as `widget.retry`.
fn at<'a>(file: &'a mut Map<String, Value>, path: &str) -> &'a mut Value {
    let (section, name) = path.split_once('.').unwrap();
    file.get_mut(section).unwrap().get_mut(name).unwrap()
}

fn french(file: &mut Map<String, Value>) {
    file.insert(
        "meta".into(),
        json!({"lang": "fr", "locale": "fr", "dir": "ltr", "form": "vous", "name": "Français"}),
    );
    *at(file, "button.label") = "Écrire un message".into();
}

#[test]
fn the_files_of_this_repository_have_the_same_texts_with_the_same_places() {
    let languages = read(&folder()).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(languages.iter().map(|one| one.name.as_str()).eq(["de-formal", "de-informal", "en"]));
    for language in &languages {
        assert_eq!(language.sections.keys().len(), SECTIONS.len(), "{}", language.name);
    }
}

#[test]
fn a_further_file_is_found_compared_divided_and_offered() {
    let copy = Copy::new("further");
    copy.add("fr", french);
    let languages = read(&copy.0).unwrap();
    let fr = languages.iter().find(|one| one.name == "fr").unwrap();
    assert_eq!((fr.meta("lang"), fr.button("label")), ("fr", "Écrire un message"));
    let widget: Value = serde_json::from_str(&fr.divided("widget")).unwrap();
    assert!(
        widget.get("retry").is_some() && widget.get("login_title").is_none(),
        "only what the widget shows"
    );
    let rules = registers(&languages);
    for line in [
        "pub const ALL: [Self; 4] = [Self::DeFormal, Self::DeInformal, Self::En, Self::Fr];",
        "#[serde(rename = \"fr\")]",
        "Self::Fr => \"vous\",",
        "Self::Fr => \"Écrire un message\",",
        "Self::Fr => include_str!(\"../wording/fr.json\"),",
        "const FR: Words = Words {",
    ] {
        assert!(rules.contains(line), "{line}");
    }
}

/// A fault, how it comes about, and what is said of it.
type Case = (&'static str, fn(&mut Map<String, Value>), &'static str);

fn section<'a>(file: &'a mut Map<String, Value>, name: &str) -> &'a mut Map<String, Value> {
    file.get_mut(name).unwrap().as_object_mut().unwrap()
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_the_file_and_the_place() {
    let cases: [Case; 12] = [
        ("missing", |file| drop(section(file, "widget").remove("retry")), "fr.json: widget.retry is missing"),
        ("section", |file| drop(file.remove("inbox")), "fr.json: inbox is missing"),
        (
            "unknown",
            |file| drop(section(file, "widget").insert("retri".into(), "x".into())),
            "fr.json: widget.retri is not known",
        ),
        (
            "place",
            |file| *at(file, "inbox.setup_progress") = "Étape".into(),
            "fr.json: inbox.setup_progress has the places [] instead of [\"n\"]",
        ),
        (
            "new-place",
            |file| *at(file, "widget.retry") = "{what}".into(),
            "fr.json: widget.retry has the places [\"what\"] instead of []",
        ),
        (
            "empty",
            |file| *at(file, "widget.retry") = " ".into(),
            "fr.json: widget.retry is not a text with a word in it",
        ),
        ("number", |file| *at(file, "widget.retry") = 7.into(), "fr.json: widget.retry is not a text"),
        (
            "no-other",
            |file| *at(file, "inbox.since_days") = json!({"one": "depuis un jour"}),
            "fr.json: inbox.since_days is not an object with the forms of a number, \"other\" among them",
        ),
        (
            "no-form",
            |file| *at(file, "inbox.since_days") = json!({"some": "x", "other": "{n}"}),
            "fr.json: inbox.since_days is not an object with the forms of a number, \"other\" among them",
        ),
        (
            "list",
            |file| drop(file["notice"]["facts"].as_array_mut().unwrap().pop()),
            "fr.json: notice.facts is not a list as long as in the other files",
        ),
        (
            "fact",
            |file| file["notice"]["facts"][0]["field"] = "qui".into(),
            "fr.json: notice.facts.0.field is not the name that it has in the other files",
        ),
        ("dir", |file| *at(file, "meta.dir") = "up".into(), "fr.json: meta.dir: \"ltr\" or \"rtl\""),
    ];
    let text = fs::read_to_string(folder().join(REFERENCE).with_extension("json")).unwrap();
    let reference = Language::of(REFERENCE, &text).unwrap();
    for (name, change, says) in cases {
        let mut further = Language { name: "fr".to_owned(), ..reference.clone() };
        french(&mut further.sections);
        change(&mut further.sections);
        let faults = crate::check::all(&[reference.clone(), further]);
        assert_eq!(faults.iter().map(Fault::to_string).collect::<Vec<_>>(), [says], "{name}");
    }
}

#[test]
fn a_language_has_as_many_forms_of_a_number_as_it_needs() {
    let copy = Copy::new("forms");
    copy.add("pl", |file| {
        *at(file, "inbox.since_days") =
            json!({"one": "od dnia", "few": "od {n} dni", "many": "od {n} dni", "other": "od {n} dnia"});
    });
    assert!(read(&copy.0).is_ok());
}

#[test]
fn a_folder_without_its_reference_or_with_a_broken_file_is_refused() {
    let copy = Copy::new("broken");
    fs::write(copy.0.join("fr.json"), "{").unwrap();
    assert!(copy.faults()[0].starts_with("fr.json: EOF"), "{:?}", copy.faults());
    fs::remove_file(copy.0.join("fr.json")).unwrap();
    copy.add("Fr_1", |_| ());
    assert!(copy.faults()[0].starts_with("Fr_1.json: a register's name"), "{:?}", copy.faults());
    fs::remove_file(copy.0.join("Fr_1.json")).unwrap();
    fs::remove_file(copy.0.join("en.json")).unwrap();
    assert_eq!(copy.faults(), ["en.json is missing"]);
    assert!(read(Path::new("/nowhere/languages")).is_err());
}

#[test]
fn pseudo_languages_keep_places_and_names_and_pass_the_same_check() {
    let languages = read(&folder()).unwrap();
    let reference = languages.iter().find(|one| one.name == REFERENCE).unwrap();
    let made = pseudo::of(reference);
    assert_eq!(made.each_ref().map(|one| one.name.as_str()), pseudo::NAMES);
    let all: Vec<Language> = languages.iter().cloned().chain(made).collect();
    assert_eq!(crate::check::all(&all), []);
}

#[test]
fn a_pseudo_text_is_longer_accented_and_bracketed_or_runs_to_the_left() {
    let long = pseudo::text("en-xa", "Write to {company}");
    assert_eq!(long, "⟦Ŵŕîîţéé ţöö {company}⟧");
    let plain = "Only the office at your company can read this message.";
    assert!(pseudo::text("en-xa", plain).chars().count() * 10 >= plain.chars().count() * 13);
    assert_eq!(
        pseudo::text("ar-xb", "to {company}!"),
        "\u{200f}\u{202e}to \u{202c}\u{200f}{company}\u{200f}\u{202e}!\u{202c}\u{200f}"
    );
    assert_eq!(pseudo::text("en-xa", "{half"), "⟦{ĥààļƒ⟧".replace('ƒ', "f"));
}
