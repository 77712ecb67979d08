//! The texts of one register. Each has a method here, so that a misspelt key does not compile; a file that lacks one
//! does not load. `cargo xtask check languages` keeps the files alike.

use einwurf_protocol::json::{self, Object};

macro_rules! texts {
    ({$($name:ident)*} {$($plural:ident)*}) => {
        /// Names of all texts, as in the section `widget` of `languages/*.json`.
        pub const KEYS: &[&str] = &[$(stringify!($name)),*];

        /// Names of those that speak of a number.
        pub const PLURALS: &[&str] = &[$(stringify!($plural)),*];

        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy)]
        enum Key { $($name),* }

        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy)]
        enum PluralKey { $($plural),* }

        impl Texts {
            $(
                #[doc = concat!("`", stringify!($name), "` of `languages/*.json`.")]
                pub fn $name(&self) -> &str {
                    self.get(Key::$name)
                }
            )*
            $(
                #[doc = concat!("`", stringify!($plural), "` of `languages/*.json`, in a form of its language's numbers.")]
                pub fn $plural(&self, form: &str) -> &str {
                    self.form(PluralKey::$plural, form)
                }
            )*
        }
    };
}

texts! {{
    close readers who_title who_body who_roster who_key who_version who_release
    moved_title moved
    changed tick_missing new_window
    declined_title declined declined_changed reconsider by_phone by_email
    compose_title composer_hint emergency emergency_only
    reply_title reply_hint name email phone wish wish_any wish_email wish_phone send
    fault_empty fault_long fault_name fault_email fault_phone fault_wish_email fault_wish_phone
    sealing sending working working_body refreshing waiting waiting_body busy_body retry edit
    arrived arrived_body reply_within deleted your_text another
    rights my_data receipt news own_window age_missing young_title young anew special_hint see_talk
    talk talk_linked talk_deleted talk_fault talk_young you erased restricted held held_authority write opening opening_lost opening_other
    handed_over held_still leaving leaving_ways ended_title ended_held dropped gone_title gone void_title void forgotten_title forgotten
    receipt_body data_body nothing_sent gathering gather_fault read copy copied copy_fault save link_title link_warning link_copy
    forget forget_body back
    here_until here here_from topic topic_any automatic answered arrived_mark unsent offline offline_many unanswered
    ways_title ways_body way_link way_remember way_notice way_notice_body way_phone way_email way_email_body way_email_box
    way_address way_number way_tick way_send way_done say_remember say_notice say_phone say_email
    link_share link_code link_keep warn_way warn_unsent
    stopped_title stopped_keep stopped_access stopped_trust stopped_limit stopped_refused stopped_sealing detail
    files files_title files_camera files_photo files_file files_hint files_wait files_refused files_room files_text_only file_preparing file_ready
    file_remove file_original file_describe file_description file_aim file_aim_hint file_across file_down file_mark
    file_unmark file_unclean file_empty file_broken file_polyglot file_unknown file_office file_protected file_large
    file_changed file_location file_many file_failed bar_photo bar_file bar_paused bar_failed bar_done bar_stop
    bar_again attached_see attached_load attached_fetching attached_sending attached_missing attached_lost
    attached_again attached_forged attached_failed attached_picture
    files_once_more part_coming part_lost
    file_name_picture file_name_video file_name_document
} {
    who_persons room_left files_said files_said_pictures
}}

/// The forms that a number can have in some language (CLDR); every text that speaks of one has the last.
const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", OTHER];
const OTHER: &str = "other";

