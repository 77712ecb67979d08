//! What is to be known of a browser whose test failed, on a machine that nobody looks at.

use super::Browser;
use anyhow::Result;

/// Letters of a page that tell where somebody is.
const PAGE: usize = 2_000;

/// What libtest shows of a test that failed, and of no other: where the browser was, what stood there, and what its console
/// says.
impl Drop for Browser {
    fn drop(&mut self) {
        if !is_test() {
            return;
        }
        if std::thread::panicking() {
            let picture = self.screenshot(&failed()).map(|file| file.display().to_string());
            eprintln!("a picture: {}", picture.unwrap_or_else(|error| error.to_string()));
        }
        let or_why = |said: Result<String>| said.unwrap_or_else(|error| format!("({error:#})"));
        let stood: String = or_why(self.page_text()).chars().take(PAGE).collect();
        let console = or_why(self.console().map(|lines| lines.join("\n")));
        let (name, url) = (self.engine().name(), or_why(self.url()));
        eprintln!("{name} was at {url}; where it last was entered stood:\n{stood}\nits console:\n{console}");
    }
}

/// Whether this is a thread of libtest's, which are named after their test.
pub(crate) fn is_test() -> bool {
    std::thread::current().name().is_some_and(|name| name != "main")
}

/// Name of the picture of a test that fails.
pub(super) fn failed() -> String {
    format!("failed-{}", std::thread::current().name().unwrap_or_default().replace("::", "-"))
}
