//! PDF (ISO 32000-2), read and written anew by `lopdf`: only what the pages need is written, so earlier versions and
//! whatever no page uses are gone. Tags, descriptions and language are part of what the pages need (MSG-03).
//!
//! Taken out: who made it with what and when, scripts, files inside, actions that reach out of the document, notes of
//! programs to themselves, authors of remarks, signatures (they sign what is no longer there), metadata of pictures.

use crate::{MAX_BYTES, Refused, isobmff, jpeg};
use lopdf::{
    Dictionary, Document, Error, LoadOptions, Object, ObjectId, SaveOptions, Stream, xref::XrefType,
};
use std::collections::BTreeSet;

/// What one packed list of objects may inflate to.
const MAX_INFLATED: usize = 32_000_000;

/// What of the catalog stays (section 7.7.2).
const CATALOG: [&[u8]; 17] = [
    b"Type",
    b"Version",
    b"Extensions",
    b"Pages",
    b"PageLabels",
    b"Names",
    b"Dests",
    b"ViewerPreferences",
    b"PageLayout",
    b"PageMode",
    b"Outlines",
    b"OpenAction",
    b"AcroForm",
    b"StructTreeRoot",
    b"MarkInfo",
    b"Lang",
    b"OCProperties",
];
/// What goes wherever it stands: metadata, notes of programs, times, small pictures of earlier versions.
const NOWHERE: [&[u8]; 6] = [b"Metadata", b"PieceInfo", b"LastModified", b"CreatorInfo", b"Thumb", b"XFA"];
/// What goes from things that have a type: actions without a click, files that belong to them.
const NOT_TYPED: [&[u8]; 2] = [b"AA", b"AF"];
/// What a remark tells about its author.
const REMARK: [&[u8]; 4] = [b"M", b"CreationDate", b"NM", b"T"];
/// Actions that stay inside the document, and links.
const ACTIONS: [&[u8]; 4] = [b"GoTo", b"URI", b"Named", b"SetOCGState"];
/// All other actions (section 12.6.4.1).
const FORBIDDEN: [&[u8]; 16] = [
    b"JavaScript",
    b"Launch",
    b"SubmitForm",
    b"ImportData",
    b"ResetForm",
    b"GoToR",
    b"GoToE",
    b"GoToDp",
    b"Thread",
    b"Sound",
    b"Movie",
    b"Hide",
    b"Rendition",
    b"Trans",
    b"GoTo3DView",
    b"RichMediaExecute",
];
/// Annotations that carry or play something.
const CARRIERS: [&[u8]; 6] = [b"FileAttachment", b"Sound", b"Movie", b"Screen", b"RichMedia", b"3D"];

/// The document without what it tells about its making.
pub(crate) fn clean(bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
    let length = bytes.len();
    let mut document = load(&bytes)?;
    drop(bytes); // its pieces are in memory once more
    let root = document.trailer.get(b"Root").and_then(Object::as_reference).map_err(|_| Refused::Broken)?;
    document.trailer = Dictionary::from_iter([("Root", Object::Reference(root))]);
    catalog(&mut document, root)?;
    let kept = kept(&document);
    for object in document.objects.values_mut() {
        scrub(object, &kept)?;
    }
    document.prune_objects();
    document.renumber_objects();
    if document.get_pages().is_empty() {
        return Err(Refused::Broken);
    }
    write(document, length)
}

/// Whether it is encrypted, so that nothing of it can be read.
pub(crate) fn is_protected(bytes: &[u8]) -> bool {
    load(bytes).is_err_and(|refused| refused == Refused::Protected)
}

fn load(bytes: &[u8]) -> Result<Document, Refused> {
    let options = LoadOptions { max_decompressed_size: Some(MAX_INFLATED), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        Error::Decryption(_) | Error::InvalidPassword => Refused::Protected,
        _ => Refused::Broken,
    })?;
    // An empty password opens some: their owner still did not want them changed.
    if document.is_encrypted() || document.was_encrypted() { Err(Refused::Protected) } else { Ok(document) }
}

fn write(mut document: Document, length: usize) -> Result<Vec<u8>, Refused> {
    document.reference_table.cross_reference_type = XrefType::CrossReferenceStream;
    let mut out = Vec::with_capacity(length);
    let options =
        SaveOptions::builder().use_object_streams(true).use_xref_streams(true).compression_level(6).build();
    document.save_with_options(&mut out, options).map_err(|_| Refused::Broken)?;
    if out.len() > MAX_BYTES { Err(Refused::TooLarge) } else { Ok(out) }
}

/// Reduces the catalog to what pages need.
fn catalog(document: &mut Document, root: ObjectId) -> Result<(), Refused> {
    let names = follow(document, root, b"Names").and_then(|names| names.get(b"Dests").ok().cloned());
    let opens = follow(document, root, b"OpenAction").is_none_or(|action| is_action(action, &[b"GoTo"]));
    let catalog = document.get_object_mut(root).and_then(Object::as_dict_mut).map_err(|_| Refused::Broken)?;
    let kept = |key: &Vec<u8>| CATALOG.contains(&key.as_slice()) && (opens || key != b"OpenAction");
    catalog.as_hashmap_mut().retain(|key, _| kept(key) && key != b"Names");
    if let Some(destinations) = names {
        catalog.set("Names", Dictionary::from_iter([("Dests", destinations)]));
    }
    Ok(())
}

