//! The document of the relay's API, as a file that the relay serves.

use crate::{packed, paths};
use anyhow::Result;
use std::{fs, path::PathBuf};

/// Where it lies among the relay's files: below the API, so that no other path leads to it.
pub(super) const FILE: &str = "v1/openapi.json";
/// The same as it travels.
pub(super) const TWIN: &str = "v1/openapi.json.br";

/// Writes it, if it says something else than before.
pub(super) fn write() -> Result<()> {
    let document = einwurf_protocol::openapi::document(env!("CARGO_PKG_VERSION"));
    let text = serde_json::to_string(&document)?;
    let file = file();
    let twin = packed::twin(&file);
    if twin.is_file() && fs::read_to_string(&file).is_ok_and(|written| written == text) {
        return Ok(());
    }
    fs::create_dir_all(paths::dist().join("v1"))?;
    // Without a twin of what it said before, also if this ends halfway.
    if twin.is_file() {
        fs::remove_file(&twin)?;
    }
    fs::write(&file, text)?;
    packed::pack(&file)
}

fn file() -> PathBuf {
    paths::dist().join(FILE)
}

#[cfg(test)]
mod tests {
    use super::{FILE, TWIN, file};
    use crate::{packed, paths};
    use einwurf_protocol::api::path;

    #[test]
    fn the_document_lies_where_its_route_says() {
        assert_eq!(path::OPENAPI, format!("/{FILE}"));
        assert_eq!(packed::twin(&file()), paths::dist().join(TWIN));
    }
}
