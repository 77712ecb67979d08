//! The accessibility tree of each state as text: role, name and states, indented as it is nested. The files in `tests/trees`
//! are read by people as a screen reader would read them out; `EINWURF_BLESS=1` writes them anew.

use crate::tour::ax;
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
};

/// Roles that say nothing by themselves; what is below them counts.
const SILENT: [&str; 9] = [
    "none",
    "generic",
    "InlineTextBox",
    "ListMarker",
    "RootWebArea",
    "LineBreak",
    "LabelText",
    "Legend",
    "paragraph",
];
/// Roles whose content is their value.
const WHOLE: [&str; 3] = ["textbox", "searchbox", "combobox"];
/// Controls: the words of their labels are their names.
const NAMED: [&str; 7] = ["textbox", "searchbox", "combobox", "checkbox", "radio", "button", "slider"];
/// States that are told; a `false` is not.
const TOLD: [&str; 13] = [
    "level",
    "checked",
    "expanded",
    "pressed",
    "selected",
    "disabled",
    "required",
    "invalid",
    "readonly",
    "modal",
    "hasPopup",
    "multiselectable",
    "current",
];
/// How live regions are told unless they say otherwise.
const IMPLIED: [(&str, &str); 3] = [("status", "polite"), ("log", "polite"), ("alert", "assertive")];
/// States whose value is always worth a word.
const BOTH: [&str; 3] = ["checked", "expanded", "pressed"];

struct Tree<'a> {
    nodes: BTreeMap<&'a str, &'a Value>,
    names: BTreeSet<String>,
    lines: Vec<String>,
}

/// The lines of what `Accessibility.getFullAXTree` answers.
pub(super) fn lines(answer: &Value) -> Result<Vec<String>> {
    let nodes = answer.get("nodes").and_then(Value::as_array).context("no tree")?;
    let root = nodes.iter().find(|node| node.get("parentId").is_none()).context("no root")?;
    let controls = nodes.iter().filter(|node| NAMED.contains(&ax(node, "role").as_str()));
    let names = controls.map(|node| tidy(&ax(node, "name"))).collect();
    let nodes = nodes.iter().filter_map(|node| Some((node.get("nodeId")?.as_str()?, node))).collect();
    let mut tree = Tree { nodes, names, lines: Vec::new() };
    tree.walk(root, 0, "");
    Ok(tree.lines)
}

