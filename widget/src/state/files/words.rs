//! What files are called where a text goes along with them: in the message, and as their names.

use crate::texts::{Texts, fill};
use einwurf_protocol::limits::ATTACHMENTS;

/// Words of the visitor's language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Of one picture, of two, up to as many as a message has.
    pictures: Vec<String>,
    /// The same of files of all kinds.
    files: Vec<String>,
    /// A picture, a film, a document in a file's name.
    names: [String; 3],
}

impl Words {
    /// `count` answers which form a number takes, and how it is written.
    pub fn new(texts: &Texts, count: impl Fn(u32) -> (String, String)) -> Self {
        let counted = |text: fn(&Texts, &str) -> String| {
            let one = |number| {
                let (form, shown) = count(number);
                fill(&text(texts, &form), &[("count", &shown)])
            };
            (1..).take(ATTACHMENTS).map(one).collect()
        };
        Self {
            pictures: counted(|texts, form| texts.files_said_pictures(form).to_owned()),
            files: counted(|texts, form| texts.files_said(form).to_owned()),
            names: [texts.file_name_picture(), texts.file_name_video(), texts.file_name_document()]
                .map(str::to_owned),
        }
    }

    /// So many pictures, or files of all kinds.
    pub(super) fn said(&self, pictures: bool, count: usize) -> String {
        let words = if pictures { &self.pictures } else { &self.files };
        words.get(count.wrapping_sub(1)).cloned().unwrap_or_else(|| count.to_string())
    }

    /// In a name: 0 for a picture, 1 for a film, 2 for a document.
    pub(super) fn name(&self, kind: usize) -> &str {
        self.names.get(kind).map_or("", String::as_str)
    }
}
