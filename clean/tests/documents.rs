//! A cleaned PDF says the same to whoever reads it, and nothing about its making.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may unwrap"
)]
#![cfg(feature = "pdf")]

use einwurf_clean::{Refused, clean};
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::path::PathBuf;

const NAMES: [&str; 2] = ["pdf-tagged.pdf", "pdf-object-streams.pdf"];

fn read(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/accepted").join(name)).unwrap()
}

fn open(bytes: &[u8]) -> Document {
    Document::load_mem(bytes).unwrap()
}

fn catalog(document: &Document) -> &Dictionary {
    document.catalog().unwrap()
}

/// A line for every tag: its kind, its text for those who do not see it, its language, what of the page it marks.
fn tags(document: &Document) -> Vec<String> {
    let root = catalog(document).get(b"StructTreeRoot").and_then(Object::as_reference).unwrap();
    let mut lines = Vec::new();
    walk(document, &Object::Reference(root), 0, &mut lines);
    lines
}

fn walk(document: &Document, at: &Object, depth: usize, lines: &mut Vec<String>) {
    let (_, object) = document.dereference(at).unwrap();
    match object {
        Object::Array(list) => list.iter().for_each(|one| walk(document, one, depth, lines)),
        Object::Integer(mark) => lines.push(format!("{depth} mark {mark}")),
        Object::Dictionary(tag) => {
            let said = [b"S".as_slice(), b"Alt", b"ActualText", b"E", b"Lang", b"T"]
                .map(|key| tag.get(key).map_or(String::new(), |value| format!("{value:?}")));
            lines.push(format!("{depth} {said:?}"));
            if let Ok(inner) = tag.get(b"K") {
                walk(document, inner, depth + 1, lines);
            }
        }
        other => panic!("{other:?} is no tag"),
    }
}

/// Every dictionary, name and text of the document, and every stream, unpacked.
fn everything(document: &Document) -> Vec<u8> {
    let mut all = Vec::new();
    for object in document.objects.values() {
        if let Object::Stream(stream) = object {
            all.extend(stream.decompressed_content().unwrap_or_else(|_| stream.content.clone()));
            all.extend(format!("{:?}", stream.dict).into_bytes());
        }
        all.extend(words(object));
    }
    all.extend(words(&Object::Dictionary(document.trailer.clone())));
    all
}

