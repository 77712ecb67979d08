//! The texts of one register. Each has a method here, so that a misspelt key does not compile; a file that lacks one
//! does not load, and a test keeps the three files alike.

use einwurf_protocol::json::{self, Object};

macro_rules! texts {
    ($($name:ident)*) => {
        /// Names of all texts, as in `texts/*.json`.
        pub const KEYS: &[&str] = &[$(stringify!($name)),*];

        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy)]
        enum Key { $($name),* }

        impl Texts {
            $(
                #[doc = concat!("`", stringify!($name), "` of `texts/*.json`.")]
                pub fn $name(&self) -> &str {
                    self.get(Key::$name)
                }
            )*
        }
    };
}

texts! {
    close readers who_title who_person who_persons who_body who_roster who_key who_version who_release
    moved_title moved
    changed tick_missing new_window
    declined_title declined declined_changed reconsider by_phone by_email
    compose_title composer_hint emergency emergency_only room_left
    reply_title reply_hint name email phone wish wish_any wish_email wish_phone send
    fault_empty fault_long fault_name fault_email fault_phone fault_wish_email fault_wish_phone
    sealing sending refreshing waiting waiting_body retry edit
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
    files files_title files_camera files_photo files_file files_hint files_wait files_refused files_room file_preparing file_ready
    file_remove file_original file_describe file_description file_aim file_aim_hint file_across file_down file_mark
    file_unmark file_unclean file_empty file_broken file_polyglot file_unknown file_office file_protected file_large
    file_changed file_location file_many file_failed bar_photo bar_file bar_paused bar_failed bar_done bar_stop
    bar_again attached_see attached_load attached_fetching attached_sending attached_missing attached_lost
    attached_again attached_forged attached_failed attached_picture
    files_once_more part_coming part_lost
}

/// All texts of one register, in the order of [`KEYS`].
#[derive(Debug, Clone)]
pub struct Texts(Vec<String>);

impl Texts {
    /// Reads a `texts/*.json`; `None` unless it has every key.
    pub fn parse(json: &str) -> Option<Self> {
        let mut object: Object = json::from_slice(json.as_bytes()).ok()?;
        let mut texts = Vec::with_capacity(KEYS.len());
        for key in KEYS {
            texts.push(object.take(key).ok()?);
        }
        Some(Self(texts))
    }

    fn get(&self, key: Key) -> &str {
        self.0.get(key as usize).map_or("", String::as_str)
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
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const FILES: [(&str, &str); 3] = [
        ("de-formal", include_str!("../texts/de-formal.json")),
        ("de-informal", include_str!("../texts/de-informal.json")),
        ("en", include_str!("../texts/en.json")),
    ];

    fn map(json: &str) -> BTreeMap<String, String> {
        serde_json::from_str(json).unwrap()
    }

    fn placeholders(text: &str) -> Vec<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    #[test]
    fn every_register_has_every_text_and_no_other() {
        for (name, json) in FILES {
            assert!(Texts::parse(json).is_some(), "{name}");
            let mut keys: Vec<_> = KEYS.to_vec();
            keys.sort_unstable();
            assert_eq!(map(json).keys().map(String::as_str).collect::<Vec<_>>(), keys, "{name}");
        }
    }

    #[test]
    fn a_missing_text_does_not_load() {
        let mut texts = map(FILES[2].1);
        texts.remove("retry");
        assert!(Texts::parse(&serde_json::to_string(&texts).unwrap()).is_none());
    }

    #[test]
    fn a_method_finds_its_own_text() {
        let texts = Texts::parse(FILES[2].1).unwrap();
        assert_eq!(
            (texts.close(), texts.send(), texts.detail()),
            ("Close", "Seal and send", "For technicians")
        );
    }

    #[test]
    fn registers_have_the_same_placeholders() {
        for key in KEYS {
            let all: Vec<_> = FILES.iter().map(|(_, json)| map(json)[*key].clone()).collect();
            assert_eq!(placeholders(&all[0]), placeholders(&all[1]), "{key}");
            assert_eq!(placeholders(&all[0]), placeholders(&all[2]), "{key}");
        }
    }

    #[test]
    fn con_08_sie_and_du_do_not_mix() {
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect()
        };
        let du = ["du", "dir", "dich", "dein", "deine", "deiner", "deinen", "deinem"];
        let sie = ["Ihnen", "Ihre", "Ihren", "Ihrem", "Ihrer"];
        for text in map(FILES[0].1).values() {
            assert!(!words(text).iter().any(|word| du.contains(&word.to_lowercase().as_str())), "{text}");
        }
        for text in map(FILES[1].1).values() {
            assert!(!words(text).iter().any(|word| sie.contains(&word.as_str())), "{text}");
        }
    }

    #[test]
    fn texts_do_not_shout_promise_or_show_codes() {
        let never = ["!", "100 %", "anonym", "DSGVO-konform", "GDPR-compliant", "WhatsApp"];
        for (name, json) in FILES {
            for text in map(json).values() {
                assert!(never.iter().all(|word| !text.contains(word)), "{name}: {text}");
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
