//! What is in no source and in no built file: whatever would leech an address book, lead to a foreign messenger, invent a
//! person or hurry somebody.

use anyhow::{Context, Result};
use einwurf_protocol::notice::Register;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What people see or run: sources of the apps, of the pages, of mails and papers, and the built release.
const PARTS: [&str; 5] = ["widget/src", "inbox/src", "www", "languages", "worker/src/mail"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() { files(&path, found)? } else { found.push(path) }
    }
    Ok(())
}

/// What a file says to people and machines: comments and tests of a Rust source say nothing to either.
fn spoken(file: &Path) -> Result<String> {
    let text = String::from_utf8_lossy(&fs::read(file)?).to_lowercase();
    if file.extension().is_none_or(|end| end != "rs") {
        return Ok(text);
    }
    let tests = ["#[cfg(test)]\nmod tests {", "#[cfg(test)]\npub(crate) mod tests {"];
    let end = tests.iter().filter_map(|tests| text.find(tests)).min().unwrap_or(text.len());
    let code = text.get(..end).unwrap_or_default();
    Ok(code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n"))
}

/// The part that cleans PDF documents says nothing to anybody, and has the dictionary of RFC 7932, which is full of words.
fn is_dictionary(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("attach_pdf."))
}

fn is_test(file: &Path) -> bool {
    file.file_stem().is_some_and(|name| name == "tests")
        || file.components().any(|part| part.as_os_str() == "tests")
}

/// Files with one of `words` in them, in small or capital letters.
fn having(words: &[&str]) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for part in PARTS {
        files(&xtask::paths::root().join(part), &mut all)?;
    }
    files(&xtask::paths::dist(), &mut all)?;
    assert!(all.len() > 150, "only {} files", all.len());
    let mut found = Vec::new();
    for file in all.into_iter().filter(|file| !is_test(file) && !is_dictionary(file)) {
        let text = spoken(&file)?;
        let hits = words.iter().filter(|word| text.contains(&word.to_lowercase()));
        found.extend(hits.map(|word| format!("{}: {word}", file.display())));
    }
    Ok(found)
}

const NONE: Vec<String> = Vec::new();

#[test]
fn dp_21_nothing_asks_for_contacts_shares_or_writes_a_card() -> Result<()> {
    let words = [
        "navigator.contacts",
        "contactsmanager",
        "contact-picker",
        ".canshare",
        "share_target",
        "text/vcard",
        "begin:vcard",
        ".vcf",
        "freunde einladen",
        "invite friends",
        "invite your friends",
        "weiterempfehlen",
        "recommend us",
    ];
    assert_eq!(having(&words)?, NONE);
    // A visitor may hand their own private link to an app of their device; nothing else is ever shared.
    let sharing = having(&["navigator.share"])?;
    let only_widget = |found: &String| found.contains("/widget.") && found.contains(".js: ");
    assert!(!sharing.is_empty() && sharing.iter().all(only_widget), "{sharing:?}");
    Ok(())
}

#[test]
fn dp_22_nothing_leads_to_a_foreign_messenger() -> Result<()> {
    let words = [
        "wa.me",
        "whatsapp.com",
        "whatsapp:/",
        "telegram",
        "t.me/",
        "m.me/",
        "messenger.com",
        "signal.me",
        "viber",
        "wechat",
        "line.me",
        "threema.id",
        "discord",
        "intent://",
        "sms:",
        "skype:",
    ];
    // The launcher knows links of a page that begin a chat there, to open the window in their place; it leads nowhere.
    let launcher = |found: &String| found.contains("/launcher/main.js: ") || found.contains("/launcher.");
    let leading: Vec<String> = having(&words)?.into_iter().filter(|found| !launcher(found)).collect();
    assert_eq!(leading, NONE);
    let source = fs::read_to_string(xtask::paths::root().join("www/launcher/main.js"))?;
    let naming = source.lines().filter(|line| words.iter().any(|word| line.contains(word)));
    let naming: Vec<&str> = naming.collect();
    let selects = |line: &&str| {
        let known = line.replace("[href*=\"//wa.me/\"]", "").replace("[href*=\"whatsapp.com/message\"]", "");
        line.trim_start().starts_with("'[href*=") && !words.iter().any(|word| known.contains(word))
    };
    assert!(naming.len() == 1 && naming.iter().all(selects), "{naming:?}");
    // The demo's pages tell why there is no such button any more, and the staff's app how to replace one; nothing that
    // visitors get even names one.
    let named = having(&["whatsapp"])?;
    let places = ["/www/demo/", "/www/launcher/", "/inbox/src/", "/inbox-", "/inbox.", "/languages/"];
    let may = |found: &String| launcher(found) || places.iter().any(|place| found.contains(place));
    assert!(named.iter().all(may), "{named:?}");
    for register in Register::ALL {
        let path = xtask::paths::root().join("languages").join(format!("{register}.json"));
        let sections: BTreeMap<String, Value> = serde_json::from_slice(&fs::read(path)?)?;
        let naming =
            sections.iter().filter(|(_, texts)| texts.to_string().to_lowercase().contains("whatsapp"));
        let naming: Vec<&str> = naming.map(|(name, _)| name.as_str()).collect();
        // The automatic answer that a company gives there stands with what it prints.
        assert_eq!(naming, ["inbox", "poster"], "{register}");
    }
    Ok(())
}

#[test]
fn dp_19_nobody_is_invented_and_nobody_is_hurried() -> Result<()> {
    let words = [
        "is typing",
        "tippt gerade",
        "schreibt gerade",
        "agents left",
        "agents available",
        "nur noch heute",
        "only today",
        "avatar",
        "gravatar",
        "wartende vor ihnen",
        "people are waiting",
        "jetzt online",
        "online now",
    ];
    assert_eq!(having(&words)?, NONE);
    Ok(())
}

#[test]
fn dp_18_nothing_makes_a_sound_counts_on_a_badge_or_pushes() -> Result<()> {
    let words = [
        "setappbadge",
        "new audio",
        "audiocontext",
        "new notification",
        "navigator.vibrate",
        "speechsynthesis",
        "vibrate:",
        "renotify",
    ];
    assert_eq!(having(&words)?, NONE);
    // Members can have their own device tell them that something waits; nothing that visitors get can ask for that.
    let pushes =
        ["notification.requestpermission", "pushmanager", "serviceworker.register", "shownotification"];
    let places = ["/inbox/src/effects/push.rs: ", "/www/push/", "/dist/push/", "/inbox."];
    let others =
        having(&pushes)?.into_iter().filter(|found| !places.iter().any(|place| found.contains(place)));
    assert_eq!(others.collect::<Vec<_>>(), NONE);
    Ok(())
}
