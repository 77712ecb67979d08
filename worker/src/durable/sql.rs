//! `SQLite` of a durable object: rows as values, also for whom they are about, and transactions.

use crate::{disclosure::Disclosed, fault::Fault};
use einwurf_protocol::codec::to_base64url;
use serde::{Serialize, de::DeserializeOwned};
use worker::{
    SqlStorage, SqlStorageValue, State,
    js_sys::{Function, Number, Reflect},
    wasm_bindgen::{JsCast, JsValue, closure::ScopedClosure},
};

/// A value of a row or of a `?`.
pub(super) type Value = SqlStorageValue;

/// A time or a count as `SQLite` keeps it. Times lie far below 2^53.
pub(super) fn int(value: u64) -> Value {
    Value::Integer(i64::try_from(value).unwrap_or(i64::MAX).min(9_007_199_254_740_991))
}

/// Bytes.
pub(super) fn blob(bytes: &[u8]) -> Value {
    Value::Blob(bytes.to_vec())
}

/// A value as JSON text.
pub(super) fn json(value: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_string(value).map(Value::String).map_err(|_| Fault::Internal("json"))
}

/// Storage did not do what it was asked. The messages of `SQLite` name tables, never values.
#[allow(clippy::needless_pass_by_value, reason = "stands in `map_err`")]
pub(super) fn storage(error: worker::Error) -> Fault {
    Fault::Unavailable(format!("storage: {error}"))
}

/// A row of an answer; columns are read by their place.
#[derive(Debug)]
pub(super) struct Row(Vec<Value>);

impl Row {
    fn at(&self, column: usize) -> &Value {
        self.0.get(column).unwrap_or(&Value::Null)
    }

    pub(super) fn value(&self, column: usize) -> Value {
        self.at(column).clone()
    }

    /// The whole row, to be written elsewhere.
    pub(super) fn values(self) -> Vec<Value> {
        self.0
    }

    pub(super) fn is_null(&self, column: usize) -> bool {
        *self.at(column) == Value::Null
    }

    pub(super) fn int(&self, column: usize) -> Result<u64, Fault> {
        match self.at(column) {
            Value::Integer(value) => u64::try_from(*value).map_err(|_| Fault::Internal("stored number")),
            _ => Err(Fault::Internal("stored number")),
        }
    }

    pub(super) fn text(&self, column: usize) -> Result<&str, Fault> {
        match self.at(column) {
            Value::String(text) => Ok(text),
            _ => Err(Fault::Internal("stored text")),
        }
    }

    pub(super) fn blob(&self, column: usize) -> Result<&[u8], Fault> {
        match self.at(column) {
            Value::Blob(bytes) => Ok(bytes),
            _ => Err(Fault::Internal("stored bytes")),
        }
    }

    pub(super) fn array<const N: usize>(&self, column: usize) -> Result<[u8; N], Fault> {
        self.blob(column)?.try_into().map_err(|_| Fault::Internal("stored bytes"))
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T, Fault> {
        einwurf_protocol::json::typed(self.text(column)?.as_bytes())
            .map_err(|_| Fault::Internal("stored json"))
    }
}

/// Adds the columns of some rows by `<table>.<column>`.
pub(super) fn add(stored: &mut Disclosed, table: &str, columns: &[&str], rows: &[Row]) {
    for (place, column) in columns.iter().enumerate() {
        let values: Vec<_> = rows.iter().filter_map(|row| shown(&row.value(place))).collect();
        if !values.is_empty() {
            stored.insert(format!("{table}.{column}"), values);
        }
    }
}

/// A stored value as text; bytes in base64url, nothing where there is nothing.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Boolean(value) => Some(value.to_string()),
        Value::Integer(value) => Some(value.to_string()),
        // The runtime knows how: nothing of ours has a fraction.
        Value::Float(value) => Number::from(*value).to_string_with_radix(10).ok().map(String::from),
        Value::String(value) => Some(value.clone()),
        Value::Blob(value) => Some(to_base64url(value)),
    }
}

