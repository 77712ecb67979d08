//! Files as the relay delivers them, with what the message says of them.

use super::{Files, file, read};
use crate::{
    file::{FileError, FileOpener, FileSealer, sealed_bytes},
    tests::rng::drawn,
};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use einwurf_protocol::{
    codec::{Writer, base64url, sha256},
    ids::{Cid, Digest, MessageId},
    message::Attachment,
    padding,
};
use serde::{Deserialize, Serialize};

const CID: Cid = Cid([0xc1; 32]);

/// `expect` is `ok` or the fault. `content` is the SHA-256 of what an opener gives out, if it gives out anything.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    cid: Cid,
    attachment: Attachment,
    #[serde(with = "base64url")]
    file: Vec<u8>,
    content: Option<Digest>,
    expect: String,
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).expect("below 251")).collect()
}

fn good(name: &str, length: usize) -> Vector {
    let (content, mut file) = (content(length), Vec::new());
    let rng = &mut drawn("vectors: file");
    let mut sealer = FileSealer::begin(&CID, length as u64, &mut file, rng).expect("short enough");
    sealer.update(&content, &mut file).expect("as announced");
    let done = sealer.finish(&mut file).expect("whole");
    let attachment = Attachment {
        id: done.id,
        key: done.key.to_vec(),
        length: done.length,
        name: "bild-1.jpg".to_owned().try_into().expect("a short name"),
        media_type: "image/jpeg".to_owned().try_into().expect("a short name"),
        description: None,
        digest: done.digest,
    };
    let content = Some(Digest(sha256(&content)));
    Vector { name: name.into(), cid: CID, attachment, file, content, expect: "ok".into() }
}

fn digest(file: &[u8]) -> Digest {
    Digest(Writer::labelled("einwurf/1 attachment").var(file).sha256())
}

/// Seals what no sealer would: any padded plaintext, in segments with any numbers and last flags.
fn forged(vector: &Vector, segments: &[(u32, u8, &[u8])]) -> Vec<u8> {
    let key: &[u8; 32] = vector.attachment.key.as_slice().try_into().expect("a key");
    let associated = Writer::labelled("einwurf/1 attachment segment").fixed(&CID.0);
    let associated = associated.fixed(&vector.attachment.id.0).finish();
    let prefix = &vector.file[..19];
    let mut file = prefix.to_vec();
    for (number, last, msg) in segments {
        let nonce = [prefix, &number.to_be_bytes(), &[*last]].concat();
        let nonce: [u8; 24] = nonce.try_into().expect("24 bytes");
        let input = Payload { msg, aad: &associated };
        let cipher = XChaCha20Poly1305::new(key.into());
        file.extend(cipher.encrypt(&XNonce::from(nonce), input).expect("a ciphertext"));
    }
    file
}

/// Another file under the same name, with a digest that fits: only the content's own checks can tell.
fn refiled(vector: &mut Vector, file: Vec<u8>) {
    vector.attachment.digest = digest(&file);
    vector.file = file;
}

type Change = fn(&mut Vector);

const CHANGES: [(&str, &str, usize, Change); 14] = [
    ("another-conversation", "segment", 600, |vector| vector.cid = Cid([0xc2; 32])),
    ("another-id", "segment", 600, |vector| vector.attachment.id = MessageId([9; 16])),
    ("another-key", "segment", 600, |vector| vector.attachment.key = vec![9; 32]),
    ("a-key-too-short", "key", 600, |vector| vector.attachment.key.truncate(31)),
    ("another-digest", "digest", 600, |vector| vector.attachment.digest = Digest([9; 32])),
    ("flipped", "segment", 600, |vector| {
        let mut file = vector.file.clone();
        file[19] ^= 1;
        refiled(vector, file);
    }),
    ("prefix-flipped", "segment", 600, |vector| {
        let mut file = vector.file.clone();
        file[0] ^= 1;
        refiled(vector, file);
    }),
    ("a-byte-too-many", "length", 600, |vector| {
        let file = [vector.file.as_slice(), &[0]].concat();
        refiled(vector, file);
    }),
    ("a-byte-too-few", "length", 600, |vector| {
        let file = vector.file[..vector.file.len() - 1].to_vec();
        refiled(vector, file);
    }),
    ("another-length-of-the-same-class", "padding", 600, |vector| vector.attachment.length = 601),
    ("zeros-that-are-none", "padding", 600, |vector| {
        let mut padded = padding::pad(&content(600));
        padded[1_023] = 1;
        let file = forged(vector, &[(0, 1, &padded)]);
        refiled(vector, file);
    }),
    ("the-last-is-not-marked", "segment", 600, |vector| {
        let file = forged(vector, &[(0, 0, &padding::pad(&content(600)))]);
        refiled(vector, file);
    }),
    ("segments-swapped", "segment", 66_000, |vector| {
        let padded = padding::pad(&content(66_000));
        let file = forged(vector, &[(1, 0, &padded[..65_536]), (0, 1, &padded[65_536..])]);
        refiled(vector, file);
    }),
    ("cut-off-after-a-segment", "length", 66_000, |vector| {
        let file = vector.file[..19 + 65_536 + 16].to_vec();
        refiled(vector, file);
    }),
];

fn all() -> Vec<Vector> {
    let mut vectors = vec![
        good("good", 600),
        good("good-without-content", 0),
        good("good-without-padding", 508),
        good("good-two-segments", 66_000),
    ];
    for (name, expect, length, change) in CHANGES {
        let mut vector = Vector { expect: expect.into(), content: None, ..good(name, length) };
        change(&mut vector);
        vectors.push(vector);
    }
    vectors
}

pub(super) fn made() -> Files {
    all().iter().map(|vector| file("files", &vector.name, vector)).collect()
}

/// Opened in pieces of `piece` bytes.
fn opened(vector: &Vector, piece: usize) -> Result<Vec<u8>, FileError> {
    let mut opener = FileOpener::new(&vector.cid, &vector.attachment)?;
    let mut out = Vec::new();
    for piece in vector.file.chunks(piece) {
        opener.update(piece, &mut out)?;
    }
    opener.finish().map(|()| out)
}

#[test]
fn every_file_opens_or_fails_as_its_vector_says_in_pieces_of_any_length() {
    for vector in read::<Vector>("files") {
        for piece in [1, 17, 65_552, 1_000_000] {
            let got = opened(&vector, piece);
            let said = match &got {
                Ok(_) => "ok",
                Err(FileError::TooLong) => "too-long",
                Err(FileError::Length) => "length",
                Err(FileError::Key) => "key",
                Err(FileError::Segment) => "segment",
                Err(FileError::Padding) => "padding",
                Err(FileError::Digest) => "digest",
            };
            assert_eq!(said, vector.expect, "{} in pieces of {piece}", vector.name);
            assert_eq!(got.ok().map(|out| Digest(sha256(&out))), vector.content, "{}", vector.name);
        }
        if vector.expect == "ok" {
            assert_eq!(sealed_bytes(vector.attachment.length), Ok(vector.file.len() as u64));
        }
    }
}
