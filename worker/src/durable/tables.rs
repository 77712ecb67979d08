//! Versions of an object's tables. An object makes its tables once and keeps them for as long as it lives, while the relay
//! is updated: when it is first touched after that, before anything else reads or writes, its tables are made those of the
//! present build, or nothing of it is touched.
//!
//! A view says the version. Unlike a table it takes no page of its own, and its text is read with the names of the tables, so
//! that one query tells everything (the runtime allows no `PRAGMA user_version`).
//!
//! Whoever changes tables, or the form of what stands in a column: change the statements that make them, and their version;
//! append a [`Step`] that makes the same of the tables before; have the tests keep what the version before left
//! (`docs/testing.md`). A new column stands last, where `ALTER TABLE` puts it.

use super::sql::{Sql, atomically};
use crate::fault::Fault;
use std::cell::Cell;
use worker::State;

/// Makes tables of one version those of the next, inside a transaction.
pub(super) type Step = fn(&Tables, &Sql) -> Result<(), Fault>;

/// The tables of a class of objects.
pub(super) struct Tables {
    /// Whose they are, for the log.
    pub(super) class: &'static str,
    /// The step from version 0 to 1, from 1 to 2, and so on. Builds before versions said none: that is 0.
    pub(super) steps: &'static [Step],
}

/// What the statement that says the version begins with.
const SAYS: &str = "CREATE VIEW version AS SELECT ";

/// The statement that says it; empty if there are tables and none says a version; null if there are no tables. Those of the
/// runtime are not meant.
const FOUND: &str = "SELECT MAX(CASE name WHEN 'version' THEN sql ELSE '' END) FROM sqlite_master
                     WHERE name NOT GLOB '_cf_*'";

impl Tables {
    /// Makes sure that there are no tables, or those of this build. `known` remembers it while the object is in memory,
    /// since then nobody else changes them. 503 if a newer build or none of ours made them: then nothing is changed.
    pub(super) fn follow(&self, state: &State, known: &Cell<bool>) -> Result<(), Fault> {
        if known.get() {
            return Ok(());
        }
        let found = Sql::of(state).row(FOUND, Vec::new())?.filter(|found| !found.is_null(0));
        if let Some(found) = found {
            let missing = self.missing(found.text(0)?)?;
            if !missing.is_empty() {
                atomically(state, |sql| self.take(sql, missing))?;
            }
        }
        known.set(true);
        Ok(())
    }

    /// The steps that tables need which say this.
    fn missing(&self, said: &str) -> Result<&'static [Step], Fault> {
        let version =
            if said.is_empty() { Some(0) } else { said.strip_prefix(SAYS).and_then(|n| n.parse().ok()) };
        let version = version.and_then(|version: u64| usize::try_from(version).ok());
        let missing = version.and_then(|version| self.steps.get(version..));
        missing.ok_or_else(|| self.unknown(said.trim_start_matches(SAYS)))
    }

    /// All of them, and the version that they lead to.
    fn take(&self, sql: &Sql, steps: &[Step]) -> Result<(), Fault> {
        steps.iter().try_for_each(|step| step(self, sql))?;
        sql.run(&format!("DROP VIEW IF EXISTS version; {SAYS}{}", self.steps.len()), Vec::new())
    }

    /// The first step: tables that say no version are of the first if they were made by its statements.
    pub(super) fn first(&self, sql: &Sql, statements: &[&str]) -> Result<(), Fault> {
        let made = sql.rows("SELECT sql FROM sqlite_master", Vec::new())?;
        let is_made =
            |statement: &&str| made.iter().any(|row| row.text(0).is_ok_and(|sql| sql == *statement));
        // All but the last one, which says the version.
        let (_, statements) = statements.split_last().unwrap_or((&"", &[]));
        if statements.iter().all(is_made) { Ok(()) } else { Err(self.unknown("")) }
    }

    fn unknown(&self, version: &str) -> Fault {
        let (class, known) = (self.class, self.steps.len());
        Fault::Configuration(format!(
            "tables of {class} have version “{version}”, this build knows those up to {known}; nothing was changed"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::{conversation, inbox, proof};

    fn is_said<'s>(tables: &Tables, statements: impl IntoIterator<Item = &'s str>) {
        let said: Vec<_> =
            statements.into_iter().filter_map(|statement| statement.strip_prefix(SAYS)).collect();
        assert_eq!(said, [tables.steps.len().to_string()], "{}", tables.class);
    }

    #[test]
    fn what_makes_tables_says_their_version() {
        is_said(&conversation::schema::TABLES, conversation::schema::SCHEMA);
        is_said(&inbox::TABLES, inbox::statements());
        is_said(&proof::TABLES, proof::SCHEMA);
    }

    const THREE: Tables = Tables { class: "a test", steps: &[|_, _| Ok(()), |_, _| Ok(()), |_, _| Ok(())] };

    #[test]
    fn what_is_behind_takes_the_steps_that_are_missing() {
        for (said, steps) in [("", 3), ("1", 2), ("2", 1), ("3", 0)] {
            let said = if said.is_empty() { String::new() } else { [SAYS, said].concat() };
            assert_eq!(THREE.missing(&said).unwrap().len(), steps, "{said}");
        }
    }

    #[test]
    fn what_is_ahead_or_unknown_is_the_operators_and_says_so() {
        for (version, said) in [("4", "“4”"), ("-1", "“-1”"), ("1, 2", "“1, 2”"), ("", "“”"), ("x", "“x”")]
        {
            let Err(Fault::Configuration(text)) = THREE.missing(&[SAYS, version].concat()) else {
                panic!("{version} is known")
            };
            assert!(text.contains(said) && text.contains("a test") && text.contains("up to 3"), "{text}");
        }
        assert!(THREE.missing("CREATE TABLE version (n)").is_err());
    }
}