impl<'a> Tree<'a> {
    /// `above` is the name of the nearest node that was told: text that says the same is not told twice.
    fn walk(&mut self, node: &'a Value, depth: usize, above: &str) {
        let (role, name) = (ax(node, "role"), ax(node, "name"));
        let ignored = node.get("ignored").and_then(Value::as_bool) == Some(true);
        let mut said = above.to_owned();
        let mut below = depth;
        if role == "StaticText" && !ignored {
            let text = tidy(&name);
            if !text.is_empty() && !above.contains(&text) && !self.names.contains(&text) {
                self.lines.push(format!("{:depth$}“{text}”", "", depth = depth * 2));
            }
            return;
        }
        if !ignored && !SILENT.contains(&role.as_str()) {
            said = tidy(&name);
            self.lines.push(format!("{:depth$}{}", "", line(node, &role, &said), depth = depth * 2));
            below += 1;
            if WHOLE.contains(&role.as_str()) {
                return;
            }
        }
        let kids = node.get("childIds").and_then(Value::as_array).into_iter().flatten();
        for kid in kids.filter_map(Value::as_str) {
            if let Some(kid) = self.nodes.get(kid).copied() {
                self.walk(kid, below, &said);
            }
        }
    }
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line(node: &Value, role: &str, name: &str) -> String {
    let mut line = role.to_owned();
    if !name.is_empty() {
        let _ = write!(line, " “{name}”");
    }
    let value = tidy(&ax(node, "value"));
    if !value.is_empty() {
        let start: String = value.chars().take(40).collect();
        let _ = write!(line, " = “{start}”");
    }
    let description = tidy(&ax(node, "description"));
    if !description.is_empty() {
        let _ = write!(line, " described “{description}”");
    }
    for property in node.get("properties").and_then(Value::as_array).into_iter().flatten() {
        let name = property.get("name").and_then(Value::as_str).unwrap_or_default();
        let value = ax(property, "value");
        let implied = IMPLIED.contains(&(role, value.as_str()));
        if name == "live" && !implied && ["status", "alert", "log"].contains(&role) {
            let _ = write!(line, " live={value}");
        }
        if TOLD.contains(&name)
            && (name != "level" || role == "heading")
            && (BOTH.contains(&name) || value != "false")
            && !value.is_empty()
        {
            let _ = write!(line, " {name}={value}");
        }
    }
    line
}

/// Compares the trees of an app with those that somebody has read, or writes them if `EINWURF_BLESS` is set. Answers what
/// differs.
pub fn compare(app: &str, trees: &BTreeMap<String, Vec<String>>) -> Result<Vec<String>> {
    let trees = &folded(trees);
    let file = xtask::paths::root().join(format!("tests/trees/{app}.txt"));
    if env::var_os("EINWURF_BLESS").is_some() {
        let mut text = String::new();
        for (state, lines) in trees {
            let _ = write!(text, "# {state}\n{}\n\n", lines.join("\n"));
        }
        fs::create_dir_all(file.parent().context("no folder")?)?;
        fs::write(&file, text)?;
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(&file).unwrap_or_default();
    let read = read(&text);
    let mut wrong = Vec::new();
    let none = Vec::new();
    for state in
        read.keys().map(String::as_str).chain(trees.keys().map(String::as_str)).collect::<BTreeSet<_>>()
    {
        let (before, now) = (read.get(state).unwrap_or(&none), trees.get(state).unwrap_or(&none));
        wrong.extend(difference(before, now).into_iter().map(|line| format!("{state}: {line}")));
    }
    if !wrong.is_empty() {
        wrong.push("what is said aloud has changed; if it is meant, run this test with EINWURF_BLESS=1 and read the difference".to_owned());
    }
    Ok(wrong)
}

/// What was told in a state before, word for word, is not told again: "as in" that state.
fn folded(trees: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let mut told: BTreeMap<Vec<&str>, &str> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for (state, lines) in trees {
        let (mut kept, mut at) = (Vec::new(), 0);
        while let Some(line) = lines.get(at) {
            let depth = |line: &str| line.len() - line.trim_start().len();
            let own = depth(line);
            let end = lines.iter().skip(at + 1).position(|next| depth(next) <= own);
            let end = end.map_or(lines.len(), |length| at + 1 + length);
            let part: Vec<&str> =
                lines.get(at..end).unwrap_or_default().iter().filter_map(|line| line.get(own..)).collect();
            match told.get(&part) {
                Some(before) if part.len() > 3 && before != state => {
                    kept.push(format!("{line} … as in {before}"));
                    at = end;
                }
                _ => {
                    told.entry(part).or_insert(state);
                    kept.push(line.clone());
                    at += 1;
                }
            }
        }
        all.insert(state.clone(), kept);
    }
    all
}

fn read(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut state = String::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("# ") {
            name.clone_into(&mut state);
            found.entry(state.clone()).or_default();
        } else if let Some(lines) = found.get_mut(&state) {
            lines.push(line.to_owned());
        }
    }
    found
}

/// Lines that only one of them has.
fn difference(before: &[String], now: &[String]) -> Vec<String> {
    if before == now {
        return Vec::new();
    }
    let gone = before.iter().filter(|line| !now.contains(line)).map(|line| format!("- {}", line.trim()));
    let new = now.iter().filter(|line| !before.contains(line)).map(|line| format!("+ {}", line.trim()));
    let found: Vec<String> = gone.chain(new).collect();
    if found.is_empty() { vec!["the order or number of nodes".to_owned()] } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tree_is_told_without_what_says_nothing_and_no_text_twice() {
        let role = |role: &str| json!({ "value": role });
        let answer = json!({ "nodes": [
            { "nodeId": "1", "role": role("RootWebArea"), "name": { "value": "Einwurf" }, "childIds": ["2", "5"] },
            { "nodeId": "2", "parentId": "1", "role": role("generic"), "childIds": ["3"] },
            { "nodeId": "3", "parentId": "2", "role": role("heading"), "name": { "value": "Good  morning" },
              "properties": [{ "name": "level", "value": { "value": 1 } }], "childIds": ["4"] },
            { "nodeId": "4", "parentId": "3", "role": role("StaticText"), "name": { "value": "Good morning" } },
            { "nodeId": "5", "parentId": "1", "role": role("button"), "name": { "value": "Go" },
              "properties": [{ "name": "expanded", "value": { "value": false } }, { "name": "disabled", "value": { "value": false } }] },
        ] });
        assert_eq!(lines(&answer).unwrap(), ["heading “Good morning” level=1", "button “Go” expanded=false"]);
    }

    #[test]
    fn what_was_told_before_is_named_and_what_differs_in_it_is_told_in_full() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let frame = "banner\n  a\n  b\n  c\nmain\n  x";
        let other = "banner\n  a\n  b\n  c\nmain\n  y";
        let third = "banner\n  a\n  b\n  d\nmain\n  x";
        let trees =
            [("1", frame), ("2", other), ("3", third)].map(|(state, text)| (state.to_owned(), lines(text)));
        let folded = folded(&trees.into());
        assert_eq!(folded["1"], lines(frame));
        assert_eq!(folded["2"], ["banner … as in 1", "main", "  y"]);
        assert_eq!(folded["3"], lines(third));
    }

    #[test]
    fn what_was_read_is_compared_state_by_state_and_a_new_order_is_seen() {
        let text = "# one\na\nb\n\n# two\nc\n";
        let before = read(text);
        assert_eq!(before.keys().collect::<Vec<_>>(), ["one", "two"]);
        let lines = |all: &[&str]| all.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        assert_eq!(difference(&before["one"], &lines(&["a", "b"])), Vec::<String>::new());
        assert_eq!(difference(&before["one"], &lines(&["a", "x"])), ["- b", "+ x"]);
        assert_eq!(difference(&before["one"], &lines(&["b", "a"])), ["the order or number of nodes"]);
    }
}
