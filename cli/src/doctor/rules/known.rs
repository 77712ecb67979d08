//! Programs known by what they leave in a page: chat buttons, optimisers, cookie blockers. Names of attributes are those
//! that the makers document or that their published source reads.

use crate::doctor::page::{Page, Tag};

/// How a program shows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trace {
    /// In the address of a script, frame or style sheet.
    Source(&'static str),
    /// A class, or the beginning of one if it ends with `*`.
    Class(&'static str),
    Id(&'static str),
    /// An attribute; of this value, unless that is empty.
    Attribute(&'static str, &'static str),
    /// The type of a script contains it.
    Type(&'static str),
    /// In the text of a script.
    Code(&'static str),
}

use Trace::{Attribute, Class, Code, Id, Source, Type};

/// A chat or share button.
#[derive(Debug)]
pub(crate) struct Button {
    pub(crate) name: &'static str,
    pub(crate) traces: &'static [Trace],
}

/// Opens WhatsApp and nothing else.
pub(crate) const BUTTONS: &[Button] = &[
    Button {
        name: "Joinchat",
        traces: &[
            Class("joinchat"),
            Class("joinchat__*"),
            Class("whatsappme*"),
            Source("creame-whatsapp-me"),
        ],
    },
    Button {
        name: "Click to Chat",
        traces: &[
            Class("ht-ctc"),
            Class("ht-ctc-*"),
            Id("ht-ctc-chat"),
            Source("click-to-chat-for-whatsapp"),
        ],
    },
    Button {
        name: "Social Chat (QuadLayers)",
        traces: &[
            Class("qlwapp"),
            Class("qlwapp-*"),
            Class("qlwapp__*"),
            Id("qlwapp"),
            Source("wp-whatsapp-chat"),
        ],
    },
    Button { name: "WP Chat App", traces: &[Source("/plugins/wp-whatsapp/"), Class("wa__btn_popup*")] },
    Button {
        name: "Floating WhatsApp",
        traces: &[Class("floating-wpp*"), Source("floating-wpp"), Code("floatingWhatsApp(")],
    },
    Button { name: "Chaty", traces: &[Class("chaty-whatsapp*"), Class("Whatsapp-channel")] },
    Button {
        name: "Elfsight WhatsApp Chat",
        traces: &[Class("elfsight-whatsapp*"), Class("eapps-whatsapp*")],
    },
    Button {
        name: "Wati",
        traces: &[
            Source("watiWidget.js"),
            Code("watiWidget.js"),
            Source("wati-integration"),
            Code("CreateWhatsappChatWidget"),
        ],
    },
];

/// Passes the page on by WhatsApp.
pub(crate) const SHARES: &[Button] = &[
    Button { name: "AddToAny", traces: &[Class("a2a_button_whatsapp")] },
    Button { name: "AddThis", traces: &[Class("addthis_button_whatsapp")] },
    Button { name: "ShareThis", traces: &[Attribute("data-network", "whatsapp")] },
    Button { name: "Jetpack", traces: &[Class("share-jetpack-whatsapp")] },
];

/// Opens one or several services, WhatsApp often among them.
pub(crate) const MAYBE: &[Button] = &[
    Button {
        name: "GetButton",
        traces: &[
            Class("wh-widget-send-button*"),
            Id("wh-widget-send-button"),
            Source("getbutton.io"),
            Source("whatshelp.io"),
            Code("WhWidgetSendButton"),
        ],
    },
    Button {
        name: "Chaty",
        traces: &[Source("/plugins/chaty/"), Source("chaty-front"), Class("chaty-widget*")],
    },
    Button { name: "Elfsight", traces: &[Class("elfsight-app-*"), Source("elfsight.com/p")] },
    Button { name: "Callbell", traces: &[Code("callbellSettings"), Source("callbell.eu")] },
    Button {
        name: "respond.io",
        traces: &[Source("cdn.respond.io"), Id("respondio__widget"), Code("cdn.respond.io")],
    },
    Button { name: "Tidio", traces: &[Source("code.tidio.co")] },
];

/// What keeps a program's hands off the snippet.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Keep {
    /// An attribute of this value, or of any if it is empty.
    Attribute(&'static str, &'static str),
    /// A class.
    Class(&'static str),
    /// An exception in the program's own settings.
    Setting,
    /// It touches only what is marked for it.
    Unmarked,
}

impl Keep {
    /// As it is written into the tag.
    pub(crate) fn written(self) -> Option<String> {
        match self {
            Self::Attribute(name, "") => Some(name.to_owned()),
            Self::Attribute(name, value) => Some(format!("{name}=\"{value}\"")),
            Self::Class(name) => Some(format!("class=\"{name}\"")),
            Self::Setting | Self::Unmarked => None,
        }
    }

    /// Whether a tag has it.
    pub(crate) fn on(self, tag: &Tag) -> bool {
        match self {
            Self::Attribute(name, value) => {
                tag.get(name).is_some_and(|own| value.is_empty() || own.eq_ignore_ascii_case(value))
            }
            Self::Class(name) => tag.classes().any(|class| class == name),
            Self::Setting => false,
            Self::Unmarked => true,
        }
    }
}

impl Keep {
    /// Whether a tag asks to be left alone, in so many words.
    pub(crate) fn on_strictly(self, tag: &Tag) -> bool {
        !matches!(self, Self::Unmarked) && self.on(tag)
    }
}

/// A program that stops or moves scripts.
#[derive(Debug)]
pub(crate) struct Stopper {
    pub(crate) name: &'static str,
    /// It is at work on every script of the page.
    pub(crate) sure: &'static [Trace],
    /// It is there, and may be.
    pub(crate) near: &'static [Trace],
    /// How a script looks that it turned off.
    pub(crate) off: &'static [Trace],
    pub(crate) keep: Keep,
}

/// Programs that delay, join or rewrite scripts.
pub(crate) const OPTIMISERS: &[Stopper] = &[
    Stopper {
        name: "Cloudflare Rocket Loader",
        sure: &[Source("rocket-loader.min.js"), Type("-text/javascript"), Type("-module")],
        near: &[],
        off: &[Type("-text/javascript"), Type("-module")],
        keep: Keep::Attribute("data-cfasync", "false"),
    },
    Stopper {
        name: "WP Rocket",
        sure: &[Type("rocketlazyloadscript"), Code("RocketLazyLoadScripts")],
        near: &[Source("/plugins/wp-rocket/"), Source("/cache/min/")],
        off: &[Type("rocketlazyloadscript"), Attribute("data-rocket-src", "")],
        keep: Keep::Attribute("nowprocket", ""),
    },
    Stopper {
        name: "LiteSpeed Cache",
        sure: &[Type("litespeed/javascript"), Source("/litespeed/js/")],
        near: &[Source("/plugins/litespeed-cache/"), Source("/litespeed/css/")],
        off: &[Type("litespeed/javascript")],
        keep: Keep::Attribute("data-no-optimize", "1"),
    },
    Stopper {
        name: "Autoptimize",
        sure: &[Source("autoptimize_")],
        near: &[Source("/cache/autoptimize/"), Source("/plugins/autoptimize/")],
        off: &[],
        keep: Keep::Attribute("data-noptimize", "1"),
    },
    Stopper {
        name: "Jetpack Boost",
        sure: &[Source("/_jb_static/")],
        near: &[Source("/boost-cache/"), Source("/plugins/jetpack-boost/")],
        off: &[],
        keep: Keep::Attribute("data-jetpack-boost", "ignore"),
    },
    Stopper {
        name: "NitroPack",
        sure: &[Type("nitropack/"), Source("nitrocdn.com"), Code("NITROPACK")],
        near: &[Source("/plugins/nitropack/")],
        off: &[Type("nitropack/")],
        keep: Keep::Attribute("nitro-exclude", ""),
    },
    Stopper {
        name: "PageSpeed module",
        sure: &[Type("text/psajs"), Attribute("data-pagespeed-orig-type", "")],
        near: &[],
        off: &[Type("text/psajs")],
        keep: Keep::Attribute("data-pagespeed-no-defer", ""),
    },
    Stopper {
        name: "Speed Optimizer (SiteGround)",
        sure: &[Source("siteground-optimizer-combined-js")],
        near: &[Source("siteground-optimizer")],
        off: &[],
        keep: Keep::Setting,
    },
    Stopper {
        name: "Perfmatters",
        sure: &[Type("pmdelayedscript"), Attribute("data-pmdelayedscript", ""), Code("pmDelayedScripts")],
        near: &[Source("/plugins/perfmatters/")],
        off: &[Type("pmdelayedscript"), Attribute("data-pmdelayedscript", "")],
        keep: Keep::Setting,
    },
    Stopper {
        name: "Flying Scripts",
        sure: &[],
        near: &[Id("flying-scripts")],
        off: &[Attribute("data-type", "lazy")],
        keep: Keep::Setting,
    },
];

/// Programs that keep scripts back until somebody agrees to cookies.
pub(crate) const BLOCKERS: &[Stopper] = &[
    Stopper {
        name: "Cookiebot",
        sure: &[Attribute("data-blockingmode", "auto")],
        near: &[Source("consent.cookiebot.com"), Source("consent.cookiebot.eu"), Id("Cookiebot")],
        off: &[Attribute("data-cookieconsent", "")],
        keep: Keep::Attribute("data-cookieconsent", "ignore"),
    },
    Stopper {
        name: "consentmanager",
        sure: &[Source("consentmanager.net/delivery/autoblocking"), Source("cookieblock.min.js")],
        near: &[Source("consentmanager.net")],
        off: &[Attribute("data-cmp-vendor", ""), Attribute("data-cmp-purpose", "")],
        keep: Keep::Attribute("data-cmp-ab", "1"),
    },
    Stopper {
        name: "OneTrust",
        sure: &[Source("otautoblock.js")],
        near: &[Source("otsdkstub.js")],
        off: &[Class("optanon-category-*")],
        keep: Keep::Attribute("data-ot-ignore", ""),
    },
    Stopper {
        name: "Usercentrics",
        sure: &[Source("/autoblocker.js")],
        near: &[
            Source("uc-block.bundle.js"),
            Source("app.usercentrics.eu"),
            Source("web.cmp.usercentrics.eu"),
        ],
        off: &[Attribute("data-usercentrics", "")],
        keep: Keep::Attribute("data-uc-allowed", "true"),
    },
    Stopper {
        name: "iubenda",
        sure: &[Source("iubenda.com/autoblocking")],
        near: &[Source("iubenda_cs.js")],
        off: &[Class("_iub_cs_activate*")],
        keep: Keep::Class("_iub_cs_skip"),
    },
    Stopper {
        name: "Borlabs Cookie",
        sure: &[],
        near: &[
            Source("borlabs-cookie"),
            Id("BorlabsCookieBox"),
            Attribute("data-borlabs-cookie-script-blocker-id", ""),
        ],
        off: &[
            Attribute("data-borlabs-cookie-script-blocker-id", ""),
            Attribute("data-borlabs-cookie-script-blocker-src", ""),
        ],
        keep: Keep::Attribute("data-borlabs-cookie-script-blocker-ignore", ""),
    },
    Stopper {
        name: "Complianz",
        sure: &[],
        near: &[Source("complianz-gdpr"), Class("cmplz-cookiebanner"), Id("cmplz-cookiebanner-container")],
        off: &[Class("cmplz-*"), Attribute("data-cmplz-src", "")],
        keep: Keep::Setting,
    },
    Stopper {
        name: "CookieYes",
        sure: &[],
        near: &[Source("cdn-cookieyes.com"), Source("/plugins/cookie-law-info/")],
        off: &[Type("javascript/blocked")],
        keep: Keep::Attribute("data-cookieyes", "cookieyes-necessary"),
    },
    Stopper {
        name: "Real Cookie Banner",
        sure: &[],
        near: &[Source("real-cookie-banner"), Attribute("consent-required", "")],
        off: &[Attribute("consent-required", ""), Attribute("consent-original-src-_", "")],
        keep: Keep::Attribute("consent-skip-blocker", "1"),
    },
    Stopper {
        name: "Klaro",
        sure: &[],
        near: &[Source("klaro"), Code("klaroConfig")],
        off: &[Attribute("data-type", "application/javascript")],
        keep: Keep::Unmarked,
    },
    Stopper {
        name: "Didomi",
        sure: &[],
        near: &[Source("sdk.privacy-center.org"), Code("didomiConfig")],
        off: &[Type("didomi/javascript")],
        keep: Keep::Unmarked,
    },
];

impl Trace {
    /// Whether a tag shows it.
    pub(crate) fn on(self, tag: &Tag) -> bool {
        let has =
            |value: Option<&str>, part: &str| value.is_some_and(|it| it.to_ascii_lowercase().contains(part));
        match self {
            Source(part) => {
                let loads = matches!(tag.name.as_str(), "script" | "iframe" | "link");
                let part = part.to_ascii_lowercase();
                loads
                    && ["src", "href", "data-src", "data-rocket-src"]
                        .iter()
                        .any(|name| has(tag.get(name), &part))
            }
            Class(name) => match name.strip_suffix('*') {
                Some(start) => tag.classes().any(|class| class.starts_with(start)),
                None => tag.classes().any(|class| class == name),
            },
            Id(id) => tag.get("id") == Some(id),
            Attribute(name, value) => {
                tag.get(name).is_some_and(|own| value.is_empty() || own.eq_ignore_ascii_case(value))
            }
            Type(part) => tag.name == "script" && has(tag.get("type"), part),
            Code(_) => false,
        }
    }

    /// Where a page shows it first.
    pub(crate) fn within(self, page: &Page) -> Option<(Option<&Tag>, usize)> {
        if let Code(part) = self {
            return page
                .scripts()
                .find_map(|(tag, at)| page.slice(&at).find(part).map(|found| (tag, at.start + found)));
        }
        page.tags().find(|tag| self.on(tag)).map(|tag| (Some(tag), tag.at.start))
    }
}