/// The SQL door of an object, and whether its tables are known to be there.
#[derive(Debug, Clone)]
pub(super) struct Sql(SqlStorage, bool);

impl Sql {
    pub(super) fn of(state: &State) -> Self {
        Self(state.storage().sql(), false)
    }

    /// All tables are there, and none is ever dropped: nobody needs to ask again.
    pub(super) fn made(self, made: bool) -> Self {
        Self(self.0, made)
    }

    /// Every row of a query.
    pub(super) fn rows(&self, query: &str, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
        let cursor = self.0.exec(query, values).map_err(storage)?;
        cursor.raw().map(|row| row.map(Row).map_err(storage)).collect()
    }

    /// The first row of a query.
    pub(super) fn row(&self, query: &str, values: Vec<Value>) -> Result<Option<Row>, Fault> {
        Ok(self.rows(query, values)?.into_iter().next())
    }

    /// A statement without an answer.
    pub(super) fn run(&self, query: &str, values: Vec<Value>) -> Result<(), Fault> {
        self.0.exec(query, values).map(drop).map_err(storage)
    }

    /// Whether a table exists: an object that was never written to has none.
    pub(super) fn has(&self, table: &str) -> Result<bool, Fault> {
        if self.1 {
            return Ok(true);
        }
        let query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";
        Ok(self.row(query, vec![table.into()])?.is_some())
    }
}

/// Runs `body` in one transaction: all of its writes, or none when it fails.
pub(super) fn atomically<T>(state: &State, body: impl FnOnce(&Sql) -> Result<T, Fault>) -> Result<T, Fault> {
    let (mut body, mut outcome) = (Some(body), None);
    let thrown = transaction(state, &mut |sql| {
        outcome = body.take().map(|body| body(sql));
        matches!(outcome, Some(Ok(_)))
    });
    match (outcome, thrown) {
        (Some(Err(fault)), _) => Err(fault),
        (Some(Ok(value)), Ok(())) => Ok(value),
        (_, Err(error)) => Err(storage(error)),
        (None, Ok(())) => Err(Fault::Internal("transaction")),
    }
}

/// `transactionSync` is not bound by the `worker` crate. One for all bodies: each would be code of its own.
fn transaction(state: &State, body: &mut dyn FnMut(&Sql) -> bool) -> worker::Result<()> {
    let storage_object = state.storage();
    let sql = Sql::of(state);
    // Throwing makes the runtime roll back.
    let mut run = || -> Result<JsValue, JsValue> {
        if body(&sql) { Ok(JsValue::UNDEFINED) } else { Err(JsValue::NULL) }
    };
    let closure =
        ScopedClosure::<dyn FnMut() -> Result<JsValue, JsValue>>::borrow_mut_assert_unwind_safe(&mut run);
    invoke(storage_object.as_raw().as_ref(), "transactionSync", closure.as_ref())?;
    Ok(())
}

/// Calls a method of the runtime that the `worker` crate does not bind, or not as it is needed.
pub(super) fn invoke(object: &JsValue, method: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(object, &JsValue::from_str(method))?.dyn_into()?;
    method.call1(object, argument)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shown_as_it_is_and_bytes_in_base64url() {
        assert_eq!(shown(&int(7)).as_deref(), Some("7"));
        assert_eq!(shown(&"a".into()).as_deref(), Some("a"));
        assert_eq!(shown(&blob(&[0, 1])).as_deref(), Some("AAE"));
        assert_eq!(shown(&Value::Null), None);
    }

    #[test]
    fn a_column_is_added_under_its_name_unless_it_is_empty() {
        let rows = [Row(vec![int(7), Value::Null]), Row(vec![int(8), Value::Null])];
        let mut stored = Disclosed::new();
        add(&mut stored, "inbox.log", &["at", "n"], &rows);
        assert_eq!(stored, [("inbox.log.at".to_owned(), vec!["7".to_owned(), "8".to_owned()])].into());
    }
}
