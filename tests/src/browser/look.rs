//! What differs from browser to browser, and by what engine they show pages.

use anyhow::{Context, Result};
use std::env;

/// An engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, driven by chromedriver, which also speaks Chrome's own protocol.
    Chromium,
    /// Firefox, driven by geckodriver, which also speaks `WebDriver BiDi`.
    Firefox,
    /// `WebKitGTK`, driven by `WebKitWebDriver`, which speaks nothing but `WebDriver`.
    WebKit,
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// As `EINWURF_ENGINE` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|engine| engine.name() == name);
        found.with_context(|| format!("no engine `{name}`; engines are chromium, firefox and webkit"))
    }

    /// The one that `EINWURF_ENGINE` asks for, if it does.
    pub fn asked() -> Result<Option<Self>> {
        env::var("EINWURF_ENGINE").ok().map(|name| Self::named(&name)).transpose()
    }
}

/// What differs from browser to browser.
#[derive(Debug, Clone)]
pub struct Look {
    /// The engine; with none, the one that `EINWURF_ENGINE` asks for, else Chromium without what is around the page: the
    /// same engine in the same version, which starts in a third of the time.
    pub engine: Option<Engine>,
    /// Width and height of the viewport in CSS pixels.
    pub size: (u32, u32),
    /// `prefers-color-scheme: dark`.
    pub dark: bool,
    /// `Accept-Language` and `navigator.language`.
    pub language: &'static str,
    /// More flags for Chromium.
    pub flags: Vec<String>,
    /// A script that runs before any of the page's, in every document. `WebKit` has no place for one.
    pub first: String,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            engine: None,
            size: DESKTOP,
            dark: false,
            language: "de-DE",
            flags: Vec::new(),
            first: String::new(),
        }
    }
}

/// A desktop viewport.
pub const DESKTOP: (u32, u32) = (1280, 900);
/// A phone as most people have it.
pub const HAND: (u32, u32) = (390, 844);
/// The smallest phone that counts (WCAG 1.4.10).
pub const PHONE: (u32, u32) = (320, 640);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_known_by_its_name_and_no_other() -> Result<()> {
        for engine in Engine::ALL {
            assert_eq!(Engine::named(engine.name())?, engine);
        }
        let error = Engine::named("Firefox").expect_err("names are lower case").to_string();
        assert!(error.contains("`Firefox`") && error.contains("webkit"), "{error}");
        Ok(())
    }
}
