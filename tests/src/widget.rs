//! The widget as a visitor uses it: what to find on its screens, in the frame that [`Stage::open_widget`] enters.

use crate::{seed, world::Stage};
use anyhow::{Context, Result};
use einwurf_protocol::{api::path, notice::Register};
use serde_json::Value;
use std::{collections::BTreeMap, fs};

/// The box without which nothing is agreed to.
pub const BOX: &str = ".foot .tick input[type=checkbox]";
/// "Agree and write".
pub const AGREE: &str = ".foot .pair .equal:nth-of-type(1)";
/// "Do not agree".
pub const DECLINE: &str = ".foot .pair .equal:nth-of-type(2)";
/// The field of the message.
pub const TEXT: &str = "#text";
/// "Seal and send".
pub const SEND: &str = ".foot button.main";
/// "Try now".
pub const RETRY: &str = ".pair button.main";
/// "Back to the text", while waiting.
pub const EDIT: &str = ".pair button.quiet";
/// The close button.
pub const CLOSE: &str = "header .close";
/// The postmark, shown only when the relay acknowledged.
pub const POSTMARK: &str = ".mark-time";
/// "Write another message".
pub const ANOTHER: &str = ".foot.pair button:nth-of-type(1)";

/// The button that leads to withdrawing, in every state from consent on.
pub const WITHDRAW: &str = "nav .withdraw";
/// "My data".
pub const DATA: &str = "nav button:nth-of-type(2)";
/// "Receipt".
pub const RECEIPT: &str = "nav button:nth-of-type(3)";
/// The button that withdraws, and its equal that does not.
pub const YES: &str = ".foot.pair .equal:nth-of-type(1)";
/// Back from the question of withdrawing.
pub const NO: &str = ".foot.pair .equal:nth-of-type(2)";
/// "See the conversation", beside [`ANOTHER`].
pub const SEE: &str = ".foot.pair button:nth-of-type(2)";
/// The one button below a screen.
pub const BELOW: &str = "main > .foot > button";

/// The words of one register.
#[derive(Debug, Clone)]
pub struct Words(BTreeMap<String, Value>);

impl Words {
    /// Those of the widget.
    pub fn of(register: Register) -> Result<Self> {
        let file = xtask::paths::root().join(format!("languages/{register}.json"));
        let mut whole: BTreeMap<String, Value> = serde_json::from_slice(&fs::read(file)?)?;
        Ok(Self(serde_json::from_value(whole.remove("widget").context("no texts of the widget")?)?))
    }

    /// A text up to its first placeholder.
    pub fn start(&self, key: &str) -> Result<String> {
        let text = self.0.get(key).and_then(Value::as_str).with_context(|| format!("no text {key}"))?;
        Ok(text.split('{').next().unwrap_or_default().trim_end().to_owned())
    }
}

impl Stage {
    /// Waits for the consent screen, ticks and agrees.
    pub fn agree(&self) -> Result<()> {
        self.browser.click_on(BOX)?;
        self.browser.click_on(AGREE)?;
        self.browser.wait_for(TEXT).map(drop)
    }

    /// Waits until the frame has its second part, which it fetches once the notice shows: from then on it asks for nothing
    /// before somebody agrees.
    pub fn whole(&self) -> Result<()> {
        self.fetched(&[&seed::release()?.widget_rest.path])
    }

    /// Waits until the frame has what it asks for when somebody has agreed: from then on it asks for nothing by itself.
    pub fn provided(&self) -> Result<()> {
        self.fetched(&[path::TICKETS, path::STATUS])
    }

    /// Waits until the document that is entered has the answers to these requests, whatever they say.
    fn fetched(&self, paths: &[&str]) -> Result<()> {
        let paths = Value::from(paths);
        self.browser.until(&format!(
            "{paths}.every((path) => performance.getEntriesByType('resource').some(({{ name }}) => name.endsWith(path)))"
        ))
    }

    /// Types a message and sends it.
    pub fn send(&self, text: &str) -> Result<()> {
        self.browser.type_into(TEXT, text)?;
        self.browser.click_on(SEND)
    }

    /// Waits until the relay's acknowledgement shows; answers the sentence with its time.
    pub fn arrived(&self) -> Result<String> {
        self.browser.wait_for(POSTMARK)?;
        let heading = self.browser.find("main h1")?;
        self.browser.text(&heading)
    }

    /// From the notice to a message that the relay took, and back to the page.
    pub fn tell(&self, text: &str) -> Result<()> {
        self.agree()?;
        self.send(text)?;
        self.arrived()?;
        self.browser.leave()
    }

    /// Waits until the page of the frame says `text`.
    pub fn says(&self, text: &str) -> Result<()> {
        self.browser.until(&format!("document.body.innerText.includes({})", Value::from(text)))
    }

    /// What stands in the message field.
    pub fn draft(&self) -> Result<String> {
        let field = self.browser.wait_for(TEXT)?;
        let value = self.browser.of(&field, "return arguments[0].value;")?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Requests to the relay so far, as `METHOD /path`, without preflights and the tunnel of a live connection.
    pub fn relay_requests(&self) -> Vec<String> {
        let asked = self.proxy.asked_of(&self.world.relay.host());
        let asked = asked.iter().filter(|asked| asked.method != "OPTIONS" && asked.method != "CONNECT");
        asked.map(|asked| format!("{} {}", asked.method, asked.path)).collect()
    }

    /// Requests to the relay that carry something there. A ticket carries nothing; that none is drawn before consent,
    /// `journey_work.rs` proves.
    pub fn relay_posts(&self) -> Vec<String> {
        let carries = |asked: &String| !asked.starts_with("GET ") && !asked.ends_with(path::TICKETS);
        self.relay_requests().into_iter().filter(carries).collect()
    }
}
