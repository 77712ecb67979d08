//! Updates of the relay: what builds before stored is read, delivered and goes on; what a newer build stored is left alone.

#[path = "updates/fixture.rs"]
mod fixture;
#[path = "updates/life.rs"]
mod life;
#[path = "updates/make.rs"]
mod make;

use anyhow::{Context, Result, ensure};
use einwurf_protocol::api::{header, path};
use einwurf_tests::{
    files::Sealed,
    folder::Folder,
    live::Live,
    pace,
    random::Seeded,
    stored::{copied, sqlite},
    world::World,
};
use fixture::{CLASSES, Past, Storage, VERSION};
use life::{is_delivered, lives, reads_the_same};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    time::Duration,
};

/// The newest stored fixture.
fn newest() -> Result<PathBuf> {
    fixture::all()?.pop().context("no stored fixture")
}

/// A new site of the present build with a conversation that has a file, which makes every table that there is.
fn fresh(name: &str) -> Result<World> {
    let world = World::quiet(name)?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let file = Sealed::of(10)?;
    visitor.open_with("Hallo", &[file])?;
    world.staff(&site)?.count(1)?;
    Ok(world)
}

/// What the present build makes, by its class.
fn made(name: &str, query: &str) -> Result<BTreeMap<&'static str, BTreeSet<String>>> {
    let mut world = fresh(name)?;
    world.relay.kill()?;
    Storage(world.relay.storage_folder()).ask(query)
}

#[test]
fn what_earlier_builds_stored_reads_the_same_is_delivered_and_goes_on() -> Result<()> {
    for fixture in fixture::all()? {
        let past = Past::open("update", &fixture)?;
        lives(past).with_context(|| fixture.display().to_string())?;
    }
    Ok(())
}

#[test]
fn tables_that_say_no_version_take_the_step_to_the_first() -> Result<()> {
    let fixture = newest()?;
    let past = Past::open_changed("update-first", &fixture, |storage| storage.each("DROP VIEW version;"))?;
    lives(past)
}

/// A version that no build knows yet.
fn newer(storage: &Storage<'_>) -> Result<()> {
    for class in CLASSES {
        storage.say(class, |version| version + 1)?;
    }
    Ok(())
}

/// Nobody is served by what the storage of conversations and site has.
fn nobody_is_served(past: &Past) -> Result<()> {
    let site = [(header::SITE, past.fixture.site.as_str())];
    past.http.get(path::MANIFEST, &site)?.is_away()?;
    past.http.post_empty(path::RECOVERY_START, &site)?.is_away()?;
    ensure!(past.members().is_err());
    for kept in past.fixture.conversations.values() {
        let (token, site) = (kept.token()?, past.fixture.site.as_str());
        let headers = kept.headers(site, &token);
        for path in [path::EVENTS, path::RECEIPT, path::DATA, path::ATTACHMENTS] {
            past.http.get(path, &headers)?.is_away()?;
        }
    }
    Ok(())
}

/// Waits until the alarm of an object of each of these classes has failed so often.
fn alarms(past: &Past, class: &str, times: usize) -> Result<()> {
    let failed = format!("alarm: wrong configuration: tables of {class} have version");
    pace::until("alarms", || Ok((past.world.relay.log().matches(&failed).count() >= times).then_some(())))
}

/// What a database says, the runtime's own table aside, and whether that has changed, too.
fn said(storage: &Storage<'_>) -> Result<BTreeMap<PathBuf, [Vec<u8>; 3]>> {
    let mut said = BTreeMap::new();
    for database in CLASSES.iter().flat_map(|class| storage.objects(class)) {
        let copy = Folder::new("said")?;
        let there = copy.path().join("copy.sqlite");
        copied(&database, &there)?;
        let tables = String::from_utf8(sqlite(&there, ".dump")?)?;
        let (runtimes, ours): (Vec<_>, Vec<_>) =
            tables.lines().partition(|line| line.contains("_cf_METADATA"));
        let name = database.strip_prefix(storage.0)?.to_owned();
        said.insert(name, [ours.join("\n").into(), runtimes.join("\n").into(), fs::read(&database)?]);
    }
    Ok(said)
}

/// Nothing of ours has changed, and no byte at all where no alarm was set again. How many such files there are.
fn is_left_alone(
    before: &BTreeMap<PathBuf, [Vec<u8>; 3]>,
    after: &BTreeMap<PathBuf, [Vec<u8>; 3]>,
) -> Result<usize> {
    ensure!(before.keys().eq(after.keys()), "other objects");
    let mut whole = 0;
    for ((name, [ours, runtimes, bytes]), [ours_now, runtimes_now, bytes_now]) in
        before.iter().zip(after.values())
    {
        ensure!(ours == ours_now, "{} says something else", name.display());
        if runtimes == runtimes_now {
            ensure!(bytes == bytes_now, "{} has other bytes", name.display());
            whole += 1;
        }
    }
    Ok(whole)
}

