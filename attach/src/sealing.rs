//! Sealing and opening, with words and numbers that JavaScript has.

use einwurf_protocol::{codec::to_base64url, ids::Cid, message::Attachment};
use einwurf_seal::file::{FileError, FileOpener, FileSealer, SealedFile, sealed_bytes};
use getrandom::{SysRng, rand_core::UnwrapErr};
use wasm_bindgen::prelude::wasm_bindgen;

/// What is not opened, whatever the reason: the person can do nothing about any of them.
fn broken(_: impl std::error::Error) -> String {
    "broken".to_owned()
}

fn word(error: FileError) -> String {
    match error {
        FileError::TooLong => "too-large",
        FileError::Length => "changed",
        _ => "failed",
    }
    .to_owned()
}

/// Seals one file.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Sealer {
    sealer: FileSealer,
    /// What is sealed and was not taken yet.
    out: Vec<u8>,
}

#[wasm_bindgen]
impl Sealer {
    /// For a file of `length` bytes in the conversation `cid` (base64url).
    #[wasm_bindgen(constructor)]
    pub fn new(cid: &str, length: u32) -> Result<Self, String> {
        let cid: Cid = cid.parse().map_err(|_| "failed")?;
        let mut out = Vec::new();
        let sealer = FileSealer::begin(&cid, u64::from(length), &mut out, &mut UnwrapErr(SysRng));
        sealer.map(|sealer| Self { sealer, out }).map_err(word)
    }

    /// The file's next bytes; gives what of the ciphertext is finished.
    pub fn update(&mut self, content: &[u8]) -> Result<Vec<u8>, String> {
        let mut out = std::mem::take(&mut self.out);
        self.sealer.update(content, &mut out).map(|()| out).map_err(word)
    }

    /// The end, and what the message says of the file.
    pub fn finish(self) -> Result<Sealed, String> {
        let mut tail = self.out;
        self.sealer.finish(&mut tail).map(|file| Sealed { file, tail }).map_err(word)
    }
}

/// A sealed file.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Sealed {
    file: SealedFile,
    tail: Vec<u8>,
}

#[wasm_bindgen]
impl Sealed {
    /// The last bytes of the ciphertext.
    pub fn tail(&self) -> Vec<u8> {
        self.tail.clone()
    }

    /// Its id, base64url.
    #[wasm_bindgen(getter)]
    pub fn id(&self) -> String {
        self.file.id.to_string()
    }

    /// Its key, base64url.
    #[wasm_bindgen(getter)]
    pub fn key(&self) -> String {
        to_base64url(&*self.file.key)
    }

    /// Digest of the ciphertext, base64url.
    #[wasm_bindgen(getter)]
    pub fn digest(&self) -> String {
        self.file.digest.to_string()
    }
}

/// Opens one file.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Opener {
    opener: FileOpener,
    bytes: u32,
}

#[wasm_bindgen]
impl Opener {
    /// For the file that a message in the conversation `cid` names; `attachment` is JSON.
    #[wasm_bindgen(constructor)]
    pub fn new(cid: &str, attachment: &str) -> Result<Self, String> {
        let cid: Cid = cid.parse().map_err(broken)?;
        let attachment: Attachment = serde_json::from_str(attachment).map_err(broken)?;
        let bytes = sealed_bytes(attachment.length).map_err(broken)?;
        let bytes = u32::try_from(bytes).map_err(broken)?;
        FileOpener::new(&cid, &attachment).map(|opener| Self { opener, bytes }).map_err(broken)
    }

    /// Length of the ciphertext.
    #[wasm_bindgen(getter)]
    pub fn bytes(&self) -> u32 {
        self.bytes
    }

    /// The next bytes of ciphertext; gives what they open. None of it counts before `finish`.
    pub fn update(&mut self, sealed: &[u8]) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        self.opener.update(sealed, &mut out).map(|()| out).map_err(broken)
    }

    /// Whether all of it came and is the file that the message names.
    pub fn finish(self) -> Result<(), String> {
        self.opener.finish().map_err(broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CID: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

    fn sealed(content: &[u8]) -> (String, Vec<u8>) {
        let mut sealer = Sealer::new(CID, u32::try_from(content.len()).unwrap()).unwrap();
        let mut file = sealer.update(content).unwrap();
        let done = sealer.finish().unwrap();
        file.extend(done.tail());
        let json = serde_json::json!({
            "id": done.id(), "key": done.key(), "digest": done.digest(),
            "length": content.len(), "name": "bild-1.gif", "media_type": "image/gif",
        });
        (json.to_string(), file)
    }

    #[test]
    fn what_was_sealed_opens_for_its_conversation_alone() {
        let content = vec![9; 100_000];
        let (attachment, file) = sealed(&content);
        let mut opener = Opener::new(CID, &attachment).unwrap();
        assert_eq!(opener.bytes() as usize, file.len());
        assert_eq!(opener.update(&file).unwrap(), content);
        opener.finish().unwrap();
        let other = CID.replacen('A', "B", 1);
        let mut opener = Opener::new(&other, &attachment).unwrap();
        assert_eq!(opener.update(&file).err().as_deref(), Some("broken"));
    }

    #[test]
    fn half_a_file_does_not_finish() {
        let (attachment, file) = sealed(&vec![9; 100_000]);
        let mut opener = Opener::new(CID, &attachment).unwrap();
        opener.update(&file[..70_000]).unwrap();
        assert_eq!(opener.finish().err().as_deref(), Some("broken"));
    }

    #[test]
    fn what_is_no_attachment_or_conversation_is_refused() {
        let (attachment, _) = sealed(b"x");
        let unnamed = attachment.replace("\"name\"", "\"nom\"");
        for (cid, attachment) in [("", attachment.as_str()), (CID, "{}"), (CID, &unnamed)] {
            assert_eq!(Opener::new(cid, attachment).err().as_deref(), Some("broken"));
        }
        assert_eq!(Sealer::new("?", 1).err().as_deref(), Some("failed"));
        assert_eq!(Sealer::new(CID, u32::MAX).err().as_deref(), Some("too-large"));
        let mut sealer = Sealer::new(CID, 2).unwrap();
        assert_eq!(sealer.update(b"abc").err().as_deref(), Some("changed"));
    }
}
