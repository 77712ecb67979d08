//! What was found: data that [`super::tell`] puts into sentences.

use super::page::{Page, Tag, cut};
use serde::Serialize;

/// How much it matters; the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Weight {
    /// Visitors would not get the button, or not the widget behind it.
    Stops,
    /// The page promises confidentiality and gives it away at this place.
    Promise,
    /// Worth a look.
    Hint,
}

impl Weight {
    /// The name in the texts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stops => "stops",
            Self::Promise => "promise",
            Self::Hint => "hint",
        }
    }
}

macro_rules! rules {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// What is looked for. The names stand in the JSON and in the texts; `docs/doctor.en.md` lists them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub(crate) enum Rule {
            $(#[serde(rename = $name)] $variant,)+
        }

        impl Rule {
            /// All of them.
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name in the JSON and in the texts.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

rules! {
    HttpPage = "http-page",
    HttpRedirect = "http-redirect",
    CspBlocks = "csp-blocks",
    CspNonce = "csp-nonce",
    CspTrustedTypes = "csp-trusted-types",
    CspSandbox = "csp-sandbox",
    SnippetOff = "snippet-off",
    SnippetAttribute = "snippet-attribute",
    SnippetPin = "snippet-pin",
    SnippetRelay = "snippet-relay",
    SnippetIntegrity = "snippet-integrity",
    RelaySilent = "relay-silent",
    ManifestRefused = "manifest-refused",
    Optimiser = "optimiser",
    Blocker = "blocker",
    WhatsappLink = "whatsapp-link",
    WhatsappData = "whatsapp-data",
    WhatsappShare = "whatsapp-share",
    WhatsappPlugin = "whatsapp-plugin",
    WhatsappMark = "whatsapp-mark",
    WhatsappPhone = "whatsapp-phone",
    MixedContent = "mixed-content",
    HttpForm = "http-form",
    SnippetContact = "snippet-contact",
    SnippetFile = "snippet-file",
    SnippetForeign = "snippet-foreign",
    WhatsappReplaced = "whatsapp-replaced",
    WhatsappMaybe = "whatsapp-maybe",
    WhatsappPrivacy = "whatsapp-privacy",
    WhatsappWord = "whatsapp-word",
    CspNarrow = "csp-narrow",
    CspPresent = "csp-present",
    PermissionsPolicy = "permissions-policy",
    OptimiserNear = "optimiser-near",
    BlockerNear = "blocker-near",
    MixedPicture = "mixed-picture",
    SnippetDoor = "snippet-door",
    SnippetTwice = "snippet-twice",
    SnippetMissing = "snippet-missing",
    LookContrast = "look-contrast",
    RedirectElsewhere = "redirect-elsewhere",
}

/// One thing at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) rule: Rule,
    pub(crate) weight: Weight,
    /// Address of the page, or path in the folder.
    pub(crate) source: String,
    /// From 1; none if it is the page as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<usize>,
    /// The element, as a style sheet would name it, or the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) element: Option<String>,
    /// What stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) excerpt: Option<String>,
    /// The program, attribute or directive that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) culprit: Option<String>,
    /// What to write, where it can be said to the letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fix: Option<String>,
}

impl Finding {
    /// About a source as a whole.
    pub(crate) fn of(rule: Rule, weight: Weight, source: &str) -> Self {
        Self {
            rule,
            weight,
            source: source.to_owned(),
            line: None,
            element: None,
            excerpt: None,
            culprit: None,
            fix: None,
        }
    }

    /// At an offset of a page.
    pub(crate) fn at(rule: Rule, weight: Weight, page: &Page, offset: usize) -> Self {
        Self { line: Some(page.line(offset)), ..Self::of(rule, weight, &page.name) }
    }

    /// At a tag of a page.
    pub(crate) fn tag(rule: Rule, weight: Weight, page: &Page, tag: &Tag) -> Self {
        Self { element: Some(tag.selector()), ..Self::at(rule, weight, page, tag.at.start) }
    }

    pub(crate) fn element(self, element: impl Into<String>) -> Self {
        Self { element: Some(element.into()), ..self }
    }

    pub(crate) fn excerpt(self, excerpt: &str) -> Self {
        Self { excerpt: Some(cut(excerpt.trim(), 100)), ..self }
    }

    pub(crate) fn culprit(self, culprit: impl Into<String>) -> Self {
        Self { culprit: Some(culprit.into()), ..self }
    }

    pub(crate) fn fix(self, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..self }
    }
}
