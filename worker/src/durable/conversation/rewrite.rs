//! Getting erased bytes out of the raw storage. The runtime keeps the tables in an `SQLite` file with a write-ahead log and
//! zeroes nothing: what a transaction erased is still in the files for as long as nobody rewrites them.

use super::super::sql::{Row, Sql, Value, atomically, storage};
use super::schema::SCHEMA;
use crate::fault::Fault;
use worker::{
    State,
    js_sys::{Function, Promise, Reflect},
    wasm_bindgen::{JsCast, JsValue},
    wasm_bindgen_futures::JsFuture,
};

/// What stays of an object whose content is erased.
const LEFT: [&str; 4] = ["meta", "events", "erased", "outbox"];

/// Removes the object's storage, files and all.
pub(super) async fn remove(state: &State) -> Result<(), Fault> {
    settle(clear(state).map_err(js)?).await
}

/// Removes the object's storage and writes back what is left, which holds nothing readable.
///
/// Nothing is awaited between removing and writing: the runtime carries out both when they are called, so that no other
/// request meets an empty object. Were the process killed in this moment, all readable would be gone as well, and what
/// is left with it: the visitor would get 401 in place of 410, and what is owed would not be delivered. That is why the
/// debts are paid before, as long as their receivers can be reached.
pub(super) async fn rewrite(state: &State) -> Result<(), Fault> {
    let sql = Sql::of(state);
    let read = |table: &'static str| {
        let rows = sql.rows(&format!("SELECT * FROM {table}"), Vec::new())?;
        Ok((table, rows.into_iter().map(Row::values).collect()))
    };
    let left = LEFT.into_iter().map(read).collect::<Result<Vec<_>, Fault>>()?;
    let cleared = clear(state).map_err(js)?;
    let written = atomically(state, |sql| write(sql, left));
    settle(cleared).await?;
    written
}

fn write(sql: &Sql, left: Vec<(&'static str, Vec<Vec<Value>>)>) -> Result<(), Fault> {
    SCHEMA.iter().try_for_each(|statement| sql.run(statement, Vec::new()))?;
    for (table, rows) in left {
        for row in rows {
            let marks = vec!["?"; row.len()].join(", ");
            sql.run(&format!("INSERT INTO {table} VALUES ({marks})"), row)?;
        }
    }
    sql.run("UPDATE meta SET rewrite = NULL", Vec::new())
}

/// `deleteAll` of the runtime, as the `worker` crate binds it, is only called once it is awaited.
fn clear(state: &State) -> Result<Promise, JsValue> {
    let storage = state.storage();
    let storage: &JsValue = storage.as_raw().as_ref();
    let method: Function = Reflect::get(storage, &"deleteAll".into())?.dyn_into()?;
    method.call0(storage)?.dyn_into()
}

async fn settle(promise: Promise) -> Result<(), Fault> {
    JsFuture::from(promise).await.map(drop).map_err(js)
}

fn js(error: JsValue) -> Fault {
    storage(worker::Error::from(error))
}
