//! What a page carries, weighed as the comparison with other widgets weighs it (`docs/page-weight.md`): every file by itself,
//! raw, with gzip 9 and with brotli 9.

use crate::paths;
use anyhow::{Context, Result};
use serde_json::Value;
use std::{fs, io::Write, ops::AddAssign, path::PathBuf};

/// Files and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// How many.
    pub files: u64,
    /// As they are.
    pub raw: u64,
    /// Compressed with gzip, level 9.
    pub gzip: u64,
    /// Compressed with brotli, quality 9.
    pub brotli: u64,
}

impl AddAssign for Weight {
    fn add_assign(&mut self, other: Self) {
        self.files += other.files;
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

impl Weight {
    /// Of one file.
    pub fn of(file: &[u8]) -> Result<Self> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(file)?;
        let mut brotli = Vec::new();
        let nine = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
        brotli::BrotliCompress(&mut &*file, &mut brotli, &nine)?;
        Ok(Self {
            files: 1,
            raw: u64::try_from(file.len())?,
            gzip: u64::try_from(gzip.finish()?.len())?,
            brotli: u64::try_from(brotli.len())?,
        })
    }

    /// Of several.
    pub fn sum<'a>(files: impl IntoIterator<Item = &'a Vec<u8>>) -> Result<Self> {
        let mut sum = Self::default();
        for file in files {
            sum += Self::of(file)?;
        }
        Ok(sum)
    }
}

/// Where a part of the last build's release lies, by its place in `release.json`.
pub fn part(pointer: &str) -> Result<PathBuf> {
    let release: Value = serde_json::from_slice(&fs::read(paths::dist().join("release.json"))?)?;
    let path = release
        .pointer(&format!("{pointer}/path"))
        .and_then(Value::as_str)
        .with_context(|| format!("the release has no {pointer}"))?;
    Ok(paths::dist().join(path.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::Weight;

    #[test]
    fn files_are_compressed_one_by_one() {
        let text = "Einwurf ".repeat(200);
        let one = Weight::of(text.as_bytes()).unwrap();
        assert_eq!((one.files, one.raw), (1, 1600));
        assert!(one.brotli < one.gzip && one.gzip < 100, "{one:?}");
        let two = Weight::sum(&vec![text.into_bytes(); 2]).unwrap();
        assert_eq!(two, Weight { files: 2, raw: 2 * one.raw, gzip: 2 * one.gzip, brotli: 2 * one.brotli });
        assert_eq!(Weight::sum(&[]).unwrap(), Weight::default());
    }
}
