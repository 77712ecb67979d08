//! Every state of the widget and of the inbox from their galleries, also those that a journey seldom meets (A11-01 to A11-06).
//! Each state is seen in English and in one further register, in both themes, at 320 px, by keyboard, and in one of four
//! changes that people make to a page; the whole table takes minutes and runs when `EINWURF_GALLERY=all` is set.

use anyhow::{Result, ensure};
use einwurf_tests::gallery::{Gallery, Shown, compare};
use std::{collections::BTreeMap, env};
use xtask::build::{App, INBOX, WIDGET};

/// The register whose accessibility trees were read.
const READ: &str = "en";
/// What people change.
const CHANGES: [fn(&mut Shown<'_>) -> Result<()>; 4] =
    [|shown| shown.spaced(), |shown| shown.enlarged(), |shown| shown.forced(), |shown| shown.still()];

/// All that is wrong with a state in a register.
fn judge(gallery: &Gallery, state: &str, register: &str, turns: &[usize]) -> Result<Vec<String>> {
    let mut shown = gallery.show(state, register)?;
    shown.axe()?;
    shown.at_320()?;
    for change in turns.iter().filter_map(|at| CHANGES.get(*at)) {
        change(&mut shown)?;
    }
    if env::var_os("EINWURF_PICTURES").is_some() {
        shown.pictures()?;
    }
    Ok(shown.faults())
}

/// Everything that is wrong with an app. `EINWURF_GALLERY` asks for the whole table, or for the states that begin so.
fn walk(app: App) -> Result<()> {
    let name = app.name;
    let gallery = Gallery::open(app)?;
    let asked = env::var("EINWURF_GALLERY").unwrap_or_default();
    let only = if asked == "all" { "" } else { asked.as_str() };
    let others: Vec<&String> = gallery.registers.iter().filter(|register| *register != READ).collect();
    ensure!(gallery.states.len() > 50 && !others.is_empty(), "{} states", gallery.states.len());
    let (mut trees, mut wrong) = (BTreeMap::new(), Vec::new());
    for (place, state) in gallery.states.iter().enumerate().filter(|(_, state)| state.starts_with(only)) {
        let whole = !asked.is_empty();
        let turns: Vec<usize> =
            if whole { (0..CHANGES.len()).collect() } else { vec![place % CHANGES.len()] };
        let mut shown = gallery.show(state, READ)?;
        trees.insert(state.clone(), shown.tree()?);
        shown.keyboard()?;
        wrong.extend(shown.faults());
        for (at, register) in others.iter().enumerate() {
            if whole || at == place % others.len() {
                wrong.extend(judge(&gallery, state, register, &turns)?);
            }
        }
        if whole {
            wrong.extend(judge(&gallery, state, READ, &turns)?);
        }
    }
    if only.is_empty() {
        wrong.extend(compare(name, &trees)?);
    }
    wrong.sort();
    ensure!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

#[test]
fn a11_01_a11_02_a11_04_a11_05_a11_06_every_state_of_the_widget_is_for_everybody() -> Result<()> {
    walk(WIDGET)
}

#[test]
fn a11_01_a11_02_a11_04_a11_05_a11_06_every_state_of_the_inbox_is_for_everybody() -> Result<()> {
    walk(INBOX)
}
