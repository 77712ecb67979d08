//! What a notice may not say, in words for whoever wrote it.

use crate::texts::Pick;
use einwurf_protocol::lint::{Finding, Rule};

/// Id of the list, so that the focus can go there.
pub const FINDINGS: &str = "findings";

/// What is wrong, with a place for the words at fault (`{said}`).
pub fn sentence(rule: Rule) -> Pick {
    match rule {
        Rule::Forbidden => |t| &t.finding_forbidden,
        Rule::Mixed => |t| &t.finding_mixed,
        Rule::ConsentWord => |t| &t.finding_consent,
        Rule::TooLong => |t| &t.finding_long,
        Rule::Hard => |t| &t.finding_hard,
        Rule::Open => |t| &t.finding_open,
    }
}

/// The form's own words that stand in a text of the notice, which is where to look for them.
pub fn written_in(finding: &Finding) -> Pick {
    match finding.field.as_str() {
        "facts.controller" => |t| &t.finding_in_controller,
        "facts.recipients" | "details.processors" => |t| &t.finding_in_recipients,
        "facts.transfer" => |t| &t.finding_in_transfer,
        "facts.rights" => |t| &t.finding_in_rights,
        field if field.starts_with("summary") => |t| &t.finding_in_recipients,
        _ => |t| &t.finding_in_text,
    }
}