#[test]
fn what_a_newer_build_stored_is_left_alone_and_goes_on_when_that_build_is_back() -> Result<()> {
    let mut before = BTreeMap::new();
    let mut past = Past::open_changed("update-newer", &newest()?, |storage| {
        newer(storage)?;
        before = said(storage)?;
        Ok(())
    })?;
    nobody_is_served(&past)?;
    alarms(&past, "a conversation", 2)?;
    alarms(&past, "a site", 2)?;
    past.world.relay.kill()?;
    let whole = is_left_alone(&before, &said(&past.storage())?)?;
    ensure!(whole > 0, "an alarm of every object");
    ensure!(past.receiver.answer(200)?.is_empty() && past.world.smtp()?.taken().is_empty(), "told by whom?");
    for class in CLASSES {
        past.storage().say(class, |version| version - 1)?;
    }
    past.world.relay.restart()?;
    lives(past)
}

#[test]
fn what_a_relay_refuses_that_was_set_back_is_taken_when_the_newer_one_is_back() -> Result<()> {
    let mut world = World::quiet("update-back")?;
    let site = world.site()?;
    let (mut visitor, mut other) = (world.visitor(&site)?, world.visitor(&site)?);
    visitor.open("Vorher.")?;
    world.staff(&site)?.count(1)?;
    let ticket = other.ticket()?.ticket;
    let (event, first) = (visitor.seal("Nachher.")?, other.opening(other.seal("Neu hier.")?));
    world.relay.kill()?;
    newer(&Storage(world.relay.storage_folder()))?;
    world.relay.restart()?;
    visitor.append(&event)?.is_away()?;
    other.post_open(&ticket, &first)?.is_away()?;
    let asked = Live::ask(&world.http(), path::LIVE, &visitor.protocols()?, &[])?;
    asked.err().context("a connection")?.is_away()?;
    world.relay.kill()?;
    for class in CLASSES {
        Storage(world.relay.storage_folder()).say(class, |version| version - 1)?;
    }
    world.relay.restart()?;
    visitor.append(&event)?.ok()?;
    other.post_open(&ticket, &first)?.ok()?;
    let staff = world.staff(&site)?;
    staff.count(2)?;
    assert_eq!(staff.texts(visitor.address.as_deref().context("an address")?)?, ["Vorher.", "Nachher."]);
    Ok(())
}

#[test]
fn a_step_for_which_there_is_no_space_changes_nothing_and_is_taken_when_there_is() -> Result<()> {
    let mut before = BTreeMap::new();
    let past = Past::open_changed("update-full", &newest()?, |storage| {
        storage.each("DROP VIEW version;")?;
        before = said(storage)?;
        Ok(())
    })?;
    let machine = past.machine()?;
    machine.disk_is_full(true)?;
    let kept = past.kept("fresh")?;
    let (token, site) = (kept.token()?, past.fixture.site.as_str());
    let ask = || past.http.get(path::EVENTS, &kept.headers(site, &token));
    ask()?.is_away()?;
    let [conversations, ..] = CLASSES;
    let after = said(&past.storage())?;
    let steps = before
        .iter()
        .filter(|(name, [ours, ..])| name.starts_with(conversations) && after[*name][0] != *ours);
    // The alarm of the one that owes something came before the disk was full, or not.
    ensure!(steps.count() <= 1);
    machine.disk_is_full(false)?;
    pace::until("space", || Ok((ask()?.status == 200).then_some(())))?;
    lives(past)
}

#[test]
fn what_is_owed_to_proofs_of_a_newer_build_waits_for_it() -> Result<()> {
    let [_, _, proofs] = CLASSES;
    let newer = |storage: &Storage<'_>| storage.say(proofs, |version| version + 1);
    let mut past = Past::open_changed("update-proofs", &newest()?, newer)?;
    let staff = past.members()?;
    let [admin, _] = &staff;
    admin.count(past.fixture.conversations.len())?;
    let kept = past.kept("owed")?;
    admin.proof_of(&kept.address)?.is_away()?;
    past.visitor(kept)?.get(path::RECEIPT)?.is_away()?;
    assert_eq!(admin.texts(&kept.address)?, kept.staff.clone().unwrap_or_default());
    past.world.relay.kill()?;
    past.storage().say(proofs, |version| version - 1)?;
    past.world.relay.restart()?;
    lives(past)
}

#[test]
fn tables_of_no_version_that_are_not_the_first_ones_are_left_alone() -> Result<()> {
    let [conversations, ..] = CLASSES;
    let rename = |storage: &Storage<'_>, from: &str, to: &str| {
        let rename = format!("ALTER TABLE meta RENAME COLUMN {from} TO {to};");
        storage.objects(conversations).iter().try_for_each(|object| sqlite(object, &rename).map(drop))
    };
    let mut before = BTreeMap::new();
    let mut past = Past::open_changed("update-unknown", &newest()?, |storage| {
        storage.each("DROP VIEW version;")?;
        rename(storage, "answered", "replied")?;
        before = said(storage)?;
        Ok(())
    })?;
    let kept = past.kept("fresh")?;
    past.visitor(kept)?.get(path::EVENTS)?.is_away()?;
    alarms(&past, "a conversation", 2)?;
    past.world.relay.kill()?;
    let inbox_went_on = |name: &PathBuf| !name.starts_with(conversations);
    let mut after = said(&past.storage())?;
    before.retain(|name, _| !inbox_went_on(name));
    after.retain(|name, _| !inbox_went_on(name));
    is_left_alone(&before, &after)?;
    rename(&past.storage(), "replied", "answered")?;
    past.world.relay.restart()?;
    lives(past)
}

