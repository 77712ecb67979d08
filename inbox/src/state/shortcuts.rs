//! The keyboard: one key, one act.

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// To the next conversation.
    Next,
    /// To the one before.
    Previous,
    /// Opens the selected one.
    Open,
    /// Marks as done, or opens again.
    Done,
    /// Takes it, or gives it back.
    Take,
    /// It waits for somebody else, or not any more.
    Wait,
    /// Hides it, or shows it again.
    Hide,
    /// To the labels.
    Label,
    /// To the notes.
    Note,
    /// Picks it, or not any more.
    Pick,
    /// Takes back what was done last.
    Undo,
    /// To the search field.
    Search,
    /// Shows the keys.
    Help,
    /// One step back.
    Back,
}

/// A key press, as the browser names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// Ctrl, Alt or Meta is held: the browser's or the system's business.
    pub modified: bool,
    /// The focus is in a field.
    pub typing: bool,
    /// The focus is on a control that answers to Enter itself.
    pub control: bool,
}

/// What a key press asks for. While somebody types, only Escape means us; without `letters`, none that is a character:
/// who speaks to the device, or hits a wrong key easily, turns them off (WCAG 2.1.4).
pub fn act(press: Press<'_>, letters: bool) -> Option<Act> {
    if press.modified || (!letters && press.key.chars().count() == 1) {
        return None;
    }
    if press.typing {
        return (press.key == "Escape").then_some(Act::Back);
    }
    match press.key {
        "j" | "ArrowDown" => Some(Act::Next),
        "k" | "ArrowUp" => Some(Act::Previous),
        "Enter" if !press.control => Some(Act::Open),
        "e" => Some(Act::Done),
        "a" => Some(Act::Take),
        "w" => Some(Act::Wait),
        "h" => Some(Act::Hide),
        "l" => Some(Act::Label),
        "n" => Some(Act::Note),
        "x" => Some(Act::Pick),
        "z" => Some(Act::Undo),
        "/" => Some(Act::Search),
        "?" => Some(Act::Help),
        "Escape" => Some(Act::Back),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Press<'_> = Press { key: "", modified: false, typing: false, control: false };

    #[test]
    fn every_key_of_the_help_has_its_act() {
        for (key, wanted) in [
            ("j", Act::Next),
            ("ArrowDown", Act::Next),
            ("k", Act::Previous),
            ("Enter", Act::Open),
            ("e", Act::Done),
            ("a", Act::Take),
            ("w", Act::Wait),
            ("h", Act::Hide),
            ("l", Act::Label),
            ("n", Act::Note),
            ("x", Act::Pick),
            ("z", Act::Undo),
            ("/", Act::Search),
            ("?", Act::Help),
            ("Escape", Act::Back),
        ] {
            assert_eq!(act(Press { key, ..PLAIN }, true), Some(wanted), "{key}");
        }
    }

    #[test]
    fn typing_a_word_does_nothing_and_escape_leaves_the_field() {
        for key in ["j", "e", "a", "h", "z", "/", "?", "Enter"] {
            assert_eq!(act(Press { key, typing: true, ..PLAIN }, true), None, "{key}");
        }
        assert_eq!(act(Press { key: "Escape", typing: true, ..PLAIN }, true), Some(Act::Back));
    }

    #[test]
    fn the_browsers_own_keys_stay_the_browsers() {
        assert_eq!(act(Press { key: "e", modified: true, ..PLAIN }, true), None);
        assert_eq!(act(Press { key: "Enter", control: true, ..PLAIN }, true), None);
    }

    #[test]
    fn a11_02_keys_that_are_characters_can_be_turned_off() {
        for key in ["j", "e", "z", "/", "?"] {
            assert_eq!(act(Press { key, ..PLAIN }, false), None, "{key}");
        }
        for (key, wanted) in [("ArrowDown", Act::Next), ("Enter", Act::Open), ("Escape", Act::Back)] {
            assert_eq!(act(Press { key, ..PLAIN }, false), Some(wanted), "{key}");
        }
    }
}