/// A dictionary in the catalog, in place or by reference.
fn follow<'a>(document: &'a Document, root: ObjectId, key: &[u8]) -> Option<&'a Dictionary> {
    let value = document.get_dictionary(root).ok()?.get(key).ok()?;
    document.dereference(value).ok()?.1.as_dict().ok()
}

/// Objects that may be referred to: all but annotations that carry or play something.
fn kept(document: &Document) -> BTreeSet<ObjectId> {
    document.objects.iter().filter(|(_, object)| !is_carrier(object)).map(|(id, _)| *id).collect()
}

fn is_carrier(object: &Object) -> bool {
    object.as_dict().is_ok_and(|dict| {
        dict.has(b"Rect") && named(dict, b"Subtype").is_some_and(|name| CARRIERS.contains(&name))
    })
}

fn named<'a>(dict: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    dict.get(key).and_then(Object::as_name).ok()
}

fn is_action(dict: &Dictionary, kinds: &[&[u8]]) -> bool {
    named(dict, b"S").is_some_and(|name| kinds.contains(&name))
}

/// Takes out what goes, at any depth; how deep objects may be, the reader limits. A reference to what is not there
/// becomes nothing, since numbers are given anew and it would point at something else.
fn scrub(object: &mut Object, kept: &BTreeSet<ObjectId>) -> Result<(), Refused> {
    match object {
        Object::Array(list) => {
            list.retain(|one| !is_carrier(one));
            list.iter_mut().try_for_each(|one| scrub(one, kept))
        }
        Object::Reference(id) if !kept.contains(id) => {
            *object = Object::Null;
            Ok(())
        }
        Object::Dictionary(dict) => scrub_dict(dict, kept),
        Object::Stream(stream) => {
            scrub_dict(&mut stream.dict, kept)?;
            picture(stream)
        }
        _ => Ok(()),
    }
}

fn scrub_dict(dict: &mut Dictionary, kept: &BTreeSet<ObjectId>) -> Result<(), Refused> {
    if is_foreign(dict) {
        *dict = Dictionary::new();
        return Ok(());
    }
    let annotation = dict.has(b"Rect") && dict.has(b"Subtype");
    let typed = annotation || dict.has(b"Type") || dict.has(b"FT");
    let remark = annotation && named(dict, b"Subtype") != Some(b"Widget");
    let gone =
        NOWHERE.iter().chain(NOT_TYPED.iter().filter(|_| typed)).chain(REMARK.iter().filter(|_| remark));
    let mut gone: Vec<&[u8]> = gone.copied().collect();
    if is_action(dict, &ACTIONS) {
        gone.push(b"Next");
    }
    // In order, so that cleaning again writes the same.
    dict.as_hashmap_mut().retain(|key, _| !gone.contains(&key.as_slice()));
    dict.iter_mut().try_for_each(|(_, value)| scrub(value, kept))
}

/// Whether it reaches out of the document: an action, a file, a signature. A tag has a parent; actions have none.
fn is_foreign(dict: &Dictionary) -> bool {
    let action = is_action(dict, &FORBIDDEN) && !dict.has(b"P");
    let file = dict.has(b"EF") || dict.has_type(b"Filespec") || dict.has_type(b"F");
    let signature = dict.has_type(b"Sig") || dict.has(b"ByteRange");
    action || file || signature || dict.has(b"JS") && !dict.has(b"Font")
}

/// Cleans a picture that is a file of its own inside the document.
fn picture(stream: &mut Stream) -> Result<(), Refused> {
    let filters: Vec<Vec<u8>> =
        stream.filters().unwrap_or_default().into_iter().map(<[u8]>::to_vec).collect();
    let Some((last, before)) = filters.split_last() else { return Ok(()) };
    if !matches!(last.as_slice(), b"DCTDecode" | b"DCT" | b"JPXDecode") {
        return Ok(());
    }
    let content = match before {
        [] => std::mem::take(&mut stream.content),
        [flate] if flate == b"FlateDecode" => {
            let plain = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(&stream.content, MAX_BYTES);
            stream.dict.remove(b"DecodeParms");
            stream.dict.set("Filter", Object::Name(last.clone()));
            plain.map_err(|_| Refused::Broken)?
        }
        _ => return Err(Refused::Broken),
    };
    let plan =
        if last == b"JPXDecode" { jpeg_2000(&content) } else { jpeg::plan(&content, jpeg::Turn::Drop) };
    stream.set_content(plan?.apply(content));
    Ok(())
}

/// JPEG 2000 (ISO/IEC 15444-1): boxes, or the picture alone.
fn jpeg_2000(content: &[u8]) -> Result<crate::pieces::Plan, Refused> {
    let mut eraser = isobmff::Eraser::default();
    if !content.starts_with(b"\xff\x4f") {
        isobmff::children(content, 0..content.len(), &[b"jP  ", b"ftyp", b"jp2h", b"jp2c"], &mut eraser)?;
    }
    Ok(eraser.plan(content.len()))
}