fn words(object: &Object) -> Vec<u8> {
    match object {
        Object::String(text, _) => [text, b"\n".as_slice()].concat(),
        Object::Name(name) => [b"/", name.as_slice(), b"\n"].concat(),
        Object::Array(list) => list.iter().flat_map(words).collect(),
        Object::Dictionary(dict) => dict
            .iter()
            .flat_map(|(key, value)| [b"/", key.as_slice(), b"\n", &words(value)].concat())
            .collect(),
        _ => Vec::new(),
    }
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

#[test]
fn msg_03_tags_descriptions_and_language_survive() {
    for name in NAMES {
        let bytes = read(name);
        let (before, after) = (open(&bytes), open(&clean(bytes.clone()).unwrap().bytes));
        let expected = tags(&before);
        assert!(expected.iter().any(|line| line.contains("Three squares of colour")), "{expected:?}");
        assert_eq!(expected, tags(&after), "{name}");
        for key in [b"Lang".as_slice(), b"MarkInfo", b"ViewerPreferences"] {
            assert_eq!(catalog(&before).get(key).unwrap(), catalog(&after).get(key).unwrap(), "{name}");
        }
        assert_eq!(before.extract_text(&[1]).unwrap(), after.extract_text(&[1]).unwrap());
        assert!(holds(&everything(&after), "https://example.org/"), "links stay");
        assert!(holds(&everything(&after), "A remark"), "remarks stay");
    }
}

#[test]
fn msg_03_nothing_about_the_making_survives() {
    for name in NAMES {
        let bytes = read(name);
        let cleaned = clean(bytes.clone()).unwrap().bytes;
        let (before, after) = (everything(&open(&bytes)), everything(&open(&cleaned)));
        assert!(
            holds(&before, "CanaryAuthor") && holds(&before, "CanaryXmp"),
            "the search finds what is there"
        );
        for word in [
            "Canary",
            "Good day",
            "20240506",
            "/Info",
            "/ID",
            "/Metadata",
            "/PieceInfo",
            "/LastModified",
            "/JavaScript",
            "/JS",
            "/Launch",
            "/EmbeddedFile",
            "/Filespec",
            "/FileAttachment",
            "/OpenAction",
            "/AA",
            "/AF",
        ] {
            let found =
                if word.starts_with('/') { holds(&after, &format!("{word}\n")) } else { holds(&after, word) };
            assert!(!found, "{name} still holds {word}");
        }
    }
}

/// A document of one page with these objects besides, from number 10.
fn document(more: Vec<(ObjectId, Object)>, catalog: Vec<(&str, Object)>) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let dict = |pairs: Vec<(&str, Object)>| Object::Dictionary(Dictionary::from_iter(pairs));
    let name = |name: &str| Object::Name(name.as_bytes().to_vec());
    let pages =
        vec![("Type", name("Pages")), ("Kids", Object::Array(vec![(3, 0).into()])), ("Count", 1.into())];
    let sides = Object::Array([0, 0, 9, 9].map(Object::from).to_vec());
    let page = vec![("Type", name("Page")), ("Parent", (2, 0).into()), ("MediaBox", sides)];
    let root = [vec![("Type", name("Catalog")), ("Pages", (2, 0).into())], catalog].concat();
    for (number, object) in [(1, dict(root)), (2, dict(pages)), (3, dict(page))] {
        document.objects.insert((number, 0), object);
    }
    document.objects.extend(more);
    document.max_id = 30;
    document.trailer.set("Root", Object::Reference((1, 0)));
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}

#[test]
fn a_reference_to_nothing_does_not_point_at_something_else() {
    let title = Object::Dictionary(Dictionary::from_iter([("Title", Object::string_literal("a"))]));
    let bytes =
        document(vec![((20, 0), title)], vec![("Outlines", (20, 0).into()), ("PageLabels", (4, 0).into())]);
    let after = open(&clean(bytes).unwrap().bytes);
    assert_eq!(catalog(&after).get(b"PageLabels").unwrap(), &Object::Null);
}

#[test]
fn a_bomb_in_a_document_is_refused() {
    let mut bomb = lopdf::Stream::new(
        Dictionary::from_iter([("Type", Object::Name(b"ObjStm".to_vec()))]),
        vec![b' '; 40_000_000],
    );
    bomb.dict.set("N", 1);
    bomb.dict.set("First", 5);
    bomb.compress().unwrap();
    assert!(bomb.content.len() < 100_000);
    let bytes = document(vec![((10, 0), bomb.into())], Vec::new());
    // The pages do not need it: it is not read to its end, and does not go out.
    match clean(bytes) {
        Ok(cleaned) => assert!(cleaned.bytes.len() < 2_000),
        Err(refused) => assert_eq!(refused, Refused::Broken),
    }
}

#[test]
fn a_broken_picture_in_a_document_is_not_passed_on() {
    let picture = |content: &[u8], filters: &[&str]| {
        let filters = filters.iter().map(|name| Object::Name(name.as_bytes().to_vec())).collect();
        lopdf::Stream::new(Dictionary::from_iter([("Filter", Object::Array(filters))]), content.to_vec())
            .into()
    };
    let within = |object: Object| document(vec![((10, 0), object)], vec![("Outlines", (10, 0).into())]);
    let photo =
        std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/accepted/jpeg-camera.jpg"))
            .unwrap();
    assert!(clean(within(picture(&photo, &["DCTDecode"]))).is_ok());
    assert_eq!(clean(within(picture(&photo[..900], &["DCTDecode"]))).unwrap_err(), Refused::Broken);
    assert_eq!(clean(within(picture(&photo, &["ASCII85Decode", "DCTDecode"]))).unwrap_err(), Refused::Broken);
}
