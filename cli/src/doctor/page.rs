//! A page or template in pieces: tags, texts and comments with their places. A tokenizer and no tree, because a template
//! is no document yet, and because a finding needs the line that somebody wrote.

use html5gum::{DefaultEmitter, HtmlString, Token, Tokenizer};
use std::{collections::BTreeMap, fmt::Write as _, ops::Range};

/// What kind of text a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A page, or a template of one.
    Markup,
    /// JavaScript alone.
    Script,
    /// A style sheet.
    Style,
    /// Any other text.
    Text,
}

/// One source, read.
#[derive(Debug)]
pub(crate) struct Page {
    /// Its address, or its path in the folder.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) pieces: Vec<Piece>,
    /// Where its lines begin.
    lines: Vec<usize>,
}

/// What a source consists of, in order.
#[derive(Debug)]
pub(crate) enum Piece {
    Open(Tag),
    Close {
        name: String,
    },
    /// Text that is shown, entities resolved.
    Shown {
        at: Range<usize>,
        text: String,
    },
    /// Content of a script or style element.
    Code {
        at: Range<usize>,
        /// The tag's index in the pieces.
        tag: usize,
    },
    Comment,
}

/// A start tag.
#[derive(Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) at: Range<usize>,
}

impl Tag {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    /// Its classes; React calls the attribute otherwise.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &str> {
        ["class", "classname"].into_iter().filter_map(|name| self.get(name)).flat_map(|value| {
            value
                .split(|letter: char| letter.is_whitespace() || "{}`'\"".contains(letter))
                .filter(|it| !it.is_empty())
        })
    }

    /// As in a style sheet: enough to find it.
    pub(crate) fn selector(&self) -> String {
        let mut said = self.name.clone();
        if let Some(id) = self.get("id").filter(|id| !id.is_empty() && !id.contains(char::is_whitespace)) {
            said.push('#');
            said.push_str(id);
        }
        for class in self.classes().take(2) {
            said.push('.');
            said.push_str(class);
        }
        if let Some(source) = self.get("src").filter(|_| self.name == "script") {
            let _ = write!(said, "[src=\"{}\"]", cut(source, 60));
        }
        cut(&said, 120)
    }
}

impl Page {
    /// Reads a source. Every text can be read: what is no tag is text.
    pub(crate) fn read(name: String, kind: Kind, text: String) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        let pieces = if kind == Kind::Markup { pieces(&text) } else { Vec::new() };
        Self { name, kind, text, pieces, lines }
    }

    /// The line of an offset, from 1.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset)
    }

    pub(crate) fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.pieces.iter().filter_map(|piece| if let Piece::Open(tag) = piece { Some(tag) } else { None })
    }

    pub(crate) fn slice(&self, at: &Range<usize>) -> &str {
        self.text.get(at.clone()).unwrap_or_default()
    }

    /// Contents of scripts with their tag; a script alone is one.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = (Option<&Tag>, Range<usize>)> {
        let own = (self.kind == Kind::Script).then_some((None, 0..self.text.len()));
        let inline = self.pieces.iter().filter_map(|piece| {
            let Piece::Code { at, tag } = piece else { return None };
            let Some(Piece::Open(tag)) = self.pieces.get(*tag) else { return None };
            (tag.name == "script").then(|| (Some(tag), at.clone()))
        });
        own.into_iter().chain(inline)
    }

    /// Heading, title and address: what the page is about.
    pub(crate) fn subject(&self) -> String {
        let mut said = self.name.to_lowercase();
        let mut within = false;
        for piece in &self.pieces {
            match piece {
                Piece::Open(tag) => within = matches!(tag.name.as_str(), "title" | "h1"),
                Piece::Close { .. } => within = false,
                Piece::Shown { text, .. } if within => {
                    said.push(' ');
                    said.push_str(&text.to_lowercase());
                }
                _ => {}
            }
        }
        said
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // Without a tree the content of scripts is known by the name of their tag.
    emitter.naively_switch_states(true);
    let mut pieces: Vec<Piece> = Vec::new();
    for token in Tokenizer::new_with_emitter(text, emitter).flatten() {
        match token {
            Token::StartTag(tag) => pieces.push(Piece::Open(Tag {
                name: string(&tag.name),
                attributes: tag
                    .attributes
                    .iter()
                    .map(|(name, value)| (string(name), string(value)))
                    .collect(),
                at: tag.span.start..tag.span.end,
            })),
            Token::EndTag(tag) => pieces.push(Piece::Close { name: string(&tag.name) }),
            Token::String(shown) => {
                let at = shown.span.start..shown.span.end;
                let open = pieces.len().checked_sub(1);
                let code = |tag: &Tag| matches!(tag.name.as_str(), "script" | "style");
                pieces.push(match (pieces.last(), open) {
                    (Some(Piece::Open(tag)), Some(tag_at)) if code(tag) => Piece::Code { at, tag: tag_at },
                    _ => Piece::Shown { at, text: string(&shown.value) },
                });
            }
            Token::Comment(comment) => {
                pieces.push(comment_or_template(text, comment.span.start..comment.span.end));
            }
            Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    pieces
}

/// A `<?php …?>` is a comment to a browser and the very thing that is looked for here.
fn comment_or_template(text: &str, at: Range<usize>) -> Piece {
    let raw = text.get(at.clone()).unwrap_or_default();
    if raw.starts_with("<!--") { Piece::Comment } else { Piece::Shown { text: raw.to_owned(), at } }
}

fn string(bytes: &HtmlString) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// At most `length` characters, with a mark if there were more.
pub(crate) fn cut(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        Page::read("a.html".to_owned(), Kind::Markup, text.to_owned())
    }

    #[test]
    fn a_tag_is_found_where_it_was_written() {
        let page = page("<!doctype html>\r\n<p>ä\r\n<a class='x y z'\n id=go href=\"/?a&amp;b\">Text</a>");
        let tag = page.tags().find(|tag| tag.name == "a").unwrap();
        assert_eq!(page.line(tag.at.start), 3);
        assert!(page.slice(&tag.at).starts_with("<a class") && page.slice(&tag.at).ends_with("b\">"));
        assert_eq!((tag.get("href"), tag.selector().as_str()), (Some("/?a&b"), "a#go.x.y"));
    }

    #[test]
    fn script_comment_and_template_are_told_apart() {
        let page = page("<script>if (1 < 2) '<b>'</script><!-- <i> --><?php echo '<u>'; ?><em>x</em>");
        let names: Vec<_> = page.tags().map(|tag| tag.name.as_str()).collect();
        assert!(names.contains(&"script") && names.contains(&"em"));
        assert!(!names.contains(&"b") && !names.contains(&"i"));
        assert_eq!(
            page.scripts().map(|(_, at)| page.slice(&at).to_owned()).collect::<Vec<_>>(),
            ["if (1 < 2) '<b>'"]
        );
        assert_eq!(page.pieces.iter().filter(|piece| matches!(piece, Piece::Comment)).count(), 1);
        let said = page
            .pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Shown { text, .. } if text.contains("php")));
        assert!(said, "{:?}", page.pieces);
    }

    #[test]
    fn lines_begin_at_one_and_end_with_the_text() {
        let page = page("a\nb\n\nc");
        assert_eq!([0, 1, 2, 3, 4, 5, 99].map(|at| page.line(at)), [1, 1, 2, 2, 3, 4, 4]);
        assert_eq!((cut("äöü", 3), cut("äöü", 2)), ("äöü".to_owned(), "äö…".to_owned()));
    }
}