/// All texts of one register, in the order of [`KEYS`], and the forms of [`PLURALS`].
#[derive(Debug, Clone)]
pub struct Texts(Vec<String>, Vec<Vec<(&'static str, String)>>);

impl Texts {
    /// Reads what the build divided from a language's file; `None` unless it has every key.
    pub fn parse(json: &str) -> Option<Self> {
        let mut object: Object = json::from_slice(json.as_bytes()).ok()?;
        let mut texts = Vec::with_capacity(KEYS.len());
        for key in KEYS {
            texts.push(object.take(key).ok()?);
        }
        let mut plurals = Vec::with_capacity(PLURALS.len());
        for key in PLURALS {
            let mut given: Object = object.take(key).ok()?;
            let mut forms = Vec::new();
            for form in FORMS {
                forms.extend(given.take::<Option<String>>(form).ok()?.map(|text| (form, text)));
            }
            forms.last().filter(|(form, _)| *form == OTHER)?;
            plurals.push(forms);
        }
        Some(Self(texts, plurals))
    }

    fn get(&self, key: Key) -> &str {
        self.0.get(key as usize).map_or("", String::as_str)
    }

    fn form(&self, key: PluralKey, form: &str) -> &str {
        let forms = self.1.get(key as usize).map_or(&[][..], Vec::as_slice);
        let found = forms.iter().find(|(known, _)| *known == form).or(forms.last());
        found.map_or("", |(_, text)| text)
    }
}

/// `text` with each `{name}` replaced by its value; a name without value stays as it is.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        let Some(end) = from.find('}') else { break };
        let (placeholder, after) = from.split_at(end + 1);
        let value = values.iter().find(|(name, _)| placeholder.get(1..end) == Some(name));
        filled.push_str(before);
        filled.push_str(value.map_or(placeholder, |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use einwurf_protocol::notice::Register;
    use serde_json::{Map, Value};

    /// What the build divides from a register's file.
    pub(crate) fn file(register: Register) -> String {
        let path = format!("{}/../languages/{register}.json", env!("CARGO_MANIFEST_DIR"));
        let whole: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        whole["widget"].to_string()
    }

    pub(crate) fn texts(register: Register) -> Texts {
        Texts::parse(&file(register)).unwrap()
    }

    fn map(register: Register) -> Map<String, Value> {
        serde_json::from_str(&file(register)).unwrap()
    }

    /// Every text, and every form of those that speak of a number.
    fn every(register: Register) -> Vec<String> {
        let one = |value: Value| match value {
            Value::Object(forms) => forms.into_iter().map(|(_, form)| form).collect(),
            text => vec![text],
        };
        let texts = map(register).into_iter().flat_map(|(_, value)| one(value));
        texts.map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_register_has_every_text_and_no_other() {
        for register in Register::ALL {
            let mut keys: Vec<_> = KEYS.iter().chain(PLURALS).copied().collect();
            keys.sort_unstable();
            assert_eq!(map(register).keys().map(String::as_str).collect::<Vec<_>>(), keys, "{register}");
            assert!(Texts::parse(&file(register)).is_some(), "{register}");
        }
    }

    #[test]
    fn a_missing_text_or_a_number_without_its_last_form_does_not_load() {
        for (key, wrong) in [("retry", None), ("room_left", None), ("room_left", Some(r#"{"one":"x"}"#))] {
            let mut texts = map(Register::En);
            texts.remove(key);
            texts.extend(wrong.map(|text| (key.to_owned(), serde_json::from_str(text).unwrap())));
            assert!(Texts::parse(&Value::Object(texts).to_string()).is_none(), "{key}");
        }
    }

    #[test]
    fn a_method_finds_its_own_text_in_the_form_of_its_number() {
        let texts = texts(Register::En);
        assert_eq!(
            (texts.close(), texts.send(), texts.detail()),
            ("Close", "Seal and send", "For technicians")
        );
        assert_eq!(texts.files_said("one"), "{count} file");
        assert_eq!(texts.files_said("other"), "{count} files");
        assert_eq!(texts.files_said("few"), "{count} files", "a form that English has not");
    }

    #[test]
    fn con_08_sie_and_du_do_not_mix() {
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect()
        };
        let du = ["du", "dir", "dich", "dein", "deine", "deiner", "deinen", "deinem"];
        let sie = ["Ihnen", "Ihre", "Ihren", "Ihrem", "Ihrer"];
        for text in every(Register::DeFormal) {
            assert!(!words(&text).iter().any(|word| du.contains(&word.to_lowercase().as_str())), "{text}");
        }
        for text in every(Register::DeInformal) {
            assert!(!words(&text).iter().any(|word| sie.contains(&word.as_str())), "{text}");
        }
    }

    #[test]
    fn texts_do_not_shout_promise_or_show_codes() {
        let never = ["!", "100 %", "anonym", "DSGVO-konform", "GDPR-compliant", "WhatsApp"];
        for register in Register::ALL {
            for text in every(register) {
                assert!(never.iter().all(|word| !text.contains(word)), "{register}: {text}");
            }
        }
    }

    #[test]
    fn placeholders_are_filled_and_unknown_ones_stay() {
        assert_eq!(fill("{a} and {b}{a}", &[("a", "1"), ("b", "{a}")]), "1 and {a}1");
        assert_eq!(fill("{c} {", &[("a", "1")]), "{c} {");
        assert_eq!(fill("", &[]), "");
    }
}
