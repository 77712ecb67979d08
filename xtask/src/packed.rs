//! Files as they travel: beside every file of a release lies its twin in brotli, which the relay sends to browsers that take
//! it. It is made once, at the highest level, and never while somebody waits.

use anyhow::Result;
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// What is added to a file's name.
const ENDING: &str = "br";

/// Where a file's twin lies.
pub(crate) fn twin(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ENDING);
    name.into()
}

/// The file that a twin belongs to.
pub(crate) fn whole(file: &Path) -> PathBuf {
    if file.extension().is_some_and(|ending| ending == ENDING) {
        file.with_extension("")
    } else {
        file.to_path_buf()
    }
}

/// Makes a file's twin, unless it is there: the names of a release say what is in its files.
pub(crate) fn pack(file: &Path) -> Result<()> {
    let twin = twin(file);
    if !twin.is_file() {
        // A build that ends halfway leaves no half twin.
        let half = twin.with_extension("half");
        fs::write(&half, brotli(&fs::read(file)?)?)?;
        fs::rename(half, twin)?;
    }
    Ok(())
}

/// How many bytes of a file travel.
pub fn size(file: &Path) -> Result<u64> {
    match fs::metadata(twin(file)) {
        Ok(twin) => Ok(twin.len()),
        Err(_) => Ok(u64::try_from(brotli(&fs::read(file)?)?.len())?),
    }
}

/// The file in what the relay sent.
pub fn unpack(sent: &[u8]) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    brotli::Decompressor::new(sent, 1 << 16).read_to_end(&mut file)?;
    Ok(file)
}

fn brotli(file: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let highest = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    brotli::BrotliCompress(&mut &*file, &mut packed, &highest)?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::{brotli, twin, unpack, whole};
    use std::path::Path;

    #[test]
    fn a_twin_is_the_file_in_fewer_bytes_beside_it() {
        let file = "Einwurf ".repeat(100).into_bytes();
        let packed = brotli(&file).unwrap();
        assert!(packed.len() < 60, "{}", packed.len());
        assert_eq!(unpack(&packed).unwrap(), file);
        assert!(unpack(&packed[..packed.len() - 3]).is_err(), "what was cut off is no file");
        let path = Path::new("r/0.1.0/widget.0a1b2c3d.wasm");
        assert_eq!(twin(path), Path::new("r/0.1.0/widget.0a1b2c3d.wasm.br"));
        assert_eq!((whole(&twin(path)).as_path(), whole(path).as_path()), (path, path));
    }
}