/// Kills in the middle of steps.
const KILLS: u64 = 8;
/// The statement that says the version, if any does.
const SAID: &str = "SELECT COALESCE(MAX(sql), '') FROM sqlite_master WHERE name = 'version';";

#[test]
fn a_kill_in_the_middle_of_a_step_leaves_the_tables_before_it_or_those_after_it() -> Result<()> {
    let mut seeded = Seeded::from_environment();
    println!("EINWURF_SEED={}", seeded.seed());
    let fixture = newest()?;
    let mut past =
        Past::open_changed("update-kills", &fixture, |storage| storage.each("DROP VIEW version;"))?;
    let present = made("update-kills-made", VERSION)?;
    for _ in 0..KILLS {
        let (http, wait) = (past.world.http(), Duration::from_micros(seeded.below(30_000)));
        let (site, relay) = (past.fixture.site.as_str(), &mut past.world.relay);
        std::thread::scope(|scope| -> Result<()> {
            for kept in past.fixture.conversations.values() {
                let (http, token) = (http.clone(), kept.token()?);
                scope.spawn(move || drop(http.get(path::EVENTS, &kept.headers(site, &token))));
            }
            // Any moment of what they begin.
            std::thread::sleep(wait);
            relay.kill()
        })?;
        for (class, answers) in past.storage().ask(SAID)? {
            let expected: BTreeSet<_> =
                present[class].iter().map(|version| version.trim().to_owned()).collect();
            for answer in answers.iter().map(|answer| answer.trim()) {
                let version = answer.trim_start_matches("CREATE VIEW version AS SELECT ");
                ensure!(version.is_empty() || expected.contains(version), "{class}: {answer}");
            }
        }
        past.storage().each("DROP VIEW IF EXISTS version;")?;
        past.world.relay.restart()?;
    }
    lives(past)
}

/// A line for each table with its columns in their order, and for each index.
const COLUMNS: &str = "SELECT made.name || ': ' || group_concat(col.name || ' ' || col.type || ' ' || col.\"notnull\" || ' '
      || COALESCE(col.dflt_value, '-') || ' ' || col.pk, ', ')
    FROM sqlite_master AS made JOIN pragma_table_xinfo(made.name) AS col
    WHERE made.type = 'table' AND made.name NOT GLOB '_cf_*' AND made.name NOT GLOB 'sqlite_*' GROUP BY made.name
  UNION ALL SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL;";

/// Lines of all objects of a class.
fn lines(answers: &BTreeMap<&'static str, BTreeSet<String>>) -> BTreeMap<&'static str, BTreeSet<String>> {
    let of = |answers: &BTreeSet<String>| {
        answers.iter().flat_map(|answer| answer.lines()).map(str::to_owned).collect()
    };
    answers.iter().map(|(class, answers)| (*class, of(answers))).collect()
}

#[test]
fn tables_that_took_steps_are_those_that_are_made_today_column_by_column() -> Result<()> {
    let (versions, columns) = (made("update-versions", VERSION)?, lines(&made("update-columns", COLUMNS)?));
    ensure!(columns.values().all(|lines| lines.len() > 4), "{columns:?}");
    for fixture in fixture::all()? {
        let mut past = Past::open("update-columns", &fixture)?;
        let staff = past.members()?;
        reads_the_same(&past, &staff)?;
        is_delivered(&mut past, &staff[0])?;
        past.world.relay.kill()?;
        assert_eq!(past.storage().ask(VERSION)?, versions, "{}", fixture.display());
        assert_eq!(lines(&past.storage().ask(COLUMNS)?), columns, "{}", fixture.display());
    }
    Ok(())
}

#[test]
fn the_present_form_of_the_tables_has_a_stored_fixture() -> Result<()> {
    let present = made("update-present", VERSION)?;
    let all = fixture::all()?;
    let newest = all.last().map(|newest| fixture::unpack("update-newest", newest)).transpose()?;
    let stored = newest.as_ref().map(|newest| Storage(newest.path()).ask(VERSION)).transpose()?;
    if stored.as_ref() != Some(&present) && std::env::var_os("EINWURF_BLESS").is_some() {
        return make::make(&fixture::folder().join((all.len() + 1).to_string()));
    }
    assert_eq!(stored, Some(present), "EINWURF_BLESS=1 makes one");
    Ok(())
}
