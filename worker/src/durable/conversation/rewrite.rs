//! Getting erased bytes out of the raw storage. The runtime keeps the tables in an `SQLite` file with a write-ahead log and
//! zeroes nothing: what a transaction erased is still in the files for as long as nobody rewrites them.

use super::{
    super::sql::{Sql, Value, atomically, invoke, storage},
    Memory, aside,
};
use crate::fault::Fault;
use einwurf_protocol::{codec::hex, time::Timestamp};
use worker::{
    Env, State,
    js_sys::Promise,
    wasm_bindgen::{JsCast, JsValue},
    wasm_bindgen_futures::JsFuture,
};

/// Ends a statement: stands in none, since JSON escapes it.
pub(super) const END: char = '\u{1e}';

/// What stays of an object whose content is erased.
const LEFT: [&str; 4] = ["meta", "events", "erased", "outbox"];

/// Where the object's own tables are found, and what says their version.
pub(super) const OWN: &str = "FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT GLOB '_cf_*'
                              AND name NOT GLOB 'sqlite_*'";

/// Tables that are made when they are needed.
const LATER: &str = "('attachments', 'parts', 'noise')";

/// Removes the object's storage, files and all.
pub(super) async fn remove(state: &State) -> Result<(), Fault> {
    settle(clear(state).map_err(js)?).await
}

/// Removes the object's storage and writes back what is left, which holds nothing readable.
///
/// Nothing is awaited between removing and writing: the runtime carries out both when they are called, so that no other
/// request meets an empty object. A process that is killed in this moment leaves one all the same. That is why what is left
/// lies elsewhere before ([`aside`]).
pub(super) async fn rewrite(
    state: &State,
    env: &Env,
    memory: &Memory,
    until: Timestamp,
) -> Result<(), Fault> {
    memory.rewrites.set(true);
    let done = anew(state, env, until).await;
    memory.rewrites.set(false);
    done
}

async fn anew(state: &State, env: &Env, until: Timestamp) -> Result<(), Fault> {
    let sql = Sql::of(state);
    let left = left(&sql)?;
    aside::lay(state, env, until, &left).await?;
    // What others wrote meanwhile does not lie there: the alarm comes again.
    if self::left(&sql)? != left {
        return Ok(());
    }
    let cleared = clear(state).map_err(js)?;
    let written = atomically(state, |sql| {
        write(sql, &left)?;
        sql.run("UPDATE meta SET rewrite = NULL", Vec::new())
    });
    settle(cleared).await?;
    written
}

/// The statements that write what is left, each with [`END`].
fn left(sql: &Sql) -> Result<String, Fault> {
    let mut left = Vec::new();
    for made in sql.rows(&format!("SELECT sql {OWN} AND name NOT IN {LATER}"), Vec::new())? {
        left.push(format!("{}{END}", made.text(0)?));
    }
    for table in LEFT {
        for row in sql.rows(&format!("SELECT * FROM {table}"), Vec::new())? {
            let values = row.values().iter().map(literal).collect::<Result<Vec<_>, _>>()?;
            left.push(format!("INSERT INTO {table} VALUES ({}){END}", values.join(", ")));
        }
    }
    Ok(left.concat())
}

/// Carries them out, one by one: the runtime takes none that is longer than 100,000 bytes.
pub(super) fn write(sql: &Sql, left: &str) -> Result<(), Fault> {
    left.split(END)
        .filter(|statement| !statement.is_empty())
        .try_for_each(|statement| sql.run(statement, Vec::new()))
}

/// A value as a statement names it.
fn literal(value: &Value) -> Result<String, Fault> {
    match value {
        Value::Null => Ok("NULL".to_owned()),
        Value::Integer(value) => Ok(value.to_string()),
        Value::String(text) => Ok(format!("'{}'", text.replace('\'', "''"))),
        Value::Blob(bytes) => Ok(format!("x'{}'", hex(bytes))),
        _ => Err(Fault::Internal("a value of another kind")),
    }
}

/// `deleteAll` of the runtime, as the `worker` crate binds it, is only called once it is awaited.
fn clear(state: &State) -> Result<Promise, JsValue> {
    invoke(state.storage().as_raw().as_ref(), "deleteAll", &JsValue::UNDEFINED)?.dyn_into()
}

async fn settle(promise: Promise) -> Result<(), Fault> {
    JsFuture::from(promise).await.map(drop).map_err(js)
}

fn js(error: JsValue) -> Fault {
    storage(worker::Error::from(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_named_so_that_it_is_read_as_it_was() {
        let named = |value| literal(&value).ok();
        assert_eq!(named(Value::Null).as_deref(), Some("NULL"));
        assert_eq!(named(Value::Integer(-7)).as_deref(), Some("-7"));
        assert_eq!(named(Value::Blob(vec![0, 255])).as_deref(), Some("x'00ff'"));
        assert_eq!(named(Value::String("it's ''".to_owned())).as_deref(), Some("'it''s '''''"));
        assert_eq!(named(Value::Float(0.5)), None, "nothing of ours has a fraction");
    }
}
